-- name: resource_page params: 5
-- $1 database, then where the page before ended: $2 stage or null, $3 collection, $4 record;
-- $5 how many.
select resource, stage, name, seq
  from kvasir.resource_page($1::text, $2::text, $3::text, $4::bigint, $5::bigint);

-- name: resource_read params: 4
-- $1 database, $2 collection, $3 records, entities or null, $4 which of them.
select mime, body, meta
  from kvasir.resource_read($1::text, $2::text, $3::text, $4::text);
