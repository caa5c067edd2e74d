-- name: http_tool_put params: 11
-- $1 name, $2 title or null, $3 description, $4 method, $5 URL template, $6 schema, $7 headers, $8 timeout in ms,
-- $9 retries, $10 whether it changes nothing, $11 how many a tenant may have.  Whether it is new.
select kvasir.http_tool_put($1::text, $2::text, $3::text, $4::text, $5::text, $6::json, $7::jsonb, $8::bigint,
                            $9::bigint, $10::boolean, $11::bigint);

-- name: http_tool_drop params: 1
-- $1 name.
select kvasir.http_tool_drop($1::text);

-- name: http_tool_list params: 0
-- All of the tenant by name: what they are called with, and what they call.
select h.name, h.title, h.description, h.method, h.url, h.schema, h.headers, h.timeout_ms, h.retries, h.read_only,
       kvasir.moment(h.updated_at), t.name
  from kvasir.http_tool_list() h
  join kvasir.tenant t on t.id = h.tenant_id;

-- name: http_tool_find params: 1
-- The same of the one named $1.
select h.name, h.title, h.description, h.method, h.url, h.schema, h.headers, h.timeout_ms, h.retries, h.read_only,
       kvasir.moment(h.updated_at), t.name
  from kvasir.http_tool_need($1::text) h
  join kvasir.tenant t on t.id = h.tenant_id;

-- name: http_tool_call params: 6
-- $1 name, $2 arguments, $3 what the caller can do, $4 ttl in ms, $5 the stream that waits or null, $6 the id of
-- the request that is answered on it.
select r.* from kvasir.http_tool_call($1::text, $2::json, $3::bigint, $4::bigint, $5::uuid, $6::json) t
 cross join lateral kvasir.task_row(t) r;
