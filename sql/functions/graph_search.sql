-- graph_search: entity-bridged retrieval, from what a question finds to what that speaks of.
--
-- The best records by words (and meaning) are the base.  Records about what the question names are
-- lifted.  The best few are seeds: what they speak of and nobody asked for leads to the records that
-- are about it, the more strongly the rarer it is.  Each such record says by which sentence it was
-- reached.  All numbers are fixed here, none is fitted to a collection.

set local role kvasir_owner;

-- Which of a question's runs of words are known here, longest first, no word used twice.  firsts and ends
-- are their places in the question.
create or replace function kvasir.graph_asked(c kvasir.collection, keys text[], firsts text[],
                                              ends text[])
returns text[]
language plpgsql stable as $$
declare
    known bigint[];
    used  int4multirange := '{}';
    place int4range;
    asked text[] := '{}';
begin
    execute format(
        'select array_agg(t.i order by t.i) from unnest($1) with ordinality t (k, i)
          where exists (select from kvasir_data.mention_%s m where m.key = t.k)
             or exists (select from kvasir.alias a
                         where a.tenant_id = $2 and a.collection_id = $3 and a.key = t.k)', c.number)
    into known using keys, c.tenant_id, c.id;
    for n in 1 .. coalesce(cardinality(known), 0) loop
        place := int4range(firsts[known[n]]::integer, ends[known[n]]::integer);
        continue when used && place;
        used := used + int4multirange(place);
        asked := asked || kvasir.graph_resolve(c, keys[known[n]]);
    end loop;
    return asked;
end
$$;

-- The key of the entity that a person said this one is, else itself.  A call costs some ten microseconds:
-- what looks at many keys joins kvasir.alias instead.
create or replace function kvasir.graph_resolve(c kvasir.collection, wanted text)
returns text
language sql stable
return coalesce((select a.into_key from kvasir.alias a
                  where a.tenant_id = c.tenant_id and a.collection_id = c.id and a.key = wanted),
                wanted);

-- All keys of an entity: its own and those merged into it.
create or replace function kvasir.graph_keys(c kvasir.collection, wanted text)
returns setof text
language sql stable
begin atomic
    select wanted
    union all
    select a.key from kvasir.alias a
     where a.tenant_id = c.tenant_id and a.collection_id = c.id and a.into_key = wanted;
end;

-- Records about what was asked for: an entity lifts each of its n records by 1 / sqrt(n).
create or replace function kvasir.graph_lift(c kvasir.collection, asked text[], filter jsonpath)
returns table (seq bigint, lift double precision)
language plpgsql stable as $$
begin
    return query execute format(
        'select h.seq, sum(1 / sqrt(h.n)) from (
            select e.key, m.seq, count(*) over (partition by e.key) as n
              from unnest($2) e (key)
             cross join lateral (
                select distinct x.seq from kvasir.graph_keys($1, e.key) k
                  join kvasir_data.mention_%1$s x on x.key = k and x.kind = 1 limit 100) m) h
          %2$s group by h.seq', c.number,
        case when filter is null then '' else format(
            'join kvasir_data.record_%s r on r.seq = h.seq and r.metadata operator(pg_catalog.@@) $3',
            c.number) end)
    using c, asked, filter;
end
$$;

