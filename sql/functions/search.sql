-- search: by words (BM25), by meaning (nearest vectors) and by both.

set local role kvasir_owner;

-- The distance operator of a space, and how similar two vectors at a distance are (larger is
-- nearer).
create or replace function kvasir.space_operator(space text) returns text
language plpgsql immutable as $$
begin
    return case space when 'cosine' then '<=>' when 'l2' then '<->' else '<#>' end;
end
$$;

create or replace function kvasir.space_similarity(space text, distance text) returns text
language plpgsql immutable as $$
begin
    return case space when 'cosine' then '1 - (' || distance || ')'
                      when 'l2' then '1 / (1 + (' || distance || '))'
                      else '-(' || distance || ')' end;
end
$$;

-- SQL of a collection's `$2` nearest records to `$1`, of those that pass `$3` when filtered, with
-- their similarity, nearest first.  With the index, twice as many are proposed by half precision
-- and ordered anew by full precision, so that the order is exact either way.  Beside a filter the
-- scan may have to go on beyond what it had in view, and finds less in order then: four times as many.
create or replace function kvasir.nearest_sql(c kvasir.collection, by_index boolean,
                                              filtered boolean)
returns text
language plpgsql immutable as $$
declare
    operator text := kvasir.space_operator(c.space);
begin
    return format('select r.seq, %s as similarity, r.id, r.document, r.metadata, r.uri from ',
                  kvasir.space_similarity(c.space, 'r.embedding ' || operator || ' $1'))
        || case when by_index then format(
               '(select * from kvasir_data.record_%s where embedding is not null %s
                  order by embedding::halfvec(%s) %s $1::halfvec(%3$s) limit $2 * %5$s) r',
               c.number, case when filtered then 'and metadata operator(pg_catalog.@@) $3' end,
               c.dimension, operator, case when filtered then 4 else 2 end)
           else format('kvasir_data.record_%s r where r.embedding is not null %s',
               c.number, case when filtered then 'and r.metadata operator(kvasir.@@) $3' end) end
        || format(' order by r.embedding %s $1, r.seq limit $2', operator);
end
$$;

-- Whether the index should answer: see kvasir.search_by_index.
create or replace function kvasir.nearest_by_index(c kvasir.collection, filter jsonpath,
                                                   want bigint)
returns boolean
language plpgsql volatile as $$
begin
    return (select how.by_index from kvasir.search_by_index(c, filter, null, want) how);
end
$$;

-- The nearest records, never fewer than there are: what the index leaves short an exact scan
-- completes, so the caller orders them by similarity.
create or replace function kvasir.nearest(c kvasir.collection, probe vector, want bigint,
                                          filter jsonpath)
returns table (seq bigint, similarity double precision, id text, document text, metadata jsonb,
               uri text)
language plpgsql volatile as $$
declare
    by_index boolean := kvasir.nearest_by_index(c, filter, want);
    found_n  bigint  := 0;
    seen     bigint[];
begin
    if by_index then
        return query execute kvasir.nearest_sql(c, true, filter is not null)
               using probe, want, filter;
        get diagnostics found_n = row_count;
        if found_n >= want then
            return;
        end if;
        execute format('select array_agg(n.seq) from (%s) n',
                       kvasir.nearest_sql(c, true, filter is not null))
        into seen using probe, want, filter;
    end if;
    return query execute format('select * from (%s) n where $4 is null or n.seq <> all ($4)',
                                kvasir.nearest_sql(c, false, filter is not null))
           using probe, want, filter, seen;
end
$$;

-- Answers by words, as src/words scored them (BM25): the best `want` and, whatever their score, those
-- of `also`.  `share` is the score as a part of the most that any record could have: the same for every
-- list of candidates, so scores compare over pages.
create or replace function kvasir.best_words(hits kvasir.word_hits, want bigint, also bigint[])
returns table (seq bigint, score double precision, share double precision)
language sql stable
begin atomic
    select h.seq, h.score, h.score / (hits).most
      from unnest((hits).seqs, (hits).scores) with ordinality h (seq, score, place)
     where h.place <= want or h.seq = any (also)
     order by 2 desc, 1;
end;

-- The nearest records for a search by words and meaning, which src/words judges by their words: of each
-- width that the search may go through.  None when that search will be done in another way.
create or replace function kvasir.words_near(database_name text, wanted text, query text,
                                             probe vector, model text, widths bigint[],
                                             filter jsonpath)
returns table (width bigint, seq bigint, similarity double precision)
language plpgsql volatile as $$
declare
    c kvasir.collection;
