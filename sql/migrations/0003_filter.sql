-- Filters on metadata that an index answers although the tables stand behind the tenant wall.
--
-- Below row security a condition may use an index only when its function is leakproof, and
-- jsonb @@ jsonpath is not marked so.  It is in fact (docs/decisions argues it): here the same function
-- of Postgres stands once more, marked.  Only a superuser may do that: a role that is none gets an
-- operator that means the same and has no index, and kvasir lint says so.

create function kvasir.metadata_match(metadata jsonb, filter jsonpath) returns boolean
    language sql immutable strict parallel safe
    return pg_catalog.jsonb_path_match_opr(metadata, filter);
alter function kvasir.metadata_match(jsonb, jsonpath) owner to kvasir_owner;
grant execute on function kvasir.metadata_match(jsonb, jsonpath)
    to kvasir_app, kvasir_engine;

-- For a superuser: from now on filters are indexed.  In the class every function is Postgres' own of
-- jsonb_path_ops; 16 is the number by which they know @@.
create function kvasir.filter_index_make() returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $make$
declare
    r record;
begin
    create or replace function kvasir.metadata_match(metadata jsonb, filter jsonpath)
        returns boolean language internal immutable strict leakproof parallel safe
        as 'jsonb_path_match_opr';
    create operator class kvasir.metadata_ops for type jsonb using gin as
        operator 16 kvasir.@@ (jsonb, jsonpath),
        function 1 btint4cmp(integer, integer),
        function 2 gin_extract_jsonb_path(jsonb, internal, internal),
        function 3 gin_extract_jsonb_query_path(jsonb, internal, smallint, internal, internal,
                                                internal, internal),
        function 4 gin_consistent_jsonb_path(internal, smallint, jsonb, integer, internal,
                                             internal, internal, internal),
        function 6 gin_triconsistent_jsonb_path(internal, smallint, jsonb, integer, internal,
                                                internal, internal),
        storage integer;
    alter operator class kvasir.metadata_ops using gin owner to kvasir_owner;
    alter operator family kvasir.metadata_ops using gin owner to kvasir_owner;
    for r in select c.relname from pg_class c
              where c.relnamespace = 'kvasir_data'::regnamespace and c.relname ~ '^record_\d+$' loop
        execute format('create index on kvasir_data.%I using gin (metadata kvasir.metadata_ops)',
                       r.relname);
    end loop;
end
$make$;
alter function kvasir.filter_index_make() owner to kvasir_owner;
revoke execute on function kvasir.filter_index_make() from public;

create operator kvasir.@@ (
    function = kvasir.metadata_match, leftarg = jsonb, rightarg = jsonpath,
    restrict = matchingsel, join = matchingjoinsel);
alter operator kvasir.@@ (jsonb, jsonpath) owner to kvasir_owner;

-- The indexes of before, which only roles above the wall could use.
do $$
declare
    r record;
begin
    for r in select distinct i.indexrelid::regclass as name
               from pg_index i
               join pg_class t on t.oid = i.indrelid
               join pg_opclass o on o.oid = any (i.indclass)
              where t.relnamespace = 'kvasir_data'::regnamespace and t.relname ~ '^record_\d+$'
                and o.opcname = 'jsonb_path_ops' loop
        execute format('drop index %s', r.name);
    end loop;
    if (select rolsuper from pg_roles where rolname = current_user) then
        perform kvasir.filter_index_make();
    end if;
end
$$;
