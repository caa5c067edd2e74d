-- 0015: what open responses are told: topics, messages of streams, subscriptions of sessions.
set local role kvasir_owner;

-- Every telling of a topic ('tools', 'resource <uri>', ...), so that who listens can look up what
-- was told while its connection was away.  Rows are added and never changed: tellers of one topic
-- do not wait for each other.
create table kvasir.told (
    tenant_id uuid not null references kvasir.tenant on delete cascade,
    number    bigint generated always as identity,
    topic     text not null check (length(topic) between 1 and 2048),
    said      jsonb,
    xid       xid8 not null default pg_current_xact_id(),
    told_at   timestamptz not null default now(),
    primary key (tenant_id, number)
);
create index told_xid on kvasir.told (xid);
create index told_at on kvasir.told (told_at);
alter table kvasir.told enable row level security;
alter table kvasir.told force row level security;
create policy own on kvasir.told
    using (tenant_id = (select kvasir.tenant()));
-- A process that listens does so for the tenants of all its streams; kvasir_engine tidies up.
create policy listen on kvasir.told for select to kvasir_owner
    using (true);
create policy every on kvasir.told to kvasir_engine
    using (true);
grant select, insert on kvasir.told to kvasir_app, kvasir_engine;
grant delete on kvasir.told to kvasir_engine;

-- Messages of a stream in their order: for whichever process holds the client's connection, and
-- for the client that comes again and names the last one that it has.
create table kvasir.stream_message (
    tenant_id uuid not null references kvasir.tenant on delete cascade,
    stream_id uuid not null,
    number    bigint not null,
    message   text not null,
    last      boolean not null,
    sent_at   timestamptz not null default now(),
    primary key (tenant_id, stream_id, number)
);
create index stream_message_sent on kvasir.stream_message (sent_at);
alter table kvasir.stream_message enable row level security;
alter table kvasir.stream_message force row level security;
create policy own on kvasir.stream_message
    using (tenant_id = (select kvasir.tenant()));
create policy listen on kvasir.stream_message for select to kvasir_owner
    using (true);
create policy every on kvasir.stream_message to kvasir_engine
    using (true);
grant select, insert on kvasir.stream_message to kvasir_app, kvasir_engine;
grant delete on kvasir.stream_message to kvasir_engine;

-- The resources that a session of the older protocol has subscribed to.
create table kvasir.session_resource (
    tenant_id  uuid not null references kvasir.tenant on delete cascade,
    session    text not null check (length(session) between 1 and 1024),
    uri        text not null check (length(uri) between 1 and 2000),
    created_at timestamptz not null default now(),
    primary key (tenant_id, session, uri)
);
create index session_resource_created on kvasir.session_resource (created_at);
alter table kvasir.session_resource enable row level security;
alter table kvasir.session_resource force row level security;
create policy own on kvasir.session_resource
    using (tenant_id = (select kvasir.tenant()));
create policy every on kvasir.session_resource to kvasir_engine
    using (true);
grant select, insert, delete on kvasir.session_resource to kvasir_app;
grant select, delete on kvasir.session_resource to kvasir_engine;
