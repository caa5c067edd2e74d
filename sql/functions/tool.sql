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

-- The newest events of this tenant as JSON: those whose type begins so (null: all) and whose number is
-- below `before` (null: all).
create or replace function kvasir.events_lately(type_begin text, before bigint, how_many bigint)
returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'number', o.id, 'id', o.event_id, 'type', o.type, 'subject', o.subject,
               'time', kvasir.moment(o.created_at), 'data', o.data) order by o.id desc), '[]')
      from (select * from kvasir.outbox x
             where x.tenant_id = (select kvasir.tenant())
               and (type_begin is null or x.type ^@ type_begin)
               and (before is null or x.id < before)
             order by x.id desc limit how_many) o
$$;

grant execute on function kvasir.events_lately(text, bigint, bigint) to kvasir_app;
