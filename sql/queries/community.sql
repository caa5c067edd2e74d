-- name: community_due params: 1
-- $1 for how many seconds a collection is quiet: one whose communities are to be found anew.
select tenant, number, seen, records from kvasir.community_due($1::double precision);

-- name: community_take params: 3
-- $1 tenant, $2 number of the collection, $3 how many rows at most, ascending by record and entity.
select seq, key, sentence from kvasir.community_take_for($1::uuid, $2::bigint, $3::bigint);

-- name: community_texts params: 3
-- $1 tenant, $2 number of the collection, $3 records.
select seq, document from kvasir.community_texts_for($1::uuid, $2::bigint, $3::text[]::bigint[]);

-- name: community_put params: 3
-- $1 tenant, $2 number of the collection, $3 what was found.
select kvasir.community_put_for($1::uuid, $2::bigint, $3::jsonb);

-- name: community_list params: 4
-- $1 database, $2 collection, $3 limit, $4 offset: communities, the largest first, as JSON.
select kvasir.graph_communities($1::text, $2::text, $3::bigint, $4::bigint);
