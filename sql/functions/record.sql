-- record: put, change, read and delete the records of a collection.

set local role kvasir_owner;

-- Keeps a collection from being deleted or given its dimension while this transaction writes to
-- it, before any of its tables is locked: in any other order two writers could wait for each other.
-- Returns its dimension, which the first embedding decides.
create or replace function kvasir.collection_hold(c kvasir.collection, dims integer)
returns integer
language plpgsql volatile as $$
begin
    if c.dimension is null and dims is not null then
        return kvasir.collection_dimension_set(c.id, dims);
    end if;
    perform from kvasir.collection t where t.tenant_id = c.tenant_id and t.id = c.id for key share;
    if not found then
        raise exception using errcode = 'KV404',
            message = format('collection %s does not exist', c.name);
    end if;
    return c.dimension;
end
$$;

-- The collection, fit to take embeddings of one dimension made by one model (null: given).  What a
-- model made for a collection without embedder is dropped: there only given embeddings count.
create or replace function kvasir.collection_need_for(database_name text, wanted text,
                                                      embeddings vector[], model text)
returns kvasir.collection
language plpgsql volatile as $$
declare
    c    kvasir.collection := kvasir.collection_need(database_name, wanted);
    dims integer;
    odd  integer;
begin
    if model is not null and c.embedder is null then
        embeddings := null;
    elsif model is not null and c.embedder <> model then
        raise exception using errcode = 'KV409', message = format(
            'collection %s holds embeddings of %s and this server embeds with %s: give the '
            'embeddings yourself', c.name, c.embedder, model);
    end if;
    select vector_dims(e) into dims from unnest(embeddings) e where e is not null limit 1;
    c.dimension := kvasir.collection_hold(c, dims);
    select vector_dims(e) into odd from unnest(embeddings) e
     where e is not null and vector_dims(e) <> c.dimension limit 1;
    if odd is not null then
        raise exception using errcode = 'KV422', message = format(
            'collection %s holds embeddings of %s dimensions, got one of %s', c.name, c.dimension,
            odd);
    end if;
    return c;
end
$$;

create or replace function kvasir.ids_check(ids text[])
returns void
language plpgsql immutable as $$
declare
    twice text;
begin
    select i into twice from unnest(ids) i group by i having count(*) > 1 limit 1;
    if twice is not null then
        raise exception using errcode = 'KV400',
            message = format('id %s stands twice in this batch', left(twice, 100));
    end if;
end
$$;

-- Inserts records, or replaces those whose id is there already (created_at stays).  They are
-- numbered in the order given and written in the order of their ids, as every writer of several
-- records locks them: so that two never wait for each other.
-- Arrays run in parallel; a null embedding is a record that only words can find.
create or replace function kvasir.record_put(
    database_name text, wanted text, ids text[], documents text[], metadatas jsonb[], uris text[],
    embeddings vector[], model text)
returns table (inserted bigint, updated bigint, unembedded bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c kvasir.collection := kvasir.collection_need_for(database_name, wanted, embeddings, model);
begin
    perform kvasir.ids_check(ids);
    if model is not null and c.embedder is null then
        embeddings := null;
    end if;
    execute format(
        'with given as materialized (
            select i, d, m, u, e, nextval(''kvasir_data.%1$I'') as s
              from unnest($1, $2, $3, $4, $5) as t (i, d, m, u, e)),
         put as (
            insert into kvasir_data.%2$I as r (seq, id, document, metadata, uri, embedding)
            overriding system value
            select s, i, d, coalesce(m, ''{}''), u, e from given order by i collate "C"
            on conflict (id) do update
               set document = excluded.document, metadata = excluded.metadata,
                   uri = excluded.uri, embedding = excluded.embedding, updated_at = now()
            returning (xmax = 0) as fresh, document is not null and embedding is null as bare)
         select count(*) filter (where fresh), count(*) filter (where not fresh),
                count(*) filter (where bare and $6) from put',
        'record_' || c.number || '_seq_seq', 'record_' || c.number)
    into inserted, updated, unembedded
    using ids, documents, metadatas, uris, embeddings, c.embedder is not null;
    perform kvasir.emit('kvasir.records.put', c.name, jsonb_build_object(
        'collection', c.id, 'name', c.name, 'inserted', inserted, 'updated', updated));
    return next;
end
$$;

-- Changes what is given of existing records: null leaves a field as it is, metadata is merged and
-- a null member removes that key.  Where a model makes the embeddings, a new text without a new
-- embedding loses the old one, which would no longer be its meaning.  Ids not there are returned.
create or replace function kvasir.record_update(
    database_name text, wanted text, ids text[], documents text[], metadatas jsonb[], uris text[],
    embeddings vector[], model text)
