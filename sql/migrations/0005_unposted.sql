-- Words of records on their way to the postings (docs/decisions/0011-words-posted-later.md).

set local role kvasir_owner;

-- One row per record whose words are not among its collection's postings yet; len is how many
-- words it has.  Searches read these rows as well as the postings.
create table kvasir.unposted (
    tenant_id uuid not null,
    number    bigint not null, -- of the collection
    seq       bigint not null,
    len       integer not null,
    words     tsvector not null,
    since     timestamptz not null default now(),
    primary key (tenant_id, number, seq)
) with (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 5000);
alter table kvasir.unposted alter column words set storage external; -- packing costs more
alter table kvasir.unposted enable row level security;
alter table kvasir.unposted force row level security;
create policy own on kvasir.unposted
    using (tenant_id = (select kvasir.tenant()));
create policy every on kvasir.unposted for select to kvasir_engine
    using (true);
grant select, insert, update, delete on kvasir.unposted to kvasir_app; -- update: to lock rows
grant select on kvasir.unposted to kvasir_engine;

-- Records no longer carry their words.
do $$
declare
    r record;
begin
    for r in select c.oid::regclass as name
               from pg_class c
               join pg_attribute a on a.attrelid = c.oid and a.attname = 'words'
              where c.relnamespace = 'kvasir_data'::regnamespace and c.relname ~ '^record_\d+$' loop
        execute format('alter table %s drop column words', r.name);
    end loop;
end
$$;
