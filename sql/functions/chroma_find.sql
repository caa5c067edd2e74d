-- chroma_find: what Chroma's clients read.
--
-- All return the columns of src/chroma/columns.h; `wanted` has a letter for each that costs
-- something: d document, m metadata, u uri, e embedding.

set local role kvasir_owner;

create or replace function kvasir.chroma_columns_sql(wanted text)
returns text
language plpgsql immutable as $$
begin
    return 'r.id::text, '
        || case when strpos(wanted, 'd') > 0 then 'r.document' else 'null::text' end || ', '
        || case when strpos(wanted, 'm') > 0 then 'r.metadata' else 'null::jsonb' end || ', '
        || case when strpos(wanted, 'u') > 0 then 'r.uri' else 'null::text' end || ', '
        || case when strpos(wanted, 'e') > 0 then 'r.embedding::text' else 'null::text' end;
end
$$;

-- Records by ids, by filter, by both or all, in the order in which they were added.
create or replace function kvasir.chroma_get(
    database_name text, wanted_id uuid, ids text[], path jsonpath, tree jsonb, how_many bigint,
    skip bigint, wanted text)
returns table (id text, document text, metadata jsonb, uri text, embedding text)
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.chroma_collection_need(database_name, wanted_id);
begin
    return query execute format(
        'select %s from kvasir_data.record_%s r where true %s %s
          order by r.seq limit $4 offset $5',
        kvasir.chroma_columns_sql(wanted), c.number,
        case when ids is null then '' else 'and r.id = any ($1)' end,
        kvasir.filter_sql('r', path, '$2', tree, '$3'))
    using ids, path, tree, how_many, skip;
end
$$;

create or replace function kvasir.chroma_count(database_name text, wanted_id uuid)
returns bigint
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.chroma_collection_need(database_name, wanted_id);
begin
    return (select coalesce(sum(t.records), 0)::bigint from kvasir.tally t
             where t.tenant_id = c.tenant_id and t.collection_id = c.id);
end
$$;

-- Distance as Chroma's clients know it: squared, and of a vector without direction 1.
create or replace function kvasir.chroma_distance(space text, probe text)
returns text
language plpgsql immutable as $$
begin
    return format(case space
                  when 'cosine' then 'coalesce(nullif(r.embedding <=> %s, ''NaN''), 1)'
                  when 'l2' then 'vector_l2_squared_distance(r.embedding, %s)'
                  else '1 + (r.embedding <#> %s)' end, probe);
end
$$;

-- The `want` records nearest to a probe: places in the table, not yet in order.  The index proposes by
-- half precision, twice as many as are wanted: with a filter, more would mean to go on in the graph
-- beyond what is in view.  What it leaves short the exact scan finds.
create or replace function kvasir.chroma_nearest(
    c kvasir.collection, by_index boolean, probe vector, want bigint, ids text[], path jsonpath,
    tree jsonb)
returns bigint[]
language plpgsql volatile as $$
declare
    filter text := kvasir.filter_sql('r', path, '$3', tree, '$4');
    seqs   bigint[];
begin
    if by_index then
        begin
            execute format(
                'select array_agg(seq) from (
                    select r.seq from kvasir_data.record_%s r where r.embedding is not null %s
                     order by r.embedding::halfvec(%s) %s $1::halfvec(%3$s)
                     limit $2 * 2) n',
                c.number, kvasir.filter_unindexed(filter), c.dimension, kvasir.space_operator(c.space))
            into seqs using probe, want, path, tree;
        exception when numeric_value_out_of_range then
            seqs := null; -- the probe is beyond half precision
        end;
        if cardinality(seqs) >= want then
            return seqs;
        end if;
    end if;
    execute format(
        'select array_agg(seq) from (
            select r.seq from kvasir_data.record_%s r where r.embedding is not null %s %s
             order by %s, r.seq limit $2) n',
        c.number, case when ids is null then '' else 'and r.id = any ($5)' end, filter,
        kvasir.chroma_distance(c.space, '$1'))
    into seqs using probe, want, path, tree, ids;
    return seqs;
end
$$;

-- The nearest records to each of several probes, nearest first.  `share` is the part of the records
-- that the filter was judged to let through, below zero when the index did not answer.
create or replace function kvasir.chroma_query(
    database_name text, wanted_id uuid, dims integer, probes vector[], want bigint, ids text[],
    path jsonpath, tree jsonb, wanted text, known_share double precision)
returns table (id text, document text, metadata jsonb, uri text, embedding text,
               distance double precision, probe integer, share double precision)
language plpgsql volatile as $$
declare
    c        kvasir.collection := kvasir.chroma_collection_need(database_name, wanted_id);
    by_index boolean := false;
    columns  text := kvasir.chroma_columns_sql(wanted);
begin
    if c.dimension is null or probes is null and dims is null then
        return;
    elsif c.dimension <> dims then
        raise exception using errcode = 'KV400', message = format(
            'Collection expecting embedding with dimension of %s, got %s', c.dimension, dims);
    elsif want = 0 then
        return;
    end if;
    if ids is null then
        select how.by_index, how.share into by_index, share
          from kvasir.search_by_index(c, path, tree, want, known_share) how;
    end if;
    for i in 1 .. cardinality(probes) loop
        return query execute format(
            'select %s, %s as distance, $2, $3 from kvasir_data.record_%s r
              where r.seq = any ($4) order by distance, r.seq limit $5',
            columns, kvasir.chroma_distance(c.space, '$1'), c.number)
        using probes[i], i, case when by_index then share else -share end,
              kvasir.chroma_nearest(c, by_index, probes[i], want, ids, path, tree), want;
    end loop;
end
$$;

grant execute on function
    kvasir.chroma_columns_sql(text),
    kvasir.chroma_get(text, uuid, text[], jsonpath, jsonb, bigint, bigint, text),
    kvasir.chroma_count(text, uuid),
    kvasir.chroma_distance(text, text),
    kvasir.chroma_nearest(kvasir.collection, boolean, vector, bigint, text[], jsonpath, jsonb),
    kvasir.chroma_query(text, uuid, integer, vector[], bigint, text[], jsonpath, jsonb, text,
                        double precision)
to kvasir_app;
