-- name: tenant_create params: 2
-- $1 name, $2 whether an existing one is fine.
select kvasir.tenant_create($1::text, $2::boolean);

-- name: tenant_drop params: 0
-- Removes the tenant of the claims with all its data.
select kvasir.tenant_drop();

-- name: tenant_list params: 0
select name, id, kvasir.moment(created_at)
  from kvasir.tenant
 order by name;

-- name: key_create params: 5
-- $1 id, $2 SHA-256 of the key, $3 name, $4 scopes, $5 days it is valid or null.
select kvasir.key_create($1::text, $2::bytea, $3::text, $4::text[],
                         make_interval(days => $5::integer));

-- name: key_revoke params: 1
select kvasir.key_revoke($1::text);

-- name: key_list params: 0
select id, name, array_to_string(scopes, ','), created_at, expires_at, revoked_at
  from kvasir.key_list();
