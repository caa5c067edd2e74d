-- filter: conditions on records as SQL: a jsonpath over metadata, and a tree of all else.

set local role kvasir_owner;

-- The class of the index on metadata; null where no superuser has made it (migration 0003).
create or replace function kvasir.filter_class() returns text
language plpgsql stable as $$
begin
    return (select format('%I.%I', n.nspname, o.opcname)
              from pg_catalog.pg_opclass o
              join pg_catalog.pg_namespace n on n.oid = o.opcnamespace
             where n.nspname = 'kvasir' and o.opcname = 'metadata_ops');
end
$$;

-- A float as Chroma's clients know it: written with a fraction, or beyond 64 bits.
create or replace function kvasir.filter_is_float(number jsonb) returns boolean
language plpgsql immutable parallel safe as $$
begin
    return jsonb_typeof(number) = 'number'
           and (scale(number::numeric) > 0
                or number::numeric not between -9223372036854775808 and 9223372036854775807);
end
$$;

-- SQL of one node of a tree (src/chroma/where.h), which stands in `param` below the places `at`.
-- Fixed words, marks and places alone: values are read from the parameter when it runs.
create or replace function kvasir.filter_node_sql(alias text, node jsonb, param text, at text[])
returns text
language plpgsql immutable as $$
declare
    first text := format('(%s #>> %L)', param, at || '1'::text);
    parts text[];
begin
    case node ->> 0
    when 'and', 'or', 'not' then
        select array_agg(kvasir.filter_node_sql(alias, node -> i, param, at || i::text) order by i)
          into parts
          from generate_series(1, jsonb_array_length(node) - 1) i;
        return case node ->> 0
               when 'and' then '(' || coalesce(array_to_string(parts, ' and '), 'true') || ')'
               when 'or' then '(' || coalesce(array_to_string(parts, ' or '), 'false') || ')'
               else '(' || parts[1] || ' is not true)' end;
    when 'path' then
        return format('%s.metadata operator(kvasir.@@) %s::jsonpath', alias, first);
    when 'contains' then
        return format('strpos(%s.document, %s) > 0', alias, first);
    when 'regex' then
        return format('%s.document collate "C" ~ %s', alias, first);
    when 'id' then
        return format('%s.id = any (array(select jsonb_array_elements_text(%s #> %L)))', alias,
                      param, at || '1'::text);
    when 'in' then
        return format('(jsonb_typeof(%1$s.metadata -> %2$s) <> ''array'' '
                      'and (%3$s #> %4$L) @> (%1$s.metadata -> %2$s))',
                      alias, first, param, at || '2'::text);
    when 'float' then
        return format('kvasir.filter_is_float(%1$s.metadata -> %2$s -> 0) = (%3$s #>> %4$L)::boolean',
                      alias, first, param, at || '2'::text);
    end case;
end
$$;

-- " and ..." for a statement in which path_param and tree_param name parameters of these values.
create or replace function kvasir.filter_sql(alias text, path jsonpath, path_param text,
                                             tree jsonb, tree_param text)
returns text
language plpgsql immutable as $$
begin
    return case when path is null then ''
                else format(' and %s.metadata operator(kvasir.@@) %s', alias, path_param) end
        || case when tree is null then ''
                else ' and ' || kvasir.filter_node_sql(alias, tree, tree_param, '{}') end;
end
$$;

-- The same conditions in a form that the index on metadata does not answer: for scans in the order of
-- another index, where the planner, which knows no statistics of metadata, would go astray.
create or replace function kvasir.filter_unindexed(filter text)
returns text
language plpgsql immutable as $$
begin
    return replace(filter, 'operator(kvasir.@@)', 'operator(pg_catalog.@@)');
end
$$;

-- The part of a collection's records that a filter lets through, judged by a few pages of its table;
-- never nothing, for a sample proves no absence.
create or replace function kvasir.filter_share(c kvasir.collection, path jsonpath, tree jsonb)
returns double precision
language plpgsql volatile as $$
declare
    pages  double precision;
    passed bigint;
    seen   bigint;
begin
    select greatest(relpages, 1) into pages from pg_catalog.pg_class
     where oid = to_regclass('kvasir_data.record_' || c.number);
    execute format(
        'select count(*), count(*) filter (where true %s)
           from kvasir_data.record_%s r tablesample system ($3)',
        kvasir.filter_sql('r', path, '$1', tree, '$2'), c.number)
    into seen, passed using path, tree, least(100, 100 * 60 / pages);
    return (passed + 0.5) / (seen + 1);
end
$$;

-- Whether the index over vectors should answer, and for which part of the records that was
-- judged.  A scan of that index costs as many records as it has to pass over, want / share; an exact
-- scan those that pass when the index on metadata finds them, otherwise all.  A record met in
-- the graph costs about as much as sixteen read one after the other, and two are met for each
-- wanted.  `known` is what was judged a moment ago.  Sets what the scan needs.
create or replace function kvasir.search_by_index(c kvasir.collection, path jsonpath, tree jsonb,
                                                  want bigint,
                                                  known double precision default null)
returns table (by_index boolean, share double precision)
language plpgsql volatile as $$
declare
    total double precision;
    ef    double precision := kvasir.index_effort(c.configuration, c.number);
begin
    by_index := false;
    if c.index_state = 'ready' then
        select greatest(reltuples, 1) into total from pg_catalog.pg_class
         where oid = to_regclass('kvasir_data.record_' || c.number);
        if path is not null or tree is not null then
            share := coalesce(known, kvasir.filter_share(c, path, tree));
        end if;
        by_index := 32 * want / coalesce(share, 1) < total * case
            when kvasir.filter_class() is not null and path::text ~ ' == ' and path::text !~ '^\(*!'
            then share else 1 end;
    end if;
    if by_index then
        perform set_config('hnsw.iterative_scan', 'relaxed_order', true),
                set_config('hnsw.max_scan_tuples', '200000', true),
                set_config('hnsw.ef_search', ceil(least(1000, greatest(
                    case when share is null then ef else 1.5 * ef end,
                    want * 2 / coalesce(share, 1))))::text, true);
    end if;
    return next;
end
$$;

grant execute on function
    kvasir.filter_class(),
    kvasir.filter_is_float(jsonb),
    kvasir.filter_node_sql(text, jsonb, text, text[]),
    kvasir.filter_sql(text, jsonpath, text, jsonb, text),
    kvasir.filter_unindexed(text),
    kvasir.filter_share(kvasir.collection, jsonpath, jsonb),
    kvasir.search_by_index(kvasir.collection, jsonpath, jsonb, bigint, double precision)
to kvasir_app, kvasir_engine;
