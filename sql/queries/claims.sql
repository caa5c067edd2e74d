-- name: claims_open params: 4
-- Binds the transaction to a tenant by its name, unchecked (development and the command line).
-- $1 tenant, $2 request id, $3 traceparent or null, $4 statement timeout in ms.
select kvasir.enter_open($1::text, $2::text, $3::text, $4::bigint);

-- name: claims_key params: 6
-- Binds the transaction to the tenant of an API key, or raises KV401 or KV403.
-- $1 key id, $2 SHA-256 of the key, $3 scope, $4 request id, $5 traceparent or null, $6 timeout ms.
select kvasir.enter_key($1::text, $2::bytea, $3::text, $4::text, $5::text, $6::bigint);

-- name: claims_label params: 1
-- A name by which other sessions find this transaction in pg_stat_activity.
select pg_catalog.set_config('application_name', $1::text, true);
