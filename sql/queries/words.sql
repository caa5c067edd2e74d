-- name: words_post params: 2
-- $1 how many seconds words may wait, $2 how many records of a collection at most; returns how many
-- records' words were posted.
select coalesce(sum(kvasir.words_post_for(d.tenant, d.number, $2::bigint)), 0)
  from kvasir.words_due($1::double precision, 16) d;
