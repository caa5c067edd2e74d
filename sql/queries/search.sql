-- name: search params: 18
-- $1 database, $2 collection, $3 mode, $4 query or null, $5 vector or null, $6 the model that made
-- it, null when it was given, $7 limit, $8 offset, $9 filter or null, $10 least score or null,
-- $11 weight of meaning in hybrid scores; then answers by words (struct word_hits).
select mode, reason, id, document, metadata, uri, score, word_score, similarity, word_part,
       meaning_part
  from kvasir.search($1::text, $2::text, $3::text, $4::text, $5::public.vector, $6::text,
                     $7::bigint, $8::bigint, $9::jsonpath, $10::double precision,
                     $11::double precision,
                     row($12::bigint[], $13::double precision[], $14::double precision,
                         $15::bigint[], $16::bigint[],
                         $17::double precision[], $18::public.vector)::kvasir.word_hits);

-- name: search_ranked params: 19
-- As search, ordered anew: $19 is how, an object.
select mode, reason, id, document, metadata, uri, score, word_score, similarity, word_part,
       meaning_part, ranking, matched
  from kvasir.search_ranked($1::text, $2::text, $3::text, $4::text, $5::public.vector, $6::text,
                            $7::bigint, $8::bigint, $9::jsonpath, $10::double precision,
                            $11::double precision, $19::jsonb,
                            row($12::bigint[], $13::double precision[], $14::double precision,
                                $15::bigint[], $16::bigint[],
                                $17::double precision[], $18::public.vector)::kvasir.word_hits);

-- name: search_if_there params: 18
-- As search, but no rows when there is no such collection.
select h.mode, h.reason, h.id, h.document, h.metadata, h.uri, h.score, h.word_score, h.similarity,
       h.word_part, h.meaning_part
  from kvasir.collection_find($1::text, $2::text) c
 cross join lateral kvasir.search($1::text, c.name, $3::text, $4::text, $5::public.vector,
                                  $6::text, $7::bigint, $8::bigint, $9::jsonpath,
                                  $10::double precision, $11::double precision,
                                  row($12::bigint[], $13::double precision[], $14::double precision,
                                      $15::bigint[], $16::bigint[],
                                      $17::double precision[], $18::public.vector)::kvasir.word_hits) h;

-- name: search_like params: 11
-- $1 database, $2 collection, $3 id of a record, $4 limit, then answers by words; no rows when there is no such collection.
select h.mode, h.reason, h.id, h.document, h.metadata, h.uri, h.score, h.word_score, h.similarity,
       h.word_part, h.meaning_part
  from kvasir.collection_find($1::text, $2::text) c
 cross join lateral kvasir.search_like(
           $1::text, c.name, $3::text, $4::bigint,
           row($5::bigint[], $6::double precision[], $7::double precision,
               $8::bigint[], $9::bigint[],
               $10::double precision[], $11::public.vector)::kvasir.word_hits) h;

-- name: collection_hint params: 2
-- $1 database, $2 collection; nothing unless its vectors are indexed.
select number, dimension, space,
       floor(kvasir.index_effort(configuration, number))::bigint
  from kvasir.collection_need($1::text, $2::text)
 where index_state = 'ready';

-- name: nearest params: 4
-- The same columns as search, for one indexed collection, planned once: $1 collection, $2 vector,
-- $3 limit, $4 offset.  Nothing when that number has another name by now.
-- marks: records=pg_temp.record_0 number=0 dims=3 want=20 operator=<=> similarity=1-distance
select 'vector' as mode, null as reason, id, document, metadata, uri, :similarity as score,
       null as word_score, :similarity as similarity, null as word_part, null as meaning_part
  from (select id, document, metadata, uri, seq,
               embedding operator(public.:operator) $2::public.vector as distance
          from (select *
                  from :records
                 where embedding is not null
                 order by embedding::public.halfvec(:dims)
                          operator(public.:operator) $2::public.vector::public.halfvec(:dims)
                 limit :want) proposed
         where (select exists (select from kvasir.collection c
                               where c.number = :number
                                 and (c.name = $1::text or c.id::text = $1::text)))) near
 order by distance, seq
 limit $3::bigint offset $4::bigint;

-- name: search_effort params: 1
-- $1 how many candidates a search by index keeps in view, for this transaction.
select pg_catalog.set_config('hnsw.ef_search', $1::text, true);

