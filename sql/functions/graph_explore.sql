-- graph_explore: the part of the graph around what a question finds, for a walk over it in C.
--
-- Records and entities are the two sides of one graph, joined by mentions; relations join entities.  The
-- part is fetched under the caller's own rights and filter, so nothing else can be a bridge.  It goes
-- two steps from the seeds, over entities that few records speak of: see
-- docs/decisions/0018-a-part-of-the-graph-for-each-walk.md, which has the measures.

set local role kvasir_owner;

-- From records (and entities) to the entities that they speak of, with all records that speak of those;
-- weight is how much of the front leads there.  What more than `most` records speak of is left out unless
-- it was asked for; then some of them count, those about it before others.
create or replace function kvasir.explore_step(
    c kvasir.collection, seqs bigint[], weights double precision[], asked text[], seen text[],
    filter jsonpath, most integer)
returns table (key text, weight double precision, records bigint[])
language plpgsql stable as $$
begin
    return query execute format(
        'with spoken as materialized (
            select coalesce(a.into_key, m.key) as key, sum(f.weight) as weight
              from unnest($2, $3) f (seq, weight)
             cross join lateral (
                select distinct x.key from kvasir_data.mention_%1$s x where x.seq = f.seq
                 limit 300) m
              left join kvasir.alias a on a.tenant_id = ($1).tenant_id
                                      and a.collection_id = ($1).id and a.key = m.key
             group by 1),
         named as materialized (
            select u.key, sum(u.weight) as weight from (
                select * from spoken
                union all
                select k, 1 from unnest($4) k
                union all
                select e.key, s.weight / 2 from (select * from spoken union all select k, 1 from unnest($4) k) s
                 cross join lateral kvasir.explore_beside($1, s.key) e (key)
                 where exists (select from kvasir.relation r where r.tenant_id = ($1).tenant_id
                                                               and r.collection_id = ($1).id)) u
             where u.key <> all ($5)
             group by u.key)
         select n.key, n.weight, l.records
           from named n
          cross join lateral (
            select (array_agg(distinct s.seq))[1 : $7] as records, count(*) as places,
                   count(distinct s.seq) as often
              from kvasir.graph_keys($1, n.key) k
             cross join lateral (
                select x.seq from kvasir_data.mention_%1$s x where x.key = k
                 order by x.kind desc, x.seq desc limit 2 * $7) s %2$s) l
          where l.often > 0
            and (l.often <= $7 and l.places < 2 * $7 or n.key = any ($4))
          order by n.key', c.number,
        case when filter is null then '' else format(
            'join kvasir_data.record_%s r on r.seq = s.seq and r.metadata operator(pg_catalog.@@) $6',
            c.number) end)
    using c, seqs, weights, asked, seen, filter, most;
end
$$;

-- The entities that relations which hold now join with one.
create or replace function kvasir.explore_beside(c kvasir.collection, wanted text)
returns setof text
language plpgsql stable as $$
begin
    return query
        select kvasir.graph_resolve(c, x.key) from (
            select r.object as key from kvasir.graph_keys(c, wanted) k
              join kvasir.relation r on r.tenant_id = c.tenant_id and r.collection_id = c.id
                                    and r.subject = k and r.object is not null
             where r.superseded_at is null and (r.valid_to is null or r.valid_to > now())
            union
            select r.subject from kvasir.graph_keys(c, wanted) k
              join kvasir.relation r on r.tenant_id = c.tenant_id and r.collection_id = c.id
                                    and r.object = k
             where r.superseded_at is null and (r.valid_to is null or r.valid_to > now())
             order by 1 limit 64) x;
end
$$;

-- The first row tells how the seeds were found.  Then, in any order: what = 'seed', a record (seq) or an
-- entity (name) and its weight; 'entity', a name and the records that speak of it; 'relation', two names.
create or replace function kvasir.explore_around(
    database_name text, wanted text, query text, probe vector, model text, filter jsonpath,
    meaning_weight double precision, keys text[], firsts text[], ends text[], hits kvasir.word_hits)
