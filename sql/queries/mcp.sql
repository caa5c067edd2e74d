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
