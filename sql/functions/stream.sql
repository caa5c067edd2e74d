-- stream: telling open responses, in whichever process they are, and what those look up.
--
-- NOTIFY carries who should look and at what, never the message itself: its payload is short and
-- every session that listens gets all of them.  Its commits queue behind one lock of the whole
-- cluster, so it is for what is rare, not for writes of records.

set local role kvasir_owner;

-- Tell everyone of this tenant who listens to a topic, when the transaction commits: 'tools',
-- 'prompts', 'resources', 'resource <uri>', 'task <id>'.  `said` goes with it where a topic has
-- more to say than that it changed.
create or replace function kvasir.stream_tell(topic text, said jsonb default null)
returns void
language plpgsql volatile as $$
#variable_conflict use_variable
begin
    insert into kvasir.told (tenant_id, topic, said)
    values ((select kvasir.tenant()), topic, said);
    perform pg_notify('kvasir_stream', format('%s %s %s',
                      case when said is null then 'topic' else 'words' end, kvasir.tenant(), topic));
end
$$;

-- The next message of a stream of this tenant, and whether it is the last one; its number.  The
-- lock makes the order of numbers the order of commits, so that who has seen one has seen all
-- before it.
create or replace function kvasir.stream_send(stream uuid, message text, last boolean)
returns bigint
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    before kvasir.stream_message;
begin
    perform pg_advisory_xact_lock(hashtextextended('kvasir.stream ' || stream, 0));
    select * into before from kvasir.stream_message m
     where m.tenant_id = (select kvasir.tenant()) and m.stream_id = stream
     order by m.number desc limit 1;
    if before.last then
        raise exception using errcode = 'KV409',
            message = format('stream %s has had its last message', stream);
    end if;
    insert into kvasir.stream_message (tenant_id, stream_id, number, message, last)
    values ((select kvasir.tenant()), stream, coalesce(before.number, 0) + 1, message, last);
    perform pg_notify('kvasir_stream', format('stream %s %s', kvasir.tenant(), stream));
    return coalesce(before.number, 0) + 1;
end
$$;

-- What a response that stays open needs to know: its tenant, until when its key is good (in
-- microseconds since 1970, 0 for ever), and the versions of the resources that it watches, in
-- their order.
create or replace function kvasir.stream_open(key_id text, uris text[])
returns table (tenant_id uuid, expires bigint, versions bigint[])
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select kvasir.tenant(),
           coalesce((select (extract(epoch from k.expires_at) * 1000000)::bigint
                       from kvasir.api_key k
                      where k.tenant_id = (select kvasir.tenant()) and k.id = key_id), 0),
           array(select coalesce(kvasir.resource_version(w.uri), 0)
                   from unnest(uris) with ordinality w (uri, place) order by w.place);
end;

-- The topics that a session has asked for, each with the version it starts from.
create or replace function kvasir.session_topics(session text) returns jsonb
language sql stable
return coalesce((select jsonb_agg(jsonb_build_array('resource ' || r.uri,
                                                    coalesce(kvasir.resource_version(r.uri), 0))
                                  order by r.uri)
                   from kvasir.session_resource r
                  where r.tenant_id = (select kvasir.tenant()) and r.session = session_topics.session),
                '[]');

create or replace function kvasir.session_subscribe(session text, uri text, most bigint)
returns void
language plpgsql volatile as $$
#variable_conflict use_variable
begin
    insert into kvasir.session_resource (tenant_id, session, uri)
    values ((select kvasir.tenant()), session, uri)
    on conflict do nothing;
    if (select count(*) > most from kvasir.session_resource r
         where r.tenant_id = (select kvasir.tenant()) and r.session = session) then
        raise exception using errcode = 'KV400',
            message = format('a session subscribes to %s resources at most', most);
    end if;
    perform kvasir.stream_tell('session ' || session, kvasir.session_topics(session));
end
$$;

create or replace function kvasir.session_unsubscribe(session text, uri text) returns void
language plpgsql volatile as $$
#variable_conflict use_variable
begin
    delete from kvasir.session_resource r
     where r.tenant_id = (select kvasir.tenant()) and r.session = session and r.uri = uri;
    perform kvasir.stream_tell('session ' || session, kvasir.session_topics(session));
end
$$;

grant execute on function
    kvasir.stream_tell(text, jsonb), kvasir.stream_send(uuid, text, boolean)
