-- chroma: what Chroma's v2 API asks of the database.

set local role kvasir_owner;

-- A key opens one tenant: under the name of another there is nothing.
create or replace function kvasir.chroma_tenant_is(tenant_name text)
returns void
language plpgsql stable as $$
begin
    if not exists (select from kvasir.tenant t
                    where t.id = (select kvasir.tenant()) and t.name = tenant_name) then
        raise exception using errcode = 'KV404',
            message = format('Tenant [%s] not found', left(tenant_name, 100));
    end if;
end
$$;

-- The database of this tenant with that name, or KV404.
create or replace function kvasir.chroma_database_need(database_name text)
returns kvasir.database
language plpgsql stable as $$
declare
    d kvasir.database;
begin
    select * into d from kvasir.database t
     where t.tenant_id = (select kvasir.tenant()) and t.name = database_name;
    if not found then
        raise exception using errcode = 'KV404', message = format(
            'Database [%s] not found. Are you sure it exists?', left(database_name, 100));
    end if;
    return d;
end
$$;

-- The collection of this tenant and database with that id, or KV404: an id found under another
-- tenant or database is no way in.
create or replace function kvasir.chroma_collection_need(database_name text, wanted uuid)
returns kvasir.collection
language plpgsql stable as $$
declare
    c kvasir.collection;
begin
    select t.* into c
      from kvasir.collection t
      join kvasir.database d on d.tenant_id = t.tenant_id and d.id = t.database_id
     where t.tenant_id = (select kvasir.tenant()) and t.id = wanted and d.name = database_name;
    if not found then
        raise exception using errcode = 'KV404',
            message = format('Collection [%s] does not exist.', wanted);
    end if;
    return c;
end
$$;

grant execute on function
    kvasir.chroma_tenant_is(text),
    kvasir.chroma_database_need(text),
    kvasir.chroma_collection_need(text, uuid)
to kvasir_app;
