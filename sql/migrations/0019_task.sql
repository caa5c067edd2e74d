-- Work that outlives its request (docs/decisions/0025-tasks-in-postgres.md).

set local role kvasir_owner;

-- kind: who runs it; 'tool': the engine calls the tool `name`.  principal: who may ask for it again; key_id: the
-- key that it runs by, null with open access.  requests: the questions not answered yet, answers: those that are,
-- both by their names on the wire.  While it is worked on, lease names the one that does, until lease_until.
create table kvasir.task (
    tenant_id     uuid not null references kvasir.tenant on delete cascade,
    id            uuid not null default gen_random_uuid(),
    kind          text collate "C" not null,
    name          text collate "C" not null,
    principal     text collate "C" not null,
    key_id        text collate "C",
    arguments     json not null,
    client        integer not null default 0, -- enum turn_client: what the caller can do
    status        text collate "C" not null default 'queued'
                  check (status in ('queued', 'working', 'input_required', 'completed', 'failed', 'cancelled')),
    cancel        boolean not null default false, -- asked for, while it is worked on
    says          text,
    done          double precision, -- of total
    total         double precision,
    state         bytea,            -- what the tool kept for its next turn
    round         integer not null default 0,
    requests      jsonb,
    answers       jsonb,
    result        json,
    error         json,
    attempt       integer not null default 0,
    attempts_most integer not null check (attempts_most >= 1),
    run_at        timestamptz not null default now(),
    lease         uuid,
    lease_until   timestamptz,
    stream        uuid, -- whose response waits for the result
    stream_reply  json, -- the id of the request that it answers
    request_id    text,
    trace         text,
    ttl_ms        bigint check (ttl_ms > 0), -- null: kept
    expires_at    timestamptz,               -- created_at and ttl_ms later
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    check ((status = 'working') = (lease is not null)),
    check ((status = 'input_required') = (requests is not null))
) with (fillfactor = 70); -- each changes a few times
create index task_due on kvasir.task (run_at) where status = 'queued';
create index task_lease on kvasir.task (lease_until) where status = 'working';
create index task_newest on kvasir.task (tenant_id, created_at desc, id desc);
create index task_expiry on kvasir.task (expires_at) where status <> 'working';

alter table kvasir.task enable row level security;
alter table kvasir.task force row level security;
create policy own on kvasir.task
    using (tenant_id = (select kvasir.tenant()));
create policy every on kvasir.task to kvasir_engine
    using (true) with check (true);
-- kvasir.enter_task() must find the tenant by the task before there is a tenant.
create policy lookup on kvasir.task for select to kvasir_owner
    using (true);
grant select, insert, update on kvasir.task to kvasir_app;
grant select, update, delete on kvasir.task to kvasir_engine;
