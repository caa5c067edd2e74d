-- name: chroma_collection_create params: 7
-- $1 database, $2 name, $3 space, $4 metadata, $5 configuration and $6 schema, each or null,
-- $7 whether an existing one is fine.
select kvasir.chroma_collection_create($1::text, $2::text, $3::text, $4::jsonb, $5::jsonb,
                                       $6::jsonb, $7::boolean);

-- name: chroma_collection_list params: 3
-- $1 database, $2 limit, $3 offset.
select id, name, dimension, space, metadata, configuration, schema, keys, tenant, database
  from kvasir.chroma_collections($1::text, null, null, $2::bigint, $3::bigint);

-- name: chroma_collection_by_id params: 2
select id, name, dimension, space, metadata, configuration, schema, keys, tenant, database
  from kvasir.chroma_collection_find($1::text, $2::uuid, null);

-- name: chroma_collection_by_name params: 2
select id, name, dimension, space, metadata, configuration, schema, keys, tenant, database
  from kvasir.chroma_collection_find($1::text, null, $2::text);

-- name: chroma_collection_count params: 1
select count(*)
  from kvasir.collection c
  join kvasir.database d on d.tenant_id = c.tenant_id and d.id = c.database_id
 where d.tenant_id = (select kvasir.tenant()) and d.name = $1::text;

-- name: chroma_collection_change params: 6
-- $1 database, $2 id; then each or null: $3 new name, $4 metadata, $5 settings of the index,
-- $6 embedding function.
select kvasir.chroma_collection_change($1::text, $2::uuid, $3::text, $4::jsonb, $5::jsonb,
                                       $6::jsonb);

-- name: chroma_collection_drop params: 2
-- $1 database, $2 name.
select kvasir.chroma_collection_drop($1::text, $2::text);

-- name: chroma_collection_fork params: 3
-- $1 database, $2 id, $3 name of the copy.
select kvasir.chroma_collection_fork($1::text, $2::uuid, $3::text);

-- name: chroma_collection_forks params: 2
select kvasir.chroma_collection_forks($1::text, $2::uuid);

-- name: chroma_collection_progress params: 3
-- $1 database, $2 id, $3 how many vectors make an index worth its cost.
select indexed, total from kvasir.chroma_collection_progress($1::text, $2::uuid, $3::bigint);
