-- tool_call: what is kept of each call of a tool: its event, its row of the audit, its result for repeats.

set local role kvasir_owner;

-- Who calls in this transaction: the id of a key, or 'open'.
create or replace function kvasir.caller() returns text
language sql stable parallel safe
return coalesce(nullif(current_setting('kvasir.caller', true), ''), 'open');

-- The end of a call: `data` its event (null: none is sent), `before_ms` what it took before this
-- transaction began.  A statement before it may have told why the call failed (kvasir.failure), or
-- that it is a repetition, which is no call anew (kvasir.outcome).  What changed nothing need not
-- have reached the disk before the answer.
create or replace function kvasir.call_end(tool text, data jsonb, before_ms bigint, wire text,
                                           outcome text, digest bytea, changes boolean)
returns void
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    mine     constant uuid := (select kvasir.tenant());
    failure  constant text := nullif(current_setting('kvasir.failure', true), '');
    repeated constant text := nullif(current_setting('kvasir.outcome', true), '');
    request  constant text := nullif(current_setting('kvasir.request', true), '');
    trace    constant text := nullif(current_setting('kvasir.trace', true), '');
    took     constant bigint := before_ms + round(
        extract(epoch from clock_timestamp() - transaction_timestamp()) * 1000);
begin
    if not changes then
        perform set_config('synchronous_commit', 'off', true);
    end if;
    insert into kvasir.audit (tenant_id, caller, wire, tool, outcome, ms, request_id, trace, digest)
    values (mine, kvasir.caller(), wire, tool,
            coalesce(repeated, case when failure is not null then 'input' else outcome end), took,
            request, trace, digest);
    if data is null or repeated is not null then
        return;
    elsif failure is not null then
        data := data || jsonb_build_object('success', false, 'kind', 'input', 'error', failure);
    end if;
    insert into kvasir.outbox (tenant_id, type, subject, data, request_id, trace)
    values (mine, 'mcp.tool.executed', tool, data || jsonb_build_object('duration', took), request,
            trace);
end
$$;

-- Whose calls are told of: the tenant of that name, or of a key, which may have been revoked since.
create or replace function kvasir.call_tenant(tenant_name text, key_id text, key_hash bytea)
returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select t.id from kvasir.tenant t where key_id is null and t.name = tenant_name
    union all
    select k.tenant_id from kvasir.api_key k where k.id = key_id and k.hash = key_hash;
end;

-- The ends of many calls of one caller that asked nothing of this database; `at_us`: microseconds
-- since 1970.  Of a tenant that is gone nothing is told.
create or replace function kvasir.call_ends(tenant_name text, key_id text, key_hash bytea, tools text[],
                                            events jsonb[], took bigint[], wires text[],
                                            outcomes text[], digests bytea[], requests text[],
                                            traces text[], at_us bigint[])
returns void
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    mine constant uuid := kvasir.call_tenant(tenant_name, key_id, key_hash);
begin
    if mine is null then
        return;
    end if;
    perform set_config('kvasir.tenant', mine::text, true),
            set_config('synchronous_commit', 'off', true);
    insert into kvasir.audit (tenant_id, called_at, caller, wire, tool, outcome, ms, request_id, trace,
                              digest)
    select mine, to_timestamp(c.at_us / 1e6), coalesce(key_id, 'open'), c.wire, c.tool, c.outcome, c.ms,
           c.request, c.trace, c.digest
      from unnest(tools, wires, outcomes, took, requests, traces, digests, at_us)
           c (tool, wire, outcome, ms, request, trace, digest, at_us);
    insert into kvasir.outbox (tenant_id, type, subject, data, request_id, trace, created_at)
    select mine, 'mcp.tool.executed', c.tool, c.event, c.request, c.trace, to_timestamp(c.at_us / 1e6)
      from unnest(tools, events, requests, traces, at_us) c (tool, event, request, trace, at_us);
end
$$;

-- Takes an idempotency key for this transaction.  Whoever has it makes others wait for a while,
-- and when it has answered they are refused, and ask once_repeat().
create or replace function kvasir.once_take(key text, tool text, digest bytea)
returns void
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    patience constant text := current_setting('lock_timeout');
begin
    perform set_config('lock_timeout', '5s', true);
    insert into kvasir.once as o (tenant_id, caller, key, tool, digest, expires_at)
    values ((select kvasir.tenant()), kvasir.caller(), key, tool, digest, now() + interval '24 hours')
    on conflict on constraint once_pkey do update
        set tool = excluded.tool, digest = excluded.digest, result = null, content = null,
            expires_at = excluded.expires_at
      where o.expires_at < now();
    if not found then
        raise exception using errcode = 'KV409',
            message = 'a call with this idempotency key was answered already';
    end if;
    perform set_config('lock_timeout', patience, true);
exception when lock_not_available then
    raise exception using errcode = 'KV409',
        message = 'a call with this idempotency key is still under way';
end
$$;

create or replace function kvasir.once_keep(key text, result text, content text)
returns void
language sql volatile
begin atomic
    update kvasir.once o set result = once_keep.result, content = once_keep.content
     where o.tenant_id = (select kvasir.tenant()) and o.caller = kvasir.caller()
       and o.key = once_keep.key;
end;

-- What the call with this key answered: whether it was the same call, and its result.  No row: it
-- has not answered.  The end of this call then says what it was.
create or replace function kvasir.once_repeat(key text, tool text, digest bytea)
returns table (same boolean, result text, content text)
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    kept kvasir.once;
begin
    select * into kept from kvasir.once o
     where o.tenant_id = (select kvasir.tenant()) and o.caller = kvasir.caller() and o.key = key
       and o.expires_at >= now();
    if found then
        same := kept.tool = tool and kept.digest = digest;
        result := kept.result;
        content := kept.content;
        perform set_config('kvasir.outcome', case when same then 'repeated' else 'conflict' end, true);
        return next;
    end if;
end
$$;

-- Rows of the audit, the newest first, as JSON: those before `before` (null: the newest).
create or replace function kvasir.audit_list(tool text, outcome text, caller text, within bigint,
                                             before bigint, most bigint)
returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'id', a.id, 'called_at', kvasir.moment(a.called_at), 'caller', a.caller,
               'wire', a.wire, 'tool', a.tool, 'outcome', a.outcome, 'ms', a.ms,
               'request_id', a.request_id, 'trace', a.trace,
               'arguments_sha256', encode(a.digest, 'hex')) order by a.id desc), '[]')
      from (select * from kvasir.audit x
             where x.tenant_id = (select kvasir.tenant())
               and (before is null or x.id < before)
               and (audit_list.tool is null or x.tool = audit_list.tool)
               and (audit_list.outcome is null or x.outcome = audit_list.outcome)
               and (audit_list.caller is null or x.caller = audit_list.caller)
               and (within is null or x.called_at >= now() - make_interval(secs => within))
             order by x.id desc limit most) a
$$;

grant execute on function
    kvasir.caller(),
    kvasir.call_end(text, jsonb, bigint, text, text, bytea, boolean),
    kvasir.call_tenant(text, text, bytea),
    kvasir.call_ends(text, text, bytea, text[], jsonb[], bigint[], text[], text[], bytea[], text[], text[],
                     bigint[]),
    kvasir.once_take(text, text, bytea),
    kvasir.once_keep(text, text, text),
    kvasir.once_repeat(text, text, bytea),
    kvasir.audit_list(text, text, text, bigint, bigint, bigint)
to kvasir_app;
