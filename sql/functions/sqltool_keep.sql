-- sqltool_keep: calls of functions that only read, prepared once in a session (decision 0031).
--
-- A statement is kept for each set of arguments that is given.  It comes with what the catalogue said of
-- the function, which queries/sqltool.sql compares before each call with what it says then.

set local role kvasir_owner;

-- The arguments that a function of these names has been given: without those that are null, and without
-- limit and cursor where these are ours.  As SQL over $1; names are of the catalogue.
create or replace function kvasir.sqltool_given_sql(p pg_catalog.pg_proc, names text[], args jsonb)
returns text
language plpgsql immutable as $$
declare
    dropped text[] := '{}';
begin
    for i in 1 .. cardinality(names) loop
        if jsonb_typeof(args -> names[i]) = 'null' then
            dropped := dropped || names[i];
        end if;
    end loop;
    if p.proretset and 'limit' <> all (names) then
        dropped := dropped || 'limit'::text;
    end if;
    if p.proretset and 'cursor' <> all (names) then
        dropped := dropped || 'cursor'::text;
    end if;
    return case when dropped = '{}' then '$1' else format('($1 - %L::text[])', dropped) end;
end
$$;

-- The statement for a function that returns a set.  What is not as it should be, an error of its own
-- tells: a limit or cursor that is none is below zero, a byte too many is divided by zero.  Who asked is
-- then answered by kvasir.sqltool_call(), which has words for it.
create or replace function kvasir.sqltool_rows_sql(source text, f oid, given text, limited boolean,
                                                   paged boolean, args jsonb)
returns text
language plpgsql immutable as $$
declare
    digest constant text := format('left(md5(%L || %s::text), 12)', f, given);
    amount text := '$2';
    skip   text := '0';
begin
    if limited and args ? 'limit' then
        amount := $n$case when ($1 ->> 'limit')::bigint between 1 and 999999999
                          then least(($1 ->> 'limit')::bigint, $2) else -2 end$n$;
    elsif limited then
        amount := 'least(100, $2)';
    end if;
    if paged and args ? 'cursor' then
        skip := format(
            $n$case when ($1 ->> 'cursor') = substring($1 ->> 'cursor' from '^([0-9]{1,15})\.') || '.' || %s
                    then substring($1 ->> 'cursor' from '^([0-9]{1,15})\.')::bigint else -1 end$n$, digest);
    end if;
    return format(
        $q$select '{"rows":[' || coalesce(string_agg(y.line, ',') filter (where y.n <= %1$s), '') || ']'
                  || case when count(1 / (y.bytes <= $3)::integer) > %1$s then %2$s else '' end || '}'
             from (select x.line, row_number() over w as n, sum(octet_length(x.line) + 1) over w as bytes
                     from (select %3$s offset %4$s limit %1$s + 1) x (line)
                   window w as (rows unbounded preceding)) y$q$,
        amount, case when paged then format($c$',"cursor":"' || (%s + %s) || '.' || %s || '"'$c$, skip, amount, digest)
                     else $c$',"truncated":true'$c$ end, source, skip);
end
$$;

-- The statement for any other.
create or replace function kvasir.sqltool_value_sql(source text, result oid) returns text
language sql immutable
return format(
    $q$select case when 1 / (octet_length(x.line) < $3)::integer = 1 and %s then x.line
                   else '{"result":' || coalesce(x.line, 'null') || '}' end
         from (select %s offset 0 limit $2) x (line)$q$,
    case when result in ('json'::regtype, 'jsonb'::regtype) then 'false' else $c$x.line like '{%'$c$ end, source);

-- The whole statement: $1 the arguments, $2 most rows, $3 most bytes of a result.  Null: not one to keep.
create or replace function kvasir.sqltool_kept_sql(tool_schema text, p pg_catalog.pg_proc, f oid, shape record,
                                                   args jsonb)