returns table (mode text, reason text, what text, name text, other text, seq bigint,
               weight double precision, records text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c           kvasir.collection := kvasir.collection_need(database_name, wanted);
    most        constant integer := 64;
    asked       text[];
    way         text;
    front       bigint[];
    weights     double precision[];
    seen        text[] := '{}';
    past        bigint[];
    names       text[];
    name_weight double precision[];
    lists       text[];
begin
    select how.mode, how.reason into way, reason
      from kvasir.search_mode(c, 'hybrid', query, probe, model) how;
    mode := 'explore';
    return next;
    asked := kvasir.graph_asked(c, keys, firsts, ends);
    select array_agg(b.seq), array_agg(b.score) into front, weights
      from (select x.seq, x.score from kvasir.graph_base(c, way, hits, probe, 60, meaning_weight) x
             where x.score > 0 order by x.score desc, x.seq limit 10) b;
    return query
        select null::text, null::text, 'seed', null::text, null::text, f.seq, f.score, null::text
          from unnest(front, weights) f (seq, score)
        union all
        select null, null, 'seed', k, null, null, 1, null from unnest(asked) k;
    past := front;
    for step in 1 .. 2 loop
        select array_agg(s.key), array_agg(s.weight), array_agg(s.records::text)
          into names, name_weight, lists
          from kvasir.explore_step(c, front, weights, case step when 1 then asked else '{}' end, seen,
                                   filter, most) s;
        return query
            select null::text, null::text, 'entity', u.name, null::text, null::bigint, u.weight, u.list
              from unnest(names, name_weight, lists) u (name, weight, list);
        seen := seen || coalesce(names, '{}');
        select array_agg(n.seq), array_agg(n.weight) into front, weights
          from (select x.seq, sum(x.weight) as weight
                  from (select unnest(u.list::bigint[]) as seq,
                               u.weight / cardinality(u.list::bigint[]) as weight
                          from unnest(names, name_weight, lists) u (name, weight, list)) x
                 where past is null or x.seq <> all (past)
                 group by x.seq order by 2 desc, 1 limit 32) n;
        exit when front is null;
    end loop;
    return query
        select null::text, null::text, 'relation', n.key, e.key, null::bigint, null::float8, null::text
          from unnest(seen) n (key)
         cross join lateral kvasir.explore_beside(c, n.key) e (key)
         where exists (select from kvasir.relation r
                        where r.tenant_id = c.tenant_id and r.collection_id = c.id);
end
$$;

-- The records that a walk ranked highest (seqs, scores, and their paths: arrays of {"seq", "entity"}), as the
-- caller may see them, with what stands at each step; the first row tells how, as of kvasir.search().
create or replace function kvasir.explore_hits(
    database_name text, wanted text, because text, seqs bigint[], scores double precision[],
    ways jsonb[], filter jsonpath, least_score double precision, how_many bigint, skip bigint)
returns table (mode text, reason text, id text, document text, metadata jsonb, uri text,
               score double precision, word_score double precision, similarity double precision,
               word_part double precision, meaning_part double precision, graph jsonb)
language plpgsql stable as $$
#variable_conflict use_column
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    return query select 'explore', because, null::text, null::text, null::jsonb, null::text,
        null::float8, null::float8, null::float8, null::float8, null::float8, null::jsonb;
    return query execute format(
        'select null::text, null::text, h.id::text, h.document, h.metadata, h.uri, h.score, null::float8,
                null::float8, null::float8, null::float8, jsonb_build_object(''path'', p.path)
           from (select r.id, r.document, r.metadata, r.uri, g.score, g.way, r.seq
                   from unnest($1, $2, $3) g (seq, score, way)
                   join kvasir_data.record_%1$s r on r.seq = g.seq
                  where ($4 is null or r.metadata operator(pg_catalog.@@) $4)
                    and ($5 is null or g.score >= $5)
                  order by g.score desc, r.seq limit $6 offset $7) h
          cross join lateral (
            select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                       ''record'', o.id, ''entity'', w.step ->> ''entity'', ''sentence'', m.sentence,
                       ''start'', m.start_at, ''end'', m.stop_at, ''field'', nullif(m.field, ''''),
                       ''text'', case when m.field = '''' then
                           substr(o.document, m.start_at + 1, m.stop_at - m.start_at) end))
                       order by w.n), ''[]'') as path
              from jsonb_array_elements(h.way) with ordinality w (step, n)
              left join kvasir_data.record_%1$s o on o.seq = (w.step ->> ''seq'')::bigint
              left join lateral (
                select x.* from kvasir.graph_keys($8, w.step ->> ''entity'') k
                  join kvasir_data.mention_%1$s x on x.key = k and x.seq = o.seq
                 order by x.kind, x.field, x.start_at limit 1) m on true) p
          order by h.score desc, h.seq', c.number)
    using seqs, scores, ways, filter, least_score, how_many, skip, c;
end
$$;

grant execute on function
    kvasir.explore_step(kvasir.collection, bigint[], double precision[], text[], text[], jsonpath,
                        integer),
    kvasir.explore_beside(kvasir.collection, text),
    kvasir.explore_around(text, text, text, vector, text, jsonpath, double precision, text[], text[],
                          text[], kvasir.word_hits),
    kvasir.explore_hits(text, text, text, bigint[], double precision[], jsonb[], jsonpath,
                        double precision, bigint, bigint)
to kvasir_app;
