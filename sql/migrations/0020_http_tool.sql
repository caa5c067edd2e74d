-- Tools that are addresses: declared by a tenant, called by the engine (docs/http-tools.md).

set local role kvasir_owner;

-- url has {argument} in its path and query; headers: {name: text or {"secret": name, "prefix": text}}, the
-- secrets themselves being files of the engine's machine.  retries: after what may pass, if the method may be
-- repeated or the declaration says so.
create table kvasir.http_tool (
    tenant_id   uuid not null references kvasir.tenant on delete cascade,
    name        text collate "C" not null check (name ~ '^[A-Za-z0-9_.-]{1,64}$'),
    title       text,
    description text not null check (length(description) between 1 and 2000),
    method      text not null check (method in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE')),
    url         text not null,
    schema      json not null,
    headers     jsonb not null default '{}',
    timeout_ms  bigint not null check (timeout_ms between 1 and 600000),
    retries     integer not null check (retries between 0 and 10),
    read_only   boolean not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, name)
);
alter table kvasir.http_tool enable row level security;
alter table kvasir.http_tool force row level security;
create policy own on kvasir.http_tool
    using (tenant_id = (select kvasir.tenant()));
grant select, insert, update, delete on kvasir.http_tool to kvasir_app;
