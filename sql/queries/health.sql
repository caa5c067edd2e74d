-- name: health params: 0
-- What readiness asks first: the server's version, and whether it has our schema.
select current_setting('server_version'), to_regprocedure('kvasir.migration_level()') is not null;

-- name: health_level params: 0
-- And then: the number of the newest migration that was applied.
select kvasir.migration_level();
