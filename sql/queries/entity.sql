-- name: entity_create params: 1
-- $1 [{name, entityType, observations}]: the new ones.
select kvasir.entity_create($1::jsonb);

-- name: entity_relate params: 1
-- $1 [{from, to, relationType, subject, object}]: the new ones.
select kvasir.entity_relate($1::jsonb);

-- name: entity_observe params: 1
-- $1 [{entityName, contents}]: what was added.
select kvasir.entity_observe($1::jsonb);

-- name: entity_delete params: 1
-- $1 names as a JSON array.
select kvasir.entity_delete(array(select jsonb_array_elements_text($1::jsonb)));

-- name: entity_unobserve params: 1
-- $1 [{entityName, observations}]
select kvasir.entity_unobserve($1::jsonb);

-- name: entity_unrelate params: 1
-- $1 [{from, to, relationType}]
select kvasir.entity_unrelate($1::jsonb);

-- name: entity_graph params: 0
-- All of it.
select kvasir.entity_graph(null);

-- name: entity_search params: 1
-- $1 a text.
select kvasir.entity_search($1::text);

-- name: entity_open params: 1
-- $1 names as a JSON array.
select kvasir.entity_open(array(select jsonb_array_elements_text($1::jsonb)));

-- name: entity_bare params: 2
-- $1 what a call was given, $2 the model that embeds: [{id, text}] of what it named and has no embedding.
select kvasir.entity_bare($1::jsonb, $2::text);

-- name: entity_embed params: 3
-- $1 what entity_bare told, $2 embeddings in its order, $3 the model that made them.
select kvasir.entity_embed($1::jsonb, $2::public.vector[], $3::text);
