-- name: collection_create params: 9
-- $1 database, $2 name, $3 dimension or null, $4 space, $5 embedder or null, $6 language,
-- $7 metadata or null, $8 whether an existing one is fine, $9 weights of fields or null.
select id, made
  from kvasir.collection_create($1::text, $2::text, $3::integer, $4::text, $5::text, $6::text,
                                $7::jsonb, $8::boolean, $9::jsonb);

-- name: collection_change params: 4
-- $1 database, $2 name or id, $3 language or null, $4 weights of fields or null.
select kvasir.collection_change($1::text, $2::text, $3::text, $4::jsonb);

-- name: collection_drop params: 2
select kvasir.collection_drop($1::text, $2::text);

-- name: collection_describe params: 4
-- $1 database, $2 name or id, or null for all, $3 limit, $4 offset.
select id, name, dimension, space, embedder, language, metadata, index_state, index_note,
       records, vectors, words, bytes, kvasir.moment(created_at), kvasir.moment(changed_at),
       weights, changing
  from kvasir.collection_describe($1::text, $2::text, $3::bigint, $4::bigint);
