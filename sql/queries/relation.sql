-- name: relation_put params: 3
-- $1 database, $2 collection, $3 relations as an array: what a user says.
select kvasir.graph_relate($1::text, $2::text, $3::jsonb);

-- name: relation_put_for params: 4
-- $1 tenant's id, $2 number of the collection, $3 extractor, $4 relations as an array: how many were
-- stored, how many refused.
select jsonb_array_length(t.told -> 'relations') - jsonb_array_length(t.told -> 'refused'),
       jsonb_array_length(t.told -> 'refused')
  from (select kvasir.relation_put_for($1::uuid, $2::bigint, $3::text, $4::jsonb)) t (told);

-- name: relation_list params: 9
-- $1 database, $2 collection, $3 subject, $4 predicate, $5 object, $6 as of, $7 known at, each or null,
-- $8 limit, $9 offset.
select kvasir.graph_relations($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text,
                              $8::bigint, $9::bigint);

-- name: relation_get params: 3
-- $1 database, $2 collection, $3 id.
select kvasir.graph_relation($1::text, $2::text, $3::bigint);

-- name: relation_end params: 4
-- $1 database, $2 collection, $3 id, $4 when it ended or null: now.
select kvasir.graph_relation_end($1::text, $2::text, $3::bigint, $4::text);

-- name: relation_delete params: 3
-- $1 database, $2 collection, $3 id.
select kvasir.graph_relation_delete($1::text, $2::text, $3::bigint);

-- name: relation_forget params: 3
-- $1 database, $2 collection, $3 extractor: how many relations went.
select kvasir.relation_forget($1::text, $2::text, $3::text);

-- name: relation_predicates params: 2
-- $1 database, $2 collection.
select kvasir.graph_predicates($1::text, $2::text);

-- name: relation_predicate_set params: 4
-- $1 database, $2 collection, $3 predicate, $4 whether it has one value at a time.
select kvasir.graph_predicate_set($1::text, $2::text, $3::text, $4::boolean);