-- name: search_graph params: 21
-- $1 database, $2 collection, $3 query, $4 vector or null, $5 the model that made it, $6 limit, $7 offset,
-- $8 filter or null, $9 weight of meaning, $10 least score or null, then the runs of words of the query:
-- $11 keys, $12 first word of each, $13 word behind its last; $14 hops; then answers by words.  The columns of search, and the
-- parts and the path of the graph.
select mode, reason, id, document, metadata, uri, score, word_score, similarity, word_part,
       meaning_part, graph
  from kvasir.search_graph($1::text, $2::text, $3::text, $4::public.vector, $5::text, $6::bigint,
                           $7::bigint, $8::jsonpath, $9::double precision, $10::double precision,
                           $11::text[], $12::text[], $13::text[], $14::integer,
                           row($15::bigint[], $16::double precision[], $17::double precision,
                               $18::bigint[], $19::bigint[],
                               $20::double precision[], $21::public.vector)::kvasir.word_hits);

-- name: explore_seeds params: 16
-- $1 database, $2 collection, $3 query, $4 vector or null, $5 the model that made it, $6 weight of meaning,
-- then the runs of words of the query: $7 keys, $8 first word of each, $9 word behind its last; $10 to $16
-- what words answer, as search has it.  Where a walk from the query begins, and which graph that is.
select reason, tenant, number, writes, mark, moment, name, seq, weight
  from kvasir.explore_seeds($1::text, $2::text, $3::text, $4::public.vector, $5::text,
                            $6::double precision, $7::text[], $8::text[], $9::text[],
                            row($10::bigint[], $11::double precision[], $12::double precision,
                                $13::bigint[], $14::bigint[],
                                $15::double precision[], $16::public.vector)::kvasir.word_hits);

-- name: explore_part params: 6
-- $1 database, $2 collection, $3 seqs and $4 weights of the records that a walk begins at, $5 entities that
-- were asked for, $6 filter or null: the part of the graph that it needs.
select name, other, records
  from kvasir.explore_part($1::text, $2::text, $3::bigint[], $4::double precision[], $5::text[],
                           $6::jsonpath);

-- name: explore_epoch params: 2
-- $1 database, $2 collection: which graph this is, and in which state.
select tenant, number, writes, mark, moment from kvasir.explore_epoch($1::text, $2::text);

-- name: explore_mentions params: 6
-- $1 database, $2 collection, $3 key, $4 kind and $5 seq of the last one read, $6 how many: a page of the
-- whole graph.
select key, name, kind::text, records
  from kvasir.explore_mentions($1::text, $2::text, $3::text, $4::integer, $5::bigint, $6::bigint);

-- name: explore_relations params: 4
-- $1 database, $2 collection, $3 id of the last one read, $4 how many: a page of its relations.
select id, name, other, ends
  from kvasir.explore_relations($1::text, $2::text, $3::bigint, $4::bigint);

-- name: explore_hits params: 10
-- $1 database, $2 collection, $3 why it was not by meaning or null, then of each record $4 its seq, $5 its
-- score, $6 its path; $7 filter or null, $8 least score or null, $9 limit, $10 offset.  The columns
-- of search_graph.
select mode, reason, id, document, metadata, uri, score, word_score, similarity, word_part,
       meaning_part, graph
  from kvasir.explore_hits($1::text, $2::text, $3::text, $4::bigint[],
                           $5::double precision[], $6::jsonb[], $7::jsonpath,
                           $8::double precision, $9::bigint, $10::bigint);

-- name: search_global params: 20
-- As search_graph without hops: $1 database, $2 collection, $3 query, $4 vector or null, $5 the model that made
-- it, $6 limit, $7 offset, $8 filter or null, $9 weight of meaning, $10 least score or null, $11 to $13 the
-- runs of words of the query, $14 to $20 what words answer.  The rows are communities.
select mode, reason, id, document, metadata, uri, score, word_score, similarity, word_part,
       meaning_part, graph
  from kvasir.search_global($1::text, $2::text, $3::text, $4::public.vector, $5::text, $6::bigint,
                            $7::bigint, $8::jsonpath, $9::double precision, $10::double precision,
                            $11::text[], $12::text[], $13::text[],
                            row($14::bigint[], $15::double precision[], $16::double precision,
                                $17::bigint[], $18::bigint[],
                                $19::double precision[], $20::public.vector)::kvasir.word_hits);

-- name: search_near params: 7
-- $1 database, $2 collection, $3 query, $4 vector, $5 the model that made it or null, $6 how many, for each
-- width, $7 filter or null: the nearest records of a search by both.
select width, seq, similarity
  from kvasir.words_near($1::text, $2::text, $3::text, $4::public.vector, $5::text, $6::bigint[],
                         $7::jsonpath);
