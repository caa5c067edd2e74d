-- sqltool_call: one call of a function that is a tool, with all that keeps it in its place.

set local role kvasir_owner;

-- What is wrong with the arguments, in words that help to mend them; null: nothing that can be seen
-- before they are converted.
create or replace function kvasir.sqltool_mistake(names text[], kinds text[], required bigint, args jsonb)
returns text
language plpgsql immutable as $$
declare
    given jsonb;
begin
    for i in 1 .. required loop
        if not args ? names[i] then
            return format('%s is required', names[i]);
        end if;
    end loop;
    if args - names <> '{}' then
        return format('%s is not known here; the arguments are: %s',
                      left((select k from jsonb_object_keys(args - names) k limit 1), 100),
                      coalesce(nullif(array_to_string(names, ', '), ''), 'none'));
    end if;
    for i in 1 .. cardinality(kinds) loop
        given := args -> names[i];
        continue when given is null or kinds[i] = 'any' or jsonb_typeof(given) = kinds[i];
        if kinds[i] <> 'integer' then
            return format('%s must be %s', names[i], case kinds[i] when 'array' then 'an array'
                                                     when 'object' then 'an object' else 'a ' || kinds[i] end);
        elsif jsonb_typeof(given) <> 'number' or given::numeric <> trunc(given::numeric) then
            return format('%s must be a whole number', names[i]);
        end if;
    end loop;
    return null;
end
$$;

-- The rows of a call, each as JSON, as SQL behind a select: $1 the arguments as JSON.  Made of names and types
-- of the catalogue alone, each quoted by it.
create or replace function kvasir.sqltool_source(tool_schema text, p pg_catalog.pg_proc, shape record, args jsonb)
returns text
language plpgsql stable as $$
declare
    is_row boolean := shape.result = 'object';
    passed text := '';
    column_name text;
begin
    for i in 1 .. cardinality(shape.kinds) loop
        continue when not args ? shape.names[i];
        passed := passed || case when passed <> '' then ', ' else '' end || format(
            case when shape.kinds[i] in ('array', 'object')
                 then '%s%I => (select g.%2$I from jsonb_to_record($1) as g (%2$I %4$s))'
                 when shape.kinds[i] = 'any' then '%s%I => ($1 -> %3$L)::%4$s'
                 else '%s%I => ($1 ->> %3$L)::%4$s' end,
            case shape.modes[i] when 'v' then 'variadic ' end, shape.names[i], shape.names[i],
            format_type(shape.types[i], null));
    end loop;
    for i in 1 .. coalesce(cardinality(p.proargmodes), 0) loop
        if p.proargmodes[i] in ('o', 'b', 't') then
            column_name := p.proargnames[i]; -- the only one, where it counts
        end if;
    end loop;
    return format(
        '%s::text from %I.%I(%s) as kvasir_row%s',
        case when p.prorettype = 'void'::regtype then '''null'''
             when is_row then 'to_json(kvasir_row.*)'
             when column_name <> '' then format('json_build_object(%L, kvasir_row.kvasir_row)', column_name)
             else 'to_json(kvasir_row.kvasir_row)' end,
        tool_schema, p.proname, passed, case when not is_row then ' (kvasir_row)' end);
end
$$;

-- The call as SQL: $1 the arguments, $2 how many rows to skip, $3 how many to read.
create or replace function kvasir.sqltool_sql(tool_schema text, p pg_catalog.pg_proc, shape record, args jsonb)
returns text
language plpgsql stable as $$
begin
    return format('select %s offset $2 limit $3', kvasir.sqltool_source(tool_schema, p, shape, args));
end
$$;

-- Where to go on: how many rows were read, of this call and no other.
create or replace function kvasir.sqltool_cursor(f oid, args jsonb, skip bigint) returns text
language sql immutable
return format('%s.%s', skip, left(md5(f::text || args::text), 12));

-- Runs the call as the role, and reads its rows as JSON up to the caps; cut: a row stayed behind.  In a
-- block of its own, so that what it may not do ends with it: the role, and writing for a function that
-- says it only reads.
create or replace function kvasir.sqltool_run(call text, reads boolean, tool_role text, args jsonb, skip bigint,
                                              how_many bigint, most_bytes bigint,
                                              out rows text[], out cut boolean, out problem jsonb)
