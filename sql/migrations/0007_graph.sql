-- What records speak of (docs/decisions/0015-a-graph-of-mentions.md).

set local role kvasir_owner;

-- One row per record whose mentions are not stored yet, written by the transaction that wrote the
-- record; stamp tells that transaction, so that what was read before a later change is not stored.
create table kvasir.unlinked (
    tenant_id uuid not null,
    number    bigint not null, -- of the collection
    seq       bigint not null,
    stamp     xid8 not null default pg_current_xact_id(),
    since     timestamptz not null default now(),
    primary key (tenant_id, number, seq)
) with (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 5000);
alter table kvasir.unlinked enable row level security;
alter table kvasir.unlinked force row level security;
create policy own on kvasir.unlinked
    using (tenant_id = (select kvasir.tenant()));
create policy every on kvasir.unlinked for select to kvasir_engine
    using (true);
grant select, insert, update, delete on kvasir.unlinked to kvasir_app;
grant select on kvasir.unlinked to kvasir_engine;

-- Two keys that are one entity, because a person said so.  Mentions keep their own key: taking the
-- row away undoes the merge.
create table kvasir.alias (
    tenant_id     uuid not null,
    collection_id uuid not null,
    key           text collate "C" not null,
    into_key      text collate "C" not null check (into_key <> key),
    created_at    timestamptz not null default now(),
    primary key (tenant_id, collection_id, key),
    foreign key (tenant_id, collection_id) references kvasir.collection on delete cascade
);
create index alias_into on kvasir.alias (tenant_id, collection_id, into_key);
alter table kvasir.alias enable row level security;
alter table kvasir.alias force row level security;
create policy own on kvasir.alias
    using (tenant_id = (select kvasir.tenant()));
grant select, insert, delete on kvasir.alias to kvasir_app;
