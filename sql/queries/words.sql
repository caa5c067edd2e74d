-- name: words_lookup params: 5
-- $1 database, $2 collection, $3 texts of the query, $4 what each is (text, prefix or word), $5 the id of a
-- record whose text is asked instead, or null.
select kind, term, first, second, bytes
  from kvasir.words_lookup($1::text, $2::text, $3::text[], $4::text[], $5::text);

-- name: words_pass params: 7
-- $1 database, $2 collection, $3 the set of words that they were found in, $4 records by their seq,
-- $5 filter or null, $6 phrases that each must have, $7 phrases that none may have.
select w from kvasir.words_pass($1::text, $2::text, $3::bigint, $4::bigint[], $5::jsonpath,
                                $6::text[], $7::text[]) w;

-- name: words_due params: 1
-- $1 how many seconds words may wait.
select tenant, number from kvasir.words_due($1::double precision, 4);

-- name: words_take params: 3
-- $1 tenant, $2 number of the set of words, $3 how many records at most.
select seq, len, words from kvasir.words_take_for($1::uuid, $2::bigint, $3::bigint)
 order by seq::bigint;

-- name: words_put params: 8
-- $1 tenant, $2 number of the set of words, $3 terms, $4 postings of each, $5 how many records,
-- $6 the first and $7 the last of them, $8 whether the run goes below all others.
select kvasir.words_put_for($1::uuid, $2::bigint, $3::text[], $4::bytea[], $5::bigint, $6::bigint,
                            $7::bigint, $8::boolean);

-- name: words_set_due params: 1
-- $1 how many seconds a set stays after searches have left it.
select tenant, number from kvasir.words_set_due($1::double precision, 4);

-- name: words_set_step params: 3
-- $1 tenant, $2 number of the set of words, $3 how many records are to be read at most.
select after, upto, did from kvasir.words_set_step_for($1::uuid, $2::bigint, $3::bigint);

-- name: words_set_read params: 4
-- $1 tenant, $2 number of the set of words, $3 and $4 the records from above which up to which.
select seq, len, words from kvasir.words_set_read_for($1::uuid, $2::bigint, $3::bigint, $4::bigint)
 order by seq::bigint;

-- name: words_seal params: 0
select kvasir.words_seal();

-- name: words_merge_due params: 0
select tenant, number, runs from kvasir.words_merge_due();

-- name: words_merge_take params: 3
-- $1 tenant, $2 number of the set of words, $3 runs.
select kind, term, first, second, bytes
  from kvasir.words_merge_take_for($1::uuid, $2::bigint, $3::bigint[]);

-- name: words_merge_put params: 8
-- $1 tenant, $2 number of the set of words, $3 runs, $4 terms, $5 postings of each, $6 and $7 what was
-- forgotten in them, $8 the last of what was known to be forgotten.
select kvasir.words_merge_put_for($1::uuid, $2::bigint, $3::bigint[], $4::text[], $5::bytea[],
                                  $6::bigint[], $7::bigint[], $8::bigint);

-- name: words_vacuum_steps params: 1
-- $1 number of the set of words.
select s from kvasir.words_vacuum_steps($1::bigint) s;
