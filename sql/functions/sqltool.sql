-- sqltool: functions of one schema as tools for agents (docs/sql-tools.md).
--
-- A tool is what the catalogue says of a function now: nothing is copied, so what changes there shows
-- at once.  A call is made of the function's own names and types, quoted by the catalogue; what a
-- caller says is one parameter of it.  It runs as a role of its own, behind the tenant wall.

set local role kvasir_owner;

-- Whether the caller's key has a scope.
create or replace function kvasir.may(scope text) returns boolean
language sql stable parallel safe
return string_to_array(current_setting('kvasir.scopes', true), ' ') && array[scope, 'admin'];

-- What a comment says: text, and lines that begin with a mark: @title T, @scope read|write|admin,
-- @destructive, @idempotent, @openworld (yes unless "false" follows), @hidden, @param NAME TEXT.
create or replace function kvasir.sqltool_comment(says text) returns jsonb
language sql immutable parallel safe as $$
    select jsonb_build_object(
               'description', btrim(string_agg(line, E'\n' order by n) filter (where m is null), E' \n'),
               'param', coalesce(jsonb_object_agg(split_part(m[2], ' ', 1), btrim(substr(m[2], strpos(m[2], ' '))))
                                 filter (where m[1] = 'param' and m[2] ~ '^\S+ +\S'), '{}'))
           || coalesce(jsonb_object_agg(m[1], m[2]) filter (where m[1] <> 'param'), '{}')
      from (select line, n, regexp_match(line, '^\s*@(\w+)\s*(.*?)\s*$') as m
              from regexp_split_to_table(coalesce(says, ''), '\r?\n') with ordinality as t (line, n)) x
$$;

-- A yes or no of a comment; null when it does not say.
create or replace function kvasir.sqltool_flag(note jsonb, mark text) returns boolean
language sql immutable parallel safe
return case when note ? mark then lower(note ->> mark) not in ('false', 'no') end;

-- The JSON Schema of a type.
create or replace function kvasir.sqltool_type(wanted oid) returns jsonb
language plpgsql stable as $$
declare
    t    pg_catalog.pg_type;
    told jsonb := case wanted
        when 'int2'::regtype then '{"type": "integer", "minimum": -32768, "maximum": 32767}'
        when 'int4'::regtype then '{"type": "integer", "minimum": -2147483648, "maximum": 2147483647}'
        when 'int8'::regtype then '{"type": "integer"}'
        when 'float4'::regtype then '{"type": "number"}'
        when 'float8'::regtype then '{"type": "number"}'
        when 'numeric'::regtype then '{"type": "number"}'
        when 'bool'::regtype then '{"type": "boolean"}'
        when 'text'::regtype then '{"type": "string"}'
        when 'varchar'::regtype then '{"type": "string"}'
        when 'json'::regtype then '{}'
        when 'jsonb'::regtype then '{}'
        when 'uuid'::regtype then '{"type": "string", "format": "uuid"}'
        when 'date'::regtype then '{"type": "string", "format": "date"}'
        when 'timestamptz'::regtype then '{"type": "string", "format": "date-time"}' end;
begin
    if told is not null then
        return told;
    end if;
    select * into t from pg_catalog.pg_type y where y.oid = wanted;
    if t.typtype = 'd' then
        return kvasir.sqltool_type(t.typbasetype);
    elsif t.typcategory = 'A' then
        return jsonb_build_object('type', 'array', 'items', kvasir.sqltool_type(t.typelem));
    elsif t.typtype = 'e' then
        return jsonb_build_object('type', 'string', 'enum', (
            select jsonb_agg(e.enumlabel order by e.enumsortorder)
              from pg_catalog.pg_enum e where e.enumtypid = wanted));
    elsif t.typtype = 'c' then
        return jsonb_build_object('type', 'object', 'description', format_type(wanted, null));
    end if;
    return jsonb_build_object('type', 'string', 'description', format_type(wanted, null));
end
$$;

-- The arguments that a function takes, in order.  mode v: variadic.
create or replace function kvasir.sqltool_arguments(f oid)
returns table (place bigint, name text, type oid, mode text, required boolean)
language sql stable as $$
    select a.place, a.name, a.type, a.mode, a.place <= a.pronargs - a.pronargdefaults
      from (select row_number() over (order by t.n) as place, t.name, t.type, coalesce(t.mode, 'i') as mode,
                   p.pronargs, p.pronargdefaults
              from pg_catalog.pg_proc p
             cross join lateral rows from (unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])),
                                           unnest(p.proargnames), unnest(p.proargmodes::text[]))
                   with ordinality as t (type, name, mode, n)
             where p.oid = f and coalesce(t.mode, 'i') in ('i', 'b', 'v')) a
     order by a.place
