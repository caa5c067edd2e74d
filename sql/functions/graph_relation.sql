-- graph_relation: what is said of entities, when it holds in the world, and since when we know.
--
-- An assertion is stored as it was made and is never changed by another: that a functional predicate has
-- a newer value is found while reading.  So nothing depends on the order of writing, and what is deleted
-- leaves no trace.  A relation with evidence is there as long as one piece of it; see
-- docs/decisions/0017-relations-are-assertions.md.

set local role kvasir_owner;

-- A point in time (ISO 8601), a day, a month or a year as its first moment; null when it is none.
create or replace function kvasir.relation_moment(says text) returns timestamptz
language sql stable parallel safe as $$
    select kvasir.fact_moment(says || case when says ~ '^\d{4}$' then '-01-01'
                                           when says ~ '^\d{4}-\d{2}$' then '-01' else '' end)
$$;

-- The same for a time that must be one, or null.
create or replace function kvasir.relation_moment_need(name text, says text) returns timestamptz
language plpgsql stable as $$
declare
    at timestamptz := kvasir.relation_moment(says);
begin
    if says is not null and at is null then
        raise exception using errcode = 'KV400', message = format(
            '%s must be a year, a date or a point in time, as 2024, 2024-12-31 or '
            '2024-12-31T23:59:59Z', name);
    end if;
    return at;
end
$$;

-- Stores assertions of one extractor ('user', 'rule' or 'llm:MODEL@PROMPT_VERSION'); given is an array of
--     {"subject": key, "predicate": text, "object": key or "literal": text,
--      "valid_from": time, "valid_to": time,
--      "evidence": [{"record": id, "start": n, "end": n, "quote": text, "confidence": 0..1}]}
-- A place must hold its quote, else it does not count; without start it is the first that does, and
-- without a quote it is whatever stands there.  What has evidence of which none counts is refused, as is
-- what has none unless a user says it.  Said again, a relation is the same one.  Returns
--     {"relations": [id or null], "refused": [{"at": n, "reason": text}]}
create or replace function kvasir.relation_put(c kvasir.collection, by_whom text, given jsonb)
returns jsonb
language plpgsql volatile as $$
declare
    told  jsonb;
    again bigint;
