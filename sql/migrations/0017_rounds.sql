-- What calls that take several rounds, and the sessions of older clients, leave behind
-- (docs/decisions/0029-rounds-without-memory.md).

set local role kvasir_owner;

-- What every process seals with; one row, read through kvasir.mcp_secret() alone.  The random
-- bits are those of three UUIDs, which Postgres takes from the system's source.
create table kvasir.installation (
    single boolean primary key default true check (single),
    secret bytea not null check (length(secret) = 32)
);
insert into kvasir.installation (secret)
values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
               || uuid_send(gen_random_uuid())));

-- A session of which there is more to know than its id tells: that it was ended, or which
-- messages of the log it wants.
create table kvasir.mcp_session (
    tenant_id  uuid not null references kvasir.tenant on delete cascade,
    id         uuid not null,
    log_level  text collate "C",
    ended      boolean not null default false,
    expires_at timestamptz not null,
    primary key (tenant_id, id)
);
create index mcp_session_expires on kvasir.mcp_session (tenant_id, expires_at);

-- Sealed states that came back, each by the request that used it.
create table kvasir.mcp_state (
    tenant_id  uuid not null references kvasir.tenant on delete cascade,
    nonce      uuid not null,
    request_id text not null,
    expires_at timestamptz not null,
    primary key (tenant_id, nonce)
);
create index mcp_state_expires on kvasir.mcp_state (tenant_id, expires_at);

-- Calls of older clients that wait for answers: what goes on with them when the last has come.
create table kvasir.mcp_round (
    tenant_id  uuid not null references kvasir.tenant on delete cascade,
    id         uuid not null,
    session_id uuid not null,
    principal  text not null,
    stream_id  uuid not null,   -- of the response that is still open
    method     text not null,   -- and its params and id, as they were sent
    params     text not null,
    rpc_id     text not null,
    keep       bytea not null,  -- what the turn before kept
    told       double precision not null, -- progress so far
    keys       text[] not null, -- of the questions, in the order of their numbers
    answers    jsonb not null default '{}',
    expires_at timestamptz not null,
    primary key (tenant_id, id)
);
create index mcp_round_session on kvasir.mcp_round (tenant_id, session_id);
create index mcp_round_expires on kvasir.mcp_round (tenant_id, expires_at);

do $$
declare
    name text;
begin
    foreach name in array array['mcp_session', 'mcp_state', 'mcp_round'] loop
        execute format('alter table kvasir.%I enable row level security', name);
        execute format('alter table kvasir.%I force row level security', name);
        execute format('create policy own on kvasir.%I using (tenant_id = (select kvasir.tenant()))',
                       name);
    end loop;
end
$$;
grant select, insert, update, delete on kvasir.mcp_session, kvasir.mcp_state, kvasir.mcp_round to kvasir_app;
