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
    insert into kvasir.mcp_session (tenant_id, id, ended, expires_at)
    values ((select kvasir.tenant()), session, true, expires_at)
    on conflict on constraint mcp_session_pkey do update set ended = true;
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
    kvasir.mcp_cancel(text)
to kvasir_app;
