-- fact: structured facts, found by typed conditions and added up.
--
-- A condition is {"path": "a.b", "op": "gte", "value": v}.  A path leads into the payload; one that
-- begins with @ tells of the fact itself: @type, @occurred_at, @day, @month, @year.

set local role kvasir_owner;

-- A text that is a date or a point in time (ISO 8601) as that; null when it is none.
create or replace function kvasir.fact_moment(says text) returns timestamptz
language plpgsql stable parallel safe set timezone = 'UTC' set datestyle = 'ISO' as $$
begin
    if says ~ '^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$' then
        return says::timestamptz;
    end if;
    return null;
exception when data_exception then
    return null;
end
$$;

create or replace function kvasir.fact_value(f kvasir.fact, path text) returns jsonb
language sql stable parallel safe as $$
    select case
    when path = '@type' then to_jsonb(f.fact_type)
    when path = '@occurred_at' then to_jsonb(kvasir.moment(f.occurred_at))
    when path = '@day' then to_jsonb(to_char(f.occurred_at at time zone 'UTC', 'YYYY-MM-DD'))
    when path = '@month' then to_jsonb(to_char(f.occurred_at at time zone 'UTC', 'YYYY-MM'))
    when path = '@year' then to_jsonb(to_char(f.occurred_at at time zone 'UTC', 'YYYY'))
    else nullif(f.payload #> string_to_array(path, '.'), 'null') end
$$;

-- How two values stand: -1, 0 or 1; null when they cannot be compared.  Numbers compare as numbers,
-- two dates as dates, other texts as texts.
create or replace function kvasir.fact_compare(a jsonb, b jsonb) returns integer
language plpgsql stable parallel safe as $$
declare
    x text := a #>> '{}';
    y text := b #>> '{}';
    s timestamptz;
    t timestamptz;
begin
    if a is null or jsonb_typeof(a) <> jsonb_typeof(b) then
        return null;
    elsif jsonb_typeof(a) = 'number' then
        return sign(x::numeric - y::numeric);
    elsif jsonb_typeof(a) = 'string' then
        s := kvasir.fact_moment(x);
        t := case when s is not null then kvasir.fact_moment(y) end;
        if t is not null then
            return case when s < t then -1 when s > t then 1 else 0 end;
        end if;
        return case when x collate "C" < y then -1 when x collate "C" > y then 1 else 0 end;
    end if;
    return case when a = b then 0 end;
end
$$;

-- Whether a value fits one condition.  What cannot be compared fits only ne.
create or replace function kvasir.fact_holds(v jsonb, op text, wanted jsonb) returns boolean
language plpgsql stable parallel safe as $$
declare
    stands integer;
begin
    if op = 'in' then
        return exists (select from jsonb_array_elements(wanted) w (x)
                        where kvasir.fact_compare(v, w.x) = 0);
    end if;
    stands := kvasir.fact_compare(v, wanted);
    return coalesce(case op when 'eq' then stands = 0 when 'gt' then stands > 0
                            when 'gte' then stands >= 0 when 'lt' then stands < 0
                            when 'lte' then stands <= 0 end,
                    op = 'ne' and stands is distinct from 0);
end
$$;

create or replace function kvasir.fact_add(fact_id uuid, fact_type text, payload jsonb,
                                           occurred_at text, document_id text)
returns void
language plpgsql volatile as $$
#variable_conflict use_column
declare
    since timestamptz := kvasir.fact_moment(occurred_at);
begin
    if occurred_at is not null and since is null then
        raise exception using errcode = 'KV400', message =
            'occurred_at must be a date or a point in time, as 2024-12-31 or 2024-12-31T23:59:59Z';
    end if;
    insert into kvasir.fact (tenant_id, id, fact_type, payload, occurred_at, document_id)
    values ((select kvasir.tenant()), fact_id, fact_type, payload, since, document_id);
    perform kvasir.emit('kvasir.fact.added', fact_id::text, jsonb_build_object('type', fact_type));
end
$$;

-- Facts of a type (null: any) that fit all conditions.
create or replace function kvasir.fact_fitting(type_wanted text, conditions jsonb)
returns setof kvasir.fact
language plpgsql stable as $$
begin
    if exists (select from jsonb_array_elements(conditions) c (x)
                where (x ->> 'op' = 'in') <> (jsonb_typeof(x -> 'value') = 'array')
                   or jsonb_typeof(x -> 'value') is null
                   or jsonb_typeof(x -> 'value') in ('object', 'null')) then
        raise exception using errcode = 'KV400', message =
            'the value of a condition is a text, a number or a boolean; that of in a list of them';
    end if;
    return query
    select f.* from kvasir.fact f
     where f.tenant_id = (select kvasir.tenant()) and (type_wanted is null or f.fact_type = type_wanted)
       and not exists (select from jsonb_array_elements(conditions) c (x)
                        where not kvasir.fact_holds(kvasir.fact_value(f, x ->> 'path'), x ->> 'op',
                                                    x -> 'value'));
end
$$;

create or replace function kvasir.fact_list(type_wanted text, conditions jsonb, how_many bigint,
                                            skip bigint, legacy boolean)
returns table (facts jsonb, total bigint)
language sql stable as $$
    with fitting as materialized (select * from kvasir.fact_fitting(type_wanted, conditions))
    select coalesce((select jsonb_agg(jsonb_build_object(
                'id', f.id, case when legacy then 'factType' else 'type' end, f.fact_type,
                'payload', f.payload,
                case when legacy then 'occurredAt' else 'occurred_at' end, kvasir.moment(f.occurred_at),
                case when legacy then 'docId' else 'document' end, f.document_id,
                case when legacy then 'createdAt' else 'created_at' end, kvasir.moment(f.created_at))
                order by f.occurred_at desc nulls last, f.created_at desc, f.id)
              from (select * from fitting order by occurred_at desc nulls last, created_at desc, id
                     limit how_many offset skip) f), '[]'),
           (select count(*) from fitting)
$$;

-- Facts in groups of equal values at some paths, with aggregates {"fn": "sum", "path": "a.b"} of each:
-- count (of facts, or of those that have a value there), sum and avg of numbers, min and max of numbers,
-- or of texts where there is none.  `over` says of how many values, so that what was left out is seen.
create or replace function kvasir.fact_aggregate(type_wanted text, conditions jsonb, aggregates jsonb,
                                                 paths text[], how_many bigint)
returns table (groups jsonb, total bigint)
language sql stable as $$
    with keyed as materialized (
        select f as fact, (select coalesce(jsonb_object_agg(p, kvasir.fact_value(f, p)), '{}')
                             from unnest(paths) p) as key
          from kvasir.fact_fitting(type_wanted, conditions) f),
    grouped as (
        select key, count(*) as n from keyed group by key
        union all
        select '{}', 0 where cardinality(coalesce(paths, '{}')) = 0
                         and not exists (select from keyed)),
    valued as materialized ( -- each value is taken out once, not for each aggregate and group
        select k.key, a.place, a.x ->> 'fn' as fn, a.x ->> 'path' as path,
               kvasir.fact_value(k.fact, a.x ->> 'path') as v
          from keyed k cross join jsonb_array_elements(aggregates) with ordinality a (x, place)),
    typed as materialized (
        select *, case when jsonb_typeof(v) = 'number' then (v #>> '{}')::numeric end as number,
               case when jsonb_typeof(v) = 'string' then v #>> '{}' end collate "C" as says
          from valued),
    counted as (
        select key, place, fn, path, count(*) as facts, count(v) as present, count(number) as numbers,
               count(says) as texts, sum(number) as sum, avg(number) as avg, min(number) as min,
               max(number) as max, min(says) as first, max(says) as last
          from typed group by key, place, fn, path),
    told as materialized (
        select key, place, jsonb_build_object('fn', fn, 'path', path,
            'value', case fn when 'count' then to_jsonb(case when path is null then facts else present end)
                             when 'sum' then to_jsonb(sum)
                             when 'avg' then to_jsonb(trim_scale(avg))
                             when 'min' then coalesce(to_jsonb(min), to_jsonb(first))
                             else coalesce(to_jsonb(max), to_jsonb(last)) end,
            'over', case when path is null then facts when fn = 'count' then present
                         when numbers = 0 and fn in ('min', 'max') then texts else numbers end) as said
          from counted)
    select coalesce((select jsonb_agg(jsonb_build_object('group', g.key, 'count', g.n, 'values', coalesce(
                (select jsonb_agg(t.said order by t.place) from told t where t.key = g.key), '[]'))
                order by g.n desc, g.key)
              from (select * from grouped order by n desc, key limit how_many) g), '[]'),
           (select count(*) from grouped)
$$;

-- Whether a record of a collection is described and classified, or why it cannot be told.
create or replace function kvasir.fact_governance(collection_name text, document_id text) returns jsonb
language plpgsql stable as $$
declare
    m jsonb;
begin
    select r.metadata into m
      from kvasir.collection_find('default_database', collection_name) c
     cross join lateral kvasir.record_get('default_database', c.name, array[document_id], null, 1, 0,
                                          false) r;
    if m is null then
        return jsonb_build_object('compliant', false, 'docId', document_id, 'reason',
                                  'there is no such document in ' || collection_name);
    end if;
    return (select jsonb_build_object('compliant', described and classified, 'hasMetadata', described,
                                      'hasClassification', classified, 'docId', document_id)
              from (select m <> '{}' as described,
                           coalesce(m ->> 'classification', '') <> '' as classified) x);
end
$$;

grant execute on function
    kvasir.fact_moment(text),
    kvasir.fact_value(kvasir.fact, text),
    kvasir.fact_compare(jsonb, jsonb),
    kvasir.fact_holds(jsonb, text, jsonb),
    kvasir.fact_add(uuid, text, jsonb, text, text),
    kvasir.fact_fitting(text, jsonb),
    kvasir.fact_list(text, jsonb, bigint, bigint, boolean),
    kvasir.fact_aggregate(text, jsonb, jsonb, text[], bigint),
    kvasir.fact_governance(text, text)
to kvasir_app;
