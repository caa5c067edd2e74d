-- http_tool: tools that are addresses, declared by a tenant and called by the engine.

set local role kvasir_owner;

-- Declares a tool, or another in the place of one of that name; whether it is new.
create or replace function kvasir.http_tool_put(
    name text, title text, description text, method text, url text, schema json, headers jsonb, timeout_ms bigint,
    retries bigint, read_only boolean, most bigint)
returns boolean
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    made boolean;
begin
    insert into kvasir.http_tool as h (tenant_id, name, title, description, method, url, schema, headers, timeout_ms,
                                       retries, read_only)
    values ((select kvasir.tenant()), name, title, description, method, url, schema, headers, timeout_ms, retries,
            read_only)
        on conflict on constraint http_tool_pkey do update
       set title = excluded.title, description = excluded.description, method = excluded.method, url = excluded.url,
           schema = excluded.schema, headers = excluded.headers, timeout_ms = excluded.timeout_ms,
           retries = excluded.retries, read_only = excluded.read_only, updated_at = now()
    returning h.xmax = 0 into made;
    if (select count(*) from kvasir.http_tool h where h.tenant_id = (select kvasir.tenant())) > most then
        raise exception using errcode = 'KV409', message = format('a tenant has %s HTTP tools at most', most);
    end if;
    perform kvasir.emit('kvasir.tool.declared', name, jsonb_build_object('url', url, 'method', method));
    perform kvasir.stream_tell('tools');
    return made;
end
$$;

create or replace function kvasir.http_tool_need(wanted text) returns kvasir.http_tool
language plpgsql stable as $$
declare
    h kvasir.http_tool;
begin
    select * into h from kvasir.http_tool x where x.tenant_id = (select kvasir.tenant()) and x.name = wanted;
    if not found then
        raise exception using errcode = 'KV404', message = format('there is no tool %s', left(wanted, 80));
    end if;
    return h;
end
$$;

create or replace function kvasir.http_tool_drop(wanted text) returns void
language plpgsql volatile as $$
declare
    h kvasir.http_tool := kvasir.http_tool_need(wanted);
begin
    delete from kvasir.http_tool x where x.tenant_id = h.tenant_id and x.name = h.name;
    perform kvasir.emit('kvasir.tool.removed', h.name, '{}');
    perform kvasir.stream_tell('tools');
end
$$;

create or replace function kvasir.http_tool_list() returns setof kvasir.http_tool
language sql stable as $$
    select * from kvasir.http_tool h where h.tenant_id = (select kvasir.tenant()) order by h.name
$$;

-- A call of such a tool, as a task; what cannot be repeated gets one attempt.  stream: whose response waits for
-- the answer to the request whose id is stream_reply.
create or replace function kvasir.http_tool_call(wanted text, arguments json, client bigint, ttl_ms bigint,
                                                 stream uuid default null, stream_reply json default null)
returns kvasir.task
language plpgsql volatile as $$
declare
    h kvasir.http_tool := kvasir.http_tool_need(wanted);
begin
    if not h.read_only and not string_to_array(current_setting('kvasir.scopes', true), ' ') && array['write', 'admin'] then
        raise exception using errcode = 'KV403', message = 'this API key does not have the scope "write"';
    end if;
    return kvasir.task_create('http', h.name, arguments, client, 1 + h.retries, ttl_ms, null, stream, stream_reply);
end
$$;

grant execute on function
    kvasir.http_tool_put(text, text, text, text, text, json, jsonb, bigint, bigint, boolean, bigint),
    kvasir.http_tool_need(text),
    kvasir.http_tool_drop(text),
    kvasir.http_tool_list(),
    kvasir.http_tool_call(text, json, bigint, bigint, uuid, json)
to kvasir_app;
