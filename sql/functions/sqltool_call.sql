-- sqltool_call: one call of a function that is a tool, with all that keeps it in its place.

set local role kvasir_owner;

-- The one function of that name which is a tool, or KV404 or KV400.
create or replace function kvasir.sqltool_find(tool_schema text, tool_role text, wanted text)
returns pg_catalog.pg_proc
language plpgsql stable as $$
declare
    p   pg_catalog.pg_proc;
    why text;
begin
    select * into p from pg_catalog.pg_proc o
     where o.proname = wanted and o.pronamespace = to_regnamespace(quote_ident(tool_schema))
       and o.prokind = 'f' limit 1;
    if p.oid is null then
        raise exception using errcode = 'KV404', message = format('there is no tool %s', left(wanted, 100));
    end if;
    why := kvasir.sqltool_why_not(p.oid, tool_role);
    if why is not null then
        raise exception using errcode = 'KV404', message = format('the function %s is no tool: %s', wanted, why);
    end if;
    return p;
end
$$;

-- What is wrong with the arguments, in words that help to mend them; null: nothing that can be seen
-- before they are converted.
create or replace function kvasir.sqltool_mistake(f oid, args jsonb) returns text
language sql stable as $$
    select coalesce(
        (select format('%s is required', a.name) from kvasir.sqltool_arguments(f) a
          where a.required and not args ? a.name order by a.place limit 1),
        (select format('%s is not known here; the arguments are: %s', left(k, 100),
                       coalesce((select string_agg(a.name, ', ' order by a.place)
                                   from kvasir.sqltool_arguments(f) a), 'none'))
           from jsonb_object_keys(args) k
          where k not in (select a.name from kvasir.sqltool_arguments(f) a) limit 1),
        (select format('%s must be %s', a.name, case t.schema ->> 'type' when 'integer' then 'a whole number'
                                                     when 'array' then 'an array' when 'object' then 'an object'
                                                     else 'a ' || (t.schema ->> 'type') end)
           from kvasir.sqltool_arguments(f) a
          cross join lateral kvasir.sqltool_type(a.type) as t (schema)
          where args ? a.name and t.schema ? 'type'
            and case t.schema ->> 'type'
                when 'integer' then jsonb_typeof(args -> a.name) <> 'number'
                                    or scale((args ->> a.name)::numeric) > 0
                                       and (args ->> a.name)::numeric <> trunc((args ->> a.name)::numeric)
                else jsonb_typeof(args -> a.name) <> t.schema ->> 'type' end
          order by a.place limit 1))
$$;

-- The call as SQL: $1 the arguments as JSON, $2 how many rows to skip, $3 how many to read.  Made of
-- names and types of the catalogue alone, each quoted by it.
create or replace function kvasir.sqltool_sql(p pg_catalog.pg_proc, args jsonb) returns text
language sql stable as $$
    select format(
        'select %s::text from %s %I.%I(%s) as kvasir_row%s offset $2 limit $3',
        case when p.prorettype = 'void'::regtype then '''null'''
             when y.typtype = 'c' or p.prorettype = 'record'::regtype then 'to_json(kvasir_row.*)'
             when o.name <> '' then format('json_build_object(%L, kvasir_row.kvasir_row)', o.name)
             else 'to_json(kvasir_row.kvasir_row)' end,
        case when g.columns is not null then format('jsonb_to_record($1) as kvasir_given (%s) cross join lateral', g.columns) end,
        n.nspname, p.proname, g.passed,
        case when y.typtype <> 'c' and p.prorettype <> 'record'::regtype then ' (kvasir_row)' end)
      from pg_catalog.pg_type y, pg_catalog.pg_namespace n,
           (select max(t.name) as name -- of its only column, when that has one
              from rows from (unnest(p.proargnames), unnest(p.proargmodes::text[])) as t (name, mode)
             where t.mode in ('o', 'b', 't')) o,
           (select string_agg(format('%I %s', a.name, format_type(a.type, null)), ', ' order by a.place) as columns,
                   string_agg(format('%s%I => kvasir_given.%I', case a.mode when 'v' then 'variadic ' end,
                                     a.name, a.name), ', ' order by a.place) as passed
              from kvasir.sqltool_arguments(p.oid) a where args ? a.name) g
     where y.oid = p.prorettype and n.oid = p.pronamespace
$$;

-- Where to go on: how many rows were read, of this call and no other.
create or replace function kvasir.sqltool_cursor(f oid, args jsonb, skip bigint) returns text
language sql immutable
return format('%s.%s', skip, left(md5(f::text || args::text), 12));

-- Runs the call as the role, and reads its rows as JSON up to the caps; cut: a row stayed behind.  In a
-- block of its own, so that what it may not do ends with it: the role, and writing for a function that
-- says it only reads.
create or replace function kvasir.sqltool_run(p pg_catalog.pg_proc, tool_role text, args jsonb, skip bigint,
                                              how_many bigint, most_bytes bigint,
                                              out rows text[], out cut boolean, out problem jsonb)
language plpgsql volatile as $$
declare
    call   constant text := kvasir.sqltool_sql(p, args);
    tenant constant text := current_setting('kvasir.tenant');
    scopes constant text := current_setting('kvasir.scopes', true);
    caller constant text := current_setting('kvasir.caller', true);
    before constant text := current_setting('role');
    bytes  bigint := 0;
    line   text;
    state  text;
    words  text;
    detail text;
    hint   text;
