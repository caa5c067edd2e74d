-- chroma_record: batches of records as Chroma's clients write them.

set local role kvasir_owner;

-- Metadata merged key by key; a null takes its key away.
create or replace function kvasir.metadata_merged(held jsonb, given jsonb)
returns jsonb
language sql immutable parallel safe
return case when given is null then held
            when jsonb_path_exists(given, 'strict $.* ? (@ == null)')
            then (held || given) - array(select key from jsonb_each(given)
                                          where value = 'null')
            else held || given end;

-- {"key": [kinds]} of both.
create or replace function kvasir.keys_merged(held jsonb, given jsonb)
returns jsonb
language sql immutable parallel safe
return (select jsonb_object_agg(key, kinds)
          from (select key, jsonb_agg(distinct kind order by kind) as kinds
                  from (select * from jsonb_each(held) union all select * from jsonb_each(given)) e,
                       jsonb_array_elements(value) kind
                 group by key) merged);

-- The collection, held and fit to take embeddings of `dims`, with the kinds of value that this
-- batch brings known to it.  Only a batch that brings something new locks the collection's row.
create or replace function kvasir.chroma_record_hold(database_name text, wanted uuid, dims integer,
                                                     kinds jsonb)
returns kvasir.collection
language plpgsql volatile as $$
declare
    c kvasir.collection := kvasir.chroma_collection_need(database_name, wanted);
begin
    c.dimension := kvasir.collection_hold(c, dims);
    if c.dimension <> dims then
        raise exception using errcode = 'KV400', message = format(
            'Collection expecting embedding with dimension of %s, got %s', c.dimension, dims);
    end if;
    if not c.keys @> kinds then
        update kvasir.collection t set keys = kvasir.keys_merged(t.keys, kinds)
         where t.tenant_id = c.tenant_id and t.id = c.id;
    end if;
    return c;
end
$$;

-- What becomes of a record whose id is there already.
create or replace function kvasir.chroma_record_conflict(verb text)
returns text
language plpgsql immutable as $$
begin
    return 'on conflict (id) ' || case
        when verb = 'add' then 'do nothing'
        else 'do update set document = coalesce(excluded.document, r.document),
                            metadata = kvasir.metadata_merged(r.metadata, excluded.metadata),
                            uri = coalesce(excluded.uri, r.uri),
                            embedding = excluded.embedding, updated_at = now()' end
        || ' returning xmax = 0 as fresh';
end
$$;

-- SQL of one round of a verb.  New records are numbered in the order given and written in the order
-- of their ids, as every writer of several records locks them, so that two never wait for each
-- other.  One record by itself is spared that.
create or replace function kvasir.chroma_record_sql(verb text, number bigint, is_one boolean)
returns text
language plpgsql immutable as $$
begin
    if verb = 'update' then
        return format(
            'with given as (
                select * from unnest($1, $2, $3, $4, $5, $6) as t (i, d, m, u, e, k)
                 where k is not distinct from $7),
             held as materialized (
                select r.seq from kvasir_data.record_%1$s r
                 where r.id = any (array(select i from given)) order by r.id for update),
             changed as (
                update kvasir_data.record_%1$s r
                   set document = coalesce(g.d, r.document), uri = coalesce(g.u, r.uri),
                       metadata = kvasir.metadata_merged(r.metadata, g.m),
                       embedding = coalesce(g.e, r.embedding), updated_at = now()
                  from given g where r.id = g.i and r.seq in (select seq from held)
                returning 1)
             select 0, count(*) from changed', number);
    elsif is_one then
        return format(
            'with put as (
                insert into kvasir_data.record_%s as r (id, document, metadata, uri, embedding)
                values ($1[1], $2[1], coalesce($3[1], ''{}''), $4[1], $5[1]) %s)
             select count(*) filter (where fresh), count(*) filter (where not fresh) from put',
            number, kvasir.chroma_record_conflict(verb));
    end if;
    return format(
        'with given as materialized (
            select i, d, m, u, e, nextval(''kvasir_data.record_%1$s_seq_seq'') as s
              from unnest($1, $2, $3, $4, $5, $6) as t (i, d, m, u, e, k)
             where k is not distinct from $7),
         put as (
            insert into kvasir_data.record_%1$s as r (seq, id, document, metadata, uri, embedding)
            overriding system value
            select s, i, d, coalesce(m, ''{}''), u, e from given order by i collate "C", s %2$s)
         select count(*) filter (where fresh), count(*) filter (where not fresh) from put',
        number, kvasir.chroma_record_conflict(verb));
