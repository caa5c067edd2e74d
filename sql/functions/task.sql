-- task: work that outlives its request: made, asked for, answered and cancelled by its principal.

set local role kvasir_owner;

-- What follows runs on behalf of a task that the caller works on: under its tenant, and by its key if that still
-- may do what is needed.  A lease is as good as a key: nobody else can know it.
create or replace function kvasir.enter_task(task uuid, lease uuid, scope text, timeout_ms bigint)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    t kvasir.task;
begin
    select * into t from kvasir.task k where k.id = task and k.lease = lease and k.status = 'working';
    if not found then
        raise exception using errcode = 'KV409', message = 'somebody else works on this task by now';
    end if;
    if t.key_id is not null then
        perform kvasir.enter_key(t.key_id, (select k.hash from kvasir.api_key k where k.id = t.key_id), scope,
                                 t.request_id, t.trace, timeout_ms);
        return;
    end if;
    perform set_config('kvasir.tenant', t.tenant_id::text, true),
            set_config('kvasir.caller', t.principal, true),
            set_config('kvasir.scopes', 'admin', true),
            set_config('kvasir.request', coalesce(t.request_id, ''), true),
            set_config('kvasir.trace', coalesce(t.trace, ''), true),
            set_config('statement_timeout', greatest(timeout_ms, 0)::text, true);
end
$$;

-- What those hear who listen for a task: all but what it ended with.
create or replace function kvasir.task_said(t kvasir.task) returns jsonb
language sql stable as $$
    select jsonb_build_object('taskId', t.id, 'status', case when t.status = 'queued' then 'working' else t.status end,
                              'createdAt', kvasir.moment(t.created_at), 'lastUpdatedAt', kvasir.moment(t.updated_at),
                              'ttlMs', t.ttl_ms)
           || case when t.says is null then '{}' else jsonb_build_object('statusMessage', t.says) end
           || case when t.requests is null then '{}' else jsonb_build_object('inputRequests', t.requests) end
$$;

-- Tells whoever listens, and by an event when it has ended; for the tenant of this transaction.
create or replace function kvasir.task_tell(t kvasir.task) returns void
language plpgsql volatile as $$
begin
    perform kvasir.stream_tell('task ' || t.id, kvasir.task_said(t));
    if t.status in ('completed', 'failed', 'cancelled') then
        if t.stream is not null then -- the answer that a response waits for
            perform kvasir.stream_send(t.stream, '{"jsonrpc":"2.0","id":' || t.stream_reply
                || coalesce(',"result":' || t.result, ',"error":' || t.error,
                            ',"error":{"code":-32000,"message":"the call was cancelled"}') || '}', true);
        end if;
        perform kvasir.emit('kvasir.task.' || t.status, t.id::text, jsonb_build_object('kind', t.kind, 'name', t.name));
    end if;
end
$$;

-- The turn of a tenant's next task: behind its own that wait, and not before those that are worked on now.  So who
-- has ten thousand waiting is followed by whoever comes, after the one that is begun next, and nobody saves up turns
-- while he has nothing to do (start-time fair queueing).  As the owner, because those of all tenants count.
create or replace function kvasir.task_turn(tenant uuid) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
begin
    return greatest((select max(k.turn) + 1 from kvasir.task k
                      where k.tenant_id = tenant and k.status = 'queued' and k.ready),
                    coalesce((select max(k.turn) from kvasir.task k where k.status = 'working'),
                             (select min(k.turn) from kvasir.task k where k.status = 'queued' and k.ready),
                             0));
end
$$;

create or replace function kvasir.task_create(kind text, name text, arguments json, client bigint,
                                              attempts_most bigint, ttl_ms bigint, state bytea default null,
                                              stream uuid default null, stream_reply json default null)
returns kvasir.task
language plpgsql volatile as $$
#variable_conflict use_column
declare
    t kvasir.task;
    principal text := kvasir.principal();
