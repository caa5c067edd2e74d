-- name: stream_open params: 2
-- $1 the key's id or null, $2 uris of resources: tenant, end of the key in us (0: none), versions.
select o.tenant_id, o.expires, array_to_json(o.versions)
  from kvasir.stream_open($1::text, $2::text[]) o;

-- name: stream_send params: 3
-- $1 stream, $2 message, $3 whether it is the last one.
select kvasir.stream_send($1::uuid, $2::text, $3::boolean);

-- name: stream_ended params: 2
-- $1 stream, $2 number: whether this message, or one before it, was the last one.
select exists (select from kvasir.stream_message m
                where m.tenant_id = (select kvasir.tenant()) and m.stream_id = $1::uuid
                  and m.number <= $2::bigint and m.last);

-- name: stream_tell params: 2
-- $1 topic, $2 what goes with it, JSON or null.
select kvasir.stream_tell($1::text, $2::jsonb);

-- name: session_topics params: 1
-- $1 session: [[topic, version], ...].
select kvasir.session_topics($1::text);

-- name: session_subscribe params: 3
-- $1 session, $2 uri, $3 how many a session may have.
select kvasir.session_subscribe($1::text, $2::text, $3::bigint);

-- name: session_unsubscribe params: 2
-- $1 session, $2 uri.
select kvasir.session_unsubscribe($1::text, $2::text);

-- name: stream_horizon params: 0
-- Transactions before this one have ended, and what they told has been delivered.
select pg_snapshot_xmin(pg_current_snapshot());

-- name: stream_due params: 3
-- $1 tenants, $2 streams of theirs, $3 the numbers that each has had.
select d.stream_id, d.number, d.message, d.last
  from kvasir.stream_due($1::text[]::uuid[], $2::text[]::uuid[], $3::bigint[]) d;

-- name: stream_told params: 2
-- $1 tenants, $2 an earlier horizon.
select t.tenant_id, t.topic, t.said
  from kvasir.stream_told($1::text[]::uuid[], $2::text::xid8) t;

-- name: stream_said params: 2
-- $1 tenants, $2 topics of theirs.
select s.tenant_id, s.topic, s.said
  from kvasir.stream_said($1::text[]::uuid[], $2::text[]) s;

-- name: stream_versions params: 2
-- $1 tenants, $2 uris of theirs.
select v.tenant_id, v.uri, v.version
  from kvasir.stream_versions($1::text[]::uuid[], $2::text[]) v;

-- name: stream_hold params: 1
-- $1 what the streams of this connection's process are held by, as long as it lasts.
select kvasir.stream_hold($1::uuid);

-- name: stream_join params: 4
-- $1 tenants, $2 sessions of theirs, $3 streams that are new in those, $4 their holder.
select kvasir.stream_join($1::text[]::uuid[], $2::text[], $3::text[]::uuid[], $4::uuid);

-- name: stream_leave params: 4
-- $1 tenants, $2 sessions of theirs, $3 streams that are gone, $4 since how many milliseconds.
select kvasir.stream_leave($1::text[]::uuid[], $2::text[], $3::text[]::uuid[], $4::bigint[]);

-- name: stream_check params: 2
-- $1 tenants, $2 sessions of theirs in which another stream has the floor.
select kvasir.stream_check($1::text[]::uuid[], $2::text[]);

-- name: stream_purge params: 2
-- $1 age in seconds, $2 how many at most.
select greatest(kvasir.stream_purge($1::bigint, $2::bigint), kvasir.floor_purge($2::bigint));