begin
    select * into c from kvasir.collection_find(database_name, wanted);
    if c.id is not null and (select how.mode = 'hybrid'
                               from kvasir.search_mode(c, 'hybrid', query, probe, model) how) then
        return query
            select w, n.seq, n.similarity
              from unnest(widths) w cross join lateral kvasir.nearest(c, probe, w, filter) n;
    end if;
end
$$;

-- Candidates of a hybrid search: the best `wide` of each way, with what their words are worth and how
-- similar they are to the query; and to what is asked for, when that is known, else their vectors, of
-- collections with cosine: those of the first window, for a wide one's would be too many to keep.
create or replace function kvasir.hybrid_window(c kvasir.collection, hits kvasir.word_hits,
                                                probe vector, wide bigint, asked vector)
returns table (seq bigint, word_score double precision, share double precision,
               similarity double precision, meant double precision, embedding vector)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    seqs         bigint[];
    similarities double precision[];
begin
    select array_agg(n.seq), array_agg(n.similarity) into seqs, similarities
      from unnest((hits).widths, (hits).near, (hits).alike) n (width, seq, similarity)
     where n.width = wide;
    return query execute format(
        'with near as (
            select * from unnest($1, $2) n (seq, similarity)),
         worded as materialized (
            select * from kvasir.best_words($3, $4, $1)),
         judged as materialized ( -- of a full join, Postgres would look up no record by its number
            select coalesce(n.seq, w.seq) as seq, coalesce(w.score, 0) as word_score,
                   coalesce(w.share, 0) as share, n.similarity
              from near n full join worded w on w.seq = n.seq)
         select j.seq, j.word_score, j.share, coalesce(j.similarity, %s, 0),
                nullif(1 - (r.embedding <=> $6), ''NaN''), case when $7 then r.embedding end
           from judged j left join kvasir_data.record_%s r on r.seq = j.seq',
        kvasir.space_similarity(c.space, 'r.embedding ' || kvasir.space_operator(c.space) || ' $5'),
        c.number)
    using seqs, similarities, hits, wide, probe, asked, asked is null and c.space = 'cosine';
end
$$;

-- How far the best five of some hits, best first, are about one thing: their mean similarity to each
-- other.
create or replace function kvasir.agreement(best vector[])
returns double precision
language sql immutable
return (select coalesce(avg(nullif(1 - (a.embedding <=> b.embedding), 'NaN')), 0)
          from unnest(best[:5]) with ordinality a (embedding, place)
          join unnest(best[:5]) with ordinality b (embedding, place) on a.place < b.place);

-- The query's vector moved towards the mean of the best hits, of length 1 each and weighed by
-- exp(20 * (its score - the best score)): by 0.7 where they agree, not at all where they do not.
create or replace function kvasir.moved(query vector, best vector[], scores double precision[],
                                        agreed double precision)
returns vector
language sql immutable
return (select l2_normalize(query) * array_fill((1 - 0.7 * agreed)::real, array[vector_dims(query)])::vector
               + sum(l2_normalize(t.embedding)
                     * array_fill((0.7 * agreed * t.weight / t.total)::real,
                                  array[vector_dims(query)])::vector)
          from (select b.embedding, exp(20 * (b.score - scores[1])) as weight,
                       sum(exp(20 * (b.score - scores[1]))) over () as total
                  from unnest(best, scores) b (embedding, score)) t);

-- What is asked for once the best ten hits are known (Rocchio, Relevance feedback in information
-- retrieval, 1971, with the hits taken as relevant).  Where they agree, from a mean similarity of 0.4 up
-- to 0.7, what they have in common is asked for beside the query.  Where they agree even more, from 0.6
-- up to 0.8, a second round asks by the hits of the first, and words count down to a quarter: the
-- moved vector knows other words for the same.  The records are candidates with their shares of words.
create or replace function kvasir.feedback(query vector, seqs bigint[], embeddings vector[],
                                           shares double precision[], meaning_weight double precision,
                                           out asked vector, out worth double precision)
language plpgsql immutable as $$
declare
    best   vector[];
    scores double precision[];
    alike  double precision;
