-- Words in runs (docs/decisions/0022-words-in-runs.md).

set local role kvasir_owner;

-- Tells runs and the forgetting of words apart by their order: who takes a number sees what was
-- committed by all that is below it and has to do with his records.
create sequence kvasir.run_number;
grant usage on sequence kvasir.run_number to kvasir_app;

-- A run is what the engine moved among a collection's postings at once, or several such as one.
-- lo and hi: the first and last record in it.  sealed: a transaction that began after the run was
-- there; once all up to it have ended, nobody can forget words of this run under a number from before
-- it.  purged: what was forgotten up to here has been taken away.
create table kvasir.run (
    tenant_id uuid not null,
    number    bigint not null, -- of the collection
    run       bigint not null,
    records   bigint not null,
    bytes     bigint not null, -- of its postings
    lo        bigint not null,
    hi        bigint not null,
    sealed    xid8,
    purged    bigint not null default 0,
    primary key (tenant_id, number, run)
);
alter table kvasir.run enable row level security;
alter table kvasir.run force row level security;
create policy own on kvasir.run
    using (tenant_id = (select kvasir.tenant()));
create policy every on kvasir.run to kvasir_engine
    using (true) with check (true);
grant select, insert, update, delete on kvasir.run to kvasir_app;
grant select, update on kvasir.run to kvasir_engine;

-- Words that are no longer true: the postings of seq in runs below this one are dead.
create table kvasir.forgotten (
    tenant_id uuid not null,
    number    bigint not null,
    seq       bigint not null,
    run       bigint not null,
    primary key (tenant_id, number, seq, run)
) with (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 5000);
alter table kvasir.forgotten enable row level security;
alter table kvasir.forgotten force row level security;
create policy own on kvasir.forgotten
    using (tenant_id = (select kvasir.tenant()));
create policy every on kvasir.forgotten for select to kvasir_engine
    using (true);
grant select, insert, delete on kvasir.forgotten to kvasir_app;
grant select on kvasir.forgotten to kvasir_engine;

-- Fields of the metadata whose words count, and how many times: {"title": 2}.  Null: none.
alter table kvasir.collection add column weights jsonb;

-- Answers by words on their way into a search's statement: see src/words/lookup.h.
create type kvasir.word_hits as (
    seqs   bigint[],
    scores double precision[],
    most   double precision,
    widths bigint[],
    near   bigint[],
    alike  double precision[]
);

-- Collections that are there: their words all wait to be moved again, as if just written.
do $$
declare
    t kvasir.tenant;
    c record;
begin
    for t in select * from kvasir.tenant loop
        perform set_config('kvasir.tenant', t.id::text, true);
        for c in select k.tenant_id, k.number, k.language from kvasir.collection k loop
            execute format('drop table kvasir_data.%I', 'posting_' || c.number);
            execute format(
                'create table kvasir_data.%I (
                    run   bigint not null,
                    term  text collate "C" not null,
                    posts bytea not null,
                    primary key (run, term))', 'posting_' || c.number);
            execute format('alter table kvasir_data.%I alter column posts set storage external',
                           'posting_' || c.number);
            perform kvasir.wall('posting_' || c.number, c.tenant_id);
            execute format(
                'insert into kvasir.unposted (tenant_id, number, seq, len, words)
                 select $1, $2, w.seq, w.len, w.words
                   from (select r.seq, r.words,
                                (select coalesce(sum(cardinality(t.positions)), 0)
                                   from unnest(r.words) t) as len
                           from (select seq, to_tsvector($3, document) as words
                                   from kvasir_data.record_%s where document <> '''') r) w
                  where w.len > 0
                     on conflict do nothing', c.number)
            using c.tenant_id, c.number, ('pg_catalog.' || c.language)::regconfig;
        end loop;
    end loop;
    perform set_config('kvasir.tenant', '', true);
end
$$;
