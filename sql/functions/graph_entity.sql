-- graph_entity: what a collection's records speak of, looked at from the entities.
--
-- Each function answers with one JSON document.  An entity is all mentions of one key and of the keys
-- that were merged into it, and what is said of them; it has no row of its own.

set local role kvasir_owner;

-- Every mention with its evidence and every relation with its own, in an order that follows from the records alone: two collections
-- with the same records have the same export, byte for byte.
create or replace function kvasir.graph_export(database_name text, wanted text, how_many bigint,
                                               skip bigint)
returns jsonb
language plpgsql stable as $$
declare
    c    kvasir.collection := kvasir.collection_need(database_name, wanted);
    told jsonb;
begin
    execute format(
        'with part as materialized ( -- the keys of this page, counted along the index
            select * from (
                select x.key, count(*) as n, sum(count(*)) over (order by x.key) - count(*) as before
                  from kvasir_data.mention_%1$s x group by x.key) k
             where k.before < $1 + $2 and k.before + k.n > $2)
         select coalesce(jsonb_agg(to_jsonb(x)), ''[]'') from (
            select r.id as record, m.key as entity, case m.kind when 1 then ''about'' else ''mention'' end as kind,
                   m.type, m.field, m.sentence, m.start_at as "start", m.stop_at as "end"
              from part p
             cross join lateral (
                select * from kvasir_data.mention_%1$s y where y.key = p.key offset 0) m
              join kvasir_data.record_%1$s r on r.seq = m.seq
             order by m.key, r.id, m.kind, m.field, m.start_at
             limit $1 offset $2 - (select min(p.before) from part p)) x', c.number)
    into told using how_many, skip;
    return jsonb_build_object('mentions', told, 'relations',
                              kvasir.relation_export(c, how_many, skip), 'waiting', (
        select count(*) from kvasir.unlinked u
         where u.tenant_id = c.tenant_id and u.number = c.number));
end
$$;

-- What is said of entities whose key, or one that was merged into it, begins with $2: for kvasir.graph_entities().
-- An entity of one key is counted along the index of mentions alone; $5 is beyond each key that begins so.
create or replace function kvasir.graph_entities_sql(c kvasir.collection)
returns text
language plpgsql immutable as $$
begin
    return format(
        'with merged as materialized (
            select a.key, a.into_key from kvasir.alias a
             where a.tenant_id = ($1).tenant_id and a.collection_id = ($1).id),
         single as (
            select m.key, count(*) filter (where m.kind = 0) as mentioned_by,
                   count(*) filter (where m.kind = 1) as about
              from (select distinct x.key, x.kind, x.seq from kvasir_data.mention_%1$s x
                     where x.key >= $2 and x.key < $5) m
             where m.key not in (select g.key from merged g union all select g.into_key from merged g)
             group by m.key),
         wide as materialized ( -- all keys of those that are known by several
            select e.key as entity, k.key
              from (select distinct g.into_key as key from merged g
                     where g.key ^@ $2 or g.into_key ^@ $2) e
             cross join lateral kvasir.graph_keys($1, e.key) k (key)),
         several as (
            select w.entity as key, count(distinct m.seq) filter (where m.kind = 0) as mentioned_by,
                   count(distinct m.seq) filter (where m.kind = 1) as about
              from wide w join kvasir_data.mention_%1$s m on m.key = w.key
             group by w.entity),
         known as not materialized (
            select r.id, r.subject, r.object from kvasir.relation r
             where r.tenant_id = ($1).tenant_id and r.collection_id = ($1).id
               and r.superseded_at is null),
         said as (
            select x.key, count(*) as relations
              from (select r.subject as key from known r where r.subject >= $2 and r.subject < $5
                    union all
                    select r.object from known r
                     where r.object >= $2 and r.object < $5 and r.object <> r.subject) x
             where x.key not in (select g.key from merged g union all select g.into_key from merged g)
             group by x.key
            union all
            select w.entity, count(distinct r.id)
              from wide w join known r on w.key in (r.subject, r.object)
             group by w.entity),
         best as materialized (
            select key, coalesce(m.mentioned_by, 0) as mentioned_by, coalesce(m.about, 0) as about,
                   coalesce(s.relations, 0) as relations
              from (select * from single union all select * from several) m
              full join said s using (key)
             order by 2 desc, 3 desc, 4 desc, 1 limit $3 offset $4)
         select coalesce(jsonb_agg(to_jsonb(x)), ''[]'') from (
            select b.key as entity, t.type, b.mentioned_by, b.about, b.relations
              from best b
             cross join lateral (
                select min(m.type) as type
                  from kvasir.graph_keys($1, b.key) k (key)
                  join kvasir_data.mention_%1$s m on m.key = k.key) t
             order by 3 desc, 4 desc, 5 desc, 1) x', c.number);