$$;

-- The same as arrays, read without a query.
create or replace function kvasir.sqltool_inputs(p pg_catalog.pg_proc, out names text[], out types oid[],
                                                 out modes text[])
language plpgsql immutable as $$
declare
    mode text;
begin
    names := '{}';
    types := '{}';
    modes := '{}';
    for i in 1 .. coalesce(cardinality(p.proallargtypes), p.pronargs) loop
        mode := coalesce(p.proargmodes[i]::text, 'i');
        continue when mode not in ('i', 'b', 'v');
        names := names || coalesce(p.proargnames[i], '');
        types := types || coalesce(p.proallargtypes[i], (p.proargtypes::oid[])[i - 1]);
        modes := modes || mode;
    end loop;
end
$$;

-- What JSON a value of a type is: a type of JSON Schema, any, or pseudo for what has no values.  Types
-- that everybody uses are known without a look at the catalogue.
create or replace function kvasir.sqltool_kind(wanted oid) returns text
language plpgsql stable as $$
declare
    t pg_catalog.pg_type;
begin
    if wanted = 'int4'::regtype or wanted = 'int8'::regtype or wanted = 'int2'::regtype then
        return 'integer';
    elsif wanted = 'text'::regtype or wanted = 'uuid'::regtype or wanted = 'date'::regtype
          or wanted = 'timestamptz'::regtype then
        return 'string';
    elsif wanted = 'bool'::regtype then
        return 'boolean';
    elsif wanted = 'float8'::regtype or wanted = 'numeric'::regtype or wanted = 'float4'::regtype then
        return 'number';
    elsif wanted = 'jsonb'::regtype or wanted = 'json'::regtype then
        return 'any';
    elsif wanted = 'record'::regtype or wanted = 'void'::regtype then
        return 'pseudo';
    end if;
    select * into t from pg_catalog.pg_type y where y.oid = wanted;
    return case when t.typtype = 'd' then kvasir.sqltool_kind(t.typbasetype)
                when t.typcategory = 'A' then 'array'
                when t.typtype = 'c' then 'object'
                when t.typtype = 'p' then 'pseudo'
                else 'string' end;
end
$$;

-- What the catalogue says of a function: its inputs, their kinds and that of its result, and why it is
-- no tool (null: it is one).
create or replace function kvasir.sqltool_shape(
    p pg_catalog.pg_proc, tool_role text, of_this_name bigint, out names text[], out types oid[],
    out modes text[], out kinds text[], out result text, out why_not text)
language plpgsql stable as $$
begin
    select i.names, i.types, i.modes into names, types, modes from kvasir.sqltool_inputs(p) i;
    kinds := '{}';
    for i in 1 .. cardinality(types) loop
        kinds := kinds || kvasir.sqltool_kind(types[i]);
    end loop;
    result := kvasir.sqltool_kind(p.prorettype);
    if p.prorettype = 'record'::regtype and p.proallargtypes is not null then
        result := 'object';
    end if;
    why_not := case
        when p.proname !~ '^[A-Za-z0-9_.-]{1,63}$' then
            'its name is more than letters, digits, _, . and -'
        when of_this_name > 1 then
            'there are several functions of this name: give each a name of its own'
        when '' = any (names) then
            'an argument has no name'
        when 'pseudo' = any (kinds) then
            'an argument has no type of its own'
        when result = 'pseudo' and p.prorettype <> 'void'::regtype then
            'its result has no type of its own'
        when not has_schema_privilege(tool_role, p.pronamespace, 'usage') then
            format('the role %s may not use its schema', tool_role)
        when not has_function_privilege(tool_role, p.oid, 'execute') then
            format('the role %s may not call it', tool_role) end;
end
$$;

create or replace function kvasir.sqltool_why_not(p pg_catalog.pg_proc, tool_role text) returns text
language plpgsql stable as $$
begin
    return (kvasir.sqltool_shape(p, tool_role, (
        select count(*) from pg_catalog.pg_proc o
         where o.proname = p.proname and o.pronamespace = p.pronamespace))).why_not;
end
$$;

-- KV501 unless the role is below the tenant wall and cannot log in.
create or replace function kvasir.sqltool_role_check(tool_role text) returns void
language plpgsql stable as $$
declare
    r pg_catalog.pg_roles;
begin
    select * into r from pg_catalog.pg_roles o where o.rolname = tool_role;
    if r.oid is null then
        raise exception using errcode = 'KV501', message = format(
            'the role %s, which tools in SQL run as, does not exist', tool_role);
    elsif r.rolsuper or r.rolbypassrls or r.rolcanlogin or pg_has_role(r.oid, 'kvasir_owner', 'member') then
        raise exception using errcode = 'KV501', message = format(
            'the role %s is too strong to run tools in SQL: see kvasir lint', tool_role);
    end if;