begin
    rows := '{}';
    cut := false;
    begin
        perform set_config('role', tool_role, true);
        if p.provolatile <> 'v' then
            perform set_config('transaction_read_only', 'on', true);
        end if;
        for line in execute call using args, skip, how_many + 1 loop
            bytes := bytes + octet_length(line) + 1;
            cut := cardinality(rows) >= how_many or bytes > most_bytes;
            exit when cut;
            rows := rows || line;
        end loop;
        perform set_config('role', before, true);
    exception when others then
        get stacked diagnostics state = returned_sqlstate, words = message_text,
                                detail = pg_exception_detail, hint = pg_exception_hint;
        problem := jsonb_strip_nulls(jsonb_build_object(
            'sqlstate', state, 'message', words, 'detail', nullif(detail, ''), 'hint', nullif(hint, '')));
    end;
    perform set_config('kvasir.tenant', tenant, true), set_config('kvasir.scopes', scopes, true),
            set_config('kvasir.caller', caller, true);
end
$$;

create or replace function kvasir.sqltool_failed(problem jsonb) returns text
language plpgsql volatile as $$
begin
    perform set_config('kvasir.failure', left(problem ->> 'message', 200), true);
    return concat_ws(E'\n', problem ->> 'message', 'Detail: ' || (problem ->> 'detail'),
                     'Hint: ' || (problem ->> 'hint'), 'SQLSTATE ' || (problem ->> 'sqlstate'));
end
$$;

-- Calls a tool.  failed: the text says why, for who called; otherwise it is the result, a JSON object:
-- {rows, cursor} of a set, a row as it is, anything else as {result}.
create or replace function kvasir.sqltool_call(tool_schema text, tool_role text, wanted text, args jsonb,
                                               most_rows bigint, most_bytes bigint)
returns table (failed boolean, said text)
language plpgsql volatile as $$
declare
    p       pg_catalog.pg_proc := kvasir.sqltool_find(tool_schema, tool_role, wanted);
    note    jsonb := kvasir.sqltool_comment(obj_description(p.oid, 'pg_proc'));
    own     text[] := array(select a.name from kvasir.sqltool_arguments(p.oid) a);
    limited boolean := p.proretset and 'limit' <> all (own);
    paged   boolean := p.proretset and 'cursor' <> all (own);
    asked   jsonb := coalesce((select jsonb_object_agg(key, value) from jsonb_each(args)
                                where jsonb_typeof(value) <> 'null'), '{}');
    given   jsonb := asked - case when limited then 'limit' else '' end - case when paged then 'cursor' else '' end;
    amount  bigint := most_rows;
    skip    bigint := 0;
    mistake text := kvasir.sqltool_mistake(p.oid, given);
    ran     record;
begin
    perform kvasir.sqltool_role_check(tool_role);
    if not kvasir.may(kvasir.sqltool_scope(p, note)) then
        raise exception using errcode = 'KV403', message = format(
            'this API key does not have the scope "%s"', kvasir.sqltool_scope(p, note));
    end if;
    if limited then
        amount := least(100, most_rows);
        if asked ? 'limit' and asked ->> 'limit' ~ '^[1-9][0-9]{0,8}$' then
            amount := least((asked ->> 'limit')::bigint, most_rows);
        elsif asked ? 'limit' then
            mistake := coalesce(mistake, format('limit must be a whole number from 1 to %s', most_rows));
        end if;
    end if;
    if paged and asked ? 'cursor' then
        skip := coalesce(substring(asked ->> 'cursor' from '^([0-9]{1,15})\.')::bigint, -1);
        if asked ->> 'cursor' is distinct from kvasir.sqltool_cursor(p.oid, given, skip) then
            mistake := coalesce(mistake, 'cursor must be the one that this call gave with the same arguments');
        end if;
    end if;
    if mistake is not null then
        return query select true, kvasir.sqltool_failed(jsonb_build_object('message', mistake));
        return;
    end if;
    ran := kvasir.sqltool_run(p, tool_role, given, skip, amount, most_bytes);
    if ran.problem is null and ran.cut and (cardinality(ran.rows) = 0 or not p.proretset) then
        ran.problem := jsonb_build_object('message', format(
            'the result is larger than %s bytes: ask for less', most_bytes));
    end if;
    if ran.problem is not null then
        return query select true, kvasir.sqltool_failed(ran.problem);
    elsif p.proretset then
        return query select false, '{"rows":[' || array_to_string(ran.rows, ',') || ']'
            || case when ran.cut and paged then ',"cursor":"'
                    || kvasir.sqltool_cursor(p.oid, given, skip + cardinality(ran.rows)) || '"' else '' end
            || case when ran.cut and not paged then ',"truncated":true' else '' end || '}';
    elsif ran.rows[1] ~ '^\{' and p.prorettype not in ('json'::regtype, 'jsonb'::regtype) then
        return query select false, ran.rows[1];
    else
        return query select false, '{"result":' || coalesce(ran.rows[1], 'null') || '}';
    end if;
end
$$;

grant execute on function
    kvasir.sqltool_find(text, text, text),
    kvasir.sqltool_mistake(oid, jsonb),
    kvasir.sqltool_sql(pg_catalog.pg_proc, jsonb),
    kvasir.sqltool_cursor(oid, jsonb, bigint),
    kvasir.sqltool_run(pg_catalog.pg_proc, text, jsonb, bigint, bigint, bigint),
    kvasir.sqltool_failed(jsonb),
    kvasir.sqltool_call(text, text, text, jsonb, bigint, bigint)
to kvasir_app;