to kvasir_app, kvasir_engine;
grant execute on function
    kvasir.stream_open(text, text[]), kvasir.session_topics(text),
    kvasir.session_subscribe(text, text, bigint), kvasir.session_unsubscribe(text, text)
to kvasir_app;

-- The rest is for the one connection by which a process looks up what its streams wait for.  They
-- are of many tenants, so each thing is named together with its tenant, unchecked: only the
-- program decides which.

-- Messages after those that a stream has had.
create or replace function kvasir.stream_due(tenants uuid[], streams uuid[], seen bigint[])
returns table (stream_id uuid, number bigint, message text, last boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select m.stream_id, m.number, m.message, m.last
      from unnest(tenants, streams, seen) w (tenant_id, stream_id, seen)
      join kvasir.stream_message m
        on m.tenant_id = w.tenant_id and m.stream_id = w.stream_id and m.number > w.seen
     order by m.stream_id, m.number;
end;

-- What was told by transactions that had not ended at `since`, the horizon of an earlier look.
create or replace function kvasir.stream_told(tenants uuid[], since xid8)
returns table (tenant_id uuid, topic text, said jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select distinct on (t.tenant_id, t.topic) t.tenant_id, t.topic, t.said
      from kvasir.told t
     where t.xid >= since and t.tenant_id = any (tenants)
     order by t.tenant_id, t.topic, t.number desc;
end;

-- The newest words with a topic.
create or replace function kvasir.stream_said(tenants uuid[], topics text[])
returns table (tenant_id uuid, topic text, said jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select w.tenant_id, w.topic, s.said
      from unnest(tenants, topics) w (tenant_id, topic)
     cross join lateral (select t.said from kvasir.told t
                          where t.tenant_id = w.tenant_id and t.topic = w.topic
                          order by t.number desc limit 1) s;
end;

-- Versions of watched resources; the tenant of each is entered to look.  One whose table is gone or
-- locked just now is left out: the others do not wait for it.
create or replace function kvasir.stream_versions(tenants uuid[], uris text[])
returns table (tenant_id uuid, uri text, version bigint)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp set lock_timeout = '500ms' as $$
begin
    for tenant_id, uri in select distinct t, u from unnest(tenants, uris) w (t, u) order by t loop
        perform set_config('kvasir.tenant', tenant_id::text, true);
        begin
            version := coalesce(kvasir.resource_version(uri), 0);
            return next;
        exception when undefined_table or lock_not_available then
            null;
        end;
    end loop;
    perform set_config('kvasir.tenant', '', true);
end
$$;

-- Forgets what was told and sent longer ago than `seconds`, `most` of each at once; how many went.
create or replace function kvasir.stream_purge(seconds bigint, most bigint) returns bigint
language plpgsql volatile as $$
declare
    old  constant timestamptz := now() - make_interval(secs => seconds);
    gone bigint;
    sum  bigint := 0;
begin
    delete from kvasir.told t
     using (select o.tenant_id, o.number from kvasir.told o
             where o.told_at < old order by o.told_at limit most) o
     where t.tenant_id = o.tenant_id and t.number = o.number;
    get diagnostics gone = row_count;
    sum := greatest(sum, gone);
    delete from kvasir.stream_message m
     using (select o.tenant_id, o.stream_id, o.number from kvasir.stream_message o
             where o.sent_at < old order by o.sent_at limit most) o
     where m.tenant_id = o.tenant_id and m.stream_id = o.stream_id and m.number = o.number;
    get diagnostics gone = row_count;
    sum := greatest(sum, gone);
    -- A session is not told to have ended; one that subscribed a week ago has.
    delete from kvasir.session_resource r
     using (select o.tenant_id, o.session, o.uri from kvasir.session_resource o
             where o.created_at < now() - interval '7 days' order by o.created_at limit most) o
     where r.tenant_id = o.tenant_id and r.session = o.session and r.uri = o.uri;
    get diagnostics gone = row_count;
    return greatest(sum, gone);
end
$$;

grant execute on function
    kvasir.stream_due(uuid[], uuid[], bigint[]), kvasir.stream_told(uuid[], xid8),
    kvasir.stream_said(uuid[], text[]), kvasir.stream_versions(uuid[], text[])
to kvasir_app;
grant execute on function kvasir.stream_purge(bigint, bigint) to kvasir_engine;
