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

grant execute on function
    kvasir.filter_class(),
    kvasir.filter_is_float(jsonb),
    kvasir.filter_node_sql(text, jsonb, text, text[]),
    kvasir.filter_sql(text, jsonpath, text, jsonb, text)
to kvasir_app, kvasir_engine;
