-- name: doctor_role params: 1
-- Who this session is, and whether it may do what the role $1 may (null: there is no such role).
select current_user, pg_catalog.current_setting('server_version'), me.rolsuper or me.rolbypassrls,
       me.rolsuper or me.rolcreaterole,
       (select pg_catalog.pg_has_role(wanted.oid, 'usage')
          from pg_catalog.pg_roles as wanted where wanted.rolname = $1::text)
  from pg_catalog.pg_roles as me
 where me.rolname = current_user;

-- name: doctor_vector params: 0
-- pgvector as it is installed in this database, and whether it is new enough; no row: it is not.
select x.extversion,
       pg_catalog.string_to_array(substring(x.extversion from '^\d+\.\d+'), '.')::integer[]
       >= array[0, 7]
  from pg_catalog.pg_extension as x
 where x.extname = 'vector';

-- name: doctor_engine params: 0
-- The engine that was seen last, and how many seconds ago.
select h.host, h.pid, extract(epoch from now() - h.seen_at)::bigint
  from kvasir.heartbeat as h
 where h.program = 'kvasir-engine'
 order by h.seen_at desc
 limit 1;

-- name: doctor_outbox params: 0
-- How many events wait for the relay (counted up to 100001), and for how long the oldest.
select count(*), coalesce(extract(epoch from now() - min(w.created_at)), 0)::bigint
  from (select o.created_at from kvasir.outbox as o
         where o.published_at is null
         order by o.xid, o.id
         limit 100001) as w;

-- name: doctor_words params: 0
-- How many collections' words are being made anew, how many records are read for that, of how many, and
-- whether one has waited for a minute to begin.
select count(*), coalesce(sum(least(s.read, s.records)), 0), coalesce(sum(s.records), 0),
       coalesce(bool_or(s.last is null and s.since < now() - interval '1 minute'), false)
  from kvasir.word_set as s
 where s.state = 'making';