end
$$;

-- The scope that a caller needs: what the comment says, or by whether it writes.
create or replace function kvasir.sqltool_scope(p pg_catalog.pg_proc, says text) returns text
language plpgsql immutable as $$
begin
    return coalesce(substring(says from '(?n)^\s*@scope\s+(read|write|admin)\s*$'),
                    case when p.provolatile = 'v' then 'write' else 'read' end);
end
$$;

-- The arguments as JSON Schema.  A function that returns a set takes limit and cursor too, unless it has
-- arguments of these names.
create or replace function kvasir.sqltool_schema(p pg_catalog.pg_proc, note jsonb, most_rows bigint)
returns json
language sql stable as $$
    select json_build_object(
        'type', 'object',
        'properties', coalesce((
            select json_object_agg(x.name, x.schema order by x.place)
              from (select a.place, a.name, kvasir.sqltool_type(a.type)
                           || coalesce(jsonb_build_object('description', note -> 'param' -> a.name
                                                                         #>> '{}'), '{}') as schema
                      from kvasir.sqltool_arguments(p.oid) a
                     where note -> 'param' ? a.name
                    union all
                    select a.place, a.name, kvasir.sqltool_type(a.type)
                      from kvasir.sqltool_arguments(p.oid) a
                     where not note -> 'param' ? a.name
                    union all
                    select e.place, e.name, e.schema
                      from (values (1001, 'limit', jsonb_build_object('type', 'integer', 'minimum', 1,
                                        'maximum', most_rows, 'default', least(100, most_rows),
                                        'description', 'How many rows at most')),
                                   (1002, 'cursor', '{"type": "string", "description": "Where the rows before ended"}'))
                           as e (place, name, schema)
                     where p.proretset
                       and e.name not in (select o.name from kvasir.sqltool_arguments(p.oid) o)) x), '{}'),
        'required', coalesce((select json_agg(a.name order by a.place)
                                from kvasir.sqltool_arguments(p.oid) a where a.required), '[]'),
        'additionalProperties', false)
$$;

-- The tools that the caller may call, by name, as tools/list describes them.
create or replace function kvasir.sqltool_list(tool_schema text, tool_role text, most_rows bigint)
returns table (tool json, name text)
language sql stable as $$
    select json_strip_nulls(json_build_object(
               'name', p.proname, 'title', n.note ->> 'title',
               'description', coalesce(nullif(n.note ->> 'description', ''),
                                       format('The SQL function %s(%s).', p.proname,
                                              pg_get_function_identity_arguments(p.oid))),
               'inputSchema', kvasir.sqltool_schema(p, n.note, most_rows),
               'annotations', json_build_object(
                    'title', n.note ->> 'title',
                    'readOnlyHint', p.provolatile <> 'v',
                    'destructiveHint', p.provolatile = 'v'
                                       and coalesce(kvasir.sqltool_flag(n.note, 'destructive'), true),
                    'idempotentHint', coalesce(kvasir.sqltool_flag(n.note, 'idempotent'), p.provolatile <> 'v'),
                    'openWorldHint', coalesce(kvasir.sqltool_flag(n.note, 'openworld'), false)))),
           p.proname::text
      from pg_catalog.pg_proc p
     cross join lateral kvasir.sqltool_comment(obj_description(p.oid, 'pg_proc')) as n (note)
     where p.pronamespace = to_regnamespace(quote_ident(tool_schema)) and p.prokind = 'f'
       and exists (select from pg_catalog.pg_roles r where r.rolname = tool_role)
       and kvasir.sqltool_why_not(p, tool_role) is null and not n.note ? 'hidden'
       and kvasir.may(kvasir.sqltool_scope(p, obj_description(p.oid, 'pg_proc')))
     order by p.proname collate "C"
$$;

grant execute on function
    kvasir.may(text),
    kvasir.sqltool_comment(text),
    kvasir.sqltool_flag(jsonb, text),
    kvasir.sqltool_type(oid),
    kvasir.sqltool_arguments(oid),
    kvasir.sqltool_inputs(pg_catalog.pg_proc),
    kvasir.sqltool_kind(oid),
    kvasir.sqltool_shape(pg_catalog.pg_proc, text, bigint),
    kvasir.sqltool_why_not(pg_catalog.pg_proc, text),
    kvasir.sqltool_role_check(text),
    kvasir.sqltool_scope(pg_catalog.pg_proc, text),
    kvasir.sqltool_schema(pg_catalog.pg_proc, jsonb, bigint),
    kvasir.sqltool_list(text, text, bigint)
to kvasir_app;
