-- llm: the ledger of what language models cost, and the budget that is never exceeded.
--
-- A call takes its highest price from the month before it is made and gives back what it did not
-- cost.  The month is one row, so that many at once cannot together take what each alone may.

set local role kvasir_owner;

create or replace function kvasir.llm_this_month() returns date
language sql stable
return date_trunc('month', now() at time zone 'UTC')::date;

-- The tenant's budget in micro-USD, null when there is none.  `otherwise` 0 is none.
create or replace function kvasir.llm_allowed(otherwise bigint) returns bigint
language sql stable
begin atomic
    select coalesce((select b.microusd from kvasir.llm_budget b
                      where b.tenant_id = (select kvasir.tenant())), nullif(otherwise, 0));
end;

-- The id of the open call, or null when the month does not hold its price.
create or replace function kvasir.llm_reserve(task text, model text, attempt bigint,
                                              prompt_tokens bigint, cost bigint, otherwise bigint)
returns bigint
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    mine    constant uuid := (select kvasir.tenant());
    current constant date := kvasir.llm_this_month();
    allowed constant bigint := kvasir.llm_allowed(otherwise);
    made    bigint;
begin
    insert into kvasir.llm_month (tenant_id, month) values (mine, current) on conflict do nothing;
    update kvasir.llm_month m set spent_microusd = m.spent_microusd + cost
     where m.tenant_id = mine and m.month = current
       and (allowed is null or m.spent_microusd + cost <= allowed);
    if not found then
        return null;
    end if;
    insert into kvasir.llm_call (tenant_id, month, task, model, prompt_tokens, cost_microusd,
                                 attempt, request_id)
    values (mine, current, task, model, prompt_tokens, cost, attempt,
            nullif(current_setting('kvasir.request', true), ''))
    returning id into made;
    return made;
end
$$;

-- What the call was in the end; once.
create or replace function kvasir.llm_settle(call bigint, prompt_tokens bigint,
                                             completion_tokens bigint, cost bigint,
                                             estimated boolean, latency_ms bigint, outcome text)
returns void
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    mine constant uuid := (select kvasir.tenant());
    held record;
begin
    select c.month, c.cost_microusd into held
      from kvasir.llm_call c
     where c.tenant_id = mine and c.id = call and c.outcome = 'open' for update;
    if not found then
        return;
    end if;
    update kvasir.llm_call c
       set prompt_tokens = prompt_tokens, completion_tokens = completion_tokens,
           cost_microusd = cost, estimated = estimated, latency_ms = latency_ms, outcome = outcome
     where c.tenant_id = mine and c.id = call;
    update kvasir.llm_month m set spent_microusd = m.spent_microusd + cost - held.cost_microusd
     where m.tenant_id = mine and m.month = held.month;
end
$$;

-- A month (null: this one) as one JSON document.
create or replace function kvasir.llm_usage(wanted date, otherwise bigint)
returns jsonb
language sql stable
begin atomic
    with calls as (
        select c.task, c.model, c.outcome, count(*) as calls, sum(c.prompt_tokens) as prompt_tokens,
               sum(c.completion_tokens) as completion_tokens,
               sum(c.cost_microusd) as cost_microusd,
               count(*) filter (where c.estimated) as estimated
          from kvasir.llm_call c
         where c.tenant_id = (select kvasir.tenant())
           and c.month = coalesce(wanted, kvasir.llm_this_month())
         group by c.task, c.model, c.outcome)
    select jsonb_build_object(
        'month', to_char(coalesce(wanted, kvasir.llm_this_month()), 'YYYY-MM'),
        'budget_microusd', kvasir.llm_allowed(otherwise),
        'spent_microusd', coalesce((select m.spent_microusd from kvasir.llm_month m
                                     where m.tenant_id = (select kvasir.tenant())
                                       and m.month = coalesce(wanted, kvasir.llm_this_month())), 0),
        'calls', coalesce((select jsonb_agg(to_jsonb(c) order by c.task, c.model, c.outcome)
                             from calls c), '[]'));
end;

-- The tenant's own budget; null takes it away.
create or replace function kvasir.llm_budget_set(budget bigint)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from kvasir.llm_budget b where b.tenant_id = (select kvasir.tenant());
    if budget is not null then
        insert into kvasir.llm_budget (tenant_id, microusd) values ((select kvasir.tenant()), budget);
    end if;
end
$$;

create or replace function kvasir.llm_reserve_for(tenant uuid, task text, model text,
                                                  attempt bigint, prompt_tokens bigint, cost bigint,
                                                  otherwise bigint)
returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    return kvasir.llm_reserve(task, model, attempt, prompt_tokens, cost, otherwise);
end
$$;

create or replace function kvasir.llm_settle_for(tenant uuid, call bigint, prompt_tokens bigint,
                                                 completion_tokens bigint, cost bigint,
                                                 estimated boolean, latency_ms bigint,
                                                 outcome text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    perform kvasir.llm_settle(call, prompt_tokens, completion_tokens, cost, estimated, latency_ms,
                              outcome);
end
$$;

grant execute on function
    kvasir.llm_this_month(),
    kvasir.llm_allowed(bigint),
    kvasir.llm_reserve(text, text, bigint, bigint, bigint, bigint),
    kvasir.llm_settle(bigint, bigint, bigint, bigint, boolean, bigint, text),
    kvasir.llm_usage(date, bigint)
to kvasir_app;
grant execute on function
    kvasir.llm_reserve_for(uuid, text, text, bigint, bigint, bigint, bigint),
    kvasir.llm_settle_for(uuid, bigint, bigint, bigint, bigint, boolean, bigint, text)
to kvasir_engine;
