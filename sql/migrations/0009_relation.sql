-- What is said of entities: relations with the time they hold in the world and the time we knew them
-- (docs/decisions/0017-relations-are-assertions.md).

set local role kvasir_owner;

-- One row per version of an assertion: subject, predicate, and an entity (object) or a text (literal).
-- It holds in the world from valid_from to valid_to (null: not known, not ended), and was what we knew
-- from recorded_at to superseded_at.  The first version has version_of null; its id is the relation's,
-- and digest is of what it asserts.
create table kvasir.relation (
    tenant_id     uuid not null,
    id            bigint generated always as identity,
    collection_id uuid not null,
    version_of    bigint,
    digest        bytea,
    subject       text collate "C" not null check (subject <> ''),
    predicate     text collate "C" not null check (length(predicate) between 1 and 100),
    object        text collate "C" check (object <> ''),
    literal       text collate "C",
    valid_from    timestamptz,
    valid_to      timestamptz check (valid_to > valid_from),
    recorded_at   timestamptz not null default now(),
    superseded_at timestamptz,
    superseded_by bigint,
    extractor     text collate "C" not null check (extractor ~ '^(user|rule|llm:[^@]+@.+)$'),
    stated        boolean not null, -- without evidence: it lives until it is deleted
    primary key (tenant_id, id),
    unique (tenant_id, collection_id, digest),
    check ((object is null) <> (literal is null)),
    check ((version_of is null) = (digest is not null)),
    check ((superseded_by is null) = (superseded_at is null)),
    foreign key (tenant_id, collection_id) references kvasir.collection on delete cascade,
    foreign key (tenant_id, version_of) references kvasir.relation on delete cascade
);
create index relation_subject on kvasir.relation (tenant_id, collection_id, subject, predicate);
create index relation_object on kvasir.relation (tenant_id, collection_id, object)
    where object is not null;
create index relation_version on kvasir.relation (tenant_id, version_of) where version_of is not null;

-- The places in records that a relation was read from.
create table kvasir.relation_evidence (
    tenant_id     uuid not null,
    relation_id   bigint not null, -- of its first version
    seq           bigint not null, -- the record, in the relation's collection
    start_at      integer not null,
    stop_at       integer not null check (stop_at > start_at), -- characters of the document
    collection_id uuid not null,
    quote         bytea not null, -- SHA-256 of these characters in UTF-8
    confidence    real check (confidence between 0 and 1),
    recorded_at   timestamptz not null default now(),
    primary key (tenant_id, relation_id, seq, start_at, stop_at),
    foreign key (tenant_id, relation_id) references kvasir.relation on delete cascade
);
create index relation_evidence_record on kvasir.relation_evidence (tenant_id, collection_id, seq);

-- Predicates that have one value at a time.
create table kvasir.functional (
    tenant_id     uuid not null,
    collection_id uuid not null,
    predicate     text collate "C" not null check (length(predicate) between 1 and 100),
    primary key (tenant_id, collection_id, predicate),
    foreign key (tenant_id, collection_id) references kvasir.collection on delete cascade
);

do $$
declare
    name text;
begin
    foreach name in array array['relation', 'relation_evidence', 'functional'] loop
        execute format('alter table kvasir.%I enable row level security', name);
        execute format('alter table kvasir.%I force row level security', name);
        execute format('create policy own on kvasir.%I using (tenant_id = (select kvasir.tenant()))',
                       name);
        execute format('grant select, insert, update, delete on kvasir.%I to kvasir_app', name);
    end loop;
end
$$;
