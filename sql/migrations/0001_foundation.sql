-- 0001: roles, tenants, databases, collections, keys and the outbox, behind the tenant wall.
--
-- kvasir_owner owns everything and cannot log in; kvasir_app serves requests and owns nothing;
-- kvasir_engine does the background work and may become the owner to build indexes.
-- Every table with a tenant_id has FORCE ROW LEVEL SECURITY, so the owner is held too, and its
-- key begins with tenant_id.

do $$
begin
    if not exists (select from pg_roles where rolname = 'kvasir_owner') then
        create role kvasir_owner nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'kvasir_app') then
        create role kvasir_app login;
    end if;
    if not exists (select from pg_roles where rolname = 'kvasir_engine') then
        create role kvasir_engine login noinherit;
    end if;
    execute format('grant kvasir_owner to %I', current_user);
end
$$;
grant kvasir_owner to kvasir_engine;

create extension if not exists vector with schema public;
create schema if not exists kvasir;
create schema if not exists kvasir_data;
alter schema kvasir owner to kvasir_owner;
alter schema kvasir_data owner to kvasir_owner;
grant usage on schema kvasir, kvasir_data to kvasir_app, kvasir_engine;

set local role kvasir_owner;

-- Functions are for those who are granted them, never for everyone.
alter default privileges in schema kvasir revoke execute on functions from public;
alter default privileges revoke execute on functions from public;

-- The tenant of this transaction; null (which equals nothing) when nobody was named.
-- Policies call it as (select kvasir.tenant()), which the planner evaluates once per statement.
create function kvasir.tenant() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('kvasir.tenant', true), '')::uuid;
grant execute on function kvasir.tenant() to kvasir_app, kvasir_engine;

create table kvasir.tenant (
    id         uuid primary key default gen_random_uuid(),
    name       text not null unique check (length(name) between 3 and 512),
    created_at timestamptz not null default now()
);
alter table kvasir.tenant enable row level security;
alter table kvasir.tenant force row level security;
create policy own on kvasir.tenant to kvasir_app
    using (id = (select kvasir.tenant()));
create policy every on kvasir.tenant to kvasir_owner, kvasir_engine
    using (true);
grant select on kvasir.tenant to kvasir_app, kvasir_engine;

create table kvasir.database (
    tenant_id  uuid not null references kvasir.tenant on delete cascade,
    id         uuid not null default gen_random_uuid(),
    name       text not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, name)
);
alter table kvasir.database enable row level security;
alter table kvasir.database force row level security;
create policy own on kvasir.database
    using (tenant_id = (select kvasir.tenant()));
grant select, insert, delete on kvasir.database to kvasir_app;

create table kvasir.collection (
    tenant_id   uuid not null,
    id          uuid not null default gen_random_uuid(),
    database_id uuid not null,
    number      bigint generated always as identity unique, -- names its tables in kvasir_data
    name        text not null,
    dimension   integer check (dimension between 1 and 16000), -- null until the first embedding
    space       text not null default 'cosine' check (space in ('cosine', 'l2', 'ip')),
    embedder    text,                                          -- null: embeddings are given
    language    text not null default 'english',               -- text search configuration
    metadata    jsonb not null default '{}',
    index_state text not null default 'none' check (index_state in ('none', 'building', 'ready')),
    index_note  text,
    created_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, database_id, name),
    foreign key (tenant_id, database_id) references kvasir.database on delete cascade
);
alter table kvasir.collection enable row level security;
alter table kvasir.collection force row level security;
create policy own on kvasir.collection
    using (tenant_id = (select kvasir.tenant()));
create policy every on kvasir.collection to kvasir_engine
    using (true);
grant select on kvasir.collection to kvasir_app, kvasir_engine;
grant update (metadata, name) on kvasir.collection to kvasir_app;
grant update (index_state, index_note) on kvasir.collection to kvasir_engine;

-- What each write added or took away: summed for counts and for BM25's averages, so that writers
-- of one collection share no row to wait for.  The engine folds old rows into one.
create table kvasir.tally (
    tenant_id     uuid not null,
    collection_id uuid not null,
    id            bigint generated always as identity,
    records       bigint not null,
    vectors       bigint not null,
    worded        bigint not null, -- records with at least one word
    words         bigint not null, -- their lengths together
    changed_at    timestamptz not null default now(),
    primary key (tenant_id, collection_id, id),
    foreign key (tenant_id, collection_id) references kvasir.collection on delete cascade
);
alter table kvasir.tally enable row level security;
alter table kvasir.tally force row level security;
create policy own on kvasir.tally
    using (tenant_id = (select kvasir.tenant()));
create policy every on kvasir.tally to kvasir_engine
    using (true) with check (true);
grant select, insert on kvasir.tally to kvasir_app;
grant select, insert, delete on kvasir.tally to kvasir_engine;

-- Only the hash of a key is kept: keys are long and random, so SHA-256 needs no salt.
create table kvasir.api_key (
    tenant_id  uuid not null references kvasir.tenant on delete cascade,
    id         text not null unique,
    hash       bytea not null check (length(hash) = 32),
    name       text not null,
    scopes     text[] not null check (scopes <@ array['read', 'write', 'admin']),
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    primary key (tenant_id, id)
);
alter table kvasir.api_key enable row level security;
alter table kvasir.api_key force row level security;
create policy own on kvasir.api_key
    using (tenant_id = (select kvasir.tenant()));
-- kvasir.enter_key() must find the tenant by the key before there is a tenant.
create policy lookup on kvasir.api_key for select to kvasir_owner
    using (true);

-- One row per event, in the writer's own transaction.  xid orders rows by their transactions,
-- so that the relay can wait for those still open.
create table kvasir.outbox (
    id           bigint generated always as identity primary key,
    tenant_id    uuid not null,
    event_id     uuid not null default gen_random_uuid(),
    xid          xid8 not null default pg_current_xact_id(),
    type         text not null,
    subject      text,
    data         jsonb not null,
    request_id   text,
    trace        text,
    created_at   timestamptz not null default clock_timestamp(),
    published_at timestamptz
);
create index outbox_waiting on kvasir.outbox (xid, id) where published_at is null;
create index outbox_tenant on kvasir.outbox (tenant_id, id);
alter table kvasir.outbox enable row level security;
alter table kvasir.outbox force row level security;
create policy own on kvasir.outbox
    using (tenant_id = (select kvasir.tenant()));
create policy every on kvasir.outbox to kvasir_engine
    using (true);
grant select, insert on kvasir.outbox to kvasir_app;
grant select, update (published_at), delete on kvasir.outbox to kvasir_engine;

-- Which background programs are alive, for readiness.
create table kvasir.heartbeat (
    program text not null,
    host    text not null,
    pid     integer not null,
    seen_at timestamptz not null default now(),
    primary key (program, host, pid)
);
grant select on kvasir.heartbeat to kvasir_app;
grant select, insert, update, delete on kvasir.heartbeat to kvasir_engine;