begin
    asked := query;
    worth := 1;
    for turn in 1 .. 2 loop
        select array_agg(t.embedding order by t.score desc, t.seq),
               array_agg(t.score order by t.score desc, t.seq)
          into best, scores
          from (select r.seq, r.embedding, (1 - meaning_weight) * worth * r.share + meaning_weight
                           * coalesce(nullif(1 - (r.embedding <=> asked), 'NaN'), 0) as score
                  from unnest(seqs, embeddings, shares) r (seq, embedding, share)
                 where r.embedding is not null
                 order by score desc, r.seq limit 10) t;
        exit when coalesce(cardinality(best), 0) < 5;
        alike := kvasir.agreement(best);
        exit when alike <= 0.4;
        asked := kvasir.moved(query, best, scores, least(1, (alike - 0.4) / 0.3));
        worth := 1 - 0.75 * least(1, greatest(0, (alike - 0.6) / 0.2));
        exit when worth = 1;
    end loop;
end
$$;

-- The best hundred of each way, judged by what is asked for with feedback (collections with cosine
-- alone), then those that a window ten times as wide adds, and so on: pages of any size put together are
-- one list.  What is asked for is moved by the first window alone, and what a wider window adds is never
-- scored above what came before it.
create or replace function kvasir.best_hybrid(c kvasir.collection, hits kvasir.word_hits,
                                              probe vector, want bigint,
                                              meaning_weight double precision)
returns table (seq bigint, score double precision, word_score double precision,
               similarity double precision, word_part double precision,
               meaning_part double precision)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    width  bigint := 100;
    seen   bigint[] := '{}';
    asked  vector;
    worth  double precision := 1;
    seqs   bigint[];
    words  double precision[];
    shares double precision[];
    alike  double precision[];
    meant  double precision[];
    places vector[];
    hit    record;
    last   double precision := 'infinity';
begin
    loop
        select array_agg(w.seq), array_agg(w.word_score), array_agg(w.share), array_agg(w.similarity),
               array_agg(w.meant), array_agg(w.embedding)
          into seqs, words, shares, alike, meant, places
          from kvasir.hybrid_window(c, hits, probe, width, asked) w;
        if width = 100 and c.space = 'cosine' then
            select f.asked, f.worth into asked, worth
              from kvasir.feedback(coalesce((hits).weighed, probe), seqs, places, shares,
                                   meaning_weight) f;
        end if;
        for hit in
            select h.* from (
                select w.seq, w.word_score, w.similarity,
                       (1 - meaning_weight) * worth * w.share as word_part,
                       meaning_weight * coalesce(w.meant, nullif(1 - (w.embedding <=> asked), 'NaN'),
                                                 w.similarity) as meaning_part
                  from unnest(seqs, words, shares, alike, meant, places)
                       w (seq, word_score, share, similarity, meant, embedding)) h
             order by h.word_part + h.meaning_part desc, h.seq
        loop
            continue when hit.seq = any (seen);
            last := least(last, hit.word_part + hit.meaning_part);
            seq := hit.seq;
            score := last;
            word_score := hit.word_score;
            similarity := hit.similarity;
            word_part := hit.word_part;
            meaning_part := hit.meaning_part;
            return next;
        end loop;
        seen := array(select unnest(seen) union select unnest(seqs));
        exit when cardinality(seen) >= want or cardinality(seen) < width;
        width := width * 10;
    end loop;
end
$$;

-- How a search will be done: what was asked for, less what this collection cannot do.
create or replace function kvasir.search_mode(c kvasir.collection, asked text, query text,
                                              probe vector, model text)
returns table (mode text, reason text)
language plpgsql stable as $$
begin
    if probe is not null and model is null and c.dimension is distinct from vector_dims(probe)
       and c.dimension is not null then
        raise exception using errcode = 'KV422', message = format(
            'collection %s holds embeddings of %s dimensions, the query''s vector has %s', c.name,
            c.dimension, vector_dims(probe));
    end if;
    mode := asked;
    if asked = 'lexical' then
        return next;
        return;
    end if;
    if model is not null and c.embedder is distinct from model then
        reason := case when c.embedder is null
                       then 'the collection has no embedder and no vector was given'
                       else format('the collection''s embedder %s is not the one that runs here',
                                   c.embedder) end;
    elsif probe is null then
        reason := 'there is no embedding of the query';
    elsif c.dimension is null then
        reason := 'the collection holds no embeddings yet';
    end if;
    if reason is not null and query is null then
        raise exception using errcode = case when c.dimension is null then 'KV422' else 'KV503' end,
            message = format('search by vector is not possible: %s', reason);
    elsif reason is not null then
        mode := 'lexical';
    elsif query is null then
        mode := 'vector';
    end if;
    return next;
end
$$;

