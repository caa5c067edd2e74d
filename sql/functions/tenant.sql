-- tenant: tenants, their databases and their keys.

set local role kvasir_owner;

create or replace function kvasir.tenant_create(tenant_name text, if_missing boolean)
returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    made uuid;
begin
    if length(tenant_name) not between 3 and 512 then
        raise exception using errcode = 'KV400',
            message = 'a tenant''s name has 3 to 512 characters';
    end if;
    insert into kvasir.tenant (name) values (tenant_name)
    on conflict (name) do nothing returning id into made;
    if made is null then
        if not if_missing then
            raise exception using errcode = 'KV409',
                message = format('tenant %s exists already', tenant_name);
        end if;
        return (select t.id from kvasir.tenant t where t.name = tenant_name);
    end if;
    perform set_config('kvasir.tenant', made::text, true);
    insert into kvasir.database (tenant_id, id, name)
    values (made, '00000000-0000-0000-0000-000000000000', 'default_database');
    return made;
end
$$;

-- Removes the tenant of this transaction with all that it holds.
create or replace function kvasir.tenant_drop()
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    c record;
begin
    for c in select number from kvasir.collection where tenant_id = (select kvasir.tenant()) loop
        perform kvasir.collection_tables_drop(c.number);
    end loop;
    delete from kvasir.outbox where tenant_id = (select kvasir.tenant());
    delete from kvasir.audit where tenant_id = (select kvasir.tenant());
    delete from kvasir.tenant where id = (select kvasir.tenant());
end
$$;

create or replace function kvasir.key_create(key_id text, key_hash bytea, key_name text,
                                             key_scopes text[], valid_for interval)
returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    insert into kvasir.api_key (tenant_id, id, hash, name, scopes, expires_at)
    values ((select kvasir.tenant()), key_id, key_hash, key_name, key_scopes, now() + valid_for);
end;

create or replace function kvasir.key_revoke(key_id text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update kvasir.api_key set revoked_at = coalesce(revoked_at, now())
     where tenant_id = (select kvasir.tenant()) and id = key_id;
    if not found then
        raise exception using errcode = 'KV404', message = format('no API key %s', key_id);
    end if;
    -- What it has opened ends with it.
    perform pg_notify('kvasir_stream', format('key %s %s', kvasir.tenant(), key_id));
end
$$;

create or replace function kvasir.key_list()
returns table (id text, name text, scopes text[], created_at timestamptz,
               expires_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select k.id, k.name, k.scopes, k.created_at, k.expires_at, k.revoked_at
      from kvasir.api_key k
     where k.tenant_id = (select kvasir.tenant())
     order by k.created_at, k.id;
end;

grant execute on function
    kvasir.tenant_create(text, boolean), kvasir.tenant_drop(),
    kvasir.key_create(text, bytea, text, text[], interval),
    kvasir.key_revoke(text), kvasir.key_list()
to kvasir_app;

select kvasir.tenant_create('default_tenant', true);
