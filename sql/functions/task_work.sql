-- task_work: the engine's side of tasks: claimed by lease, kept by heartbeat, ended, tried again, deleted.

set local role kvasir_owner;

-- What was worked on by somebody who is not heard of any more: to be done again after a while, or given up.
create or replace function kvasir.task_recover() returns void
language plpgsql volatile as $$
declare
    t kvasir.task;
begin
    for t in
        select * from kvasir.task k
         where k.status = 'working' and k.lease_until < clock_timestamp()
         order by k.lease_until limit 100
           for update skip locked
    loop
        perform kvasir.task_end(t, case when t.cancel then 'cancelled' else 'again' end,
            '{"code":-32603,"message":"whoever worked on this task was lost, and it is not known how far it got"}',
            null, null);
    end loop;
end
$$;

-- How a turn at a task ended; see kvasir.task_finish().
create or replace function kvasir.task_end(t kvasir.task, outcome text, body text, kept bytea, wait_ms bigint)
returns void
language plpgsql volatile as $$
declare
    goes_on boolean := outcome = 'released' or (outcome = 'again' and t.attempt < t.attempts_most);
begin
    if t.cancel then
        outcome := 'cancelled';
        goes_on := false;
    end if;
    update kvasir.task k
       set lease = null, lease_until = null, cancel = false, updated_at = clock_timestamp(),
           status = case when goes_on then 'queued' when outcome = 'asked' then 'input_required'
                         when outcome in ('completed', 'cancelled') then outcome else 'failed' end,
           attempt = k.attempt - (outcome = 'released')::integer,
           ready = not goes_on or (outcome = 'released' and coalesce(wait_ms, 0) <= 0),
           run_at = case when outcome = 'released' then now() + make_interval(secs => coalesce(wait_ms, 0) / 1000.0)
                         else now() + greatest(make_interval(secs => coalesce(wait_ms, 0) / 1000.0),
                              least(interval '1 second' * 2 ^ least(k.attempt - 1, 10), interval '2 minutes')
                              * (0.5 + random() / 2)) end,
           round = k.round + (outcome = 'asked')::integer,
           -- A name is never used again within a task: from the second round on it carries its number.
           requests = case when outcome = 'asked'
                           then (select jsonb_object_agg(q.key || case when k.round > 0 then '-' || k.round + 1 else '' end,
                                                         q.value)
                                   from jsonb_each(body::jsonb) q) end,
           answers = case when goes_on then k.answers end,
           state = case when goes_on then k.state when outcome = 'asked' then kept end,
           result = case when outcome = 'completed' then body::json end,
           error = case when outcome = 'failed' or (outcome = 'again' and not goes_on) then body::json end
     where k.tenant_id = t.tenant_id and k.id = t.id
    returning * into t;
    perform set_config('kvasir.tenant', t.tenant_id::text, true),
            set_config('kvasir.request', coalesce(t.request_id, ''), true),
            set_config('kvasir.trace', coalesce(t.trace, ''), true);
    if not goes_on then
        perform kvasir.task_told(t);
    end if;
end
$$;

-- As the owner, since the engine writes no events itself.
create or replace function kvasir.task_told(t kvasir.task) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    select kvasir.task_tell(t);
end;

-- Those whose time has come stand in line again, each behind what its tenant has there.
create or replace function kvasir.task_ready() returns void
language plpgsql volatile as $$
begin
    if not exists (select from kvasir.task k where k.status = 'queued' and not k.ready and k.run_at <= now()) then
        return;
    end if;
    with due as (
        select k.tenant_id, k.id, k.run_at from kvasir.task k
         where k.status = 'queued' and not k.ready and k.run_at <= now()
         order by k.run_at limit 100
           for update skip locked),
    place as (
        select d.tenant_id, d.id, row_number() over (partition by d.tenant_id order by d.run_at) - 1 as behind
          from due d),
    line as (
        select p.tenant_id, kvasir.task_turn(p.tenant_id) as turn from place p where p.behind = 0)
    update kvasir.task t set ready = true, turn = line.turn + place.behind
      from place join line on line.tenant_id = place.tenant_id
     where t.tenant_id = place.tenant_id and t.id = place.id;
end
$$;

-- Up to `most` tasks whose time has come, for `seconds`; this session hears of new ones from now on.
-- answers: by the tool's own names.
create or replace function kvasir.task_claim(most bigint, seconds double precision)
returns table (id text, lease text, kind text, name text, arguments text, client text, answers text, state bytea,
               attempt text)
language plpgsql volatile as $$
#variable_conflict use_column
begin
    listen kvasir_task;
    perform kvasir.task_recover();
    perform kvasir.task_ready();
    return query
    with due as (
        select k.tenant_id, k.id from kvasir.task k
         where k.status = 'queued' and k.ready
         order by k.turn, k.run_at limit most
           for update skip locked)
    update kvasir.task t
       set status = 'working', lease = gen_random_uuid(), attempt = t.attempt + 1,
           lease_until = clock_timestamp() + make_interval(secs => seconds)
      from due where t.tenant_id = due.tenant_id and t.id = due.id
    returning t.id::text, t.lease::text, t.kind, t.name, t.arguments::text, t.client::text,
              (select jsonb_object_agg(case when t.round > 1 then regexp_replace(a.key, '-' || t.round || '$', '')
                                            else a.key end, a.value)
                 from jsonb_each(t.answers) a)::text,
              t.state, t.attempt::text;
