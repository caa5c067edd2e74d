-- graph_community: entities that are spoken of together, found by the engine (src/graph/gather.c), and
-- read by searches over a whole collection.
--
-- A run replaces what the one before it found.  Between two runs records may go: so readers take an entity
-- only while something speaks of it, and a sentence only while it stands at its place.

set local role kvasir_owner;

-- A collection that has changed since its last run and then been quiet for `seconds`, or has not been quiet
-- for ten times as long.  At most one twentieth of the time is spent on one collection.
create or replace function kvasir.community_due(seconds double precision)
returns table (tenant uuid, number bigint, seen text, records bigint)
language sql stable
begin atomic
    select c.tenant_id, c.number, y.changed_at::text, y.records
      from kvasir.collection c
     cross join lateral (
        select max(t.changed_at) as changed_at, sum(t.records)::bigint as records
          from kvasir.tally t
         where t.tenant_id = c.tenant_id and t.collection_id = c.id) y
      left join kvasir.community_run r on r.tenant_id = c.tenant_id and r.collection_id = c.id
     where y.changed_at is not null
       and (r.run_at is null or y.changed_at > r.seen_at or y.records <> r.records)
       and (r.run_at is null or r.run_at + 20 * r.took < now())
       and (y.changed_at <= now() - make_interval(secs => seconds)
            and not exists (select from kvasir.unlinked u where u.tenant_id = c.tenant_id
                                                            and u.number = c.number)
            or coalesce(r.run_at, c.created_at) < now() - make_interval(secs => 10 * seconds + 60))
     order by y.changed_at limit 1;
end;