returns table (updated bigint, missing text[], unembedded bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c kvasir.collection := kvasir.collection_need_for(database_name, wanted, embeddings, model);
begin
    perform kvasir.ids_check(ids);
    if model is not null and c.embedder is null then
        embeddings := null;
    end if;
    execute format(
        'with given as (
            select * from unnest($1, $2, $3, $4, $5) as t (i, d, m, u, e)),
         held as materialized (
            select r.seq from kvasir_data.%1$I r where r.id = any ($1) order by r.id for update),
         changed as (
            update kvasir_data.%1$I r
               set document = coalesce(g.d, r.document), uri = coalesce(g.u, r.uri),
                   metadata = case when g.m is null then r.metadata
                                   else (r.metadata || g.m) - array(
                                       select key from jsonb_each(g.m) where value = ''null'') end,
                   embedding = case when g.e is not null then g.e
                                    when $6 and g.d is distinct from r.document
                                         and g.d is not null then null
                                    else r.embedding end,
                   updated_at = now()
              from given g where r.id = g.i and r.seq in (select seq from held)
            returning r.id, r.document is not null and r.embedding is null as bare)
         select (select count(*) from changed),
                array(select i from given where i not in (select id from changed) order by i),
                (select count(*) from changed where bare and $6)',
        'record_' || c.number)
    into updated, missing, unembedded
    using ids, documents, metadatas, uris, embeddings, c.embedder is not null;
    perform kvasir.emit('kvasir.records.updated', c.name, jsonb_build_object(
        'collection', c.id, 'name', c.name, 'updated', updated));
    return next;
end
$$;

-- Records by ids, by filter, by both or all, in the order in which they were first put.
create or replace function kvasir.record_get(
    database_name text, wanted text, ids text[], filter jsonpath, how_many bigint, skip bigint,
    with_embedding boolean)
returns table (id text, document text, metadata jsonb, uri text, embedding text,
               created_at timestamptz, updated_at timestamptz)
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    return query execute format(
        'select r.id::text, r.document, r.metadata, r.uri, %s, r.created_at, r.updated_at
           from kvasir_data.%I r where true %s %s
          order by r.seq limit $3 offset $4',
        case when with_embedding then 'r.embedding::text' else 'null::text' end,
        'record_' || c.number,
        case when ids is null then '' else 'and r.id = any ($1)' end,
        case when filter is null then '' else 'and r.metadata operator(kvasir.@@) $2' end)
    using ids, filter, how_many, skip;
end
$$;

-- Deletes records by ids, by filter, or by both together; one of them must be given.
create or replace function kvasir.record_delete(database_name text, wanted text, ids text[],
                                                filter jsonpath)
returns bigint
language plpgsql volatile as $$
declare
    c       kvasir.collection := kvasir.collection_need(database_name, wanted);
    deleted bigint;
begin
    perform kvasir.collection_hold(c, null);
    if ids is null and filter is null then
        raise exception using errcode = 'KV400', message = 'give ids or where to delete by';
    end if;
    execute format(
        'with held as materialized (
            select r.seq from kvasir_data.%1$I r where true %2$s %3$s order by r.id for update)
         delete from kvasir_data.%1$I r using held h where r.seq = h.seq',
        'record_' || c.number,
        case when ids is null then '' else 'and r.id = any ($1)' end,
        case when filter is null then '' else 'and r.metadata operator(kvasir.@@) $2' end)
    using ids, filter;
    get diagnostics deleted = row_count;
    perform kvasir.emit('kvasir.records.deleted', c.name, jsonb_build_object(
        'collection', c.id, 'name', c.name, 'deleted', deleted));
    return deleted;
end
$$;

-- What a source left in a collection: the id and content hash of each of its records.
create or replace function kvasir.record_hashes(database_name text, wanted text, sources text[])
returns table (id text, source text, hash text, file_hash text)
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    return query execute format(
        'select r.id::text, r.metadata ->> ''source'', r.metadata ->> ''hash'',
                r.metadata ->> ''file_hash''
           from kvasir_data.%I r
          where r.metadata ? ''hash'' and ($1 is null or r.metadata ->> ''source'' = any ($1))
          order by r.seq', 'record_' || c.number)
    using sources;
end
$$;

grant execute on function
    kvasir.collection_hold(kvasir.collection, integer),
    kvasir.collection_need_for(text, text, vector[], text),
    kvasir.ids_check(text[]),
    kvasir.record_put(text, text, text[], text[], jsonb[], text[], vector[], text),
    kvasir.record_update(text, text, text[], text[], jsonb[], text[], vector[], text),
    kvasir.record_get(text, text, text[], jsonpath, bigint, bigint, boolean),
    kvasir.record_delete(text, text, text[], jsonpath),
    kvasir.record_hashes(text, text, text[])
to kvasir_app;
