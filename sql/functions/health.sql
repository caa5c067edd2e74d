-- health: what readiness may know without a tenant.

set local role kvasir_owner;

-- The newest migration that was applied; 0 before the ledger was written.
-- plpgsql, because the ledger need not be there when this file is read.
create or replace function kvasir.migration_level() returns integer
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (select coalesce(max(m.number), 0) from kvasir.migration m);
exception when undefined_table then
    return 0;
end
$$;
grant execute on function kvasir.migration_level() to kvasir_app, kvasir_engine;
