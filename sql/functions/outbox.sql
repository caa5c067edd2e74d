-- outbox: events on their way from the table to the stream.

set local role kvasir_owner;

-- Whether this session relays events.  One session at a time does; the lock goes with the session,
-- and the setting says that this session has it, so that asking again does not take it twice.
create or replace function kvasir.outbox_lead() returns boolean
language plpgsql volatile as $$
begin
    if current_setting('kvasir.relay', true) = 'leads' then
        return true;
    elsif not pg_try_advisory_lock(hashtextextended('kvasir.relay', 0)) then
        return false;
    end if;
    perform set_config('kvasir.relay', 'leads', false);
    return true;
end
$$;

create or replace function kvasir.outbox_yield() returns void
language plpgsql volatile as $$
begin
    if current_setting('kvasir.relay', true) = 'leads' then
        perform set_config('kvasir.relay', '', false);
        perform pg_advisory_unlock(hashtextextended('kvasir.relay', 0));
    end if;
end
$$;

-- The oldest events that wait, for the session that relays.  A row is due when no transaction older
-- than its own is still open, so that none can appear before it later.  An xid from the future
-- came with rows restored from another cluster.
-- The settings keep the planner to the index of waiting rows in its order: its estimates of a table
-- that fills and empties are always old, and sorting all that waits for each batch is slow.
create or replace function kvasir.outbox_due(most bigint) returns setof kvasir.outbox
language plpgsql volatile
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
    if current_setting('kvasir.relay', true) = 'leads' then
        return query
        select o.* from kvasir.outbox o
         where o.published_at is null
           and (o.xid < pg_snapshot_xmin(pg_current_snapshot())
                or o.xid >= pg_snapshot_xmax(pg_current_snapshot()))
         order by o.xid, o.id
         limit most;
    end if;
end
$$;

-- The stream may have lost its end (Redis died, was emptied or replaced).  Rows that were marked
-- after the newest event it still has, or all when it has none, wait again; their number is
-- returned.  The order of marking is (published_at, xid, id).
create or replace function kvasir.outbox_rewind(newest uuid, newest_ms bigint, most bigint)
returns bigint
language plpgsql volatile as $$
declare
    seen  kvasir.outbox;
    since timestamptz;
    again bigint;
begin
    select * into seen from kvasir.outbox o where o.event_id = newest;
    if seen.id is not null and seen.published_at is null then
        return 0; -- it arrived but was not marked: nothing after it was marked either
    end if;
    since := coalesce(seen.published_at, to_timestamp(newest_ms / 1000.0));
    with lost as (
        select o.id from kvasir.outbox o
         where o.published_at > since
            or (o.published_at = since and (o.xid, o.id) > (seen.xid, seen.id))
         order by o.published_at desc, o.xid desc, o.id desc
         limit most)
    update kvasir.outbox o set published_at = null from lost where o.id = lost.id;
    get diagnostics again = row_count;
    return again;
end
$$;

-- Deletes events that were published (or, when nothing relays them, written) longer ago than
-- `seconds`, looking at no more than `most` of the oldest rows; returns how many went.
create or replace function kvasir.outbox_purge(seconds bigint, relayed boolean, most bigint)
returns bigint
language plpgsql volatile as $$
declare
    gone bigint;
begin
    delete from kvasir.outbox o
     using (select y.id, case when relayed then y.published_at else y.created_at end as done_at
              from kvasir.outbox y order by y.id limit most) old
     where o.id = old.id and old.done_at < now() - make_interval(secs => seconds);
    get diagnostics gone = row_count;
    return gone;
end
$$;

grant execute on function
    kvasir.outbox_lead(),
    kvasir.outbox_yield(),
    kvasir.outbox_due(bigint),
    kvasir.outbox_rewind(uuid, bigint, bigint),
    kvasir.outbox_purge(bigint, boolean, bigint)
to kvasir_engine;
