-- chroma_collection: collections as Chroma's clients make, read, change and drop them.
--
-- The tables are those of sql/functions/collection.sql; names and messages are Chroma's.

set local role kvasir_owner;

-- One collection by its id or its name, or else a page of all, in the order of their ids.
create or replace function kvasir.chroma_collections(database_name text, wanted_id uuid,
                                                     wanted_name text, how_many bigint, skip bigint)
returns table (id uuid, name text, dimension integer, space text, metadata jsonb,
               configuration jsonb, schema jsonb, keys jsonb, tenant text, database text)
language plpgsql stable as $$
#variable_conflict use_column
declare
    home uuid := (select d.id from kvasir.database d
                   where d.tenant_id = (select kvasir.tenant()) and d.name = database_name);
begin
    if wanted_name is not null then
        wanted_id := (select c.id from kvasir.collection c
                       where c.tenant_id = (select kvasir.tenant()) and c.database_id = home
                         and c.name = wanted_name);
        how_many := 1;
    elsif wanted_id is not null then
        how_many := 1;
    end if;
    return query
    select c.id, c.name, c.dimension, c.space, c.metadata, c.configuration, c.schema, c.keys,
           t.name, database_name
      from kvasir.collection c
      join kvasir.tenant t on t.id = c.tenant_id
     where c.tenant_id = (select kvasir.tenant()) and c.database_id = home
       and (wanted_id is null and wanted_name is null or c.id = wanted_id)
     order by c.id
     limit how_many offset skip;
end
$$;

-- The same for one that has to be there.
create or replace function kvasir.chroma_collection_find(database_name text, wanted_id uuid,
                                                         wanted_name text)
returns table (id uuid, name text, dimension integer, space text, metadata jsonb,
               configuration jsonb, schema jsonb, keys jsonb, tenant text, database text)
language plpgsql stable as $$
begin
    return query
    select * from kvasir.chroma_collections(database_name, wanted_id, wanted_name, 1, 0);
    if not found then
        raise exception using errcode = 'KV404', message = format(
            'Collection [%s] does not exist', coalesce(wanted_id::text, left(wanted_name, 100)));
    end if;
end
$$;

-- Makes a collection; with if_missing one of that name is left as it is.
create or replace function kvasir.chroma_collection_create(
    database_name text, wanted text, wanted_space text, wanted_metadata jsonb,
    wanted_configuration jsonb, wanted_schema jsonb, if_missing boolean)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    home  uuid := (select d.id from kvasir.database d
                    where d.tenant_id = (select kvasir.tenant()) and d.name = database_name);
    fresh kvasir.collection;
begin
    if home is null then
        raise exception using errcode = 'KV400',
            message = format('Database [%s] does not exist', left(database_name, 100));
    end if;
    insert into kvasir.collection
           (tenant_id, database_id, name, space, metadata, configuration, schema)
    values ((select kvasir.tenant()), home, wanted, wanted_space, coalesce(wanted_metadata, '{}'),
            coalesce(wanted_configuration, '{}'), wanted_schema)
    on conflict (tenant_id, database_id, name) do nothing
    returning * into fresh;
    if fresh.id is not null then
        perform kvasir.collection_tables_make(fresh);
        perform kvasir.emit('kvasir.collection.created', wanted,
                            jsonb_build_object('collection', fresh.id, 'name', wanted));
    elsif not if_missing then
        raise exception using errcode = 'KV409',
            message = format('Collection [%s] already exists', left(wanted, 100));
    end if;
end
$$;

-- Changes what is not null: the name, all of the metadata, some settings of the index, the
-- embedding function.
create or replace function kvasir.chroma_collection_change(
    database_name text, wanted uuid, new_name text, new_metadata jsonb, new_hnsw jsonb,
    new_function jsonb)
returns void
language plpgsql volatile as $$
declare
    c kvasir.collection := kvasir.chroma_collection_need(database_name, wanted);
begin
    update kvasir.collection t
       set name = coalesce(new_name, t.name),
           metadata = coalesce(new_metadata, t.metadata),
           configuration = t.configuration
               || case when new_hnsw is null then '{}' else jsonb_build_object(
                      'hnsw', coalesce(t.configuration -> 'hnsw', '{}') || new_hnsw) end
               || case when new_function is null then '{}' else jsonb_build_object(
                      'embedding_function', new_function) end
     where t.tenant_id = c.tenant_id and t.id = c.id;
exception when unique_violation then
    raise exception using errcode = 'KV409',
        message = format('Collection [%s] already exists', left(new_name, 100));
end
$$;

create or replace function kvasir.chroma_collection_drop(database_name text, wanted text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    gone kvasir.collection;
begin
    delete from kvasir.collection c
     using kvasir.database d
     where d.tenant_id = (select kvasir.tenant()) and d.name = database_name
       and c.tenant_id = d.tenant_id and c.database_id = d.id and c.name = wanted
    returning c.* into gone;
    if gone.id is null then
        raise exception using errcode = 'KV404',
            message = format('Collection [%s] does not exist', left(wanted, 100));
    end if;
    perform kvasir.collection_tables_drop(gone.number);
    perform kvasir.emit('kvasir.collection.deleted', gone.name,
                        jsonb_build_object('collection', gone.id, 'name', gone.name));
end
$$;

grant execute on function
    kvasir.chroma_collections(text, uuid, text, bigint, bigint),
    kvasir.chroma_collection_find(text, uuid, text),
    kvasir.chroma_collection_create(text, text, text, jsonb, jsonb, jsonb, boolean),
    kvasir.chroma_collection_change(text, uuid, text, jsonb, jsonb, jsonb),
    kvasir.chroma_collection_drop(text, text)
to kvasir_app;
