-- Communities: entities that are spoken of together, and the sentences that tell most of them
-- (docs/decisions/0019-communities-quote.md).

set local role kvasir_owner;

-- The last run over a collection: what it had seen, and how long it took.
create table kvasir.community_run (
    tenant_id     uuid not null,
    collection_id uuid not null,
    run_at        timestamptz not null default now(),
    took          interval not null,
    seen_at       timestamptz not null, -- the last change that was there
    records       bigint not null,
    primary key (tenant_id, collection_id),
    foreign key (tenant_id, collection_id) references kvasir.collection on delete cascade
);

create table kvasir.community_entity (
    tenant_id     uuid not null,
    collection_id uuid not null,
    community     integer not null,
    key           text collate "C" not null,
    records       integer not null, -- that spoke of it
    primary key (tenant_id, collection_id, key),
    foreign key (tenant_id, collection_id) references kvasir.community_run on delete cascade
);
create index community_entity_of on kvasir.community_entity (tenant_id, collection_id, community);

-- A place in a record, not its text: what is deleted or changed is not told any more.
create table kvasir.community_sentence (
    tenant_id     uuid not null,
    collection_id uuid not null,
    community     integer not null,
    place         smallint not null, -- 0: the best
    seq           bigint not null,
    start_at      integer not null,
    stop_at       integer not null,
    quote         bytea not null, -- SHA-256 of these characters in UTF-8
    primary key (tenant_id, collection_id, community, place),
    foreign key (tenant_id, collection_id) references kvasir.community_run on delete cascade
);

do $$
declare
    name text;
begin
    foreach name in array array['community_run', 'community_entity', 'community_sentence'] loop
        execute format('alter table kvasir.%I enable row level security', name);
        execute format('alter table kvasir.%I force row level security', name);
        execute format('create policy own on kvasir.%I using (tenant_id = (select kvasir.tenant()))',
                       name);
        execute format('grant select on kvasir.%I to kvasir_app', name);
    end loop;
end
$$;
create policy every on kvasir.community_run for select to kvasir_engine
    using (true);
grant select on kvasir.community_run to kvasir_engine;