language plpgsql volatile as $$
declare
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
        if reads then
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
    f       record;
    shape   record;
    limited boolean;
    paged   boolean;
    asked   jsonb := args;
    given   jsonb;
    amount  bigint := most_rows;
    skip    bigint := 0;
    mistake text;
    ran     record;
begin
    select p, p.oid, p.proretset, p.prorettype, p.pronargs - p.pronargdefaults as required, p.provolatile <> 'v' as reads,
           d.description, (select count(*) from pg_catalog.pg_proc o
                            where o.proname = p.proname and o.pronamespace = p.pronamespace) as of_this_name
      into f
      from pg_catalog.pg_proc p
      left join pg_catalog.pg_description d
        on d.objoid = p.oid and d.classoid = 'pg_catalog.pg_proc'::regclass and d.objsubid = 0
     where p.proname = wanted and p.pronamespace = to_regnamespace(quote_ident(tool_schema))
       and p.prokind = 'f' limit 1;
    if f.oid is null then
        raise exception using errcode = 'KV404', message = format('there is no tool %s', left(wanted, 100));
    end if;
    perform kvasir.sqltool_role_check(tool_role);
    shape := kvasir.sqltool_shape(f.p, tool_role, f.of_this_name);
    if shape.why_not is not null then
        raise exception using errcode = 'KV404',
            message = format('the function %s is no tool: %s', wanted, shape.why_not);
    elsif not kvasir.may(kvasir.sqltool_scope(f.p, f.description)) then
        raise exception using errcode = 'KV403', message = format(
            'this API key does not have the scope "%s"', kvasir.sqltool_scope(f.p, f.description));
    end if;
    if args @? '$.* ? (@ == null)' then -- an argument that is null is not given
        asked := args - array(select key from jsonb_each(args) where jsonb_typeof(value) = 'null');
    end if;
    limited := f.proretset and 'limit' <> all (shape.names);
    paged := f.proretset and 'cursor' <> all (shape.names);
    given := asked - case when limited then 'limit' else '' end - case when paged then 'cursor' else '' end;
    mistake := kvasir.sqltool_mistake(shape.names, shape.kinds, f.required, given);
    if f.reads then -- whose event may be lost when Postgres crashes at that moment
        perform set_config('synchronous_commit', 'off', true);
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
        if asked ->> 'cursor' is distinct from kvasir.sqltool_cursor(f.oid, given, skip) then
            mistake := coalesce(mistake, 'cursor must be the one that this call gave with the same arguments');
        end if;
    end if;
    if mistake is not null then
        return query select true, kvasir.sqltool_failed(jsonb_build_object('message', mistake));
        return;
    end if;
    ran := kvasir.sqltool_run(kvasir.sqltool_sql(tool_schema, f.p, shape, given), f.reads, tool_role, given,
                              skip, amount, most_bytes);
    if ran.problem is null and ran.cut and (cardinality(ran.rows) = 0 or not f.proretset) then
        ran.problem := jsonb_build_object('message', format(
            'the result is larger than %s bytes: ask for less', most_bytes));
    end if;
    if ran.problem is not null then
        return query select true, kvasir.sqltool_failed(ran.problem);
    elsif f.proretset then
        return query select false, '{"rows":[' || array_to_string(ran.rows, ',') || ']'
            || case when ran.cut and paged then ',"cursor":"'
                    || kvasir.sqltool_cursor(f.oid, given, skip + cardinality(ran.rows)) || '"' else '' end
            || case when ran.cut and not paged then ',"truncated":true' else '' end || '}';
    elsif ran.rows[1] ~ '^\{' and f.prorettype not in ('json'::regtype, 'jsonb'::regtype) then
        return query select false, ran.rows[1];
    else
        return query select false, '{"result":' || coalesce(ran.rows[1], 'null') || '}';
    end if;
end
$$;

grant execute on function
    kvasir.sqltool_mistake(text[], text[], bigint, jsonb),
    kvasir.sqltool_source(text, pg_catalog.pg_proc, record, jsonb),
    kvasir.sqltool_sql(text, pg_catalog.pg_proc, record, jsonb),
    kvasir.sqltool_cursor(oid, jsonb, bigint),
    kvasir.sqltool_run(text, boolean, text, jsonb, bigint, bigint, bigint),
    kvasir.sqltool_failed(jsonb),
    kvasir.sqltool_call(text, text, text, jsonb, bigint, bigint)
to kvasir_app;
