-- tool: what the registry of tools asks for beyond what a tool does.

set local role kvasir_owner;

-- The scopes of an API key of this tenant, one a row.
create or replace function kvasir.key_scopes(key_id text) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select unnest(k.scopes) from kvasir.api_key k
     where k.tenant_id = (select kvasir.tenant()) and k.id = key_id;
end;

grant execute on function kvasir.key_scopes(text) to kvasir_app;
