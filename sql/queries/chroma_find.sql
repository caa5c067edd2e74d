-- name: chroma_get params: 8
-- $1 database, $2 collection's id, $3 ids or null, $4 and $5 the filter's path and tree or null,
-- $6 limit, $7 offset, $8 letters of the wanted columns.
select id, document, metadata, uri, embedding
  from kvasir.chroma_get($1::text, $2::uuid, $3::text[], $4::jsonpath, $5::jsonb, $6::bigint,
                         $7::bigint, $8::text);

-- name: chroma_count params: 2
-- $1 database, $2 collection's id.
select kvasir.chroma_count($1::text, $2::uuid);

-- name: chroma_query params: 10
-- $1 database, $2 collection's id, $3 dimension of all embeddings, $4 embeddings, $5 how many for
-- each, $6 ids or null, $7 and $8 the filter's path and tree or null, $9 letters of the columns,
-- $10 the filter's share where it is known.
select id, document, metadata, uri, embedding, distance, probe, share
  from kvasir.chroma_query($1::text, $2::uuid, $3::integer, $4::public.vector[], $5::bigint,
                           $6::text[], $7::jsonpath, $8::jsonb, $9::text, $10::double precision);

-- name: chroma_nearest params: 5
-- The same columns as chroma_query, for one indexed collection, planned once: $1 collection's id,
-- $2 vector, $3 limit, $4 offset, $5 letters of the columns.  Nothing when that number is another
-- collection's by now.
-- marks: records=pg_temp.record_0 number=0 dims=3 want=20 operator=<=> similarity=distance
select id, case when strpos($5::text, 'd') > 0 then document end,
       case when strpos($5::text, 'm') > 0 then metadata end,
       case when strpos($5::text, 'u') > 0 then uri end,
       case when strpos($5::text, 'e') > 0 then embedding::text end,
       :similarity as distance, 1 as probe, null as share
  from (select id, document, metadata, uri, embedding, seq,
               embedding operator(public.:operator) $2::public.vector as distance
          from (select *
                  from :records
                 where embedding is not null
                 order by embedding::public.halfvec(:dims)
                          operator(public.:operator) $2::public.vector::public.halfvec(:dims)
                 limit :want) proposed
         where (select exists (select from kvasir.collection c
                               where c.number = :number and c.id::text = $1::text))) near
 order by near.distance, seq
 limit $3::bigint offset $4::bigint;

-- name: chroma_nearest_filtered params: 6
-- The same columns as chroma_query, for one indexed collection, planned once: $1 collection's id,
-- $2 vector, $3 limit, $4 offset, $5 letters of the columns, $6 the filter's path.  Nothing when that number is another
-- collection's by now.
-- marks: records=pg_temp.record_0 number=0 dims=3 want=20 operator=<=> similarity=distance
select id, case when strpos($5::text, 'd') > 0 then document end,
       case when strpos($5::text, 'm') > 0 then metadata end,
       case when strpos($5::text, 'u') > 0 then uri end,
       case when strpos($5::text, 'e') > 0 then embedding::text end,
       :similarity as distance, 1 as probe, null as share
  from (select id, document, metadata, uri, embedding, seq,
               embedding operator(public.:operator) $2::public.vector as distance
          from (select *
                  from :records
                 where embedding is not null
                   and metadata operator(pg_catalog.@@) $6::jsonpath
                 order by embedding::public.halfvec(:dims)
                          operator(public.:operator) $2::public.vector::public.halfvec(:dims)
                 limit :want) proposed
         where (select exists (select from kvasir.collection c
                               where c.number = :number and c.id::text = $1::text))) near
 order by near.distance, seq
 limit $3::bigint offset $4::bigint;
