-- name: chroma_get params: 8
-- $1 database, $2 collection's id, $3 ids or null, $4 and $5 the filter's path and tree or null,
-- $6 limit, $7 offset, $8 letters of the wanted columns.
select id, document, metadata, uri, embedding
  from kvasir.chroma_get($1::text, $2::uuid, $3::text[], $4::jsonpath, $5::jsonb, $6::bigint,
                         $7::bigint, $8::text);

-- name: chroma_count params: 2
-- $1 database, $2 collection's id.
select kvasir.chroma_count($1::text, $2::uuid);

-- name: chroma_query params: 9
-- $1 database, $2 collection's id, $3 dimension of all embeddings, $4 embeddings, $5 how many for
-- each, $6 ids or null, $7 and $8 the filter's path and tree or null, $9 letters of the columns.
select id, document, metadata, uri, embedding, distance, probe, share
  from kvasir.chroma_query($1::text, $2::uuid, $3::integer, $4::public.vector[], $5::bigint,
                           $6::text[], $7::jsonpath, $8::jsonb, $9::text);
