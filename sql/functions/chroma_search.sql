-- chroma_search: the nearest records of ranking expressions, and what is selected of them.
--
-- All functions are stable, so that a request sees one state of the collection whatever is written
-- meanwhile.

set local role kvasir_owner;

-- The `want` records nearest to a vector, of those that pass the filter, nearest first.  Half
-- precision proposes some more, full precision orders them; where the index leaves something out an
-- exact scan answers.
create or replace function kvasir.rank_dense(c kvasir.collection, probe vector, want bigint,
                                             in_half boolean, filter text, path jsonpath,
                                             tree jsonb)
returns table (seqs bigint[], distances double precision[])
language plpgsql stable as $$
declare
    records text := format('kvasir_data.%I', 'record_' || c.number);
    best    text := format(
        'select array_agg(n.seq order by n.distance, n.seq),
                array_agg(n.distance order by n.distance, n.seq)
           from (select r.seq, %s as distance from (%%s) r order by 2, 1 limit $2) n',
        kvasir.chroma_distance(c.space, '$1'));
begin
    if in_half and not (c.space = 'cosine' and vector_norm(probe) = 0)
       and (select how.by_index from kvasir.search_by_index(c, path, tree, want) how) then
        execute format(best, format(
            'select r.seq, r.embedding from %s r where r.embedding is not null %s
              order by r.embedding::halfvec(%s) %s $1::halfvec(%3$s) limit $2 * 5 / 4 + 2',
            records, kvasir.filter_unindexed(filter), c.dimension,
            kvasir.space_operator(c.space)))
        into seqs, distances using probe, want, path, tree;
        if cardinality(seqs) >= want then
            return next;
            return;
        end if;
    end if;
    execute format(best, format('select r.seq, r.embedding from %s r
                                  where r.embedding is not null %s', records, filter))
    into seqs, distances using probe, want, path, tree;
    return next;
end
$$;

-- 1 - the product of two sparse vectors: one as JSON, one by terms and weights.
create or replace function kvasir.rank_sparse_distance(stored jsonb, terms bigint[],
                                                       weights double precision[])
returns double precision
language sql immutable parallel safe
begin atomic
    select 1 - coalesce(sum(s.weight::double precision * q.weight), 0)
      from rows from (jsonb_array_elements_text(stored -> 'indices'),
                      jsonb_array_elements_text(stored -> 'values')) as s (term, weight)
      join unnest(terms, weights) as q (term, weight) on q.term = s.term::bigint;
end;

-- True of records that share a term with a sparse query: what the index over the metadata finds.
create or replace function kvasir.rank_shares(key text, terms bigint[])
returns jsonpath
language sql immutable
begin atomic
    select string_agg(format('$.%s.indices[*] == %s', to_jsonb(key), t), ' || ')::jsonpath
      from unnest(terms) t;
end;

-- The `want` records nearest to a sparse vector, of those that hold one under that key.  Those that
-- share no term are all at distance 1 and follow by age.
create or replace function kvasir.rank_sparse(c kvasir.collection, key text, terms bigint[],
                                              weights double precision[], want bigint,
                                              filter text, path jsonpath, tree jsonb)
returns table (seqs bigint[], distances double precision[])
language plpgsql stable as $$
declare
    kind jsonpath := format('$.%s."#type" == "sparse_vector"', to_jsonb(key))::jsonpath;
begin
    execute format(
        'with hit as materialized (
            select r.seq, kvasir.rank_sparse_distance(r.metadata -> $5, $6, $7) as distance
              from kvasir_data.%1$I r
             where r.metadata operator(kvasir.@@) $9 and r.metadata @@ $8 %2$s),
         other as (
            select r.seq, 1::double precision as distance
              from kvasir_data.%1$I r
             where (select count(*) from hit where hit.distance <= 1) < $2
               and r.metadata @@ $8 and not exists (select from hit where hit.seq = r.seq) %3$s
             order by r.seq limit $2)
         select array_agg(n.seq order by n.distance, n.seq),
                array_agg(n.distance order by n.distance, n.seq)
           from (select * from (select * from hit union all select * from other) every
                  order by distance, seq limit $2) n',
        'record_' || c.number, filter, kvasir.filter_unindexed(filter))
    into seqs, distances
    using null, want, path, tree, key, terms, weights, kind, kvasir.rank_shares(key, terms);
    return next;
end
$$;

-- Whether a model made the embeddings of a collection: Chroma's clients name their function, and
-- the one that they call default is all-MiniLM-L6-v2.
create or replace function kvasir.rank_embeds(c kvasir.collection, model text)
returns boolean
language plpgsql immutable as $$
declare
    maker jsonb := c.configuration -> 'embedding_function';
begin
    return model = coalesce(c.embedder, maker -> 'config' ->> 'model_name',
                            case when maker ->> 'name' = 'default' then 'all-MiniLM-L6-v2' end, '');
end
$$;

-- One $knn: {"key", "limit", "probe" (which of the vectors), "half", "model"} or
-- {"key", "limit", "indices", "values"}.
create or replace function kvasir.rank_nearest(c kvasir.collection, knn jsonb, probes vector[],
                                               filter text, path jsonpath, tree jsonb)
returns table (seqs bigint[], distances double precision[])
language plpgsql stable as $$
declare
    probe vector := probes[(knn ->> 'probe')::integer];
begin
    if probe is null then
        return query select * from kvasir.rank_sparse(
            c, knn ->> 'key',
            array(select t::bigint from jsonb_array_elements_text(knn -> 'indices') t),
            array(select t::double precision from jsonb_array_elements_text(knn -> 'values') t),
            (knn ->> 'limit')::bigint, filter, path, tree);
        return;
    end if;
    if knn ? 'model' and not kvasir.rank_embeds(c, knn ->> 'model') then
        raise exception using errcode = 'KV400', message =
            'the embeddings of this collection are not made by this server''s model: embed the '
            'text of $knn yourself and give its vector';
    end if;
    if c.dimension is null then
        return;
    elsif c.dimension <> vector_dims(probe) then
        raise exception using errcode = 'KV400', message = format(
            'Collection expecting embedding with dimension of %s, got %s', c.dimension,
            vector_dims(probe));
    end if;
    return query select * from kvasir.rank_dense(c, probe, (knn ->> 'limit')::bigint,
                                                 (knn ->> 'half')::boolean, filter, path, tree);
end
$$;

-- SQL of the selected columns of a search's records: $3 path, $4 tree, $5 the fields of the metadata
-- that are selected, $6 keys to group by, $7 keys to compare by.  Records alike by all of $6 have one
-- number; by each of $7 equal values have one number, larger ones a larger, and -1 is none.
create or replace function kvasir.rank_columns(search jsonb)
returns text
language sql immutable
begin atomic
    select format(
        'r.id::text, %s, %s, null::text, %s, null::double precision, $1, null::integer, r.seq, '
        '%s, array[%s]::bigint[]',
        case when (search ->> 'document')::boolean then 'r.document' else 'null::text' end,
        case when (search ->> 'metadata')::boolean then 'r.metadata'
             when search ? 'fields' then
                '(select coalesce(jsonb_object_agg(k, r.metadata -> k), ''{}'')
                    from unnest($5) k where r.metadata ? k)'
             else 'null::jsonb' end,
        case when (search ->> 'embedding')::boolean then 'r.embedding::text' else 'null::text' end,
        case when search ? 'group' then
                'dense_rank() over (order by (
                    select jsonb_agg(r.metadata -> k order by n)
                      from unnest($6) with ordinality g (k, n)))'
             else 'null::bigint' end,
        (select string_agg(format(
                    'case when r.metadata ? $7[%s] then
                     dense_rank() over (order by r.metadata -> $7[%1$s]) else -1 end', i), ', ')
           from generate_series(1, jsonb_array_length(search -> 'by')) i));
end;

-- What the searches of one request need, as the columns of src/chroma/columns.h and five more: first,
-- for every $knn of every search (both counted from 0), the distances of its records, nearest first;
-- then, with knn null, each record of that search once, oldest first.  A search without $knn gives the
-- records that pass its filter.
create or replace function kvasir.chroma_search(database_name text, wanted uuid, searches jsonb,
                                                probes vector[])
returns table (id text, document text, metadata jsonb, uri text, embedding text,
               distance double precision, search integer, knn integer, seq bigint, alike bigint,
               places bigint[])
language plpgsql stable as $$
#variable_conflict use_column
declare
    c      kvasir.collection := kvasir.chroma_collection_need(database_name, wanted);
    s      jsonb;
    k      jsonb;
    path   jsonpath;
    tree   jsonb;
    filter text;
    found  bigint[];
    near   record;
begin
    search := -1;
    for s in select * from jsonb_array_elements(searches) loop
        search := search + 1;
        path := s ->> 'path';
        tree := s -> 'tree';
        filter := kvasir.filter_sql('r', path, '$3', tree, '$4');
        found := case when s ? 'knns' then '{}'::bigint[] end;
        knn := -1;
        for k in select * from jsonb_array_elements(s -> 'knns') loop
            knn := knn + 1;
            for near in select * from kvasir.rank_nearest(c, k, probes, filter, path, tree) loop
                found := found || near.seqs;
                return query select null::text, null::text, null::jsonb, null::text, null::text,
                                    n.distance, search, knn, n.seq, null::bigint, null::bigint[]
                               from unnest(near.seqs, near.distances) n (seq, distance);
            end loop;
        end loop;
        return query execute format(
            'select %s from kvasir_data.%I r where %s order by r.seq %s',
            kvasir.rank_columns(s), 'record_' || c.number,
            case when found is null then 'true ' || filter else 'r.seq = any ($2)' end,
            case when found is null then 'limit $8 offset $9' end)
        using search, found, path, tree,
              array(select jsonb_array_elements_text(s -> 'fields')),
              array(select jsonb_array_elements_text(s -> 'group')),
              array(select jsonb_array_elements_text(s -> 'by')),
              (s ->> 'limit')::bigint, (s ->> 'offset')::bigint;
    end loop;
end
$$;

grant execute on function
    kvasir.rank_dense(kvasir.collection, vector, bigint, boolean, text, jsonpath, jsonb),
    kvasir.rank_sparse_distance(jsonb, bigint[], double precision[]),
    kvasir.rank_shares(text, bigint[]),
    kvasir.rank_sparse(kvasir.collection, text, bigint[], double precision[], bigint, text,
                       jsonpath, jsonb),
    kvasir.rank_embeds(kvasir.collection, text),
    kvasir.rank_nearest(kvasir.collection, jsonb, vector[], text, jsonpath, jsonb),
    kvasir.rank_columns(jsonb),
    kvasir.chroma_search(text, uuid, jsonb, vector[])
to kvasir_app;
