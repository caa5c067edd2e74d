-- name: sqltool_list params: 3
-- $1 schema, $2 role, $3 most rows of a result.
select tool, name
  from kvasir.sqltool_list($1::text, $2::text, $3::bigint);

-- name: sqltool_call params: 6
-- $1 schema, $2 role, $3 name, $4 arguments, $5 most rows, $6 most bytes of a result.
select failed, said
  from kvasir.sqltool_call($1::text, $2::text, $3::text, $4::jsonb, $5::bigint, $6::bigint);

-- name: sqltool_keep params: 5
-- Behind a call that went well: $1 schema, $2 role, $3 name, $4 arguments, $5 a kept statement that goes, or null.
select kept, scope, f, changed, said
  from kvasir.sqltool_keep($1::text, $2::text, $3::text, $4::jsonb, $5::text);

-- name: sqltool_enter params: 6
-- Before a kept statement: KV409 unless the function is what it was, alone under its name, and the role may call it
-- and is weak; then the role, and no writing, to the end of the transaction.  $1 schema, $2 role, $3 name, $4 oid of the
-- function, $5 and $6 the transactions that wrote its row and its comment (null: none).  One statement without a function
-- around it, for this is done before each call.
select pg_catalog.set_config('role', case
           when p.oid = $4::oid and p.xmin = $5::xid and d.xmin is not distinct from $6::xid
                and not (r.rolsuper or r.rolbypassrls or r.rolcanlogin)
                and not pg_catalog.pg_has_role(r.oid, 'kvasir_owner', 'member')
                and pg_catalog.has_schema_privilege(r.oid, p.pronamespace, 'usage')
                and pg_catalog.has_function_privilege(r.oid, p.oid, 'execute') then $2::text
           else kvasir.sqltool_old() end, true),
       pg_catalog.set_config('transaction_read_only', 'on', true),
       pg_catalog.set_config('synchronous_commit', 'off', true)
  from (values (true)) as one
  left join pg_catalog.pg_proc p
    on p.proname = $3::name and p.pronamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident($1::text))
  left join pg_catalog.pg_description d
    on d.objoid = p.oid and d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objsubid = 0
  left join pg_catalog.pg_roles r on r.rolname = $2::name;

-- name: lint_tools params: 2
-- What is wrong with functions that are to be tools: $1 schema, $2 role.  Reads the catalogs only.
with routine as (
    select p.oid, p.prosecdef, p.proname, format('%I.%I(%s)', n.nspname, p.proname,
                                                 pg_get_function_identity_arguments(p.oid)) as name,
           coalesce(obj_description(p.oid, 'pg_proc'), '') as says
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = $1::text and p.prokind = 'f'
)
select $2::text as object, 'tool-role' as rule, format('create role %I nologin; grant %I to kvasir_app', $2::text, $2::text) as mend
 where $1::text <> '' and not exists (select from pg_roles where rolname = $2::text)
union all
select format('role %I', rolname), 'tool-role', format('alter role %I nologin nosuperuser nobypassrls', rolname)
  from pg_roles
 where $1::text <> '' and rolname = $2::text and (rolcanlogin or rolsuper or rolbypassrls)
union all
select format('role %I', r.rolname), 'tool-role', format('grant %I to kvasir_app', r.rolname)
  from pg_roles r join pg_roles a on a.rolname = 'kvasir_app'
 where $1::text <> '' and r.rolname = $2::text and not pg_has_role(a.oid, r.oid, 'member')
union all
select format('schema %I', $1::text), 'tool-schema', format('create schema %I', $1::text)
 where $1::text <> '' and not exists (select from pg_namespace where nspname = $1::text)
union all
select name, 'tool-definer', format('alter function %s security invoker', name)
  from routine where prosecdef
union all
select r.name, 'tool-refused', w.why
  from routine r
  join pg_roles o on o.rolname = $2::text
 cross join lateral (select kvasir.sqltool_why_not(p, o.rolname) from pg_proc p where p.oid = r.oid) as w (why)
 where w.why is not null
union all
select r.name, 'tool-comment', format('the mark @%s of its comment is not known', m[1])
  from routine r
 cross join lateral regexp_matches(r.says, '^\s*@(\w+)', 'gn') as m
 where m[1] not in ('title', 'scope', 'destructive', 'idempotent', 'openworld', 'hidden', 'param')
 order by 2, 1;
