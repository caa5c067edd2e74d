-- name: note_create params: 11
-- $1 user or null, $2 title, $3 content, $4 tags, $5 source, $6 owner, $7 compliance, $8 retention,
-- $9 risk score, $10 attachments, $11 whether in the names of older clients.
select n.id, kvasir.note_json(n, $11::boolean)
  from kvasir.note_create($1::text, $2::text, $3::text, $4::text[], $5::text, $6::text, $7::text,
                          $8::text, $9::double precision, $10::jsonb) n;

-- name: note_update params: 12
-- $1 id, $2 user or null, then as note_create from $2 on; null leaves a field as it is.
select n.id, kvasir.note_json(n, $12::boolean)
  from kvasir.note_update($1::text, $2::text, $3::text, $4::text, $5::text[], $6::text, $7::text,
                          $8::text, $9::text, $10::double precision, $11::jsonb) n;

-- name: note_get params: 3
-- $1 id, $2 user or null, $3 names of older clients.
select n.id, kvasir.note_json(n, $3::boolean)
  from kvasir.note_need($1::text, $2::text) n;

-- name: note_delete params: 2
-- $1 id, $2 user or null.
select kvasir.note_delete($1::text, $2::text);

-- name: note_list params: 6
-- $1 user or null, $2 query or null, $3 tags or null, $4 limit, $5 offset, $6 names of older clients.
select notes, total
  from kvasir.note_list($1::text, $2::text, $3::text[], $4::bigint, $5::bigint, $6::boolean);
