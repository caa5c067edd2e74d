-- What a language model is asked and what that costs (docs/decisions/0021-a-model-that-must-quote.md).

set local role kvasir_owner;

-- One row per call, written before it is made: outcome 'open' until it is known how it ended, and
-- until then cost_microusd is the most that it may cost.  estimated: the endpoint told no usage.
create table kvasir.llm_call (
    tenant_id         uuid not null references kvasir.tenant on delete cascade,
    id                bigint generated always as identity,
    month             date not null,
    task              text collate "C" not null,
    model             text collate "C" not null,
    prompt_tokens     bigint not null check (prompt_tokens >= 0),
    completion_tokens bigint not null default 0 check (completion_tokens >= 0),
    cost_microusd     bigint not null check (cost_microusd >= 0),
    estimated         boolean not null default true,
    latency_ms        bigint,
    attempt           integer not null,
    outcome           text collate "C" not null default 'open',
    request_id        text,
    called_at         timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id)
);
create index llm_call_month on kvasir.llm_call (tenant_id, month, task, model);

-- The sum of a month's costs, open calls included: what a budget is compared with under a row lock.
create table kvasir.llm_month (
    tenant_id      uuid not null references kvasir.tenant on delete cascade,
    month          date not null,
    spent_microusd bigint not null default 0,
    primary key (tenant_id, month)
);

-- A tenant's own budget for each month, instead of the setting llm_budget.
create table kvasir.llm_budget (
    tenant_id uuid not null references kvasir.tenant on delete cascade,
    microusd  bigint not null check (microusd >= 0),
    primary key (tenant_id)
);

do $$
declare
    name text;
begin
    foreach name in array array['llm_call', 'llm_month', 'llm_budget'] loop
        execute format('alter table kvasir.%I enable row level security', name);
        execute format('alter table kvasir.%I force row level security', name);
        execute format('create policy own on kvasir.%I using (tenant_id = (select kvasir.tenant()))',
                       name);
    end loop;
end
$$;
grant select, insert, update on kvasir.llm_call, kvasir.llm_month to kvasir_app;
grant select on kvasir.llm_budget to kvasir_app; -- only the command line sets it
