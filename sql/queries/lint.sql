-- name: lint params: 0
-- What is wrong with the tenant wall of this database: object, rule, what mends it.
-- Reads the catalogs only, so any role may ask.
with recursive
relation as (
    select c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.reloptions,
           c.relrowsecurity, c.relforcerowsecurity,
           format('%I.%I', n.nspname, c.relname) as name,
           c.relkind in ('r', 'p')
           and (n.nspname = 'kvasir_data' or c.relname = 'tenant'
                or exists (select from pg_attribute a
                            where a.attrelid = c.oid and a.attname = 'tenant_id'
                              and not a.attisdropped)) as is_tenants
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('kvasir', 'kvasir_data') and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
),
routine as (
    select p.oid, p.proowner, p.prosecdef, p.proconfig,
           coalesce(p.proacl, acldefault('f', p.proowner)) as acl,
           format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as name
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace
     where n.nspname in ('kvasir', 'kvasir_data')
),
policy as (
    select p.oid, p.polrelid, p.polname, p.polcmd, p.polroles, r.name as relation, part.expression
      from pg_policy p
      join relation r on r.oid = p.polrelid
     cross join lateral (values (pg_get_expr(p.polqual, p.polrelid)),
                                (pg_get_expr(p.polwithcheck, p.polrelid))) as part (expression)
     where part.expression is not null
),
-- An expression from the inside out: what stands in (select ...) goes, other brackets open up.
-- What is left at the end is evaluated for each row.
bare (oid, polname, relation, expression) as (
    select oid, polname, relation,
           regexp_replace(expression, '\m(kvasir\.\w+|current_setting)\(', 'CALLED \1 (', 'g')
      from policy
    union
    select oid, polname, relation,
           case when expression ~ '\(\s*SELECT\M[^()]*\)'
                then regexp_replace(expression, '\(\s*SELECT\M[^()]*\)', ' ', 'g')
                else regexp_replace(expression, '\(([^()]*)\)', ' \1 ', 'g') end
      from bare
     where expression ~ '\([^()]*\)'
),
-- Tables of one family are made by one function, so they are alike but for their numbers.
sibling as (
    select r.name, r.oid, regexp_replace(r.relname, '\d+$', '') as family,
           concat_ws(E'\n',
               (select string_agg(format('%s %s %s', a.attname, format_type(a.atttypid, null), a.attnotnull),
                                  ', ' order by a.attnum)
                  from pg_attribute a
                 where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped),
               (select string_agg(regexp_replace(pg_get_indexdef(i.indexrelid), '_\d+', '', 'g'),
                                  ', ' order by regexp_replace(pg_get_indexdef(i.indexrelid), '_\d+', '', 'g'))
                  from pg_index i
                  join pg_class x on x.oid = i.indexrelid
                  join pg_am m on m.oid = x.relam and m.amname <> 'hnsw'
                 where i.indrelid = r.oid),
               (select string_agg(format('%s %s %s %s', p.polname, p.polcmd, p.polroles::text,
                                         regexp_replace(p.expression, '''[0-9a-f-]{36}''', 'ID', 'g')),
                                  ', ' order by p.polname, p.expression)
                  from policy p
                 where p.polrelid = r.oid),
               (select string_agg(t.tgname, ', ' order by t.tgname)
                  from pg_trigger t
                 where t.tgrelid = r.oid and not t.tgisinternal),
               r.relacl::text) as made_of
      from relation r
     where r.name like 'kvasir\_data.%' and r.relkind = 'r' and r.relname ~ '_\d+$'
),
family as (
    select family, mode() within group (order by made_of) as made_of
      from sibling
     group by family
),
-- Roles that kvasir_app may become, for tools in SQL: they cannot log in and lead to nothing that is
-- stronger than a grant on somebody's table.
plain as (
    select r.oid
      from pg_roles r
     where not exists (
            select from pg_roles s
             where pg_has_role(r.oid, s.oid, 'member')
               and (s.rolsuper or s.rolbypassrls or s.rolcreaterole or s.rolcreatedb or s.rolreplication
                    or s.rolcanlogin or s.rolname in ('kvasir_owner', 'kvasir_engine')
                    or s.rolname like 'pg\_%'))
),
finding (object, rule, mend) as (
    select 'schema kvasir', 'not-set-up', 'run kvasir migrate'
     where to_regclass('kvasir.tenant') is null
    union all
    select name, 'rls-off',
           format('alter table %s enable row level security, force row level security', name)
      from relation
     where is_tenants and not (relrowsecurity and relforcerowsecurity)
    union all
    select name, 'no-policy', 'create the policy that compares tenant_id with (select kvasir.tenant())'
      from relation r
     where is_tenants and not exists (select from pg_policy p where p.polrelid = r.oid)
    union all
    select distinct format('policy %I on %s', polname, relation), 'policy-per-row',
           'write the call as (select ...), which is evaluated once per statement'
      from bare
     where expression !~ '\([^()]*\)' and expression ~ 'CALLED'
    union all
    select name, 'unlike-its-kind',
           format('compare it with the other tables %s<number>; kvasir.collection_tables_make() makes them', s.family)
      from sibling s
      join family f on f.family = s.family and f.made_of is distinct from s.made_of
    union all
    select name, 'owner', format('alter table %s owner to kvasir_owner', name)
      from relation
     where pg_get_userbyid(relowner) <> 'kvasir_owner'
    union all
    select name, 'owner', format('alter routine %s owner to kvasir_owner', name)
      from routine
     where pg_get_userbyid(proowner) <> 'kvasir_owner'
    union all
    select format('schema %I', nspname), 'owner', format('alter schema %I owner to kvasir_owner', nspname)
      from pg_namespace
     where nspname in ('kvasir', 'kvasir_data') and pg_get_userbyid(nspowner) <> 'kvasir_owner'
    union all
    select format('role %I', rolname), 'role-too-strong',
           format('alter role %I nosuperuser nobypassrls nocreaterole nocreatedb noreplication', rolname)
      from pg_roles
     where rolname in ('kvasir_owner', 'kvasir_app', 'kvasir_engine')
       and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
    union all
    select 'role kvasir_owner', 'role-too-strong', 'alter role kvasir_owner nologin'
      from pg_roles
     where rolname = 'kvasir_owner' and rolcanlogin
    union all
    select format('role %I', member.rolname), 'role-too-strong',
           format('revoke %I from %I', granted.rolname, member.rolname)
      from pg_auth_members m
      join pg_roles member on member.oid = m.member
      join pg_roles granted on granted.oid = m.roleid
     where member.rolname in ('kvasir_app', 'kvasir_engine')
       and not (member.rolname = 'kvasir_engine' and granted.rolname = 'kvasir_owner')
       and not (member.rolname = 'kvasir_app' and granted.oid in (select oid from plain))
    union all
    select 'role kvasir_engine', 'role-too-strong', 'alter role kvasir_engine noinherit'
      from pg_roles
     where rolname = 'kvasir_engine' and rolinherit
    union all
    select name, 'definer-search-path',
           format('alter routine %s set search_path = pg_catalog, pg_temp', name)
      from routine
     where prosecdef
       and not exists (select from unnest(proconfig) as setting where setting like 'search\_path=%')
    union all
    select name, 'definer-for-everyone', format('revoke execute on routine %s from public', name)
      from routine
     where prosecdef
       and exists (select from aclexplode(acl) as a where a.grantee = 0 and a.privilege_type = 'EXECUTE')
    union all
    select distinct format('%s.%I', r.name, a.attname), 'policy-column-not-indexed',
           format('create index on %s (%I)', r.name, a.attname)
      from pg_policy p
      join relation r on r.oid = p.polrelid
      join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
                      and d.refclassid = 'pg_class'::regclass and d.refobjid = r.oid
      join pg_attribute a on a.attrelid = r.oid and a.attnum = d.refobjsubid and a.attnum > 0
     where not exists (select from pg_index i
                        where i.indrelid = r.oid and i.indisvalid and i.indpred is null
                          and i.indkey[0] = a.attnum)
    union all
    select name, 'view-of-its-owner', format('alter view %s set (security_invoker = true)', name)
      from relation
     where relkind = 'v'
       and not exists (select from unnest(reloptions) as o
                        where o in ('security_invoker=true', 'security_invoker=on', 'security_invoker=1'))
    union all
    select i.indexrelid::regclass::text, 'index-invalid',
           format('reindex index concurrently %s', i.indexrelid::regclass)
      from pg_index i
      join relation r on r.oid = i.indrelid
     where not i.indisvalid
       and not exists (select from pg_stat_progress_create_index b where b.index_relid = i.indexrelid)
    union all
    select 'filters on metadata', 'not-indexed',
           'run once as a superuser in this database: select kvasir.filter_index_make()'
     where to_regprocedure('kvasir.filter_index_make()') is not null
       and not exists (select from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace
                        where n.nspname = 'kvasir' and o.opcname = 'metadata_ops')
)
select object, rule, mend
  from finding
 order by rule, object, mend;
