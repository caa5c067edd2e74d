-- name: tool_event params: 3
-- That a tool ran, as the last statement of its transaction: $1 tool, $2 data, $3 milliseconds
-- before this transaction began.
select kvasir.emit('mcp.tool.executed', $1::text,
                   $2::jsonb || jsonb_build_object('duration', $3::bigint + round(
                       extract(epoch from clock_timestamp() - transaction_timestamp()) * 1000)));
