-- chroma_tenancy: tenants and databases as Chroma's clients make and drop them.

set local role kvasir_owner;

-- A tenant without any database: who makes it so makes those, too.
create or replace function kvasir.chroma_tenant_create(wanted text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into kvasir.tenant (name) values (wanted) on conflict (name) do nothing;
    if not found then
        raise exception using errcode = 'KV409',
            message = format('Tenant [%s] already exists', left(wanted, 100));
    end if;
end
$$;

-- Given once; the same name again is no change.
create or replace function kvasir.chroma_tenant_resource(wanted text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update kvasir.tenant t set resource_name = wanted
     where t.id = (select kvasir.tenant())
       and (t.resource_name is null or t.resource_name = wanted)
       and not exists (select from kvasir.tenant o where o.name = wanted and o.id <> t.id);
    if not found then
        raise exception using errcode = 'KV409', message = format(
            'The resource name [%s] is taken, or this tenant has another one', left(wanted, 100));
    end if;
end
$$;

-- Open access only: the transaction goes on as the tenant that a resource name begins with.
create or replace function kvasir.chroma_tenant_enter(wanted text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    found_id uuid := (select t.id from kvasir.tenant t
                       where wanted in (t.name, t.resource_name)
                       order by t.name = wanted desc limit 1);
begin
    if found_id is null then
        raise exception using errcode = 'KV404',
            message = format('Tenant [%s] not found', left(wanted, 100));
    end if;
    perform set_config('kvasir.tenant', found_id::text, true);
end
$$;

-- With a key: the name has to be the key's tenant's, by one name or the other.
create or replace function kvasir.chroma_tenant_called(wanted text)
returns void
language plpgsql stable as $$
begin
    if not exists (select from kvasir.tenant t
                    where t.id = (select kvasir.tenant())
                      and wanted in (t.name, t.resource_name)) then
        raise exception using errcode = 'KV404',
            message = format('Tenant [%s] not found', left(wanted, 100));
    end if;
end
$$;

create or replace function kvasir.chroma_database_create(wanted text)
returns void
language plpgsql volatile as $$
begin
    insert into kvasir.database (tenant_id, name) values ((select kvasir.tenant()), wanted)
    on conflict (tenant_id, name) do nothing;
    if not found then
        raise exception using errcode = 'KV409',
            message = format('Database [%s] already exists', left(wanted, 100));
    end if;
end
$$;

-- Removes a database of this tenant with the tables of its collections.  The lock on its row keeps
-- new collections out; theirs make writers end before a table is touched.
create or replace function kvasir.database_drop(gone uuid)
returns void
language plpgsql volatile as $$
declare
    c record;
begin
    perform from kvasir.database d
      where d.tenant_id = (select kvasir.tenant()) and d.id = gone for update;
    for c in delete from kvasir.collection t
              where t.tenant_id = (select kvasir.tenant()) and t.database_id = gone
             returning t.id, t.name, t.number loop
        perform kvasir.collection_tables_drop(c.number);
        perform kvasir.emit('kvasir.collection.deleted', c.name,
                            jsonb_build_object('collection', c.id, 'name', c.name));
    end loop;
    delete from kvasir.database d where d.tenant_id = (select kvasir.tenant()) and d.id = gone;
end
$$;

create or replace function kvasir.chroma_database_drop(wanted text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    found_id uuid := (select d.id from kvasir.database d
                       where d.tenant_id = (select kvasir.tenant()) and d.name = wanted);
begin
    if found_id is null then
        raise exception using errcode = 'KV404',
            message = format('Database [%s] not found', left(wanted, 100));
    end if;
    perform kvasir.database_drop(found_id);
end
$$;

-- The databases of this transaction's tenant go, and the first one comes back empty.
create or replace function kvasir.tenant_clear()
returns void
language plpgsql volatile as $$
declare
    d record;
begin
    for d in select t.id from kvasir.database t where t.tenant_id = (select kvasir.tenant())
              order by t.id loop
        perform kvasir.database_drop(d.id);
    end loop;
    insert into kvasir.database (tenant_id, id, name)
    values ((select kvasir.tenant()), '00000000-0000-0000-0000-000000000000', 'default_database');
end
$$;

-- Everything goes: of all tenants, or of the one of this transaction alone.  Whether a caller may
-- is the program's to decide.
create or replace function kvasir.chroma_reset(everyone boolean)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    mine text := current_setting('kvasir.tenant');
    t    record;
begin
    for t in select o.id, o.name from kvasir.tenant o where everyone order by o.id loop
        perform set_config('kvasir.tenant', t.id::text, true);
        perform kvasir.tenant_clear();
        if t.name <> 'default_tenant' then
            delete from kvasir.outbox b where b.tenant_id = t.id;
            delete from kvasir.audit a where a.tenant_id = t.id;
            delete from kvasir.tenant o where o.id = t.id;
        end if;
    end loop;
    perform set_config('kvasir.tenant', mine, true);
    if not everyone then
        perform kvasir.tenant_clear();
    end if;
end
$$;

grant execute on function
    kvasir.chroma_tenant_create(text),
    kvasir.chroma_tenant_resource(text),
    kvasir.chroma_tenant_enter(text),
    kvasir.chroma_tenant_called(text),
    kvasir.chroma_database_create(text),
    kvasir.chroma_database_drop(text),
    kvasir.chroma_reset(boolean)
to kvasir_app;
