-- name: chroma_record_write params: 12
-- $1 database, $2 collection's id, $3 add, upsert or update, then parallel arrays: $4 ids,
-- $5 documents, $6 metadatas, $7 uris, $8 embeddings, $9 rounds of repeated ids or null;
-- $10 dimension of the embeddings, $11 kinds of the metadata's values, $12 whether it has nulls.
select inserted, updated
  from kvasir.chroma_record_write($1::text, $2::uuid, $3::text, $4::text[], $5::text[],
                                  $6::jsonb[], $7::text[], $8::public.vector[], $9::integer[],
                                  $10::integer, $11::jsonb, $12::boolean);

-- name: chroma_record_delete params: 6
-- $1 database, $2 collection's id, $3 ids or null, $4 and $5 a filter's path and tree, $6 how many at
-- most or null.
select kvasir.chroma_record_delete($1::text, $2::uuid, $3::text[], $4::jsonpath, $5::jsonb,
                                   $6::bigint);