-- One hop: from the records of the front, by what they speak of, to the records that are about that; or,
-- when none is and few speak of it, more weakly to those that speak of it too.  The gain of a record is
-- that of its best way:
--     gain = 1.2 * score / (1 + 0.6 ln df) / sqrt(about)
-- df: how often it is spoken of, counted up to 64 because what is everywhere leads nowhere.
-- The parameters: tenant, collection, seqs and scores of the front, keys asked for, filter.
create or replace function kvasir.graph_reach_sql(c kvasir.collection, filtered boolean)
returns text
language plpgsql immutable as $$
begin
    return format(
        'with front as materialized (
            select * from unnest($3, $4) f (seq, score)),
         spoken as materialized (
            select distinct on (m.seq, coalesce(a.into_key, m.key)) m.seq, f.score,
                   coalesce(a.into_key, m.key) as key, m.field, m.start_at, m.stop_at, m.sentence
              from front f
             cross join lateral (
                select * from kvasir_data.mention_%1$s x
                 where x.seq = f.seq and x.kind = 0 limit 300) m
              left join kvasir.alias a
                on a.tenant_id = $1 and a.collection_id = $2 and a.key = m.key
             order by m.seq, coalesce(a.into_key, m.key), m.start_at),
         named as materialized (
            select * from spoken
            union all
            select f.seq, f.score, g.key, '''', null, null, null
              from front f
              join kvasir_data.link_%1$s l on l.seq = f.seq
             cross join lateral unnest(l.grams) g (key)
             where exists (select from kvasir_data.mention_%1$s m where m.key = g.key and m.kind = 1)
               and not exists (select from spoken s where s.seq = f.seq and s.key = g.key)),
         entity as materialized (
            select distinct n.key from named n where n.key <> all ($5)),
         known as materialized (
            select e.key as entity, e.key from entity e
            union all
            select a.into_key, a.key
              from kvasir.alias a
             where a.tenant_id = $1 and a.collection_id = $2
               and a.into_key in (select e.key from entity e)),
         about as materialized (
            select k.entity, m.seq
              from known k
             cross join lateral (
                select distinct x.seq from kvasir_data.mention_%1$s x
                 where x.key = k.key and x.kind = 1 limit 100) m),
         counted as materialized (
            select e.key, least(coalesce(b.n, 0), 100) as about,
                   (select count(*) from (
                       select from known k
                         join kvasir_data.mention_%1$s m on m.key = k.key and m.kind = 0
                        where k.entity = e.key
                        limit case when b.n > 0 then 64 else 9 end) d) as df
              from entity e
              left join (select a.entity, count(*) as n from about a group by 1) b
                on b.entity = e.key),
         told_of as materialized ( -- what the records of the front are about themselves
            select distinct m.seq, coalesce(a.into_key, m.key) as key
              from front f
              join kvasir_data.mention_%1$s m on m.seq = f.seq and m.kind = 1
              left join kvasir.alias a
                on a.tenant_id = $1 and a.collection_id = $2 and a.key = m.key),
         outward as materialized (
            select n.* from named n
             where n.key <> all ($5)
               and not exists (select from told_of t where t.seq = n.seq and t.key = n.key)),
         bridge as materialized (
            select n.*, t.about,
                   1.2 * n.score / (1 + 0.6 * ln(greatest(t.df, 1)))
                   * case when t.about > 0 then 1 / sqrt(t.about) else 0.1 end as gain
              from outward n join counted t on t.key = n.key
             where t.about > 0 or t.df <= 8),
         way as (
            select a.seq as target, b.* from bridge b join about a on a.entity = b.key
            union all
            select m.seq, b.*
              from bridge b
              join known k on k.entity = b.key
             cross join lateral (
                select x.seq from kvasir_data.mention_%1$s x
                 where x.key = k.key and x.kind = 0 limit 8) m
             where b.about = 0)
         select w.target, w.gain, w.seq, jsonb_strip_nulls(jsonb_build_object(
                   ''record'', v.id, ''entity'', w.key, ''sentence'', w.sentence,
                   ''start'', w.start_at, ''end'', w.stop_at, ''field'', nullif(w.field, ''''),
                   ''text'', case when w.field = '''' then
                       substr(v.document, w.start_at + 1, w.stop_at - w.start_at) end))
           from (select distinct on (w.target) w.* from way w where w.target <> w.seq
                  order by w.target, w.gain desc, w.seq, w.key) w
           join kvasir_data.record_%1$s v on v.seq = w.seq %2$s', c.number,
        case when filtered then format(
            'join kvasir_data.record_%s r on r.seq = w.target and r.metadata operator(pg_catalog.@@) $6',
            c.number) else 'where $6 is null' end);
end
$$;

-- The statement is planned once a session and collection: planning would be most of its time.
create or replace function kvasir.graph_reach(c kvasir.collection, seqs bigint[],
                                              scores double precision[], asked text[],
                                              filter jsonpath)
returns table (seq bigint, gain double precision, via bigint, step jsonb)
language plpgsql volatile rows 50 set plan_cache_mode = force_generic_plan as $$
begin
    return query execute format(
        'execute %I (%L, %L, %L, %L, %L, %L)',
        kvasir.plan_keep(
            'reach ' || c.number || case when filter is null then '' else ' filtered' end,
            'uuid, uuid, bigint[], double precision[], text[], jsonpath',
            kvasir.graph_reach_sql(c, filter is not null)),
        c.tenant_id, c.id, seqs, scores, asked, filter);
end
$$;

-- The base: by words and meaning, or by words alone, the best being 1.
create or replace function kvasir.graph_base(c kvasir.collection, mode text, hits kvasir.word_hits,
                                             probe vector, want bigint,
                                             meaning_weight double precision)
returns table (seq bigint, score double precision, word_score double precision,
               similarity double precision, word_part double precision,
               meaning_part double precision)
language plpgsql volatile as $$
begin
    if mode = 'hybrid' then
        return query
            select h.seq, h.score / greatest(max(h.score) over (), 1e-9), h.word_score, h.similarity,
                   h.word_part, h.meaning_part
              from kvasir.best_hybrid(c, hits, probe, want, meaning_weight) h limit want;
    else
        return query
            select w.seq, w.score / greatest(max(w.score) over (), 1e-9), w.score, null::float8,
                   null::float8, null::float8
              from kvasir.best_words(hits, want, null) w;
    end if;
end
$$;

-- Hop after hop from the three best; each hop counts 0.6 of the one before and goes on from its six
-- best.  What was reached, by how much and on which way: some fifty records, as the planner is told, for
-- if it takes them for a thousand it reads the whole collection to join them.
create or replace function kvasir.graph_walk(c kvasir.collection, seqs bigint[],
                                             scores double precision[], asked text[],
                                             hops integer, filter jsonpath)
returns table (seq bigint, gain double precision, path jsonb)
language plpgsql volatile rows 50 as $$
#variable_conflict use_column
declare
    front_seqs   bigint[] := seqs[1:3];
    front_scores double precision[] := scores[1:3];
    all_seqs     bigint[] := '{}';
    all_gains    double precision[] := '{}';
    all_paths    jsonb[] := '{}';
    fresh        bigint[];
begin
    if hops = 1 then -- what most searches ask for, and nothing to put together
        return query
            select r.seq, r.gain, jsonb_build_array(r.step)
              from kvasir.graph_reach(c, front_seqs, front_scores, asked, filter) r;
        return;
    end if;
    for hop in 1 .. hops loop
        exit when cardinality(front_seqs) = 0;
        with reached as materialized (
            select * from kvasir.graph_reach(c, front_seqs, front_scores, asked, filter)),
        known as materialized (
            select * from unnest(all_seqs, all_gains, all_paths) k (seq, gain, path)),
        merged as (
            select distinct on (x.seq) x.* from (
                select k.seq, k.gain, k.path from known k
                union all
                select r.seq, r.gain, coalesce(k.path, '[]') || r.step
                  from reached r left join known k on k.seq = r.via) x
             order by x.seq, x.gain desc)
        select array_agg(m.seq), array_agg(m.gain), array_agg(m.path),
               (select array_agg(r.seq) from reached r)
          into all_seqs, all_gains, all_paths, fresh
          from merged m;
        exit when hop = hops;
        select coalesce(array_agg(n.seq), '{}'), coalesce(array_agg(n.score * 0.6 ^ hop), '{}')
          into front_seqs, front_scores
          from (select m.seq, m.gain + coalesce(b.score, 0) as score
                  from unnest(all_seqs, all_gains) m (seq, gain)
                  left join unnest(seqs, scores) b (seq, score) on b.seq = m.seq
                 where m.seq = any (fresh)
                 order by 2 desc, 1 limit 6) n;
    end loop;
    return query select * from unnest(all_seqs, all_gains, all_paths);
end
$$;

-- One search through the graph; the first row tells how it was done, as of kvasir.search().
create or replace function kvasir.search_graph(
    database_name text, wanted text, query text, probe vector, model text, how_many bigint,
    skip bigint, filter jsonpath, meaning_weight double precision, least_score double precision,
    keys text[], firsts text[], ends text[], hops integer, hits kvasir.word_hits)
returns table (mode text, reason text, id text, document text, metadata jsonb, uri text,
               score double precision, word_score double precision, similarity double precision,
               word_part double precision, meaning_part double precision, graph jsonb)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c      kvasir.collection := kvasir.collection_need(database_name, wanted);
    asked  text[];
    seqs   bigint[];
    scores double precision[];
    base   jsonb;
    way    text;
begin
    select how.mode, how.reason into way, reason
      from kvasir.search_mode(c, 'hybrid', query, probe, model) how;
    mode := 'graph';
    return next;
    asked := kvasir.graph_asked(c, keys, firsts, ends);
    select coalesce(jsonb_object_agg(b.seq, to_jsonb(b)), '{}') into base
      from kvasir.graph_base(c, way, hits, probe, greatest(60, how_many + skip),
                             meaning_weight) b;
    select array_agg(x.seq), array_agg(x.score) into seqs, scores
      from (select coalesce(b.key::bigint, l.seq) as seq,
                   coalesce((b.value ->> 'score')::double precision, 0) + coalesce(l.lift, 0) as score
              from jsonb_each(base) b
              full join kvasir.graph_lift(c, asked, filter) l on l.seq = b.key::bigint
             order by 2 desc, 1) x;
    return query execute format(
        'with h as materialized ( -- of a full join, Postgres would look up no record by its number
            select coalesce(f.seq, w.seq) as seq, coalesce(f.score, 0) as found,
                   coalesce(w.gain, 0) as gain, w.path,
                   coalesce(f.score, 0) + coalesce(w.gain, 0) as score, $7 -> f.seq::text as b
              from unnest($1, $2) f (seq, score)
              full join kvasir.graph_walk($3, $1, $2, $4, $5, $6) w on w.seq = f.seq)
         select null::text, null::text, r.id::text, r.document, r.metadata, r.uri, h.score,
                (b ->> ''word_score'')::float8, (b ->> ''similarity'')::float8,
                (b ->> ''word_part'')::float8, (b ->> ''meaning_part'')::float8,
                jsonb_strip_nulls(jsonb_build_object(
                    ''base'', coalesce((b ->> ''score'')::float8, 0),
                    ''asked'', h.found - coalesce((b ->> ''score'')::float8, 0),
                    ''bridge'', h.gain, ''path'', h.path))
           from h join kvasir_data.record_%s r on r.seq = h.seq
          where $8 is null or h.score >= $8
          order by h.score desc, h.seq limit $9 offset $10', c.number)
    using seqs, scores, c, asked, hops, filter, base, least_score, how_many, skip;
end
$$;

grant execute on function
    kvasir.graph_asked(kvasir.collection, text[], text[], text[]),
    kvasir.graph_resolve(kvasir.collection, text),
    kvasir.graph_keys(kvasir.collection, text),
    kvasir.graph_lift(kvasir.collection, text[], jsonpath),
    kvasir.graph_reach_sql(kvasir.collection, boolean),
    kvasir.graph_reach(kvasir.collection, bigint[], double precision[], text[], jsonpath),
    kvasir.graph_base(kvasir.collection, text, kvasir.word_hits, vector, bigint, double precision),
    kvasir.graph_walk(kvasir.collection, bigint[], double precision[], text[], integer, jsonpath),
    kvasir.search_graph(text, text, text, vector, text, bigint, bigint, jsonpath, double precision,
                        double precision, text[], text[], text[], integer, kvasir.word_hits)
to kvasir_app;
