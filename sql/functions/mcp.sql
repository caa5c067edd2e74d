-- mcp: sessions that ended, states that were used, and the secret that both are sealed with.
--
-- Whoever adds a row takes some away that nobody can come back to: the ids and states that they
-- are about have expired by themselves.

set local role kvasir_owner;

create or replace function kvasir.mcp_secret() returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select i.secret from kvasir.installation i;
end;

-- The first statement of what is done in a session.
create or replace function kvasir.mcp_enter(session uuid) returns void
language plpgsql stable as $$
#variable_conflict use_variable
begin
    if exists (select from kvasir.mcp_session s
                where s.tenant_id = (select kvasir.tenant()) and s.id = session and s.ended) then
        raise exception using errcode = 'KV410',
            message = 'this session has ended: begin anew with initialize';
    end if;
end
$$;

create or replace function kvasir.mcp_session_sweep() returns void
language sql volatile
begin atomic
    with old as (
        select s.id from kvasir.mcp_session s
         where s.tenant_id = (select kvasir.tenant()) and s.expires_at < now()
         order by s.expires_at limit 100 for update skip locked)
    delete from kvasir.mcp_session s using old
     where s.tenant_id = (select kvasir.tenant()) and s.id = old.id;
end;

create or replace function kvasir.mcp_end(session uuid, expires_at timestamptz) returns void
language plpgsql volatile as $$
#variable_conflict use_variable
begin
    perform kvasir.mcp_session_sweep();
    delete from kvasir.mcp_round r
     where r.tenant_id = (select kvasir.tenant()) and r.session_id = session;
    insert into kvasir.mcp_session (tenant_id, id, ended, expires_at)
    values ((select kvasir.tenant()), session, true, expires_at)
    on conflict on constraint mcp_session_pkey do update set ended = true;
    delete from kvasir.session_resource r
     where r.tenant_id = (select kvasir.tenant()) and r.session = mcp_end.session::text;
    perform kvasir.stream_tell('session ' || session); -- without words: its streams end
end
$$;

create or replace function kvasir.mcp_log_level_set(session uuid, log_level text,
                                                    expires_at timestamptz)
returns void
language plpgsql volatile as $$
#variable_conflict use_variable
begin
    perform kvasir.mcp_session_sweep();
    insert into kvasir.mcp_session (tenant_id, id, log_level, expires_at)
    values ((select kvasir.tenant()), session, log_level, expires_at)
    on conflict on constraint mcp_session_pkey do update set log_level = excluded.log_level;
end
$$;

-- Null when the session never asked for one.
create or replace function kvasir.mcp_log_level(session uuid) returns text
language sql stable
begin atomic
    select s.log_level from kvasir.mcp_session s
     where s.tenant_id = (select kvasir.tenant()) and s.id = session;
end;

-- A state is used by one request; that request may say so in each of its transactions.
create or replace function kvasir.mcp_state_use(nonce uuid, expires_at timestamptz) returns void
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    request constant text := coalesce(current_setting('kvasir.request', true), '');
begin
    with old as (
        select s.nonce from kvasir.mcp_state s
         where s.tenant_id = (select kvasir.tenant()) and s.expires_at < now()
         order by s.expires_at limit 100 for update skip locked)
    delete from kvasir.mcp_state s using old
     where s.tenant_id = (select kvasir.tenant()) and s.nonce = old.nonce;
    insert into kvasir.mcp_state as s (tenant_id, nonce, request_id, expires_at)
    values ((select kvasir.tenant()), nonce, request, expires_at)
    on conflict on constraint mcp_state_pkey do update set request_id = s.request_id
     where s.request_id = excluded.request_id;
    if not found then
        raise exception using errcode = 'KV410',
            message = 'this requestState was used before: call again without it';
    end if;
end
$$;

create or replace function kvasir.mcp_round_open(round uuid, session uuid, principal text,
                                                 stream uuid, method text, params text,
                                                 rpc_id text, keep bytea, told double precision,
                                                 keys text[], expires_at timestamptz)
returns void
language sql volatile
begin atomic
    with old as (
        select r.id from kvasir.mcp_round r
         where r.tenant_id = (select kvasir.tenant()) and r.expires_at < now()
         order by r.expires_at limit 100 for update skip locked)
    delete from kvasir.mcp_round r using old
     where r.tenant_id = (select kvasir.tenant()) and r.id = old.id;
    insert into kvasir.mcp_round (tenant_id, id, session_id, principal, stream_id, method, params,
                                  rpc_id, keep, told, keys, expires_at)
    values ((select kvasir.tenant()), round, session, principal, stream, method, params, rpc_id,
            keep, told, keys, expires_at);
end;

-- One more answer, to the question of this number.  The row, which is gone then, when it was the
-- last, or when the client could not answer; no row otherwise, and for what nobody asked.
create or replace function kvasir.mcp_round_answer(round uuid, number bigint, session uuid,
                                                   principal text, answer jsonb, failed boolean)
returns table (method text, params text, rpc_id text, stream_id uuid, answers jsonb, keep bytea,
               told double precision, failure text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    held kvasir.mcp_round;
    key  text;
begin
    select * into held from kvasir.mcp_round r
     where r.tenant_id = (select kvasir.tenant()) and r.id = round and r.session_id = session
       and r.principal = mcp_round_answer.principal and r.expires_at > now()
       for update;
    key := held.keys[number + 1];
    if key is null or held.answers ? key then
        return;
    end if;
    held.answers := held.answers || jsonb_build_object(key, answer);
    if not failed and (select count(*) from jsonb_object_keys(held.answers)) < cardinality(held.keys) then
        update kvasir.mcp_round r set answers = held.answers
         where r.tenant_id = held.tenant_id and r.id = held.id;
        return;
    end if;
    delete from kvasir.mcp_round r where r.tenant_id = held.tenant_id and r.id = held.id;
    return query select held.method, held.params, held.rpc_id, held.stream_id, held.answers,
                        held.keep, held.told,
                        case when failed then coalesce(answer ->> 'message', '') end;
end
$$;

-- A call that waits for answers is not gone on with.
create or replace function kvasir.mcp_round_drop(session uuid, rpc_id text) returns void
language sql volatile
begin atomic
    delete from kvasir.mcp_round r
     where r.tenant_id = (select kvasir.tenant()) and r.session_id = session
       and r.rpc_id = mcp_round_drop.rpc_id;
end;

-- Cancels what sessions of that name are at (claims.label of the program); how many there were.
create or replace function kvasir.mcp_cancel(label text) returns bigint
language sql volatile
begin atomic
    select count(*) filter (where pg_cancel_backend(a.pid))
      from pg_stat_activity a
     where a.application_name = label and a.state = 'active' and a.pid <> pg_backend_pid();
end;

grant execute on function
    kvasir.mcp_secret(),
    kvasir.mcp_enter(uuid),
    kvasir.mcp_session_sweep(),
    kvasir.mcp_end(uuid, timestamptz),
    kvasir.mcp_log_level_set(uuid, text, timestamptz),
    kvasir.mcp_log_level(uuid),
    kvasir.mcp_state_use(uuid, timestamptz),
    kvasir.mcp_round_open(uuid, uuid, text, uuid, text, text, text, bytea, double precision,
                          text[], timestamptz),
    kvasir.mcp_round_answer(uuid, bigint, uuid, text, jsonb, boolean),
    kvasir.mcp_round_drop(uuid, text),
    kvasir.mcp_cancel(text)
to kvasir_app;