end
$$;

-- Milliseconds until some task is due or lost; null: none waits.
create or replace function kvasir.task_rest() returns bigint
language sql stable as $$
    select greatest(0, ceil(extract(epoch from least(
               (select now() where exists (select from kvasir.task k where k.status = 'queued' and k.ready)),
               (select min(k.run_at) from kvasir.task k where k.status = 'queued' and not k.ready),
               (select min(k.lease_until) from kvasir.task k where k.status = 'working'))
           - clock_timestamp()) * 1000))::bigint
$$;

-- That these are still worked on, for so many seconds from now (null: only ask), and what is told of them meanwhile:
-- ids that were claimed by these leases, words and how much of how much is done (null: as before).
-- Returned: those that are not to be worked on any more, because they were cancelled or lost.
create or replace function kvasir.task_beat(ids text[], leases text[], seconds double precision, words text[],
                                            done double precision[], total double precision[])
returns setof text
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    t kvasir.task;
begin
    update kvasir.task k
       set lease_until = coalesce(clock_timestamp() + make_interval(secs => seconds), k.lease_until),
           says = coalesce(b.words, k.says), done = coalesce(b.done, k.done), total = coalesce(b.total, k.total),
           updated_at = case when b.done is null then k.updated_at else clock_timestamp() end
      from unnest(ids, leases, words, done, total) b (id, lease, words, done, total)
     where k.id = b.id::uuid and k.lease = b.lease::uuid and not k.cancel
       and (seconds is not null or b.done is not null);
    for t in
        select k.* from unnest(ids, leases, done) b (id, lease, done)
          join kvasir.task k on k.id = b.id::uuid and k.lease = b.lease::uuid
         where b.done is not null and not k.cancel
    loop
        perform set_config('kvasir.tenant', t.tenant_id::text, true);
        perform kvasir.task_told(t);
    end loop;
    return query
    select b.id from unnest(ids, leases) b (id, lease)
     where not exists (select from kvasir.task k
                        where k.id = b.id::uuid and k.lease = b.lease::uuid and not k.cancel);
end
$$;

-- How turns at tasks ended: 'completed' (body: the result), 'failed' (an error that is final), 'asked' (questions;
-- kept: what the tool wants back), 'again' (an error that may pass, tried again while attempts are left, not before
-- wait_ms), 'released' (nothing came of it and it counts for nothing) or 'cancelled'.  What somebody else
-- works on by now is left alone.
create or replace function kvasir.task_finish(ids text[], leases text[], outcomes text[], bodies text[],
                                              kept bytea[], wait_ms bigint[])
returns void
language plpgsql volatile as $$
declare
    r record;
    t kvasir.task;
begin
    for r in
        select * from unnest(ids, leases, outcomes, bodies, kept, wait_ms)
                      f (id, lease, outcome, body, kept, wait_ms) order by f.id
    loop
        select * into t from kvasir.task k where k.id = r.id::uuid and k.lease = r.lease::uuid for update;
        continue when not found;
        begin
            perform kvasir.task_end(t, r.outcome, r.body, r.kept, r.wait_ms);
        exception when data_exception or check_violation then -- what a tool said and no table holds
            perform kvasir.task_end(t, 'failed', json_build_object('code', -32603, 'message', 'the tool ended with '
                || 'what the database cannot store: ' || sqlerrm)::text, null, null);
        end;
    end loop;
    if 'released' = any (outcomes) then
        perform pg_notify('kvasir_task', '');
    end if;
end
$$;

-- Deletes tasks whose time is over, but none that is worked on; returns how many went.
create or replace function kvasir.task_purge(most bigint) returns bigint
language plpgsql volatile as $$
declare
    gone bigint;
begin
    delete from kvasir.task t
     using (select k.tenant_id, k.id from kvasir.task k
             where k.expires_at < now() and k.status <> 'working'
             limit most for update skip locked) old
     where t.tenant_id = old.tenant_id and t.id = old.id;
    get diagnostics gone = row_count;
    return gone;
end
$$;

grant execute on function
    kvasir.task_recover(),
    kvasir.task_end(kvasir.task, text, text, bytea, bigint),
    kvasir.task_told(kvasir.task),
    kvasir.task_ready(),
    kvasir.task_turn(uuid),
    kvasir.task_claim(bigint, double precision),
    kvasir.task_rest(),
    kvasir.task_beat(text[], text[], double precision, text[], double precision[], double precision[]),
    kvasir.task_finish(text[], text[], text[], text[], bytea[], bigint[]),
    kvasir.task_purge(bigint)
to kvasir_engine;
