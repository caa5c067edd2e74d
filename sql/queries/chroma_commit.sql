-- name: chroma_read_note params: 8
-- $1 database, $2 collection's id, $3 token or null, $4 ids or null, $5 and $6 the filter's path and tree
-- or null, $7 limit, $8 offset; returns the token.
select kvasir.chroma_read_note($1::text, $2::uuid, $3::bigint, $4::text[], $5::jsonpath, $6::jsonb,
                               $7::bigint, $8::bigint);

-- name: chroma_commit_hold params: 4
-- $1 database, $2 collection's id, $3 dimension of embeddings to come or null, $4 kinds of values.
select (kvasir.chroma_record_hold($1::text, $2::uuid, $3::integer, $4::jsonb)).number;

-- name: chroma_commit_check params: 5
-- $1 database, $2 collection's id, $3 token or null, $4 ids that were read, $5 ids to be written.
select kvasir.chroma_commit_check($1::text, $2::uuid, $3::bigint, $4::text[], $5::text[]);

-- name: chroma_commit_end params: 4
-- $1 database, $2 collection's id, $3 token or null, $4 ids that were added or changed.
select kvasir.chroma_commit_end($1::text, $2::uuid, $3::bigint, $4::text[]);
