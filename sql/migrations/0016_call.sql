-- What is kept of calls of tools: who called what, and results for those who call again
-- (docs/decisions/0023-rules-of-every-call.md).

set local role kvasir_owner;

-- One row per call, which nobody changes.  digest: SHA-256 of the arguments, which are kept nowhere.
create table kvasir.audit (
    tenant_id  uuid not null,
    id         bigint generated always as identity,
    called_at  timestamptz not null default clock_timestamp(),
    caller     text not null,
    wire       text not null,
    tool       text not null,
    outcome    text not null,
    ms         bigint not null,
    request_id text,
    trace      text,
    digest     bytea check (length(digest) = 32),
    primary key (tenant_id, id)
);
create index audit_age on kvasir.audit using brin (called_at) with (autosummarize = on);

-- What a call with an idempotency key answered.  caller: a key means something to its sender alone.
create table kvasir.once (
    tenant_id  uuid not null references kvasir.tenant on delete cascade,
    caller     text collate "C" not null,
    key        text collate "C" not null check (length(key) between 1 and 200),
    tool       text not null,
    digest     bytea not null check (length(digest) = 32),
    result     text, -- null only inside the transaction that makes it
    content    text, -- blocks of content that go with it
    expires_at timestamptz not null,
    primary key (tenant_id, caller, key)
);
create index once_expired on kvasir.once (expires_at);

-- What somebody said of the suggestion to do a call that is made often by itself.
create table kvasir.task_verdict (
    tenant_id  uuid not null references kvasir.tenant on delete cascade,
    signature  text collate "C" not null,
    verdict    text not null check (verdict in ('approved', 'rejected')),
    decided_by text not null,
    decided_at timestamptz not null default now(),
    primary key (tenant_id, signature)
);

do $$
declare
    name text;
begin
    foreach name in array array['audit', 'once', 'task_verdict'] loop
        execute format('alter table kvasir.%I enable row level security', name);
        execute format('alter table kvasir.%I force row level security', name);
        execute format('create policy own on kvasir.%I using (tenant_id = (select kvasir.tenant()))',
                       name);
        execute format('grant select, insert on kvasir.%I to kvasir_app', name);
    end loop;
end
$$;
grant update (verdict, decided_by, decided_at) on kvasir.task_verdict to kvasir_app;
grant update (tool, digest, result, content, expires_at) on kvasir.once to kvasir_app;

-- The engine sees how old rows are, and takes the old ones away.
create policy every on kvasir.audit to kvasir_engine using (true) with check (false);
grant select (tenant_id, id, called_at), delete on kvasir.audit to kvasir_engine;
create policy old on kvasir.once to kvasir_engine using (expires_at < now()) with check (false);
grant select (tenant_id, caller, key, expires_at), delete on kvasir.once to kvasir_engine;
