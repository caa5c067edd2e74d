-- prompt: versions of agents' prompts, one of them active, and their measured runs.

set local role kvasir_owner;

create or replace function kvasir.prompt_json(p kvasir.prompt, legacy boolean) returns jsonb
language sql stable parallel safe as $$
    select jsonb_build_object(
    case when legacy then 'agentId' else 'agent' end, p.agent, 'version', p.version,
    case when legacy then 'promptText' else 'text' end, p.text, 'active', p.active,
    case when legacy then 'createdBy' else 'created_by' end, p.created_by,
    case when legacy then 'createdAt' else 'created_at' end, kvasir.moment(p.created_at))
$$;

create or replace function kvasir.prompt_hold(agent text) returns void
language sql volatile as $$
    select pg_advisory_xact_lock(hashtextextended('prompt ' || kvasir.tenant()::text || ' ' || agent, 0))
$$;

-- Adds the next version; when it is active the one before is no longer.  The first always is.
create or replace function kvasir.prompt_add(agent_wanted text, says text, activate boolean,
                                             created_by text)
returns kvasir.prompt
language plpgsql volatile as $$
declare
    p       kvasir.prompt;
    newest  integer;
begin
    perform kvasir.prompt_hold(agent_wanted);
    select max(t.version) into newest from kvasir.prompt t
     where t.tenant_id = (select kvasir.tenant()) and t.agent = agent_wanted;
    activate := activate or newest is null;
    if activate then
        update kvasir.prompt t set active = false
         where t.tenant_id = (select kvasir.tenant()) and t.agent = agent_wanted and t.active;
    end if;
    insert into kvasir.prompt as t (tenant_id, agent, version, text, active, created_by)
    values ((select kvasir.tenant()), agent_wanted, coalesce(newest, 0) + 1, says, activate,
            prompt_add.created_by)
    returning * into p;
    perform kvasir.emit('kvasir.prompt.added', p.agent, jsonb_build_object(
        'agent', p.agent, 'version', p.version, 'active', p.active));
    if activate then
        perform kvasir.stream_tell('prompts');
    end if;
    return p;
end
$$;

-- A version of an agent's prompt (null: the active one), or KV404.
create or replace function kvasir.prompt_need(agent_wanted text, version_wanted bigint)
returns kvasir.prompt
language plpgsql stable as $$
declare
    p kvasir.prompt;
begin
    select * into p from kvasir.prompt t
     where t.tenant_id = (select kvasir.tenant()) and t.agent = agent_wanted
       and case when version_wanted is null then t.active else t.version = version_wanted end;
    if not found then
        raise exception using errcode = 'KV404', message = format(
            'agent %s has no prompt%s', left(agent_wanted, 100),
            case when version_wanted is not null then format(' of version %s', version_wanted) end);
    end if;
    return p;
end
$$;

create or replace function kvasir.prompt_activate(agent_wanted text, version_wanted bigint)
returns kvasir.prompt
language plpgsql volatile as $$
declare
    p kvasir.prompt;
begin
    perform kvasir.prompt_hold(agent_wanted);
    p := kvasir.prompt_need(agent_wanted, version_wanted);
    update kvasir.prompt t set active = false
     where t.tenant_id = p.tenant_id and t.agent = p.agent and t.active and t.version <> p.version;
    update kvasir.prompt t set active = true
     where t.tenant_id = p.tenant_id and t.agent = p.agent and t.version = p.version
    returning * into p;
    perform kvasir.emit('kvasir.prompt.activated', p.agent, jsonb_build_object(
        'agent', p.agent, 'version', p.version));
    perform kvasir.stream_tell('prompts');
    return p;
end
$$;

-- Notes a measured run.  The average is that of the last ten runs of this version by this measure; below
-- zero the prompt made things worse and needs to be refined.
create or replace function kvasir.prompt_report(
    agent_wanted text, version_wanted bigint, measure text, delta double precision, input_summary text,
    output_summary text, context jsonb)
returns table (run_id bigint, version integer, average double precision, runs bigint,
               needs_refinement boolean)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    p kvasir.prompt := kvasir.prompt_need(agent_wanted, version_wanted);
begin
    version := p.version;
    insert into kvasir.prompt_run (tenant_id, agent, version, kpi_name, kpi_delta, input_summary,
                                   output_summary, context)
    values (p.tenant_id, p.agent, p.version, measure, delta, input_summary, output_summary,
            coalesce(context, '{}'))
    returning id into run_id;
    select avg(r.kpi_delta), count(*), avg(r.kpi_delta) < 0 into average, runs, needs_refinement
      from (select t.kpi_delta from kvasir.prompt_run t
             where t.tenant_id = p.tenant_id and t.agent = p.agent and t.version = p.version
               and t.kpi_name = measure
             order by t.id desc limit 10) r;
    perform kvasir.emit('kvasir.prompt.run', p.agent, jsonb_build_object(
        'agent', p.agent, 'version', p.version, 'kpi', measure, 'delta', delta, 'average', average));
    return next;
end
$$;

-- The versions of an agent's prompt, newest first, each with the statistics of its runs by measure.
create or replace function kvasir.prompt_list(agent_wanted text, how_many bigint, legacy boolean)
returns table (prompts jsonb, total bigint)
language sql stable as $$
    select coalesce(jsonb_agg(kvasir.prompt_json(p, legacy) || jsonb_build_object('runs', coalesce((
                select jsonb_agg(jsonb_build_object(
                           'kpi', s.kpi_name, 'count', s.n, 'average', s.average, 'deviation', s.deviation,
                           'min', s.least, 'max', s.most, 'last', kvasir.moment(s.last))
                           order by s.kpi_name)
                  from (select r.kpi_name, count(*) as n, avg(r.kpi_delta) as average,
                               stddev_samp(r.kpi_delta) as deviation, min(r.kpi_delta) as least,
                               max(r.kpi_delta) as most, max(r.created_at) as last
                          from kvasir.prompt_run r
                         where r.tenant_id = p.tenant_id and r.agent = p.agent and r.version = p.version
                         group by r.kpi_name) s), '[]')) order by p.version desc), '[]'),
           (select count(*) from kvasir.prompt c
             where c.tenant_id = (select kvasir.tenant()) and c.agent = agent_wanted)
      from (select * from kvasir.prompt t
             where t.tenant_id = (select kvasir.tenant()) and t.agent = agent_wanted
             order by t.version desc limit how_many) p
$$;

grant execute on function
    kvasir.prompt_json(kvasir.prompt, boolean),
    kvasir.prompt_hold(text),
    kvasir.prompt_add(text, text, boolean, text),
    kvasir.prompt_need(text, bigint),
    kvasir.prompt_activate(text, bigint),
    kvasir.prompt_report(text, bigint, text, double precision, text, text, jsonb),
    kvasir.prompt_list(text, bigint, boolean)
to kvasir_app;
