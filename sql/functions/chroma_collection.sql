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

-- A new collection with all that another one holds, as it is at one moment.  What triggers derive from
-- records they derive here as well.  The source is held shared: its writers go on, but for one that
-- brings the first embedding or a new key of the metadata.
create or replace function kvasir.chroma_collection_fork(database_name text, wanted uuid,
                                                         new_name text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    c     kvasir.collection := kvasir.chroma_collection_need(database_name, wanted);
    fresh kvasir.collection;
begin
    select * into c from kvasir.collection t
     where t.tenant_id = c.tenant_id and t.id = c.id for share;
    if not found then
        raise exception using errcode = 'KV404',
            message = format('Collection [%s] does not exist.', wanted);
    end if;
    insert into kvasir.collection
           (tenant_id, database_id, name, dimension, space, embedder, language, metadata,
            weights, configuration, schema, keys, family)
    values (c.tenant_id, c.database_id, new_name, c.dimension, c.space, c.embedder, c.language,
            c.metadata, c.weights, c.configuration, c.schema, c.keys, coalesce(c.family, c.id))
    on conflict (tenant_id, database_id, name) do nothing
    returning * into fresh;
    if fresh.id is null then
        raise exception using errcode = 'KV409',
            message = format('Collection [%s] already exists', left(new_name, 100));
    end if;
    perform kvasir.collection_tables_make(fresh);
    execute format(
        'insert into kvasir_data.%I
                (seq, id, document, metadata, uri, embedding, created_at, updated_at)
         overriding system value
         select seq, id, document, metadata, uri, embedding, created_at, updated_at
           from kvasir_data.%I order by seq',
        'record_' || fresh.number, 'record_' || c.number);
    execute format(
        'select setval(''kvasir_data.%I'', (select last_value from kvasir_data.%I))',
        'record_' || fresh.number || '_seq_seq', 'record_' || c.number || '_seq_seq');
    perform kvasir.emit('kvasir.collection.created', new_name,
                        jsonb_build_object('collection', fresh.id, 'name', new_name));
end
$$;

-- How many forks the family of a collection has: its own and all others of the same origin.
create or replace function kvasir.chroma_collection_forks(database_name text, wanted uuid)
returns bigint
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.chroma_collection_need(database_name, wanted);
begin
    return (select count(*) from kvasir.collection t
             where t.tenant_id = c.tenant_id and t.family = coalesce(c.family, c.id));
end
$$;

-- How many of a collection's records searches find as fast as they ever will: all, unless there are
-- so many vectors that an index is due and not ready yet.
create or replace function kvasir.chroma_collection_progress(database_name text, wanted uuid,
                                                             threshold bigint)
returns table (indexed bigint, total bigint)
language plpgsql stable as $$
declare
    c       kvasir.collection := kvasir.chroma_collection_need(database_name, wanted);
    vectors bigint;
begin
    select coalesce(sum(y.records), 0), coalesce(sum(y.vectors), 0) into total, vectors
      from kvasir.tally y
     where y.tenant_id = c.tenant_id and y.collection_id = c.id;
    indexed := case when c.index_state = 'ready' then total
                    when c.index_state = 'none' and vectors < threshold then total
                    when c.dimension > kvasir.index_most_dimensions() then total
                    else total - vectors end;
    return next;
end
$$;

grant execute on function
    kvasir.chroma_collection_fork(text, uuid, text),
    kvasir.chroma_collection_forks(text, uuid),
    kvasir.chroma_collection_progress(text, uuid, bigint),
    kvasir.chroma_collections(text, uuid, text, bigint, bigint),
    kvasir.chroma_collection_find(text, uuid, text),
    kvasir.chroma_collection_create(text, text, text, jsonb, jsonb, jsonb, boolean),
    kvasir.chroma_collection_change(text, uuid, text, jsonb, jsonb, jsonb),
    kvasir.chroma_collection_drop(text, text)
to kvasir_app;
