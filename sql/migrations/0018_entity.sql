-- Relations between entities of the memory as they were written: names in their own spelling, in the
-- order in which they came.

set local role kvasir_owner;

-- Each is asserted in the graph too (relation_id), where names are keys and spelling does not count;
-- null when the graph cannot say it: a name without letters or digits, or a type of more than 100
-- characters.  Whoever takes the assertion away takes this with it.
create table kvasir.entity_relation (
    tenant_id     uuid not null,
    id            bigint generated always as identity,
    collection_id uuid not null,
    digest        bytea not null check (length(digest) = 32), -- of the three texts
    source        text collate "C" not null,
    relation_type text collate "C" not null,
    target        text collate "C" not null,
    relation_id   bigint,
    primary key (tenant_id, id),
    unique (tenant_id, collection_id, digest),
    foreign key (tenant_id, collection_id) references kvasir.collection on delete cascade,
    foreign key (tenant_id, relation_id) references kvasir.relation on delete cascade
);
create index entity_relation_source on kvasir.entity_relation (tenant_id, source);
create index entity_relation_target on kvasir.entity_relation (tenant_id, target);
create index entity_relation_graph on kvasir.entity_relation (tenant_id, relation_id)
    where relation_id is not null;

alter table kvasir.entity_relation enable row level security;
alter table kvasir.entity_relation force row level security;
create policy own on kvasir.entity_relation using (tenant_id = (select kvasir.tenant()));
grant select, insert, update, delete on kvasir.entity_relation to kvasir_app;