-- Who speaks of what, each record and entity once, with the first sentence of its text that does (-1: none).
create or replace function kvasir.community_take_for(tenant uuid, wanted bigint, most bigint)
returns table (seq bigint, key text, sentence integer)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    if to_regclass('kvasir_data.mention_' || wanted) is null then
        return;
    end if;
    return query execute format(
        'select m.seq, e.key, coalesce(min(m.sentence) filter (where m.field = ''''), -1)
           from kvasir_data.mention_%s m
           left join kvasir.collection c on c.tenant_id = $1 and c.number = $2
           left join kvasir.alias a on a.tenant_id = $1 and a.collection_id = c.id and a.key = m.key
          cross join lateral (select coalesce(a.into_key, m.key)) e (key)
          group by m.seq, e.key order by m.seq, e.key limit $3', wanted)
    using tenant, wanted, most;
end
$$;

create or replace function kvasir.community_texts_for(tenant uuid, wanted bigint, seqs bigint[])
returns table (seq bigint, document text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    return query execute format(
        'select r.seq, r.document from kvasir_data.record_%s r where r.seq = any ($1) order by r.seq',
        wanted)
    using seqs;
end
$$;

-- What a run found, in the place of what was there; given is
--     {"seen": time, "records": n, "ms": n, "entities": [[community, key, records]],
--      "sentences": [[community, place, seq, start, stop, text]]}
create or replace function kvasir.community_put_for(tenant uuid, wanted bigint, given jsonb)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    c kvasir.collection;
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    select x.* into c from kvasir.collection x
     where x.tenant_id = tenant and x.number = wanted for key share;
    if not found then
        return;
    end if;
    insert into kvasir.community_run as r (tenant_id, collection_id, took, seen_at, records)
    values (tenant, c.id, make_interval(secs => (given ->> 'ms')::double precision / 1000),
            (given ->> 'seen')::timestamptz, (given ->> 'records')::bigint)
    on conflict (tenant_id, collection_id) do update
       set run_at = now(), took = excluded.took, seen_at = excluded.seen_at, records = excluded.records;
    delete from kvasir.community_entity e where e.tenant_id = tenant and e.collection_id = c.id;
    delete from kvasir.community_sentence s where s.tenant_id = tenant and s.collection_id = c.id;
    insert into kvasir.community_entity (tenant_id, collection_id, community, key, records)
    select tenant, c.id, (e ->> 0)::integer, e ->> 1, (e ->> 2)::integer
      from jsonb_array_elements(given -> 'entities') e;
    insert into kvasir.community_sentence (tenant_id, collection_id, community, place, seq, start_at,
                                           stop_at, quote)
    select tenant, c.id, (s ->> 0)::integer, (s ->> 1)::smallint, (s ->> 2)::bigint,
           (s ->> 3)::integer, (s ->> 4)::integer, sha256(convert_to(s ->> 5, 'UTF8'))
      from jsonb_array_elements(given -> 'sentences') s;
end
$$;

-- Some communities with what is there of them still: their commonest entities, and their sentences from
-- records that fit.
create or replace function kvasir.community_told(c kvasir.collection, wanted integer[], filter jsonpath)
returns table (community integer, entities jsonb, size bigint, sentences jsonb)
language plpgsql stable as $$
begin
    return query execute format(
        'select w.community, e.entities, e.size, s.sentences
           from unnest($2) w (community)
          cross join lateral (
            select coalesce(jsonb_agg(x.key order by x.n) filter (where x.n <= 20), ''[]'') as entities,
                   count(*) as size
              from (select e.key, row_number() over (order by e.records desc, e.key) as n
                      from kvasir.community_entity e
                     where e.tenant_id = ($1).tenant_id and e.collection_id = ($1).id
                       and e.community = w.community
                       and exists (select from kvasir.graph_keys($1, e.key) k
                                     join kvasir_data.mention_%1$s m on m.key = k)) x) e
          cross join lateral (
            select coalesce(jsonb_agg(jsonb_build_object(
                       ''record'', r.id, ''start'', s.start_at, ''end'', s.stop_at, ''text'', q.said)
                       order by s.place), ''[]'') as sentences
              from kvasir.community_sentence s
              join kvasir_data.record_%1$s r on r.seq = s.seq
             cross join lateral (
                select substr(r.document, s.start_at + 1, s.stop_at - s.start_at)) q (said)
             where s.tenant_id = ($1).tenant_id and s.collection_id = ($1).id
               and s.community = w.community and s.quote = sha256(convert_to(q.said, ''UTF8''))
               and ($3 is null or r.metadata operator(pg_catalog.@@) $3)) s
          where e.size > 0', c.number)
    using c, wanted, filter;
end
$$;

create or replace function kvasir.graph_communities(database_name text, wanted text, how_many bigint,
                                                    skip bigint)
returns jsonb
language plpgsql stable as $$
declare
    c   kvasir.collection := kvasir.collection_need(database_name, wanted);
    ids integer[];
begin
    select array_agg(x.community) into ids from (
        select e.community from kvasir.community_entity e
         where e.tenant_id = c.tenant_id and e.collection_id = c.id
         group by e.community order by count(*) desc, e.community limit how_many offset skip) x;
    return jsonb_build_object(
        'communities', (select coalesce(jsonb_agg(jsonb_build_object(
                                'id', t.community, 'size', t.size, 'entities', t.entities,
                                'sentences', t.sentences) order by t.size desc, t.community), '[]')
                          from kvasir.community_told(c, ids, null) t),
        'found_at', (select kvasir.moment(r.run_at) from kvasir.community_run r
                      where r.tenant_id = c.tenant_id and r.collection_id = c.id));
end
$$;

-- Communities by a question: each of the best sixty records by words and meaning gives its score to those of
-- its entities, in equal shares; what the question names counts one.  The columns of kvasir.search_graph():
-- id is the community's, document its sentences, graph their places.
create or replace function kvasir.search_global(
    database_name text, wanted text, query text, probe vector, model text, how_many bigint, skip bigint,
    filter jsonpath, meaning_weight double precision, least_score double precision, keys text[],
    firsts text[], ends text[], hits kvasir.word_hits)
returns table (mode text, reason text, id text, document text, metadata jsonb, uri text,
               score double precision, word_score double precision, similarity double precision,
               word_part double precision, meaning_part double precision, graph jsonb)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c      kvasir.collection := kvasir.collection_need(database_name, wanted);
    way    text;
    seqs   bigint[];
    scores double precision[];
    ids    integer[];
    marks  double precision[];
begin
    select how.mode, how.reason into way, reason
      from kvasir.search_mode(c, 'hybrid', query, probe, model) how;
    mode := 'global';
    return next;
    select array_agg(b.seq), array_agg(b.score) into seqs, scores
      from kvasir.graph_base(c, way, hits, probe, 60, meaning_weight) b where b.score > 0;
    execute format(
        'select array_agg(y.community), array_agg(y.mark / y.most) from (
            select x.community, sum(x.mark) as mark, max(sum(x.mark)) over () as most from (
                select e.community, b.score / count(*) over (partition by b.seq) as mark
                  from unnest($2, $3) b (seq, score)
                 cross join lateral (select distinct coalesce(a.into_key, m.key) as key
                                       from kvasir_data.mention_%s m
                                       left join kvasir.alias a
                                         on a.tenant_id = ($1).tenant_id
                                        and a.collection_id = ($1).id and a.key = m.key
                                      where m.seq = b.seq) k
                  join kvasir.community_entity e on e.tenant_id = ($1).tenant_id
                                                and e.collection_id = ($1).id and e.key = k.key
                union all
                select e.community, 1 from unnest($4) k (key)
                  join kvasir.community_entity e on e.tenant_id = ($1).tenant_id
                                                and e.collection_id = ($1).id and e.key = k.key) x
             group by x.community) y
          where $5 is null or y.mark / y.most >= $5', c.number)
    into ids, marks
    using c, seqs, scores, kvasir.graph_asked(c, keys, firsts, ends), least_score;
    return query
        select null::text, null::text, t.community::text,
               (select string_agg(s ->> 'text', ' ' order by n)
                  from jsonb_array_elements(t.sentences) with ordinality x (s, n)),
               jsonb_build_object('entities', t.entities, 'size', t.size), null::text, u.mark,
               null::float8, null::float8, null::float8, null::float8,
               jsonb_build_object('sentences', t.sentences)
          from unnest(ids, marks) u (community, mark)
          join kvasir.community_told(c, ids, filter) t on t.community = u.community
         where t.sentences <> '[]'
         order by u.mark desc, t.community limit how_many offset skip;
end
$$;

grant execute on function
    kvasir.community_told(kvasir.collection, integer[], jsonpath),
    kvasir.graph_communities(text, text, bigint, bigint),
    kvasir.search_global(text, text, text, vector, text, bigint, bigint, jsonpath, double precision,
                         double precision, text[], text[], text[], kvasir.word_hits)
to kvasir_app;
grant execute on function
    kvasir.community_due(double precision), kvasir.community_take_for(uuid, bigint, bigint),
    kvasir.community_texts_for(uuid, bigint, bigint[]), kvasir.community_put_for(uuid, bigint, jsonb)
to kvasir_engine;
