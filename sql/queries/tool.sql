-- name: tool_describe params: 4
-- As collection_describe, but no rows when there is no such collection.
select d.id, d.name, d.dimension, d.space, d.embedder, d.language, d.metadata, d.index_state,
       d.index_note, d.records, d.vectors, d.words, d.bytes, kvasir.moment(d.created_at),
       kvasir.moment(d.changed_at), d.weights, d.changing
  from kvasir.collection_find($1::text, $2::text) c
 cross join lateral kvasir.collection_describe($1::text, c.name, $3::bigint, $4::bigint) d;

-- name: tool_records params: 4
-- $1 database, $2 collection, $3 limit, $4 offset: rows as of record_get, and none when there is
-- no such collection.
select r.id, r.document, r.metadata, r.uri, r.embedding, kvasir.moment(r.created_at),
       kvasir.moment(r.updated_at)
  from kvasir.collection_find($1::text, $2::text) c
 cross join lateral kvasir.record_get($1::text, c.name, null, null, $3::bigint, $4::bigint,
                                      false) r;

-- name: tool_sleep params: 1
-- Takes $1 seconds, which only cancelling makes shorter.
select pg_sleep($1::double precision);

-- name: tool_scopes params: 1
-- $1 id of a key: its scopes, one a row.
select s from kvasir.key_scopes($1::text) s;

-- name: tool_events params: 3
-- $1 beginning of a type, $2 number below which, each or null, $3 how many: as a JSON array.
select kvasir.events_lately($1::text, $2::bigint, $3::bigint);
