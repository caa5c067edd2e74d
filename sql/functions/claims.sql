-- claims: who a transaction acts for; the first statement of every pipeline.
--
-- What is set here ends with the transaction.

set local role kvasir_owner;

-- A tenant by name, unchecked: only the program decides when this is allowed.
create or replace function kvasir.enter_open(tenant_name text, request_id text, trace text,
                                             timeout_ms bigint)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    found_id uuid := (select t.id from kvasir.tenant t where t.name = tenant_name);
begin
    if found_id is null then
        raise exception using errcode = 'KV404',
            message = format('Tenant [%s] not found', tenant_name);
    end if;
    perform set_config('kvasir.tenant', found_id::text, true),
            set_config('kvasir.scopes', 'admin', true),
            set_config('kvasir.caller', 'open', true),
            set_config('kvasir.request', coalesce(request_id, ''), true),
            set_config('kvasir.trace', coalesce(trace, ''), true),
            set_config('statement_timeout', greatest(timeout_ms, 0)::text, true);
end
$$;

-- The tenant of an API key that is known, in time and allowed to do what this request needs.
create or replace function kvasir.enter_key(key_id text, key_hash bytea, scope text,
                                            request_id text, trace text, timeout_ms bigint)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    key kvasir.api_key;
begin
    select * into key from kvasir.api_key k where k.id = key_id;
    if not found or key.hash <> key_hash then
        raise exception using errcode = 'KV401', message = 'this API key is not known';
    elsif key.revoked_at is not null then
        raise exception using errcode = 'KV401', message = 'this API key was revoked';
    elsif key.expires_at <= now() then
        raise exception using errcode = 'KV401', message = 'this API key has expired';
    elsif scope is not null and not (scope = any (key.scopes) or 'admin' = any (key.scopes)) then
        raise exception using errcode = 'KV403',
            message = format('this API key does not have the scope "%s"', scope);
    end if;
    perform set_config('kvasir.tenant', key.tenant_id::text, true),
            set_config('kvasir.scopes', array_to_string(key.scopes, ' '), true),
            set_config('kvasir.caller', key.id, true),
            set_config('kvasir.request', coalesce(request_id, ''), true),
            set_config('kvasir.trace', coalesce(trace, ''), true),
            set_config('statement_timeout', greatest(timeout_ms, 0)::text, true);
end
$$;

-- Who this transaction acts for within its tenant: 'key:' and the id of an API key, or 'open'.
create or replace function kvasir.principal() returns text
language sql stable parallel safe
return case current_setting('kvasir.caller', true) when '' then null when 'open' then 'open'
       else 'key:' || current_setting('kvasir.caller', true) end;

-- An event of this transaction's tenant, published after the commit by the engine.
create or replace function kvasir.emit(type text, subject text, data jsonb)
returns void
language plpgsql volatile as $$
#variable_conflict use_variable
begin
    insert into kvasir.outbox (tenant_id, type, subject, data, request_id, trace)
    values ((select kvasir.tenant()), type, subject, data,
            nullif(current_setting('kvasir.request', true), ''),
            nullif(current_setting('kvasir.trace', true), ''));
    if type in ('kvasir.collection.created', 'kvasir.collection.deleted') then
        perform kvasir.stream_tell('resources'); -- it is, or was, one
    end if;
end
$$;

grant execute on function
    kvasir.enter_open(text, text, text, bigint),
    kvasir.enter_key(text, bytea, text, text, text, bigint),
    kvasir.principal(),
    kvasir.emit(text, text, jsonb)
to kvasir_app, kvasir_engine;

-- A point in time as our JSON writes it (RFC 3339, UTC, microseconds).
create or replace function kvasir.moment(at timestamptz) returns text
language sql stable parallel safe
return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
grant execute on function kvasir.moment(timestamptz) to kvasir_app, kvasir_engine;
