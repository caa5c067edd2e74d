-- name: chroma_tenant_is params: 1
-- $1 the tenant that the path names; KV404 unless it is the one that the claims name.
select kvasir.chroma_tenant_is($1::text);

-- name: chroma_identity params: 0
-- The tenant of the claims and the names of its databases.
select t.name,
       (select coalesce(jsonb_agg(d.name order by d.name), '[]')
          from kvasir.database d
         where d.tenant_id = t.id)
  from kvasir.tenant t
 where t.id = (select kvasir.tenant());
