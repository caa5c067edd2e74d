-- search_rerank: the best hundred of a search ordered anew: by ranks, age, importance, unlikeness.

set local role kvasir_owner;

-- Fusion by ranks (Cormack, Clarke and Buettcher, Reciprocal rank fusion, 2009): of the best hundred
-- by words and by meaning, each the weight of its way over 60 and its place there.
create or replace function kvasir.rank_fusion(hits kvasir.word_hits,
                                              meaning_weight double precision)
returns table (seq bigint, score double precision, word_score double precision,
               similarity double precision, word_part double precision,
               meaning_part double precision, word_place bigint, meaning_place bigint)
language sql volatile as $$
    select f.*
      from (select coalesce(n.seq, w.seq) as seq,
                   coalesce((1 - meaning_weight) / (60 + w.place), 0)
                   + coalesce(meaning_weight / (60 + n.place), 0) as score,
                   w.score as word_score, n.similarity,
                   coalesce((1 - meaning_weight) / (60 + w.place), 0) as word_part,
                   coalesce(meaning_weight / (60 + n.place), 0) as meaning_part,
                   w.place as word_place, n.place as meaning_place
              from (select x.seq, x.similarity,
                           row_number() over (order by x.similarity desc, x.seq) as place
                      from unnest((hits).widths, (hits).near, (hits).alike)
                           x (width, seq, similarity)
                     where x.width = 100) n
              full join (select x.seq, x.score,
                                row_number() over (order by x.score desc, x.seq) as place
                           from kvasir.best_words(hits, 100, null) x) w on w.seq = n.seq) f
     order by 2 desc, 1
$$;

-- Maximal marginal relevance (Carbonell and Goldstein, 1998): each next one has the most of
--     lambda * its score - (1 - lambda) * its greatest similarity to one chosen before,
-- similarity being the cosine of their embeddings; what has no embedding is like nothing.
create or replace function kvasir.unlike_first(records text, seqs bigint[],
                                               scores double precision[], lambda double precision,
                                               want bigint)
returns table (seq bigint, penalty double precision)
language plpgsql volatile as $$
declare
    n      integer := coalesce(cardinality(seqs), 0);
    likest double precision[] := array_fill(0, array[n]);
    taken  boolean[] := array_fill(false, array[n]);
    alike  double precision[];
    best   integer;
begin
    for turn in 1 .. least(n, want) loop
        best := null;
        for i in 1 .. n loop
            if not taken[i] and (best is null
                or lambda * scores[i] - (1 - lambda) * likest[i]
                   > lambda * scores[best] - (1 - lambda) * likest[best]) then
                best := i;
            end if;
        end loop;
        taken[best] := true;
        seq := seqs[best];
        penalty := (1 - lambda) * likest[best];
        return next;
        execute format(
            'select array_agg(coalesce(nullif(1 - (r.embedding <=> o.embedding), ''NaN''), 0)
                              order by s.place)
               from unnest($1) with ordinality s (seq, place)
               left join kvasir_data.%I r on r.seq = s.seq
               left join kvasir_data.%1$I o on o.seq = $2', records)
        into alike using seqs, seqs[best];
        select array_agg(greatest(l, a) order by place) into likest
          from unnest(likest, alike) with ordinality x (l, a, place);
    end loop;
end
$$;

-- The words of a text that are words of the query, by the collection's language, one a line, the
-- longest first.
create or replace function kvasir.words_shared(language text, query text, document text)
returns text
language plpgsql stable as $$
declare
    config constant regconfig := 'pg_catalog.' || language;
    wanted constant text[] := tsvector_to_array(to_tsvector(config, query));
begin
    return (select string_agg(w.token, E'\n' order by length(w.token) desc, w.token collate "C")
              from (select distinct p.token from ts_parse('default', document) p
                     where p.tokid not in (12, 13)) w
             where tsvector_to_array(to_tsvector(config, w.token)) && wanted);
end
$$;

-- A number from 0 to 1 out of a record's metadata; 0 when there is none.
create or replace function kvasir.importance(metadata jsonb, field text)
returns double precision
language sql immutable as $$
    select case when jsonb_typeof(metadata -> field) = 'number'
                then greatest(0, least(1, (metadata ->> field)::double precision)) else 0 end
$$;

-- A search as kvasir.search, with options: fusion, lambda, half_life, recency_weight, field,
-- importance_weight, highlight.  What orders anew looks at the best hundred, so that pages of them
-- are one list:
--     score = (1 - both weights) * score / the best score + recency_weight * 0.5 ^ (age / half_life)
--             + importance_weight * importance
create or replace function kvasir.search_ranked(
    database_name text, wanted text, asked text, query text, probe vector, model text,
    how_many bigint, skip bigint, filter jsonpath, least_score double precision,
    meaning_weight double precision, options jsonb, hits kvasir.word_hits)
