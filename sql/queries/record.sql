-- name: record_put params: 8
-- $1 database, $2 collection, then parallel arrays: $3 ids, $4 documents, $5 metadatas, $6 uris,
-- $7 embeddings; $8 the model that made them, null when they were given.
select inserted, updated, unembedded
  from kvasir.record_put($1::text, $2::text, $3::text[], $4::text[], $5::jsonb[], $6::text[],
                         $7::public.vector[], $8::text);

-- name: record_update params: 8
-- Parameters as of record_put.
select updated, to_json(missing), unembedded
  from kvasir.record_update($1::text, $2::text, $3::text[], $4::text[], $5::jsonb[], $6::text[],
                            $7::public.vector[], $8::text);

-- name: record_get params: 7
-- $1 database, $2 collection, $3 ids or null, $4 filter or null, $5 limit, $6 offset,
-- $7 whether embeddings are wanted.
select id, document, metadata, uri, embedding, kvasir.moment(created_at),
       kvasir.moment(updated_at)
  from kvasir.record_get($1::text, $2::text, $3::text[], $4::jsonpath, $5::bigint, $6::bigint,
                         $7::boolean);

-- name: record_delete params: 4
-- $1 database, $2 collection, $3 ids or null, $4 filter or null.
select kvasir.record_delete($1::text, $2::text, $3::text[], $4::jsonpath);

-- name: record_hashes params: 3
-- $1 database, $2 collection, $3 sources or null for all.
select id, source, hash, file_hash
  from kvasir.record_hashes($1::text, $2::text, $3::text[]);

-- name: event_emit params: 3
-- $1 type, $2 subject, $3 data.
select kvasir.emit($1::text, $2::text, $3::jsonb);
