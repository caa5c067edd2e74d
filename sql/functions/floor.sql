-- floor: which of several open responses of one session is told what all of them hear.
--
-- A message of ours goes to one stream of a session (2025-11-25, Transports, "Multiple
-- Connections").  Which one it is changes by a notification, and notifications come to every
-- process in the order of commits: so what is told before it goes to the one and what is told
-- behind it to the other, in whichever processes they are.
--
-- All of this is for the one connection by which a process listens.  Its streams are of many
-- tenants, so each is named together with its tenant, unchecked: only the program decides which.

set local role kvasir_owner;

create or replace function kvasir.floor_lock(holder uuid) returns bigint
language sql immutable
return hashtextextended('kvasir.holder ' || holder, 0);

-- From here on, until its connection ends, the streams of this holder are held.
create or replace function kvasir.stream_hold(holder uuid) returns void
language sql volatile
begin atomic
    select pg_advisory_lock(kvasir.floor_lock(holder)),
           set_config('kvasir.holder', holder::text, false);
end;

-- The lock keeps nobody out who has it himself.
create or replace function kvasir.floor_is_held(holder uuid) returns boolean
language sql volatile
return holder::text = current_setting('kvasir.holder', true)
       or not pg_try_advisory_xact_lock_shared(kvasir.floor_lock(holder));

-- Changes of one session come one after the other.
create or replace function kvasir.floor_enter(tenant uuid, session text) returns void
language sql volatile
begin atomic
    select pg_advisory_xact_lock(hashtextextended(format('kvasir.floor %s %s', tenant, session), 0));
end;

create or replace function kvasir.floor_newest(tenant uuid, session text) returns kvasir.session_stream
language sql stable
begin atomic
    select s from kvasir.session_stream s
     where s.tenant_id = tenant and s.session = floor_newest.session
     order by s.number desc limit 1;
end;

-- The newest has the floor, and says what it heard in the last `ms` while another one had it.
create or replace function kvasir.floor_give(tenant uuid, session text, ms bigint) returns void
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    newest constant uuid := (kvasir.floor_newest(tenant, session)).stream;
begin
    if newest is not null then
        perform pg_notify('kvasir_stream', format('floor %s %s %s %s', tenant, newest, ms, session));
    end if;
end
$$;

-- Takes away the streams of processes that are gone; whether the one that had the floor was one.
create or replace function kvasir.floor_prune(tenant uuid, session text) returns boolean
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    before constant uuid := (kvasir.floor_newest(tenant, session)).stream;
begin
    delete from kvasir.session_stream s
     where s.tenant_id = tenant and s.session = session and not kvasir.floor_is_held(s.holder);
    return before is distinct from (kvasir.floor_newest(tenant, session)).stream;
end
$$;

-- Streams that are there from now on.  When nobody alive had the floor, what was heard in the
-- last ten seconds is said: what a process that died has told last may come twice, and not never.
create or replace function kvasir.stream_join(tenants uuid[], sessions text[], streams uuid[],
                                              holder uuid)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    tenant  uuid;
    session text;
    stream  uuid;
    newest  uuid;
    lost    boolean;
begin
    for tenant, session, stream in
        select w.t, w.n, w.s from unnest(tenants, sessions, streams) with ordinality w (t, n, s, place)
         order by w.t, w.n, w.place desc loop
        perform kvasir.floor_enter(tenant, session);
        lost := kvasir.floor_prune(tenant, session);
        newest := (kvasir.floor_newest(tenant, session)).stream;
        lost := lost or newest is null or newest = stream; -- itself: its process was deaf
        insert into kvasir.session_stream (tenant_id, session, stream, holder)
        select t.id, session, stream, holder from kvasir.tenant t where t.id = tenant
        on conflict on constraint session_stream_pkey do update set holder = excluded.holder;
        perform kvasir.floor_give(tenant, session, case when lost then 10000 else 0 end);
    end loop;
end
$$;

-- Streams that have ended, each so many milliseconds ago.
create or replace function kvasir.stream_leave(tenants uuid[], sessions text[], streams uuid[],
                                               ago bigint[])
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    tenant  uuid;
    session text;
    stream  uuid;
    ms      bigint;
    had     boolean;
begin
    for tenant, session, stream, ms in
        select w.t, w.n, w.s, w.m from unnest(tenants, sessions, streams, ago) w (t, n, s, m)
         order by w.t, w.n loop
        perform kvasir.floor_enter(tenant, session);
        had := (kvasir.floor_newest(tenant, session)).stream = stream;
        delete from kvasir.session_stream s
         where s.tenant_id = tenant and s.session = session and s.stream = stream;
        if had then
            perform kvasir.floor_give(tenant, session, ms);
        end if;
    end loop;
end
$$;

-- Sessions in which somebody else has the floor: when his process is gone, the next one gets it.
create or replace function kvasir.stream_check(tenants uuid[], sessions text[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    tenant  uuid;
    session text;
begin
    for tenant, session in
        select distinct w.t, w.n from unnest(tenants, sessions) w (t, n) order by w.t, w.n loop
        continue when kvasir.floor_is_held((kvasir.floor_newest(tenant, session)).holder);
        perform kvasir.floor_enter(tenant, session);
        if kvasir.floor_prune(tenant, session) then
            perform kvasir.floor_give(tenant, session, 10000);
        end if;
    end loop;
end
$$;

-- Forgets streams of processes that are gone, `most` at once; how many went.
create or replace function kvasir.floor_purge(most bigint) returns bigint
language sql volatile
begin atomic
    with held as materialized (
        select s.holder, kvasir.floor_is_held(s.holder) as alive
          from (select distinct o.holder from kvasir.session_stream o limit most) s),
    gone as (
        delete from kvasir.session_stream s using held
         where s.holder = held.holder and not held.alive returning 1)
    select count(*) from gone;
end;

grant execute on function
    kvasir.stream_hold(uuid), kvasir.floor_lock(uuid),
    kvasir.stream_join(uuid[], text[], uuid[], uuid),
    kvasir.stream_leave(uuid[], text[], uuid[], bigint[]),
    kvasir.stream_check(uuid[], text[])
to kvasir_app;
grant execute on function
    kvasir.floor_purge(bigint), kvasir.floor_is_held(uuid), kvasir.floor_lock(uuid)
to kvasir_engine;
