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
