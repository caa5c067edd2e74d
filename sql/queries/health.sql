-- name: health params: 0
-- What readiness asks: the server's version, and whether the schema has been set up.
select current_setting('server_version'), to_regclass('kvasir.outbox') is not null;
