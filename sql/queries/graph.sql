-- name: graph_take params: 3
-- $1 database, $2 collection, $3 how many: records whose mentions are not stored yet.
select null, c.number, t.seq, t.stamp, t.document, t.metadata, t.fields
  from kvasir.collection_need($1::text, $2::text) c
 cross join lateral kvasir.graph_take(c.number, $3::bigint) t;

-- name: graph_put params: 14
-- Their mentions: $1 nothing, $2 number of the collection, $3 seqs, $4 stamps, then of each mention
-- $5 seq, $6 key, $7 kind, $8 type, $9 field, $10 sentence, $11 start, $12 stop, then $13 seq and $14 key
-- of each gram.  How many records were stored.
select kvasir.graph_put($2::bigint, $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                        $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
                        $14::text[])
 where $1::uuid is null;

-- name: graph_take_any params: 2
-- $1 how many seconds a record may wait, $2 how many: the same for a collection of any tenant.
select d.tenant, d.number, t.seq, t.stamp, t.document, t.metadata, t.fields
  from kvasir.graph_due($1::double precision) d
 cross join lateral kvasir.graph_take_for(d.tenant, d.number, $2::bigint) t;

-- name: graph_put_for params: 14
-- The same as graph_put, $1 being the tenant's id.
select kvasir.graph_put_for($1::uuid, $2::bigint, $3::text[], $4::text[], $5::text[], $6::text[],
                            $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
                            $12::text[], $13::text[], $14::text[]);