-- One search; `hits` are its answers by words, which a search by vectors alone does without.  The first row tells how it was done (mode, and why not as asked); the hits follow,
-- best first.
create or replace function kvasir.search(
    database_name text, wanted text, asked text, query text, probe vector, model text,
    how_many bigint, skip bigint, filter jsonpath, least_score double precision,
    meaning_weight double precision, hits kvasir.word_hits)
returns table (mode text, reason text, id text, document text, metadata jsonb, uri text,
               score double precision, word_score double precision, similarity double precision,
               word_part double precision, meaning_part double precision)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c     kvasir.collection := kvasir.collection_need(database_name, wanted);
    found text;
begin
    select how.mode, how.reason into mode, reason
      from kvasir.search_mode(c, asked, query, probe, model) how;
    return next;
    case mode
    when 'vector' then
        return query
            select null::text, null::text, n.id, n.document, n.metadata, n.uri, n.similarity,
                   null::float8, n.similarity, null::float8, null::float8
              from kvasir.nearest(c, probe, how_many + skip, filter) n
             where least_score is null or n.similarity >= least_score
             order by n.similarity desc, n.seq limit how_many offset skip;
        return;
    when 'lexical' then
        found := 'select seq, score, score, null::float8, null::float8, null::float8
                    from kvasir.best_words($2, $4, null)';
    else
        found := 'select seq, score, word_score, similarity, word_part, meaning_part
                    from kvasir.best_hybrid($1, $2, $3, $4, $5)';
    end case;
    return query execute format(
        'select null::text, null::text, r.id::text, r.document, r.metadata, r.uri, h.score,
                h.word_score, h.similarity, h.word_part, h.meaning_part
           from (select row_number() over () as place, *
                   from (%s) as found (seq, score, word_score, similarity, word_part, meaning_part)
                ) h
           join kvasir_data.%I r on r.seq = h.seq
          where $8 is null or h.score >= $8
          order by h.place limit $6 offset $7',
        found, 'record_' || c.number)
    using c, hits, probe, how_many + skip, meaning_weight, how_many, skip, least_score;
end
$$;

-- The records nearest to one of the collection, itself among them: by its embedding, or by the
-- beginning of its text when it has none.  When that cannot be, the only row has the mode 'failed'
-- and the reason, which is also told to whatever ends this transaction.
create or replace function kvasir.search_like(database_name text, wanted text, record_id text,
                                              how_many bigint, hits kvasir.word_hits)
returns table (mode text, reason text, id text, document text, metadata jsonb, uri text,
               score double precision, word_score double precision, similarity double precision,
               word_part double precision, meaning_part double precision)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c        kvasir.collection := kvasir.collection_need(database_name, wanted);
    own_id   text;
    own_text text;
    probe    vector;
begin
    execute format('select r.id, left(r.document, 2000), r.embedding from kvasir_data.%I r'
                   ' where r.id = $1', 'record_' || c.number)
    into own_id, own_text, probe using record_id;
    if own_id is not null and coalesce(own_text, probe::text) is not null then
        return query select * from kvasir.search(
            database_name, wanted, case when probe is null then 'lexical' else 'vector' end,
            case when probe is null then own_text end, probe, null, how_many, 0, null, null, 0.5, hits);
        return;
    end if;
    mode := 'failed';
    reason := case when own_id is null
                   then format('id %s is not in this namespace', left(record_id, 40))
                   else 'the record has neither text nor embedding' end;
    perform set_config('kvasir.failure', reason, true);
    return next;
end
$$;

grant execute on function
    kvasir.search_like(text, text, text, bigint, kvasir.word_hits),
    kvasir.space_operator(text), kvasir.space_similarity(text, text),
    kvasir.nearest_sql(kvasir.collection, boolean, boolean),
    kvasir.nearest_by_index(kvasir.collection, jsonpath, bigint),
    kvasir.nearest(kvasir.collection, vector, bigint, jsonpath),
    kvasir.best_words(kvasir.word_hits, bigint, bigint[]),
    kvasir.words_near(text, text, text, vector, text, bigint[], jsonpath),
    kvasir.hybrid_window(kvasir.collection, kvasir.word_hits, vector, bigint, vector),
    kvasir.agreement(vector[]),
    kvasir.moved(vector, vector[], double precision[], double precision),
    kvasir.feedback(vector, bigint[], vector[], double precision[], double precision),
    kvasir.best_hybrid(kvasir.collection, kvasir.word_hits, vector, bigint, double precision),
    kvasir.search_mode(kvasir.collection, text, text, vector, text),
    kvasir.search(text, text, text, text, vector, text, bigint, bigint, jsonpath,
                  double precision, double precision, kvasir.word_hits)
to kvasir_app;
