-- name: migrate_server params: 0
-- What we stand on: encoding, the pgvector that is installed or could be, and our ledger.
select pg_catalog.pg_encoding_to_char(database.encoding) as encoding,
       (select extension.extversion from pg_catalog.pg_extension as extension
         where extension.extname = 'vector') as vector,
       (select available.default_version from pg_catalog.pg_available_extensions as available
         where available.name = 'vector') as vector_available,
       pg_catalog.to_regclass('kvasir.migration') is not null as has_ledger,
       exists (select from pg_catalog.pg_roles as me
                where me.rolname = current_user and me.rolsuper)
       or exists (select from pg_catalog.pg_available_extension_versions as version
                   where version.name = 'vector' and version.trusted) as may_install
  from pg_catalog.pg_database as database
 where database.datname = pg_catalog.current_database();

-- name: migrate_lock_try params: 0
-- One `kvasir migrate` at a time; the lock ends with the session.
select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtext('kvasir migrate'));

-- name: migrate_lock params: 0
select pg_catalog.pg_advisory_lock(pg_catalog.hashtext('kvasir migrate'));

-- name: migrate_unlock params: 0
select pg_catalog.pg_advisory_unlock(pg_catalog.hashtext('kvasir migrate'));

-- name: migrate_history params: 0
select number, name, checksum, applied_at
  from kvasir.migration
 order by number, name;

-- name: migrate_record params: 4
-- $1 number or null, $2 file, $3 checksum, $4 milliseconds that it took.
insert into kvasir.migration (number, name, checksum, duration)
values ($1::integer, $2::text, $3::text, pg_catalog.make_interval(secs => $4::double precision / 1000))
on conflict (name) do update
    set checksum = excluded.checksum, duration = excluded.duration,
        applied_at = pg_catalog.now();

-- name: migrate_outdate params: 0
-- Has all files of functions applied again.
update kvasir.migration set checksum = '' where number is null;

-- name: migrate_forget params: 1
-- $1 the files of functions that there are; the ledger's others are gone.
delete from kvasir.migration
 where number is null and name <> all ($1::text[])
returning name;

-- name: migrate_aside params: 1
-- What gets our functions out of the way of their names; null when there are none.  Ours are those
-- of kvasir_owner that no migration has made ($1 holds the text of all migrations).
select 'set local role kvasir_owner; '
       || string_agg(format('alter routine %s rename to %I', p.oid::regprocedure,
                            'aside ' || p.oid), '; ')
       || '; reset role'
  from pg_catalog.pg_proc p
 where p.pronamespace = 'kvasir'::regnamespace and p.proowner = 'kvasir_owner'::regrole
   and strpos($1::text, 'create function kvasir.' || p.proname || '(') = 0
   and strpos($1::text, 'create or replace function kvasir.' || p.proname || '(') = 0;

-- name: migrate_wanted params: 0
-- With ours aside: what the files define, as {name and types: [all that `create or replace` cannot
-- change, number of defaults, of which it cannot take away]}.
select coalesce(jsonb_object_agg(
           p.proname || ' ' || p.proargtypes::text,
           jsonb_build_array(concat_ws('/', p.prokind, p.prorettype, p.proretset,
                                       p.proallargtypes, p.proargmodes, p.proargnames),
                             p.pronargdefaults)), '{}')
  from pg_catalog.pg_proc p
 where p.pronamespace = 'kvasir'::regnamespace and p.proowner = 'kvasir_owner'::regrole
   and p.proname not like 'aside %';

-- name: migrate_misfits params: 2
-- Our functions that no file defines any more ($2 from migrate_wanted, $1 as of migrate_aside) or
-- that have to be made anew, and with them those of ours that hold them in their bodies: name,
-- what else uses them and so forbids it, and the statement that drops all.
with recursive our as (
    select p.oid, p.oid::regprocedure::text as name,
           $2::jsonb -> (p.proname || ' ' || p.proargtypes::text) as wanted,
           concat_ws('/', p.prokind, p.prorettype, p.proretset, p.proallargtypes, p.proargmodes,
                     p.proargnames) as signature,
           p.pronargdefaults as defaults
      from pg_catalog.pg_proc p
     where p.pronamespace = 'kvasir'::regnamespace and p.proowner = 'kvasir_owner'::regrole
       and strpos($1::text, 'create function kvasir.' || p.proname || '(') = 0
       and strpos($1::text, 'create or replace function kvasir.' || p.proname || '(') = 0),
misfit as (
    select o.oid, o.name from our o
     where o.wanted is null or o.wanted ->> 0 <> o.signature
        or (o.wanted ->> 1)::integer < o.defaults
    union
    select o.oid, o.name
      from misfit m
      join pg_catalog.pg_depend d on d.refclassid = 'pg_proc'::regclass and d.refobjid = m.oid
                                 and d.classid = 'pg_proc'::regclass
      join our o on o.oid = d.objid)
select m.name,
       (select string_agg(distinct pg_describe_object(d.classid, d.objid, d.objsubid), ', ')
          from pg_catalog.pg_depend d
         where d.refclassid = 'pg_proc'::regclass and d.refobjid = m.oid
           and not (d.classid = 'pg_proc'::regclass and d.objid in (select n.oid from misfit n))),
       'set local role kvasir_owner; drop routine '
       || string_agg(m.name, ', ') over () || '; reset role'
  from misfit m
 order by m.name;
