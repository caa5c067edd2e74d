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
        'select coalesce(jsonb_agg(to_jsonb(x)), ''[]'') from (
            select r.id as record, m.key as entity, case m.kind when 1 then ''about'' else ''mention'' end as kind,
                   m.type, m.field, m.sentence, m.start_at as "start", m.stop_at as "end"
              from kvasir_data.mention_%1$s m join kvasir_data.record_%1$s r on r.seq = m.seq
             order by m.key, r.id, m.kind, m.field, m.start_at limit $1 offset $2) x', c.number)
    into told using how_many, skip;
    return jsonb_build_object('mentions', told, 'relations',
                              kvasir.relation_export(c, how_many, skip), 'waiting', (
        select count(*) from kvasir.unlinked u
         where u.tenant_id = c.tenant_id and u.number = c.number));
end
$$;

-- Entities whose key begins with `prefix`, those that most records speak of first.  Kind 2: a relation.
create or replace function kvasir.graph_entities(database_name text, wanted text, prefix text,
                                                 how_many bigint, skip bigint)
returns jsonb
language plpgsql stable as $$
declare
    c    kvasir.collection := kvasir.collection_need(database_name, wanted);
    told jsonb;
begin
    execute format(
        'select coalesce(jsonb_agg(to_jsonb(x)), ''[]'') from (
            select e.key as entity, min(m.type) as type,
                   count(distinct m.seq) filter (where m.kind = 0) as mentioned_by,
                   count(distinct m.seq) filter (where m.kind = 1) as about,
                   count(*) filter (where m.kind = 2) as relations
              from (select key, kind, seq, type from kvasir_data.mention_%s
                    union all
                    select k, 2, null, null from kvasir.relation r
                     cross join lateral unnest(array[r.subject, r.object]) k
                     where r.tenant_id = ($1).tenant_id and r.collection_id = ($1).id
                       and r.superseded_at is null and k is not null) m
             cross join lateral kvasir.graph_resolve($1, m.key) e (key)
             where m.key ^@ $2 or e.key ^@ $2
             group by e.key order by 3 desc, 4 desc, 5 desc, 1 limit $3 offset $4) x', c.number)
    into told using c, coalesce(prefix, ''), how_many, skip;
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
            select e.key, count(distinct o.seq) as together
              from (select distinct seq from mine order by seq limit 500) s
              join kvasir_data.mention_%1$s o on o.seq = s.seq
             cross join lateral kvasir.graph_resolve($1, o.key) e (key)
             where e.key <> $2 group by e.key order by 2 desc, 1 limit $3)
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
                         from mine m join kvasir_data.record_%1$s r on r.seq = m.seq
                        order by m.kind desc, m.seq, m.start_at limit $3) x),
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

-- The shortest way from one entity to another over records that speak of both ends of each step: first
-- found in the order of keys, at most `hops` steps and the 200 rarest records a step.
create or replace function kvasir.graph_path(database_name text, wanted text, source text, target text,
                                             hops integer)
returns jsonb
language plpgsql stable as $$
declare
    c     kvasir.collection := kvasir.collection_need(database_name, wanted);
    start text := kvasir.graph_resolve(c, source);
    goal  text := kvasir.graph_resolve(c, target);
    front text[] := array[start];
    ways  jsonb := jsonb_build_object(start, '[]'::jsonb);
    fresh jsonb;
begin
    for hop in 1 .. hops loop
        exit when ways ? goal or cardinality(front) = 0;
        execute format(
            'select coalesce(jsonb_object_agg(x.key, x.way), ''{}'') from (
                select distinct on (e.key) e.key,
                       ($4 -> f.key) || jsonb_build_object(''from'', f.key, ''record'', r.id,
                                                          ''to'', e.key) as way
                  from unnest($2) f (key)
                 cross join lateral (
                    select distinct m.seq from kvasir.graph_keys($1, f.key) k
                      join kvasir_data.mention_%1$s m on m.key = k order by m.seq limit 200) s
                  join kvasir_data.record_%1$s r on r.seq = s.seq
                  join kvasir_data.mention_%1$s o on o.seq = s.seq
                 cross join lateral kvasir.graph_resolve($1, o.key) e (key)
                 where not $4 ? e.key
                 order by e.key, f.key, r.id limit 5000) x', c.number)
        into fresh using c, front, null, ways;
        ways := ways || fresh;
        front := array(select k from jsonb_object_keys(fresh) k order by k limit 500);
    end loop;
    return jsonb_build_object('path', ways -> goal);
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
    kvasir.graph_entities(text, text, text, bigint, bigint),
    kvasir.graph_entity(text, text, text, bigint),
    kvasir.graph_path(text, text, text, text, integer),
    kvasir.graph_merge(text, text, text, text), kvasir.graph_unmerge(text, text, text),
    kvasir.graph_related(text, text, text, bigint)
to kvasir_app;