end
$$;

-- Entities whose key begins with `prefix`, those that most records speak of first.
create or replace function kvasir.graph_entities(database_name text, wanted text, prefix text,
                                                 how_many bigint, skip bigint)
returns jsonb
language plpgsql stable as $$
declare
    c         kvasir.collection := kvasir.collection_need(database_name, wanted);
    beginning text := coalesce(prefix, '');
    told      jsonb;
begin
    execute kvasir.graph_entities_sql(c) into told
      using c, beginning, how_many, skip, beginning || chr(1114111);
    return jsonb_build_object('entities', told);
end
$$;

-- One entity: its keys, its evidence (first by record), what is spoken of beside it and said of it.
create or replace function kvasir.graph_entity(database_name text, wanted text, asked text,
                                               how_many bigint)
returns jsonb
language plpgsql stable as $$
declare
    c    kvasir.collection := kvasir.collection_need(database_name, wanted);
    mine text := kvasir.graph_resolve(c, asked);
    told jsonb;
    said jsonb;
begin
    execute format(
        'with mine as materialized (
            select m.* from kvasir.graph_keys($1, $2) k
              join kvasir_data.mention_%1$s m on m.key = k),
         near as (
            select o.key, count(*) as together
              from (select distinct x.seq, coalesce(a.into_key, x.key) as key
                      from (select distinct seq from mine order by seq limit 500) s
                     cross join lateral (
                        select y.seq, y.key from kvasir_data.mention_%1$s y where y.seq = s.seq offset 0) x
                      left join kvasir.alias a on a.tenant_id = ($1).tenant_id
                       and a.collection_id = ($1).id and a.key = x.key) o
             where o.key <> $2 group by o.key order by 2 desc, 1 limit $3)
         select jsonb_build_object(
            ''entity'', $2,
            ''aliases'', (select coalesce(jsonb_agg(k order by k), ''[]'') from kvasir.graph_keys($1, $2) k
                          where k <> $2),
            ''mentioned_by'', (select count(distinct seq) from mine where kind = 0),
            ''about'', (select count(distinct seq) from mine where kind = 1),
            ''evidence'', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                    ''record'', x.id, ''kind'', case x.kind when 1 then ''about'' else ''mention'' end,
                    ''type'', x.type, ''field'', nullif(x.field, ''''), ''sentence'', x.sentence,
                    ''start'', x.start_at, ''end'', x.stop_at, ''text'', x.said))), ''[]'')
                 from (select m.*, r.id, case when m.field = '''' then
                              substr(r.document, m.start_at + 1, m.stop_at - m.start_at) end as said
                         from (select * from mine order by kind desc, seq, start_at limit $3) m
                         join kvasir_data.record_%1$s r on r.seq = m.seq
                        order by m.kind desc, m.seq, m.start_at) x),
            ''neighbours'', (select coalesce(jsonb_agg(jsonb_build_object(
                    ''entity'', n.key, ''together'', n.together)), ''[]'') from near n))',
        c.number)
    into told using c, mine, how_many;
    said := kvasir.relation_around(c, mine, how_many);
    if (told ->> 'mentioned_by')::bigint + (told ->> 'about')::bigint = 0 and said = '[]' then
        raise exception using errcode = 'KV404',
            message = format('no record speaks of %s', left(asked, 100));
    end if;
    return told || jsonb_build_object('relations', said);
end
$$;

