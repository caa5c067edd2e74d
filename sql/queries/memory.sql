-- name: memory_guard params: 2
-- $1 id, $2 user or null: before a record is put under a given id.
select kvasir.memory_guard($1::text, $2::text);

-- name: memory_search params: 18
-- $1 query or null, $2 its embedding or null, $3 the model that made it, $4 limit, $5 user or null,
-- $6 filter, then the weights: $7 relevance, $8 importance, $9 recency; $10 half-life in days, $11 share of
-- meaning; then answers by words (struct word_hits).  No rows when nothing was ever remembered.
select m.mode, m.reason, m.id, m.document, m.metadata, kvasir.moment(m.created_at),
       kvasir.moment(m.updated_at), m.score, m.relevance, m.worth, m.recency
  from kvasir.collection_find('default_database', 'memory') c
 cross join lateral kvasir.memory_search(
           $1::text, $2::public.vector, $3::text, $4::bigint, $5::text, $6::jsonpath,
           array[$7, $8, $9]::double precision[], $10::double precision, $11::double precision,
           row($12::bigint[], $13::double precision[], $14::double precision,
               $15::bigint[], $16::bigint[],
               $17::double precision[], $18::public.vector)::kvasir.word_hits) m;

-- name: memory_tag params: 4
-- $1 id, $2 user or null, $3 tags to add, $4 tags to remove.
select kvasir.memory_tag($1::text, $2::text, $3::text[], $4::text[]);

-- name: memory_relate params: 5
-- $1 from, $2 to, $3 relation, $4 weight, $5 user or null.
select kvasir.memory_relate($1::text, $2::text, $3::text, $4::double precision, $5::text);

-- name: memory_related params: 3
-- $1 id, $2 user or null, $3 limit.
select id, document, metadata, relation, outgoing, weight
  from kvasir.memory_related($1::text, $2::text, $3::bigint);

-- name: memory_delete params: 2
-- $1 id, $2 user or null.
select kvasir.memory_delete($1::text, $2::text);