begin
    perform kvasir.collection_hold(c, null);
    -- Whoever changes one of these records waits, or was first and then its new text counts.
    execute format(
        'select from kvasir_data.record_%s r where r.id in (
            select e ->> ''record'' from jsonb_array_elements($1) g
             cross join lateral jsonb_array_elements(g -> ''evidence'') e
             where jsonb_typeof(g -> ''evidence'') = ''array'')
          order by r.id for share', c.number)
    using given;
    execute format(
        'with item as materialized (
            select g.n, g.item ->> ''subject'' as subject, g.item ->> ''predicate'' as predicate,
                   g.item ->> ''object'' as object, g.item ->> ''literal'' as literal,
                   kvasir.relation_moment(g.item ->> ''valid_from'') as valid_from,
                   kvasir.relation_moment(g.item ->> ''valid_to'') as valid_to,
                   case when jsonb_typeof(g.item -> ''evidence'') = ''array''
                        then g.item -> ''evidence'' else ''[]'' end as evidence,
                   g.item
              from jsonb_array_elements($3) with ordinality g (item, n)),
         place as materialized (
            select i.n, r.seq, p.start_at, p.stop_at, q.said, (e ->> ''confidence'')::real as confidence
              from item i
             cross join lateral jsonb_array_elements(i.evidence) e
              join kvasir_data.record_%s r on r.id = e ->> ''record'' and r.document <> ''''
             cross join lateral (select coalesce((e ->> ''start'')::integer,
                 case when e ->> ''quote'' is null then 0
                      else nullif(strpos(r.document, e ->> ''quote''), 0) - 1 end)) s (start_at)
             cross join lateral (select s.start_at, coalesce((e ->> ''end'')::integer,
                 s.start_at + length(e ->> ''quote''), length(r.document))) p (start_at, stop_at)
             cross join lateral (select case when p.start_at >= 0 and p.stop_at > p.start_at
                                              and p.stop_at <= length(r.document) then
                 substr(r.document, p.start_at + 1, p.stop_at - p.start_at) end) q (said)
             where q.said = coalesce(e ->> ''quote'', q.said)),
         judged as materialized (
            select i.*, i.evidence = ''[]'' as stated, case
                   when i.valid_from is null and i.item ->> ''valid_from'' is not null
                        then ''valid_from is neither a date nor a point in time''
                   when i.valid_to is null and i.item ->> ''valid_to'' is not null
                        then ''valid_to is neither a date nor a point in time''
                   when i.valid_to <= i.valid_from then ''valid_to must come after valid_from''
                   when i.evidence = ''[]'' and $2 <> ''user'' then ''it has no evidence''
                   when i.evidence <> ''[]'' and not exists (select from place p where p.n = i.n)
                        then ''none of its evidence stands in the records'' end as reason
              from item i),
         kept as materialized (
            select j.*, sha256(convert_to(jsonb_build_array(
                       j.subject, j.predicate, j.object, j.literal, extract(epoch from j.valid_from),
                       extract(epoch from j.valid_to), $2, j.stated)::text, ''UTF8'')) as digest
              from judged j where j.reason is null),
         put as (
            insert into kvasir.relation as r (tenant_id, collection_id, digest, subject, predicate,
                                              object, literal, valid_from, valid_to, extractor, stated)
            select distinct on (k.digest) ($1).tenant_id, ($1).id, k.digest, k.subject, k.predicate,
                   k.object, k.literal, k.valid_from, k.valid_to, $2, k.stated
              from kept k order by k.digest
            on conflict (tenant_id, collection_id, digest) do update set digest = excluded.digest
            returning r.id, r.digest, r.stated and r.superseded_at is not null as ended),
         proven as (
            insert into kvasir.relation_evidence (tenant_id, relation_id, seq, start_at, stop_at,
                                                  collection_id, quote, confidence)
            select ($1).tenant_id, u.id, p.seq, p.start_at, p.stop_at, ($1).id,
                   sha256(convert_to(p.said, ''UTF8'')), p.confidence
              from place p join kept k on k.n = p.n join put u on u.digest = k.digest
            on conflict do nothing)
         select jsonb_build_object(
            ''relations'', coalesce(jsonb_agg(u.id order by j.n), ''[]''),
            ''ended'', coalesce(jsonb_agg(distinct u.id) filter (where u.ended), ''[]''),
            ''refused'', coalesce(jsonb_agg(jsonb_build_object(''at'', j.n - 1, ''reason'', j.reason)
                                            order by j.n) filter (where j.reason is not null), ''[]''))
           from judged j left join kept k on k.n = j.n left join put u on u.digest = k.digest', c.number)
    into told using c, by_whom, given;
    -- A user who says again what was ended takes the end back.
    for again in select e::bigint from jsonb_array_elements_text(told -> 'ended') e order by 1 loop
        perform kvasir.relation_revise(c, again, r.valid_from, r.valid_to)
           from kvasir.relation r where r.tenant_id = c.tenant_id and r.id = again;
    end loop;
    return told - 'ended';
end
$$;

-- The version of a relation that holds now; KV404 when there is no such relation in the collection.
create or replace function kvasir.relation_need(c kvasir.collection, wanted bigint)
returns kvasir.relation
language plpgsql volatile as $$
declare
    r kvasir.relation;
begin
    perform from kvasir.relation x
     where x.tenant_id = c.tenant_id and x.id = wanted and x.collection_id = c.id
       and x.version_of is null for update;
    if found then
        select x.* into r from kvasir.relation x
         where x.tenant_id = c.tenant_id and (x.id = wanted or x.version_of = wanted)
           and x.superseded_at is null;
    end if;
    if r.id is null then
        raise exception using errcode = 'KV404', message = format('relation %s does not exist', wanted);
    end if;
    return r;
end
$$;

-- From now on we know another interval.
create or replace function kvasir.relation_revise(c kvasir.collection, wanted bigint,
                                                  since timestamptz, until timestamptz)
returns void
language plpgsql volatile as $$
declare
    r     kvasir.relation := kvasir.relation_need(c, wanted);
    fresh bigint;
begin
    if r.valid_from is not distinct from since and r.valid_to is not distinct from until then
        return;
    end if;
    insert into kvasir.relation (tenant_id, collection_id, version_of, subject, predicate, object,
                                 literal, valid_from, valid_to, extractor, stated)
    values (c.tenant_id, c.id, wanted, r.subject, r.predicate, r.object, r.literal, since, until,
            r.extractor, r.stated)
    returning id into fresh;
    update kvasir.relation x set superseded_at = now(), superseded_by = fresh
     where x.tenant_id = c.tenant_id and x.id = r.id;
end
$$;

-- The relations of a collection that fit (null: any), as they were known at `known` (null: now) and held in
-- the world at `as_of` (null: ever).  Merged entities are one.  Of a functional predicate a value ends
-- where the next one begins, whenever either was written: closed_by tells which; two values that
-- begin together are contradicted, and both stay.
create or replace function kvasir.relation_find(
    c kvasir.collection, who text, named text, whom text, as_of timestamptz, known timestamptz,
    how_many bigint, skip bigint)
returns table (id bigint, subject text, predicate text, object text, literal text,
               valid_from timestamptz, valid_to timestamptz, closed_by bigint, contradicted boolean,
               recorded_at timestamptz, extractor text, evidence bigint)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    subjects text[] := array(select kvasir.graph_keys(c, kvasir.graph_resolve(c, who)));
    objects  text[] := array(select kvasir.graph_keys(c, kvasir.graph_resolve(c, whom)));
begin
    return query
    with known_then as not materialized (
        select r.*, coalesce(a.into_key, r.subject) as s, coalesce(b.into_key, r.object) as o
          from kvasir.relation r
          left join kvasir.alias a on a.tenant_id = r.tenant_id and a.collection_id = r.collection_id
                                  and a.key = r.subject
          left join kvasir.alias b on b.tenant_id = r.tenant_id and b.collection_id = r.collection_id
                                  and b.key = r.object
         where r.tenant_id = c.tenant_id and r.collection_id = c.id
           and r.recorded_at <= coalesce(known, 'infinity')
           and (r.superseded_at is null or r.superseded_at > known))
    select coalesce(k.version_of, k.id), k.s::text, k.predicate::text, k.o::text, k.literal::text,
           k.valid_from, coalesce(n.valid_from, k.valid_to), n.id, coalesce(n.together, false),
           k.recorded_at, k.extractor::text,
           (select count(*) from kvasir.relation_evidence e
             where e.tenant_id = c.tenant_id and e.relation_id = coalesce(k.version_of, k.id))
      from (select * from known_then z
             where (who is null or z.subject = any (subjects)) and (whom is null or z.object = any (objects))
               and (named is null or z.predicate = named)
             order by z.s, z.predicate, z.valid_from nulls first, z.o, z.literal, z.extractor, z.id
             limit case when as_of is null then how_many + skip end) k -- then none is left out below
      left join lateral (
        -- The next other value of a functional predicate, and whether one begins together with this.
        select min(x.valid_from) filter (where x.later) as valid_from,
               (array_agg(x.id order by x.valid_from, x.id) filter (where x.later))[1] as id,
               bool_or(not x.later) as together
          from (select coalesce(y.version_of, y.id) as id, y.valid_from,
                       y.valid_from is not null
                       and y.valid_from > coalesce(k.valid_from, '-infinity') as later
                  from known_then y
                 where y.subject = any (array(select kvasir.graph_keys(c, k.s)))
                   and y.predicate = k.predicate
                   and (y.o, y.literal) is distinct from (k.o, k.literal)
                   and (y.valid_from is not distinct from k.valid_from
                        or y.valid_from > coalesce(k.valid_from, '-infinity')
                           and y.valid_from < coalesce(k.valid_to, 'infinity'))) x
         where exists (select from kvasir.functional f
                        where f.tenant_id = c.tenant_id and f.collection_id = c.id
                          and f.predicate = k.predicate)) n on true
     where (as_of is null or coalesce(k.valid_from, '-infinity') <= as_of
                             and as_of < coalesce(n.valid_from, k.valid_to, 'infinity'))
     order by k.s, k.predicate, k.valid_from nulls first, k.o, k.literal, k.extractor, k.id
     limit how_many offset skip;
end
$$;

-- One of them as JSON.
create or replace function kvasir.relation_json(
    id bigint, subject text, predicate text, object text, literal text, valid_from timestamptz,
    valid_to timestamptz, closed_by bigint, contradicted boolean, recorded_at timestamptz,
    extractor text, evidence bigint)
returns jsonb
language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'id', id, 'subject', subject, 'predicate', predicate, 'object', object, 'value', literal,
        'closed_by', closed_by, 'contradicted', nullif(contradicted, false), 'extractor', extractor,
        'evidence', evidence, 'recorded_at', kvasir.moment(recorded_at)))
        || jsonb_build_object('valid_from', kvasir.moment(valid_from),
                              'valid_to', kvasir.moment(valid_to))
$$;

-- What a user says; all of it or nothing.
create or replace function kvasir.graph_relate(database_name text, wanted text, given jsonb)
returns jsonb
language plpgsql volatile as $$
declare
    c    kvasir.collection := kvasir.collection_need(database_name, wanted);
    told jsonb := kvasir.relation_put(c, 'user', given);
begin
    if told -> 'refused' <> '[]' then
        raise exception using errcode = 'KV400', message = format(
            'relations[%s]: %s', told #>> '{refused,0,at}', told #>> '{refused,0,reason}');
    end if;
    perform kvasir.emit('kvasir.relations.put', c.name, jsonb_build_object(
        'collection', c.id, 'name', c.name, 'relations', jsonb_array_length(told -> 'relations')));
    return told - 'refused';
end
$$;

create or replace function kvasir.graph_relations(
    database_name text, wanted text, who text, named text, whom text, as_of text, known text,
    how_many bigint, skip bigint)
returns jsonb
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    return jsonb_build_object('relations', (
        select coalesce(jsonb_agg(kvasir.relation_json(
                   f.id, f.subject, f.predicate, f.object, f.literal, f.valid_from, f.valid_to,
                   f.closed_by, f.contradicted, f.recorded_at, f.extractor, f.evidence)), '[]')
          from kvasir.relation_find(c, who, named, whom, kvasir.relation_moment_need('as_of', as_of),
                                    kvasir.relation_moment_need('known_at', known), how_many, skip) f));
end
$$;

-- What is said of an entity as it is known now, as an array: first where it is the subject.
create or replace function kvasir.relation_around(c kvasir.collection, who text, how_many bigint)
returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(kvasir.relation_json(
               f.id, f.subject, f.predicate, f.object, f.literal, f.valid_from, f.valid_to,
               f.closed_by, f.contradicted, f.recorded_at, f.extractor, f.evidence)
               order by f.side, f.n), '[]')
      from (select x.*, x.ordinality as n, 1 as side
              from kvasir.relation_find(c, who, null, null, null, null, how_many, 0)
                   with ordinality x
            union all
            select x.*, x.ordinality, 2
              from kvasir.relation_find(c, null, null, who, null, null, how_many, 0)
                   with ordinality x
             where x.subject <> who
             order by side, n limit how_many) f
$$;

-- One relation: all that was ever known of it, oldest first, and its evidence.
create or replace function kvasir.graph_relation(database_name text, wanted text, relation_id bigint)
returns jsonb
language plpgsql stable as $$
declare
    c    kvasir.collection := kvasir.collection_need(database_name, wanted);
    told jsonb;
begin
    select jsonb_strip_nulls(jsonb_build_object(
               'id', r.id, 'subject', r.subject, 'predicate', r.predicate, 'object', r.object,
               'value', r.literal, 'extractor', r.extractor))
           || jsonb_build_object('versions', (
               select jsonb_agg(jsonb_build_object(
                          'valid_from', kvasir.moment(v.valid_from), 'valid_to', kvasir.moment(v.valid_to),
                          'recorded_at', kvasir.moment(v.recorded_at),
                          'superseded_at', kvasir.moment(v.superseded_at)) order by v.id)
                 from kvasir.relation v
                where v.tenant_id = c.tenant_id and (v.id = r.id or v.version_of = r.id)))
      into told
      from kvasir.relation r
     where r.tenant_id = c.tenant_id and r.id = relation_id and r.collection_id = c.id
       and r.version_of is null;
    if told is null then
        raise exception using errcode = 'KV404',
            message = format('relation %s does not exist', relation_id);
    end if;
    return told || kvasir.relation_evidence_of(c, relation_id);
end
$$;

-- {"evidence": [...]}: the places that a relation was read from, and what stands there.
create or replace function kvasir.relation_evidence_of(c kvasir.collection, wanted bigint)
returns jsonb
language plpgsql stable as $$
declare
    told jsonb;
begin
    execute format(
        'select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                    ''record'', r.id, ''start'', e.start_at, ''end'', e.stop_at,
                    ''text'', substr(r.document, e.start_at + 1, e.stop_at - e.start_at),
                    ''confidence'', e.confidence)) order by r.id, e.start_at, e.stop_at), ''[]'')
           from kvasir.relation_evidence e join kvasir_data.record_%s r on r.seq = e.seq
          where e.tenant_id = $1 and e.relation_id = $2', c.number)
    into told using c.tenant_id, wanted;
    return jsonb_build_object('evidence', told);
end
$$;

-- It held until `at` (null: now).
create or replace function kvasir.graph_relation_end(database_name text, wanted text,
                                                     relation_id bigint, at text)
returns jsonb
language plpgsql volatile as $$
declare
    c       kvasir.collection := kvasir.collection_need(database_name, wanted);
    r       kvasir.relation   := kvasir.relation_need(c, relation_id);
    ends_at timestamptz       := coalesce(kvasir.relation_moment_need('at', at), now());
begin
    if ends_at <= r.valid_from then
        raise exception using errcode = 'KV400', message = format(
            'it begins %s, so it cannot end at or before that', kvasir.moment(r.valid_from));
    end if;
    perform kvasir.relation_revise(c, relation_id, r.valid_from, ends_at);
    perform kvasir.emit('kvasir.relation.ended', c.name, jsonb_build_object(
        'collection', c.id, 'relation', relation_id, 'at', kvasir.moment(ends_at)));
    return jsonb_build_object('id', relation_id, 'valid_to', kvasir.moment(ends_at));
end
$$;

-- It was never said: all its versions go.
create or replace function kvasir.graph_relation_delete(database_name text, wanted text,
                                                        relation_id bigint)
returns void
language plpgsql volatile as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    perform kvasir.relation_need(c, relation_id);
    delete from kvasir.relation r where r.tenant_id = c.tenant_id and r.id = relation_id;
    perform kvasir.emit('kvasir.relation.deleted', c.name, jsonb_build_object(
        'collection', c.id, 'relation', relation_id));
end
$$;

-- Takes away all that one extractor said of a collection; how many relations that were.
create or replace function kvasir.relation_forget(database_name text, wanted text, by_whom text)
returns bigint
language plpgsql volatile as $$
declare
    c    kvasir.collection := kvasir.collection_need(database_name, wanted);
    gone bigint[];
begin
    perform from kvasir.relation r
     where r.tenant_id = c.tenant_id and r.collection_id = c.id and r.extractor = by_whom
       and r.version_of is null
     order by r.digest for update;
    with deleted as (
        delete from kvasir.relation r
         where r.tenant_id = c.tenant_id and r.collection_id = c.id and r.extractor = by_whom
           and r.version_of is null
        returning r.id)
    select array_agg(d.id) into gone from deleted d;
    perform kvasir.emit('kvasir.relations.forgotten', c.name, jsonb_build_object(
        'collection', c.id, 'extractor', by_whom, 'relations', coalesce(cardinality(gone), 0)));
    return coalesce(cardinality(gone), 0);
end
$$;

-- After these records lost their text: what was read there was not, and a relation of which nothing is
-- left goes.  Relations are locked before it is counted what they have: who adds evidence to one holds it.
create or replace function kvasir.relation_unground(number bigint, seqs bigint[])
returns void
language plpgsql volatile as $$
declare
    home  uuid := (select c.id from kvasir.collection c
                    where c.tenant_id = (select kvasir.tenant())
                      and c.number = relation_unground.number);
    owner constant uuid := (select kvasir.tenant());
    held  bigint[];
begin
    if not exists (select from kvasir.relation_evidence e
                    where e.tenant_id = owner and e.collection_id = home and e.seq = any (seqs)) then
        return;
    end if;
    select array_agg(h.id) into held from (
        select r.id from kvasir.relation r
         where r.tenant_id = owner and r.id in (
               select e.relation_id from kvasir.relation_evidence e
                where e.tenant_id = owner and e.collection_id = home and e.seq = any (seqs))
         order by r.digest for update) h;
    delete from kvasir.relation_evidence e
     where e.tenant_id = owner and e.collection_id = home and e.seq = any (seqs);
    delete from kvasir.relation r
     where r.tenant_id = owner and r.id = any (held) and not r.stated
       and not exists (select from kvasir.relation_evidence e
                        where e.tenant_id = owner and e.relation_id = r.id);
    update kvasir.relation r set recorded_at = e.since
      from (select x.relation_id, min(x.recorded_at) as since from kvasir.relation_evidence x
             where x.tenant_id = owner and x.relation_id = any (held) group by 1) e
     where r.tenant_id = owner and r.id = e.relation_id and r.recorded_at < e.since;
end
$$;

-- Every relation as it was said, with its evidence, in an order that follows from these alone.
create or replace function kvasir.relation_export(c kvasir.collection, how_many bigint, skip bigint)
returns jsonb
language plpgsql stable as $$
declare
    told jsonb;
begin
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
               'subject', x.subject, 'predicate', x.predicate, 'object', x.object,
               'value', x.literal, 'valid_from', kvasir.moment(x.held_from),
               'valid_to', kvasir.moment(x.held_to), 'extractor', x.extractor))
               || kvasir.relation_evidence_of(c, x.id) order by x.n), '[]') into told
      from (select r.*, v.valid_from as held_from, v.valid_to as held_to, row_number() over w as n
              from kvasir.relation r
              join kvasir.relation v on v.tenant_id = r.tenant_id and v.superseded_at is null
                                    and (v.id = r.id or v.version_of = r.id)
             where r.tenant_id = c.tenant_id and r.collection_id = c.id and r.version_of is null
            window w as (order by r.subject, r.predicate, r.object, r.literal, r.valid_from, r.valid_to,
                                  r.extractor, r.stated)
             order by n limit how_many offset skip) x;
    return told;
end
$$;

-- The predicates of a collection: how often each is used, and whether it has one value at a time.
create or replace function kvasir.graph_predicates(database_name text, wanted text)
returns jsonb
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    return jsonb_build_object('predicates', (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'predicate', x.predicate, 'functional', x.functional, 'relations', x.relations)
                   order by x.predicate), '[]')
          from (select p.predicate, bool_or(p.functional) as functional, sum(p.used) as relations
                  from (select r.predicate, false as functional, 1 as used from kvasir.relation r
                         where r.tenant_id = c.tenant_id and r.collection_id = c.id
                           and r.version_of is null
                        union all
                        select f.predicate, true, 0 from kvasir.functional f
                         where f.tenant_id = c.tenant_id and f.collection_id = c.id) p
                 group by p.predicate) x));
end
$$;

create or replace function kvasir.graph_predicate_set(database_name text, wanted text, named text,
                                                      is_functional boolean)
returns void
language plpgsql volatile as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    if is_functional then
        insert into kvasir.functional (tenant_id, collection_id, predicate)
        values (c.tenant_id, c.id, named) on conflict do nothing;
    else
        delete from kvasir.functional f
         where f.tenant_id = c.tenant_id and f.collection_id = c.id and f.predicate = named;
    end if;
    perform kvasir.emit('kvasir.predicate.set', c.name, jsonb_build_object(
        'collection', c.id, 'predicate', named, 'functional', is_functional));
end
$$;

-- What the engine's extractors found in a collection of any tenant; as kvasir.relation_put().
create or replace function kvasir.relation_put_for(tenant uuid, wanted bigint, by_whom text,
                                                   given jsonb)
returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    c kvasir.collection;
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    select x.* into c from kvasir.collection x where x.tenant_id = tenant and x.number = wanted;
    if not found then
        return '{"relations": [], "refused": []}';
    end if;
    return kvasir.relation_put(c, by_whom, given);
end
$$;

grant execute on function
    kvasir.relation_moment(text), kvasir.relation_moment_need(text, text),
    kvasir.relation_put(kvasir.collection, text, jsonb),
    kvasir.relation_need(kvasir.collection, bigint),
    kvasir.relation_revise(kvasir.collection, bigint, timestamptz, timestamptz),
    kvasir.relation_find(kvasir.collection, text, text, text, timestamptz, timestamptz, bigint, bigint),
    kvasir.relation_json(bigint, text, text, text, text, timestamptz, timestamptz, bigint, boolean,
                         timestamptz, text, bigint),
    kvasir.relation_around(kvasir.collection, text, bigint),
    kvasir.graph_relate(text, text, jsonb),
    kvasir.graph_relations(text, text, text, text, text, text, text, bigint, bigint),
    kvasir.graph_relation(text, text, bigint),
    kvasir.relation_evidence_of(kvasir.collection, bigint),
    kvasir.graph_relation_end(text, text, bigint, text),
    kvasir.graph_relation_delete(text, text, bigint),
    kvasir.relation_forget(text, text, text),
    kvasir.relation_unground(bigint, bigint[]),
    kvasir.relation_export(kvasir.collection, bigint, bigint),
    kvasir.graph_predicates(text, text),
    kvasir.graph_predicate_set(text, text, text, boolean)
to kvasir_app;
grant execute on function kvasir.relation_put_for(uuid, bigint, text, jsonb) to kvasir_engine;