-- One step from the entities of a front to those that records speak of beside them and that are not seen: each with the
-- entity it was reached from and the record, as {"key": ["from", seq]}.  Of an entity some 200 records are looked
-- at, of a wide front fewer of each.
create or replace function kvasir.graph_spread(c kvasir.collection, front text[], seen jsonb)
returns jsonb
language plpgsql stable as $$
declare
    fresh jsonb;
begin
    execute format(
        'select coalesce(jsonb_object_agg(x.key, jsonb_build_array(x.source, x.seq)), ''{}'') from (
            select distinct on (1) coalesce(a.into_key, o.key) as key, s.source, s.seq
              from (select distinct f.key as source, m.seq
                      from unnest($2) f (key)
                     cross join lateral kvasir.graph_keys($1, f.key) k (key)
                     cross join lateral (
                        select y.seq from kvasir_data.mention_%1$s y where y.key = k.key
                         order by y.key, y.kind, y.seq limit $4) m) s
             cross join lateral (
                select y.key from kvasir_data.mention_%1$s y where y.seq = s.seq offset 0) o
              left join kvasir.alias a
                on a.tenant_id = ($1).tenant_id and a.collection_id = ($1).id and a.key = o.key
             where not $3 ? coalesce(a.into_key, o.key)
             order by 1, s.source, s.seq) x', c.number)
    into fresh using c, front, seen, least(200, greatest(4, 4000 / cardinality(front)));
    return fresh;
end
$$;

-- The steps that kvasir.graph_spread() took from where `seen` began to `reached`, the last first.
create or replace function kvasir.graph_trail(seen jsonb, reached text)
returns table (place bigint, source text, seq bigint, target text)
language sql immutable
begin atomic
    with recursive trail as (
        select 1::bigint as place, seen -> reached as step, reached as target
        union all
        select t.place + 1, seen -> (t.step ->> 0), t.step ->> 0
          from trail t where jsonb_typeof(t.step) = 'array')
    select t.place, t.step ->> 0, (t.step ->> 1)::bigint, t.target
      from trail t where jsonb_typeof(t.step) = 'array';
end;

-- A shortest way from one entity to another over records that speak of both ends of each step, looked for from
-- both ends in turn: from the end whose front is the smaller one, from at most 500 entities of it.
create or replace function kvasir.graph_path(database_name text, wanted text, source text, target text,
                                             hops integer)
returns jsonb
language plpgsql stable as $$
declare
    c      kvasir.collection := kvasir.collection_need(database_name, wanted);
    ends   text[] := array[kvasir.graph_resolve(c, source), kvasir.graph_resolve(c, target)];
    seen   jsonb[] := array[jsonb_build_object(ends[1], null), jsonb_build_object(ends[2], null)];
    fronts jsonb[] := seen;
    widths integer[] := '{1,1}';
    side   integer;
    width  integer;
    fresh  jsonb;
    middle text := case when ends[1] = ends[2] then ends[1] end;
begin
    for step in 1 .. hops loop
        exit when middle is not null or widths[1] = 0 or widths[2] = 0;
        side := case when widths[1] <= widths[2] then 1 else 2 end;
        fresh := kvasir.graph_spread(c, array(select k from jsonb_object_keys(fronts[side]) k
                                               order by k limit 500), seen[side]);
        select min(k) filter (where seen[3 - side] ? k), count(*) into middle, width
          from jsonb_object_keys(fresh) k;
        widths[side] := width;
        seen[side] := seen[side] || fresh;
        fronts[side] := fresh;
    end loop;
    return jsonb_build_object('path', case when middle is not null then
        kvasir.graph_way(c, seen[1], seen[2], middle) end);
end
$$;

-- The way over `middle`, which was reached from both ends.
create or replace function kvasir.graph_way(c kvasir.collection, before jsonb, after jsonb, middle text)
returns jsonb
language plpgsql stable as $$
declare
    way jsonb;