begin
    insert into kvasir.task (tenant_id, kind, name, principal, key_id, arguments, client, attempts_most, ttl_ms,
                             expires_at, state, stream, stream_reply, request_id, trace, turn, label)
    values ((select kvasir.tenant()), kind, name, principal,
            case when starts_with(principal, 'key:') then substr(principal, 5) end,
            arguments, client, attempts_most, ttl_ms, now() + ttl_ms * interval '1 millisecond', state,
            stream, stream_reply,
            nullif(current_setting('kvasir.request', true), ''), nullif(current_setting('kvasir.trace', true), ''),
            kvasir.task_turn((select kvasir.tenant())),
            case when current_setting('application_name') like 'mcp %' then current_setting('application_name') end)
    returning * into t;
    perform kvasir.emit('kvasir.task.created', t.id::text, jsonb_build_object('kind', t.kind, 'name', t.name));
    perform pg_notify('kvasir_task', '');
    return t;
end
$$;

-- The tasks of this principal, or all of the tenant; those whose time is over are gone.
create or replace function kvasir.task_seen(everybody boolean) returns setof kvasir.task
language sql stable as $$
    select * from kvasir.task t
     where t.tenant_id = (select kvasir.tenant())
       and (everybody or t.principal = (select kvasir.principal()))
       and (t.expires_at is null or t.expires_at > now() or t.status = 'working')
$$;

create or replace function kvasir.task_need(wanted text, everybody boolean) returns kvasir.task
language plpgsql stable as $$
declare
    t kvasir.task;
begin
    if wanted ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
        select * into t from kvasir.task_seen(everybody) s where s.id = wanted::uuid;
    end if;
    if t.id is null then
        raise exception using errcode = 'KV404', message = format('there is no task %s', left(wanted, 100));
    end if;
    return t;
end
$$;

-- Which of these are tasks of this principal, in their order.
create or replace function kvasir.task_mine(ids text[]) returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(t.id order by i.place), '[]')
      from unnest(ids) with ordinality i (id, place)
     cross join lateral (select case when i.id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then i.id::uuid end) u (id)
      join kvasir.task_seen(false) t on t.id = u.id
$$;

-- Answers to some of a task's questions.  Names that nobody asked for are passed over, as are answers to a task
-- that asks nothing; with the last one it goes on.
create or replace function kvasir.task_answer(wanted text, given jsonb) returns kvasir.task
language plpgsql volatile as $$
declare
    t     kvasir.task := kvasir.task_need(wanted, false);
    taken jsonb;
begin
    select * into t from kvasir.task k where k.tenant_id = t.tenant_id and k.id = t.id for update;
    if t.status <> 'input_required' then
        return t;
    end if;
    select jsonb_object_agg(g.key, g.value) into taken from jsonb_each(given) g where t.requests ? g.key;
    if taken is null then
        return t;
    end if;
    if exists (select from jsonb_each(taken) g where jsonb_typeof(g.value) <> 'object') then
        raise exception using errcode = 'KV400', message = 'an answer is an object, as {"action": "accept", "content": {}}';
    end if;
    update kvasir.task k
       set requests = nullif(t.requests - array(select jsonb_object_keys(taken)), '{}'),
           answers = coalesce(t.answers, '{}') || taken,
           status = case when t.requests - array(select jsonb_object_keys(taken)) = '{}' then 'queued'
                         else t.status end,
           turn = kvasir.task_turn(t.tenant_id), ready = true, attempt = 0, run_at = now(), updated_at = now()
     where k.tenant_id = t.tenant_id and k.id = t.id
    returning * into t;
    if t.status = 'queued' then
        perform pg_notify('kvasir_task', '');
    end if;
    perform kvasir.task_tell(t);
    return t;
end
$$;

-- What waits is cancelled at once; what is worked on when its worker has heard of it.  What has ended stays as it is.
create or replace function kvasir.task_stop(t kvasir.task) returns kvasir.task
language plpgsql volatile as $$
begin
    update kvasir.task k
       set cancel = k.status = 'working', requests = null, state = null, updated_at = now(),
           status = case when k.status = 'working' then k.status else 'cancelled' end
     where k.tenant_id = t.tenant_id and k.id = t.id and k.status in ('queued', 'working', 'input_required')
    returning * into t;
    if t.status = 'working' then
        perform pg_notify('kvasir_task', '');
    elsif found then
        perform kvasir.task_tell(t);
    end if;
    return t;
