-- name: fact_add params: 5
-- $1 id, $2 type, $3 payload, $4 when it occurred or null, $5 the document that says so or null.
select kvasir.fact_add($1::uuid, $2::text, $3::jsonb, $4::text, $5::text);

-- name: fact_list params: 5
-- $1 type or null, $2 conditions, $3 limit, $4 offset, $5 names of older clients.
select facts, total
  from kvasir.fact_list($1::text, $2::jsonb, $3::bigint, $4::bigint, $5::boolean);

-- name: fact_aggregate params: 5
-- $1 type or null, $2 conditions, $3 aggregates, $4 paths to group by, $5 limit.
select groups, total
  from kvasir.fact_aggregate($1::text, $2::jsonb, $3::jsonb, $4::text[], $5::bigint);

-- name: fact_governance params: 2
-- $1 collection, $2 id of a record.
select kvasir.fact_governance($1::text, $2::text);