returns text
language plpgsql stable as $$
declare
    limited constant boolean := p.proretset and 'limit' <> all (shape.names);
    paged   constant boolean := p.proretset and 'cursor' <> all (shape.names);
    present constant jsonb := jsonb_strip_nulls(args);
    passed  jsonb := args - array(select key from jsonb_each(args) where jsonb_typeof(value) = 'null');
    source  text;
begin
    if args - shape.names - '{limit,cursor}'::text[] <> '{}'
       or limited and args ? 'limit' and jsonb_typeof(args -> 'limit') <> 'number'
       or paged and args ? 'cursor' and jsonb_typeof(args -> 'cursor') <> 'string' then
        return null;
    end if;
    passed := passed - case when limited then 'limit' else '' end - case when paged then 'cursor' else '' end;
    source := kvasir.sqltool_source(tool_schema, p, shape, passed);
    if not p.proretset then
        return kvasir.sqltool_value_sql(source, p.prorettype);
    end if;
    return kvasir.sqltool_rows_sql(source, f, kvasir.sqltool_given_sql(p, shape.names, args), limited, paged, present);
end
$$;

-- Prepares a statement in this session, as the role, unless it is there; `forget`: one that is kept no
-- longer, or null.
create or replace function kvasir.sqltool_prepare(name text, source text, tool_role text, forget text)
returns void
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    before constant text := current_setting('role');
begin
    if exists (select from pg_catalog.pg_prepared_statements s where s.name = name) then
        return;
    elsif exists (select from pg_catalog.pg_prepared_statements s where s.name = forget) then
        execute format('deallocate %I', forget);
    end if;
    perform set_config('role', tool_role, true);
    execute format('prepare %I (jsonb, bigint, bigint) as %s', name, source);
    perform set_config('role', before, true);
end
$$;

-- After a call that went well: has the next one with arguments of these names prepared, if the function
-- only reads.  Tells the statement's name, the scope that the function wants, its oid, and the
-- transactions that wrote its row in the catalogue and its comment.
create or replace function kvasir.sqltool_keep(tool_schema text, tool_role text, wanted text, args jsonb,
                                               forget text)
returns table (kept text, scope text, f oid, changed xid, said xid)
language plpgsql volatile as $$
declare
    found  record;
    source text;
begin
    select p, p.oid, p.xmin as changed, d.description, d.xmin as said into found
      from pg_catalog.pg_proc p
      left join pg_catalog.pg_description d
        on d.objoid = p.oid and d.classoid = 'pg_catalog.pg_proc'::regclass and d.objsubid = 0
     where p.proname = wanted and p.pronamespace = to_regnamespace(quote_ident(tool_schema))
       and p.prokind = 'f' and p.provolatile <> 'v';
    if found.oid is null or current_setting('kvasir.failure', true) <> '' then
        return;
    end if;
    source := kvasir.sqltool_kept_sql(tool_schema, found.p, found.oid,
                                      kvasir.sqltool_shape(found.p, tool_role, 1), args);
    if source is null then
        return;
    end if;
    kept := format('tool %s.%s.%s.%s', found.oid, found.changed, found.said, left(md5(source), 16));
    perform kvasir.sqltool_prepare(kept, source, tool_role, forget);
    return query select kept, kvasir.sqltool_scope(found.p, found.description), found.oid, found.changed,
                        found.said;
end
$$;

-- Ends a call of what is kept; a value of any place in a statement.
create or replace function kvasir.sqltool_old() returns text
language plpgsql volatile as $$
begin
    raise exception using errcode = 'KV409', message = 'what was kept of this tool is old';
end
$$;

grant execute on function
    kvasir.sqltool_given_sql(pg_catalog.pg_proc, text[], jsonb),
    kvasir.sqltool_rows_sql(text, oid, text, boolean, boolean, jsonb),
    kvasir.sqltool_value_sql(text, oid),
    kvasir.sqltool_kept_sql(text, pg_catalog.pg_proc, oid, record, jsonb),
    kvasir.sqltool_prepare(text, text, text, text),
    kvasir.sqltool_keep(text, text, text, jsonb, text),
    kvasir.sqltool_old()
to kvasir_app;
