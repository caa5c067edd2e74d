-- name: mcp_secret params: 0
-- What every process seals with; binary.
select kvasir.mcp_secret();

-- name: mcp_enter params: 1
-- KV410 when the session was ended.
select kvasir.mcp_enter($1::uuid);

-- name: mcp_end params: 2
-- $1 session, $2 when its id expires, in microseconds since 1970.
select kvasir.mcp_end($1::uuid, to_timestamp($2::bigint / 1e6));

-- name: mcp_log_level_set params: 3
-- $1 session, $2 level, $3 when its id expires, in microseconds since 1970.
select kvasir.mcp_log_level_set($1::uuid, $2::text, to_timestamp($3::bigint / 1e6));

-- name: mcp_log_level params: 1
select kvasir.mcp_log_level($1::uuid);

-- name: mcp_state_use params: 2
-- $1 nonce, $2 when the state expires, in microseconds since 1970; KV410 when it was used before.
select kvasir.mcp_state_use($1::uuid, to_timestamp($2::bigint / 1e6));

-- name: mcp_cancel params: 1
-- $1 the label of the call to cancel.
select kvasir.mcp_cancel($1::text);

-- name: mcp_round_open params: 11
-- $1 round, $2 session, $3 principal, $4 stream, $5 method, $6 params, $7 id of the call, $8 what
-- was kept, $9 progress so far, $10 keys of the questions, $11 when it expires, as in mcp_end.
select kvasir.mcp_round_open($1::uuid, $2::uuid, $3::text, $4::uuid, $5::text, $6::text, $7::text,
                             $8::bytea, $9::double precision, $10::text[],
                             to_timestamp($11::bigint / 1e6));

-- name: mcp_round_answer params: 6
-- $1 round, $2 number of the question, $3 session, $4 principal, $5 answer, $6 it is an error:
-- the call to go on with, or no row; binary.
select r.method, r.params, r.rpc_id, r.stream_id::text, r.answers::text, r.keep, r.told::text,
       r.failure
  from kvasir.mcp_round_answer($1::uuid, $2::bigint, $3::uuid, $4::text, $5::jsonb,
                               $6::boolean) r;

-- name: mcp_round_drop params: 2
-- $1 session, $2 id of the call as JSON text.
select kvasir.mcp_round_drop($1::uuid, $2::text);
