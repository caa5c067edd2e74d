-- name: outbox_lead params: 0
-- Whether this session is the one that relays.
select kvasir.outbox_lead();

-- name: outbox_yield params: 0
-- Let another session relay.
select kvasir.outbox_yield();

-- name: outbox_next params: 1
-- The oldest events that are due, in the order in which they go; $1 how many at most.
select o.id, o.event_id, coalesce(t.name, o.tenant_id::text), o.type, o.subject,
       kvasir.moment(o.created_at), o.data, o.request_id, o.trace
  from kvasir.outbox_due($1::bigint) with ordinality o
  left join kvasir.tenant t on t.id = o.tenant_id
 order by o.ordinality;

-- name: outbox_mark params: 1
-- $1 the ids of events that Redis has acknowledged.
update kvasir.outbox o
   set published_at = now()
  from unnest($1::text[]::bigint[]) as told (id)
 where o.id = told.id and o.published_at is null;

-- name: outbox_rewind params: 3
-- $1 the newest event in the stream or null, $2 its time there in ms or 0, $3 how many at most.
select kvasir.outbox_rewind($1::uuid, $2::bigint, $3::bigint);

-- name: outbox_purge params: 3
-- $1 age in seconds, $2 whether events are relayed at all, $3 how many at most.
select kvasir.outbox_purge($1::bigint, $2::boolean, $3::bigint);