begin
    execute format(
        'select coalesce(jsonb_agg(jsonb_build_object(''from'', x.source, ''record'', r.id, ''to'', x.target)
                                   order by x.place), ''[]'')
           from (select -t.place as place, t.source, t.seq, t.target
                   from kvasir.graph_trail($1, $3) t
                 union all
                 select t.place, t.target, t.seq, t.source from kvasir.graph_trail($2, $3) t) x
           join kvasir_data.record_%s r on r.seq = x.seq', c.number)
    into way using before, after, middle;
    return way;
end
$$;

-- Makes one entity another's; kvasir.graph_unmerge() takes it back, and no mention is changed by either.
create or replace function kvasir.graph_merge(database_name text, wanted text, asked text,
                                              into_entity text)
returns jsonb
language plpgsql volatile as $$
declare
    c      kvasir.collection := kvasir.collection_need(database_name, wanted);
    target text := kvasir.graph_resolve(c, into_entity);
begin
    if target = asked then
        raise exception using errcode = 'KV400', message = 'an entity cannot be merged into itself';
    elsif exists (select from kvasir.alias a where a.tenant_id = c.tenant_id
                                               and a.collection_id = c.id and a.into_key = asked) then
        raise exception using errcode = 'KV409', message = format(
            'others were merged into %s: take that back first, or merge the other way round',
            left(asked, 100));
    end if;
    insert into kvasir.alias (tenant_id, collection_id, key, into_key)
    values (c.tenant_id, c.id, asked, target) on conflict do nothing;
    if not found then
        raise exception using errcode = 'KV409',
            message = format('%s is merged already', left(asked, 100));
    end if;
    perform kvasir.emit('kvasir.entity.merged', c.name, jsonb_build_object(
        'collection', c.id, 'entity', asked, 'into', target));
    return jsonb_build_object('entity', target, 'merged', asked);
end
$$;

create or replace function kvasir.graph_unmerge(database_name text, wanted text, asked text)
returns jsonb
language plpgsql volatile as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    delete from kvasir.alias a
     where a.tenant_id = c.tenant_id and a.collection_id = c.id and a.key = asked;
    if not found then
        raise exception using errcode = 'KV404', message = format('%s is not merged', left(asked, 100));
    end if;
    perform kvasir.emit('kvasir.entity.unmerged', c.name, jsonb_build_object(
        'collection', c.id, 'entity', asked));
    return jsonb_build_object('entity', asked);
end
$$;

-- Records that one leads to by what it speaks of, each with the way.
create or replace function kvasir.graph_related(database_name text, wanted text, record_id text,
                                                how_many bigint)
returns jsonb
language plpgsql stable as $$
declare
    c     kvasir.collection := kvasir.collection_need(database_name, wanted);
    start bigint;
    told  jsonb;
begin
    execute format('select seq from kvasir_data.record_%s where id = $1', c.number)
    into start using record_id;
    if start is null then
        raise exception using errcode = 'KV404',
            message = format('record %s does not exist', left(record_id, 100));
    end if;
    execute format(
        'select coalesce(jsonb_agg(jsonb_build_object(''id'', x.id, ''text'', x.document,
                    ''metadata'', x.metadata, ''score'', x.gain, ''path'', jsonb_build_array(x.step))), ''[]'')
           from (select r.id, r.document, r.metadata, w.gain, w.step
                   from kvasir.graph_reach($1, array[$2], array[1::float8], ''{}'', null) w
                   join kvasir_data.record_%s r on r.seq = w.seq
                  order by w.gain desc, r.seq limit $3) x', c.number)
    into told using c, start, how_many;
    return jsonb_build_object('related', told);
end
$$;

grant execute on function
    kvasir.graph_export(text, text, bigint, bigint),
    kvasir.graph_entities(text, text, text, bigint, bigint), kvasir.graph_entities_sql(kvasir.collection),
    kvasir.graph_entity(text, text, text, bigint),
    kvasir.graph_path(text, text, text, text, integer),
    kvasir.graph_spread(kvasir.collection, text[], jsonb), kvasir.graph_trail(jsonb, text),
    kvasir.graph_way(kvasir.collection, jsonb, jsonb, text),
    kvasir.graph_merge(text, text, text, text), kvasir.graph_unmerge(text, text, text),
    kvasir.graph_related(text, text, text, bigint)
to kvasir_app;