end
$$;

-- Writes a batch.  add leaves records that are there as they are, and of several with one id takes
-- the first; upsert and update apply those in their order, a round each; update passes over ids
-- that are not there.  A null or absent part leaves what a record has.
create or replace function kvasir.chroma_record_write(
    database_name text, wanted uuid, verb text, ids text[], documents text[], metadatas jsonb[],
    uris text[], embeddings vector[], rounds integer[], dims integer, kinds jsonb,
    has_nulls boolean)
returns table (inserted bigint, updated bigint)
language plpgsql volatile as $$
declare
    c     kvasir.collection := kvasir.chroma_record_hold(database_name, wanted, dims, kinds);
    made  bigint;
    moved bigint;
begin
    inserted := 0;
    updated := 0;
    for round in 0 .. case when verb = 'add' or rounds is null then 0
                           else (select max(n) from unnest(rounds) n) end loop
        execute kvasir.chroma_record_sql(verb, c.number, cardinality(ids) = 1) into made, moved
          using ids, documents, metadatas, uris, embeddings, rounds,
                case when rounds is not null then round end;
        inserted := inserted + made;
        updated := updated + moved;
    end loop;
    if has_nulls and inserted > 0 then
        execute format(
            'update kvasir_data.record_%s set metadata = jsonb_strip_nulls(metadata)
              where id = any ($1) and jsonb_path_exists(metadata, ''strict $.* ? (@ == null)'')',
            c.number) using ids;
    end if;
    if inserted + updated > 0 then
        perform kvasir.emit('kvasir.records.put', c.name, jsonb_build_object(
            'collection', c.id, 'name', c.name, 'inserted', inserted, 'updated', updated));
    end if;
    return next;
end
$$;

-- Deletes records by ids, by filter or by both, the oldest `most` of them when that is given; returns how
-- many there were.
create or replace function kvasir.chroma_record_delete(database_name text, wanted uuid, ids text[],
                                                       path jsonpath, tree jsonb, most bigint)
returns bigint
language plpgsql volatile as $$
declare
    c       kvasir.collection := kvasir.chroma_record_hold(database_name, wanted, null, null);
    choice  text := format('kvasir_data.record_%s r where true', c.number)
                    || case when ids is null then '' else ' and r.id = any ($1)' end
                    || kvasir.filter_sql('r', path, '$2', tree, '$3');
    deleted bigint;
begin
    if most is not null then
        choice := choice || format(' and r.seq = any (array(select r.seq from %s order by r.seq '
                                   'limit $4))', choice);
    end if;
    execute format(
        'with held as materialized (select r.seq from %s order by r.id for update)
         delete from kvasir_data.record_%s r using held h where r.seq = h.seq', choice, c.number)
    using ids, path, tree, most;
    get diagnostics deleted = row_count;
    if deleted > 0 then
        perform kvasir.emit('kvasir.records.deleted', c.name, jsonb_build_object(
            'collection', c.id, 'name', c.name, 'deleted', deleted));
    end if;
    return deleted;
end
$$;

grant execute on function
    kvasir.metadata_merged(jsonb, jsonb),
    kvasir.keys_merged(jsonb, jsonb),
    kvasir.chroma_record_hold(text, uuid, integer, jsonb),
    kvasir.chroma_record_conflict(text),
    kvasir.chroma_record_sql(text, bigint, boolean),
    kvasir.chroma_record_write(text, uuid, text, text[], text[], jsonb[], text[], vector[],
                               integer[], integer, jsonb, boolean),
    kvasir.chroma_record_delete(text, uuid, text[], jsonpath, jsonb, bigint)
to kvasir_app;
