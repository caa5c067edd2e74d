-- plan: statements over a collection's tables that are planned once a session.
--
-- plpgsql plans anew what it executes as text, and text it must be where each collection has tables of
-- its own.  A prepared statement of the session keeps the plan; Postgres makes it anew when tables or
-- roles change.

set local role kvasir_owner;

-- Prepares `statement` unless this session has it under that name; returns the name of what is
-- prepared, for `execute`.  At most 32 are kept: plans of large statements take some hundred kB.
create or replace function kvasir.plan_keep(wanted text, types text, statement text)
returns text
language plpgsql volatile as $$
declare
    kept constant text := 'kept ' || wanted;
    old  text[];
begin
    if exists (select from pg_catalog.pg_prepared_statements p where p.name = kept) then
        return kept;
    end if;
    select array_agg(p.name) into old
      from pg_catalog.pg_prepared_statements p where p.name like 'kept %';
    if cardinality(old) >= 32 then
        for i in 1 .. cardinality(old) loop
            execute format('deallocate %I', old[i]);
        end loop;
    end if;
    execute format('prepare %I (%s) as %s', kept, types, statement);
    return kept;
end
$$;

grant execute on function kvasir.plan_keep(text, text, text) to kvasir_app;
