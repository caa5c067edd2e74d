-- graph_explore: the graph of a collection, or its part around what a question finds, for a walk over it in C.
--
-- Records and entities are the two sides of one graph, joined by mentions; relations join entities.  Both
-- are fetched under the caller's own rights, so nothing else can be a bridge, and the part under his filter
-- too.  It goes two steps from the seeds, over entities that few records speak of: see
-- docs/decisions/0018-a-part-of-the-graph-for-each-walk.md, which has the measures.  The whole is read for
-- src/graph/fill.c: see docs/decisions/0032-whole-graphs-kept-by-epoch.md.

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

-- Where a walk begins: the best records by words and meaning (seq) and the entities that the question names
-- (name), with their weights.  The first row tells how they were found, which graph this is and in which
-- state, which is looked at first, and the time (microseconds since 1970).
create or replace function kvasir.explore_seeds(
    database_name text, wanted text, query text, probe vector, model text,
    meaning_weight double precision, keys text[], firsts text[], ends text[], hits kvasir.word_hits)
returns table (reason text, tenant uuid, number bigint, writes bigint, mark bigint, moment bigint,
               name text, seq bigint, weight double precision)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c   kvasir.collection := kvasir.collection_need(database_name, wanted);
    way text;
begin
    select e.writes, e.mark into writes, mark from kvasir.graph_epoch(c) e;
    select how.mode, how.reason into way, reason
      from kvasir.search_mode(c, 'hybrid', query, probe, model) how;
    tenant := c.tenant_id;
    number := c.number;
    moment := extract(epoch from now()) * 1000000;
    return next;
    return query
        select null::text, null::uuid, null::bigint, null::bigint, null::bigint, null::bigint,
               null::text, b.seq, b.score
          from (select x.seq, x.score from kvasir.graph_base(c, way, hits, probe, 60, meaning_weight) x
                 where x.score > 0 order by x.score desc, x.seq limit 10) b
        union all
        select null, null, null, null, null, null, k, null, 1
          from unnest(kvasir.graph_asked(c, keys, firsts, ends)) k;
end
$$;

-- The part of the graph around seeds: records with their weights, and entities that were asked for.  A row
-- is an entity and the records that speak of it (8 bytes each, big-endian), or two entities that are joined.
create or replace function kvasir.explore_part(
    database_name text, wanted text, seqs bigint[], weights double precision[], asked text[],
    filter jsonpath)
returns table (name text, other text, records bytea)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c           kvasir.collection := kvasir.collection_need(database_name, wanted);
    most        constant integer := 64;
    front       bigint[] := seqs;
    marks       double precision[] := weights;
    seen        text[] := '{}';
    names       text[];
    name_weight double precision[];
    lists       text[];
begin
    for step in 1 .. 2 loop
        select array_agg(s.key), array_agg(s.weight), array_agg(s.records::text)
          into names, name_weight, lists
          from kvasir.explore_step(c, front, marks, case step when 1 then asked else '{}' end, seen,
                                   filter, most) s;
        return query
            select u.name, null::text, (select string_agg(int8send(x), ''::bytea)
                                          from unnest(u.list::bigint[]) x)
              from unnest(names, lists) u (name, list);
        seen := seen || coalesce(names, '{}');
        exit when step = 2;
        select array_agg(n.seq), array_agg(n.weight) into front, marks
          from (select x.seq, sum(u.weight / cardinality(u.list)) as weight
                  from (select t.weight, t.list::bigint[] as list
                          from unnest(name_weight, lists) t (weight, list) offset 0) u
                 cross join lateral unnest(u.list) x (seq)
                 where x.seq <> all (seqs)
                 group by x.seq order by 2 desc, 1 limit 32) n;
        exit when front is null;
    end loop;
    return query
        select n.key, e.key, null::bytea
          from unnest(seen) n (key)
         cross join lateral kvasir.explore_beside(c, n.key) e (key)
         where exists (select from kvasir.relation r
                        where r.tenant_id = c.tenant_id and r.collection_id = c.id);
end
$$;

-- Which graph a collection has, in which state, and the time.
create or replace function kvasir.explore_epoch(database_name text, wanted text)
returns table (tenant uuid, number bigint, writes bigint, mark bigint, moment bigint)
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    return query select c.tenant_id, c.number, e.writes, e.mark,
                        (extract(epoch from now()) * 1000000)::bigint
                   from kvasir.graph_epoch(c) e;
end
$$;

-- The whole graph, page by page: who speaks of what, behind (after_key, after_kind, after_seq), at most
-- `most` mentions in the order of these.  name is the entity that key belongs to now; the records have 8
-- bytes each, big-endian, ascending.
create or replace function kvasir.explore_mentions(
    database_name text, wanted text, after_key text, after_kind integer, after_seq bigint, most bigint)
