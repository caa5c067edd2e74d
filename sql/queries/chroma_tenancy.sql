-- name: chroma_tenant_create params: 1
select kvasir.chroma_tenant_create($1::text);

-- name: chroma_tenant params: 0
-- The tenant of the claims.
select name, resource_name from kvasir.tenant where id = (select kvasir.tenant());

-- name: chroma_tenant_resource params: 1
select kvasir.chroma_tenant_resource($1::text);

-- name: chroma_tenant_enter params: 1
-- Open access: goes on as the tenant of that name or resource name.
select kvasir.chroma_tenant_enter($1::text);

-- name: chroma_tenant_called params: 1
-- Access by key: KV404 unless the key's tenant has that name or resource name.
select kvasir.chroma_tenant_called($1::text);

-- name: chroma_database_create params: 1
select kvasir.chroma_database_create($1::text);

-- name: chroma_database_list params: 2
-- $1 limit, $2 offset.
select d.id, d.name, t.name
  from kvasir.database d
  join kvasir.tenant t on t.id = d.tenant_id
 where d.tenant_id = (select kvasir.tenant())
 order by d.name collate "C"
 limit $1::bigint offset $2::bigint;

-- name: chroma_database params: 1
select d.id, d.name, t.name
  from kvasir.chroma_database_need($1::text) d
  join kvasir.tenant t on t.id = d.tenant_id;

-- name: chroma_database_drop params: 1
select kvasir.chroma_database_drop($1::text);

-- name: chroma_reset params: 1
-- $1 whether all tenants are meant, or only the one of the claims.
select kvasir.chroma_reset($1::boolean);
