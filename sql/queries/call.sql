-- name: call_end params: 7
-- The end of a call, last in its transaction: $1 tool, $2 data of its event or null, $3 milliseconds
-- before this transaction began, $4 wire, $5 outcome, $6 SHA-256 of the arguments, $7 whether it may
-- have changed something.
select kvasir.call_end($1::text, $2::jsonb, $3::bigint, $4::text, $5::text, $6::bytea, $7::boolean);

-- name: call_ends params: 12
-- The ends of many calls of one caller: $1 tenant or null, $2 key id or null, $3 hash of the key, then one
-- item a call: $4 tool, $5 event, $6 milliseconds, $7 wire, $8 outcome, $9 digest, $10 request, $11 trace,
-- $12 microseconds since 1970.
select kvasir.call_ends($1::text, $2::text, $3::bytea, $4::text[], $5::jsonb[], $6::bigint[],
                        $7::text[], $8::text[], $9::bytea[], $10::text[], $11::text[], $12::bigint[]);

-- name: once_take params: 3
-- Takes the idempotency key $1 for the tool $2 with arguments of the digest $3, or KV409.
select kvasir.once_take($1::text, $2::text, $3::bytea);

-- name: once_keep params: 3
-- Keeps the result $2 and its content $3 under the key $1.
select kvasir.once_keep($1::text, $2::text, $3::text);

-- name: once_repeat params: 3
-- What is kept under a key: whether tool and arguments are the same, and the result.
select same, result, content from kvasir.once_repeat($1::text, $2::text, $3::bytea);

-- name: audit_list params: 6
-- $1 tool, $2 outcome, $3 caller, $4 how many seconds ago at most, $5 the id that all are older than: each
-- may be null; $6 how many at most.
select kvasir.audit_list($1::text, $2::text, $3::text, $4::bigint, $5::bigint, $6::bigint);

-- name: audit_purge params: 2
-- Rows older than $1 seconds, $2 at most; returns how many went.
with old as (
    select tenant_id, id from kvasir.audit
     where called_at < now() - make_interval(secs => $1::bigint) limit $2::bigint),
gone as (
    delete from kvasir.audit a using old where a.tenant_id = old.tenant_id and a.id = old.id
    returning a.id)
select count(*) from gone;

-- name: once_purge params: 1
-- Results that have expired, $1 at most; returns how many went.
with old as (
    select tenant_id, caller, key from kvasir.once where expires_at < now() limit $1::bigint),
gone as (
    delete from kvasir.once o using old
     where o.tenant_id = old.tenant_id and o.caller = old.caller and o.key = old.key
    returning o.key)
select count(*) from gone;