returns table (key text, name text, kind smallint, records bytea)
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    return query execute format(
        'select g.key, coalesce(a.into_key, g.key), g.kind, g.records
           from (select m.key, m.kind, string_agg(int8send(m.seq), ''''::bytea order by m.seq) as records
                   from (select distinct x.key, x.kind, x.seq from kvasir_data.mention_%s x
                          where (x.key, x.kind, x.seq) > ($1 collate "C", $2, $3)
                          order by x.key, x.kind, x.seq limit $4) m
                  group by m.key, m.kind) g
           left join kvasir.alias a on a.tenant_id = $5 and a.collection_id = $6 and a.key = g.key
          order by g.key, g.kind', c.number)
    using after_key, after_kind::smallint, after_seq, most, c.tenant_id, c.id;
end
$$;

-- The same of relations that hold now, in the order of their ids; ends is when one ends to hold, in
-- microseconds since 1970.
create or replace function kvasir.explore_relations(database_name text, wanted text, after_id bigint,
                                                    most bigint)
returns table (id bigint, name text, other text, ends bigint)
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    return query
        select r.id, coalesce(a.into_key, r.subject), coalesce(b.into_key, r.object),
               (extract(epoch from r.valid_to) * 1000000)::bigint
          from kvasir.relation r
          left join kvasir.alias a on a.tenant_id = r.tenant_id and a.collection_id = r.collection_id
                                  and a.key = r.subject
          left join kvasir.alias b on b.tenant_id = r.tenant_id and b.collection_id = r.collection_id
                                  and b.key = r.object
         where r.tenant_id = c.tenant_id and r.collection_id = c.id and r.object is not null
           and r.superseded_at is null and (r.valid_to is null or r.valid_to > now())
           and r.id > after_id
         order by r.id limit most;
end
$$;

-- The statement of kvasir.explore_hits(): seqs, scores and ways, filter, least score, how many, how many to
-- skip, and the collection.  What is taken from JSON is taken before it meets a table: its operators are not
-- leakproof, so no index would do.
create or replace function kvasir.explore_hits_sql(c kvasir.collection)
returns text
language plpgsql immutable as $$
begin
    return format(
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
                       ''record'', o.id, ''entity'', w.entity, ''sentence'', m.sentence,
                       ''start'', m.start_at, ''end'', m.stop_at, ''field'', nullif(m.field, ''''),
                       ''text'', case when m.field = '''' then
                           substr(o.document, m.start_at + 1, m.stop_at - m.start_at) end))
                       order by w.n), ''[]'') as path
              from (select (e.step ->> ''seq'')::bigint as seq, e.step ->> ''entity'' as entity, e.n
                      from jsonb_array_elements(h.way) with ordinality e (step, n) offset 0) w
              left join lateral (
                select s.id, s.document from kvasir_data.record_%1$s s where s.seq = w.seq limit 1) o on true
              left join lateral (
                select x.* from kvasir.graph_keys($8, w.entity) k
                  join kvasir_data.mention_%1$s x on x.key = k and x.kind in (0, 1) and x.seq = w.seq
                 order by x.kind, x.field, x.start_at limit 1) m on true) p
          order by h.score desc, h.seq', c.number);
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
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    return query select 'explore', because, null::text, null::text, null::jsonb, null::text,
        null::float8, null::float8, null::float8, null::float8, null::float8, null::jsonb;
    return query execute format(
        'execute %I (%L, %L, %L, %L, %L, %L, %L, %L)',
        kvasir.plan_keep('explore ' || c.number,
                         'bigint[], double precision[], jsonb[], jsonpath, double precision, bigint, bigint,'
                         ' kvasir.collection', kvasir.explore_hits_sql(c)),
        seqs, scores, ways, filter, least_score, how_many, skip, c);
end
$$;

grant execute on function
    kvasir.explore_step(kvasir.collection, bigint[], double precision[], text[], text[], jsonpath,
                        integer),
    kvasir.explore_beside(kvasir.collection, text),
    kvasir.explore_seeds(text, text, text, vector, text, double precision, text[], text[], text[],
                         kvasir.word_hits),
    kvasir.explore_part(text, text, bigint[], double precision[], text[], jsonpath),
    kvasir.explore_epoch(text, text),
    kvasir.explore_mentions(text, text, text, integer, bigint, bigint),
    kvasir.explore_relations(text, text, bigint, bigint),
    kvasir.explore_hits_sql(kvasir.collection),
    kvasir.explore_hits(text, text, text, bigint[], double precision[], jsonb[], jsonpath,
                        double precision, bigint, bigint)
to kvasir_app;
