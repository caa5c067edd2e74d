-- name: search params: 11
-- $1 database, $2 collection, $3 mode, $4 query or null, $5 vector or null, $6 the model that made
-- it, null when it was given, $7 limit, $8 offset, $9 filter or null, $10 least score or null,
-- $11 weight of meaning in hybrid scores.
select mode, reason, id, document, metadata, uri, score, word_score, similarity, word_part,
       meaning_part
  from kvasir.search($1::text, $2::text, $3::text, $4::text, $5::public.vector, $6::text,
                     $7::bigint, $8::bigint, $9::jsonpath, $10::double precision,
                     $11::double precision);
