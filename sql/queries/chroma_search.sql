-- name: chroma_search params: 4
-- $1 database, $2 collection, $3 the searches as JSON, $4 the dense queries of all their $knn.
select id, document, metadata, uri, embedding, distance, search, knn, seq, alike, places
  from kvasir.chroma_search($1::text, $2::uuid, $3::jsonb, $4::public.vector[]);