returns table (mode text, reason text, id text, document text, metadata jsonb, uri text,
               score double precision, word_score double precision, similarity double precision,
               word_part double precision, meaning_part double precision, ranking jsonb,
               matched text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c       kvasir.collection := kvasir.collection_need(database_name, wanted);
    aged    double precision := coalesce((options ->> 'recency_weight')::double precision, 0);
    weighty double precision := coalesce((options ->> 'importance_weight')::double precision, 0);
    lambda  double precision := (options ->> 'lambda')::double precision;
    found   text;
begin
    select how.mode, how.reason into mode, reason
      from kvasir.search_mode(c, asked, query, probe, model) how;
    return next;
    found := case mode
        when 'vector' then 'select seq, similarity, null::float8, similarity, null::float8,
                                   null::float8, null::bigint, null::bigint
                              from kvasir.nearest($1, $3, 100, $4) order by 2 desc, 1'
        when 'lexical' then 'select seq, score, score, null::float8, null::float8, null::float8,
                                    null::bigint, null::bigint
                               from kvasir.best_words($15, 100, null)'
        else case when options ->> 'fusion' = 'rrf'
                  then 'select * from kvasir.rank_fusion($15, $5)'
                  else 'select *, null::bigint, null::bigint
                          from kvasir.best_hybrid($1, $15, $3, 100, $5)' end end;
    return query execute format(
        'with found as materialized (
            select f.*, row_number() over () as place
              from (%1$s limit 100) f (seq, base, word_score, similarity, word_part, meaning_part,
                                       word_place, meaning_place)),
         aged as materialized (
            select f.*, r.id::text, r.document, r.metadata, r.uri,
                   coalesce(greatest(f.base, 0) / nullif(greatest((select max(base) from found), 0), 0),
                            0) as relevance,
                   0.5 ^ (greatest(0, extract(epoch from now() - r.updated_at)) / 86400 / $8)
                       as recency,
                   kvasir.importance(r.metadata, $10) as importance
              from found f join kvasir_data.%2$I r on r.seq = f.seq),
         ranked as materialized (
            select a.*, case when $7 + $9 = 0 then a.base
                             else (1 - $7 - $9) * a.relevance + coalesce($7 * a.recency, 0)
                                  + $9 * a.importance end as score
              from aged a),
         passed as materialized (select * from ranked where $13 is null or score >= $13),
         unlike as materialized (
            select u.seq, u.penalty, row_number() over () as turn
              from kvasir.unlike_first(%2$L,
                     (select array_agg(seq order by score desc, place) from passed),
                     (select array_agg(score order by score desc, place) from passed), $6, $11 + $12) u
             where $6 is not null)
         select null::text, null::text, p.id, p.document, p.metadata, p.uri, p.score, p.word_score,
                p.similarity, p.word_part, p.meaning_part,
                jsonb_strip_nulls(jsonb_build_object(
                    ''lexical_rank'', p.word_place, ''vector_rank'', p.meaning_place,
                    ''relevance_part'', case when $7 + $9 > 0 then (1 - $7 - $9) * p.relevance end,
                    ''recency_part'', case when $7 > 0 then $7 * p.recency end,
                    ''importance_part'', case when $9 > 0 then $9 * p.importance end,
                    ''diversity_penalty'', u.penalty)),
                case when $14 then kvasir.words_shared($1.language, $2, p.document) end
           from passed p left join unlike u on u.seq = p.seq
          order by u.turn, p.score desc, p.place limit $11 offset $12',
        found, 'record_' || c.number)
    using c, query, probe, filter, meaning_weight, lambda, aged,
          coalesce((options ->> 'half_life')::double precision, 1), weighty,
          coalesce(options ->> 'field', 'importance'), how_many, skip, least_score,
          coalesce((options ->> 'highlight')::boolean, false), hits;
end
$$;

grant execute on function
    kvasir.rank_fusion(kvasir.word_hits, double precision),
    kvasir.unlike_first(text, bigint[], double precision[], double precision, bigint),
    kvasir.words_shared(text, text, text), kvasir.importance(jsonb, text),
    kvasir.search_ranked(text, text, text, text, vector, text, bigint, bigint, jsonpath,
                         double precision, double precision, jsonb, kvasir.word_hits)
to kvasir_app;
