-- name: session params: 0
-- First words on a new connection: our settings, and the oid of pgvector's type (0: not there).
-- search_path: the system's names first, so that nobody's object can stand in for one of them;
-- public is where pgvector's types, functions and operators live.
-- enable_seqscan: what has an index is read by it, even in a young table that the planner misjudges;
-- what has none is scanned all the same.
-- hnsw: an index scan goes on until enough rows have passed the other conditions.
-- jit: compiling costs more than our statements take.
-- client_connection_check_interval: what somebody asked who is gone is not worked out to its end.
select coalesce((select type.oid
                   from pg_catalog.pg_extension as extension
                   join pg_catalog.pg_depend as part
                     on part.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                    and part.refobjid = extension.oid and part.deptype = 'e'
                    and part.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                   join pg_catalog.pg_type as type on type.oid = part.objid
                  where extension.extname = 'vector' and type.typname = 'vector'), 0),
       pg_catalog.set_config('search_path', 'pg_catalog, public', false),
       pg_catalog.set_config('TimeZone', 'UTC', false),
       pg_catalog.set_config('DateStyle', 'ISO', false),
       pg_catalog.set_config('IntervalStyle', 'iso_8601', false),
       pg_catalog.set_config('jit', 'off', false),
       pg_catalog.set_config('client_connection_check_interval', '5s', false),
       pg_catalog.set_config('enable_seqscan', 'off', false),
       pg_catalog.set_config('hnsw.ef_search', '100', false),
       pg_catalog.set_config('hnsw.iterative_scan', 'relaxed_order', false);
