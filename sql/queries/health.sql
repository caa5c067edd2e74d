-- name: health params: 0
-- What readiness asks first: the server's version, and whether it has our schema.
select current_setting('server_version'), to_regprocedure('kvasir.migration_level()') is not null;

-- name: health_schema params: 0
-- What only our schema can tell: the number of the newest migration that was applied, and whether
-- an engine has said in the last 15 seconds that it lives.
select kvasir.migration_level(),
       exists (select from kvasir.heartbeat
                where program = 'kvasir-engine' and seen_at > now() - interval '15 s');
