-- Memory: how memories relate, notes, what happened in a project, facts, and prompts with their runs.
--
-- Memories themselves are records of the collection `memory`.  user_name null: shared by all users.

set local role kvasir_owner;

-- A relation exists as long as both of its memories do (kvasir.memory_forget).
create table kvasir.memory_relation (
    tenant_id     uuid not null,
    collection_id uuid not null,
    source        text collate "C" not null,
    relation      text collate "C" not null check (length(relation) between 1 and 100),
    target        text collate "C" not null check (target <> source),
    weight        double precision not null default 1 check (weight between 0 and 1),
    created_at    timestamptz not null default now(),
    primary key (tenant_id, collection_id, source, relation, target),
    foreign key (tenant_id, collection_id) references kvasir.collection on delete cascade
);
create index memory_relation_target on kvasir.memory_relation (tenant_id, collection_id, target);

create table kvasir.note (
    tenant_id   uuid not null references kvasir.tenant on delete cascade,
    id          uuid not null default gen_random_uuid(),
    user_name   text,
    title       text not null,
    body        text not null,
    tags        text[] not null default '{}',
    source      text,
    owner       text,
    compliance  text not null default 'clean' check (compliance in ('clean', 'review', 'restricted')),
    retention   text not null default 'archive' check (retention in ('30d', '90d', '1y', 'archive')),
    risk_score  double precision,
    attachments jsonb not null default '[]',
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    expires_at  timestamptz, -- null: kept
    primary key (tenant_id, id)
);
create index note_updated on kvasir.note (tenant_id, updated_at desc);

create table kvasir.project_event (
    tenant_id  uuid not null references kvasir.tenant on delete cascade,
    id         bigint generated always as identity,
    event_type text not null check (event_type in ('build', 'test', 'deploy', 'feature', 'other')),
    status     text not null check (status in ('success', 'failure', 'in_progress')),
    details    jsonb not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id)
);

create table kvasir.project_feature (
    tenant_id   uuid not null references kvasir.tenant on delete cascade,
    name        text collate "C" not null,
    description text not null,
    status      text not null check (status in ('planned', 'in_progress', 'completed', 'deprecated')),
    created_at  timestamptz not null default clock_timestamp(),
    updated_at  timestamptz not null default clock_timestamp(),
    primary key (tenant_id, name)
);

create table kvasir.fact (
    tenant_id   uuid not null references kvasir.tenant on delete cascade,
    id          uuid not null,
    fact_type   text collate "C" not null,
    payload     jsonb not null check (jsonb_typeof(payload) = 'object'),
    occurred_at timestamptz,
    document_id text, -- the record that it was read from
    created_at  timestamptz not null default now(),
    primary key (tenant_id, id)
);
create index fact_of_type on kvasir.fact (tenant_id, fact_type, occurred_at);

create table kvasir.prompt (
    tenant_id  uuid not null references kvasir.tenant on delete cascade,
    agent      text collate "C" not null,
    version    integer not null,
    text       text not null,
    active     boolean not null,
    created_by text,
    created_at timestamptz not null default now(),
    primary key (tenant_id, agent, version)
);
create unique index prompt_active on kvasir.prompt (tenant_id, agent) where active;

create table kvasir.prompt_run (
    tenant_id      uuid not null,
    id             bigint generated always as identity,
    agent          text collate "C" not null,
    version        integer not null,
    kpi_name       text not null,
    kpi_delta      double precision not null,
    input_summary  text,
    output_summary text,
    context        jsonb not null default '{}',
    created_at     timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    foreign key (tenant_id, agent, version) references kvasir.prompt on delete cascade
);
create index prompt_run_of on kvasir.prompt_run (tenant_id, agent, version, kpi_name, id desc);

do $$
declare
    name text;
begin
    foreach name in array array['memory_relation', 'note', 'project_event', 'project_feature', 'fact',
                                'prompt', 'prompt_run'] loop
        execute format('alter table kvasir.%I enable row level security', name);
        execute format('alter table kvasir.%I force row level security', name);
        execute format('create policy own on kvasir.%I using (tenant_id = (select kvasir.tenant()))',
                       name);
        execute format('grant select, insert, update, delete on kvasir.%I to kvasir_app', name);
    end loop;
end
$$;
