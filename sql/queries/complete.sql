-- name: complete params: 4
-- $1 the prompt that is asked about or null, $2 kind of name or null, $3 collection or null,
-- $4 how the name begins.
select value
  from kvasir.complete($1::text, $2::text, $3::text, $4::text);