end
$$;

create or replace function kvasir.task_cancel(wanted text, everybody boolean) returns kvasir.task
language plpgsql volatile as $$
begin
    perform kvasir.task_stop(kvasir.task_need(wanted, everybody));
    return kvasir.task_need(wanted, everybody);
end
$$;

-- The call whose transactions have this label is taken back.
create or replace function kvasir.task_take_back(label text) returns void
language sql volatile
begin atomic
    select kvasir.task_stop(t) from kvasir.task t
     where t.tenant_id = (select kvasir.tenant()) and t.label = task_take_back.label
       and t.status in ('queued', 'working', 'input_required');
end;

-- Nobody waits any more for the answers that these streams were to bring.  For the connection by which a process
-- looks after its streams, which are of many tenants: each is named together with its tenant, unchecked.
create or replace function kvasir.task_abandon(tenants uuid[], streams uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    tenant uuid;
    stream uuid;
    t      kvasir.task;
begin
    for tenant, stream in select w.t, w.s from unnest(tenants, streams) w (t, s) order by w.t, w.s loop
        perform set_config('kvasir.tenant', tenant::text, true);
        for t in select * from kvasir.task k
                  where k.tenant_id = tenant and k.stream = stream
                    and k.status in ('queued', 'working', 'input_required') loop
            perform set_config('kvasir.request', coalesce(t.request_id, ''), true),
                    set_config('kvasir.trace', coalesce(t.trace, ''), true);
            perform kvasir.task_stop(t);
        end loop;
    end loop;
    perform set_config('kvasir.tenant', '', true);
end
$$;

-- One task for wires to write: id, status, words, times, and what it asks for or ended with.
create or replace function kvasir.task_row(t kvasir.task)
returns table (id uuid, kind text, name text, status text, says text, done double precision, total double precision,
               requests jsonb, result json, error json, attempt integer, ttl_ms bigint, created_at text,
               updated_at text)
language sql stable as $$
    select t.id, t.kind, t.name, t.status, t.says, t.done, t.total, t.requests, t.result, t.error, t.attempt, t.ttl_ms,
           kvasir.moment(t.created_at), kvasir.moment(t.updated_at)
$$;

-- The newest first, of one status or of all; after the task that ended the page before.
create or replace function kvasir.task_page(everybody boolean, status_wanted text, after text, how_many bigint)
returns setof kvasir.task
language plpgsql stable as $$
declare
    last kvasir.task;
begin
    if after is not null then
        last := kvasir.task_need(after, everybody);
    end if;
    return query
    select * from kvasir.task_seen(everybody) s
     where (status_wanted is null or s.status = status_wanted)
       and (last.id is null or (s.created_at, s.id) < (last.created_at, last.id))
     order by s.created_at desc, s.id desc
     limit how_many;
end
$$;

grant execute on function
    kvasir.enter_task(uuid, uuid, text, bigint),
    kvasir.task_turn(uuid),
    kvasir.task_create(text, text, json, bigint, bigint, bigint, bytea, uuid, json),
    kvasir.task_seen(boolean),
    kvasir.task_need(text, boolean),
    kvasir.task_mine(text[]),
    kvasir.task_answer(text, jsonb),
    kvasir.task_stop(kvasir.task),
    kvasir.task_cancel(text, boolean),
    kvasir.task_take_back(text),
    kvasir.task_abandon(uuid[], uuid[]),
    kvasir.task_page(boolean, text, text, bigint)
to kvasir_app;
grant execute on function
    kvasir.task_said(kvasir.task),
    kvasir.task_tell(kvasir.task),
    kvasir.task_row(kvasir.task)
to kvasir_app, kvasir_engine;
