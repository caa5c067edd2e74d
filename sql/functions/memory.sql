-- memory: what agents remember, per user and shared, and how memories relate.
--
-- A memory is a record of the collection `memory`; its metadata holds type, importance (1 to 5),
-- tags and, when it is not shared, user.

set local role kvasir_owner;

-- Whether a user (null: nobody in particular) may see a memory: his own, or a shared one.
create or replace function kvasir.memory_is_seen(metadata jsonb, user_name text) returns boolean
language sql immutable parallel safe as $$
    select not metadata ? 'user' or coalesce(jsonb_typeof(metadata -> 'user') = 'string'
                                         and metadata ->> 'user' = user_name, false)
$$;

-- Before a memory is written under a given id: nobody replaces what he does not see.  Writers of
-- one id wait here for each other, so that none slips in between.
create or replace function kvasir.memory_guard(memory_id text, user_name text) returns void
language plpgsql volatile as $$
declare
    c kvasir.collection := kvasir.collection_need('default_database', 'memory');
    m jsonb;
begin
    perform pg_advisory_xact_lock(hashtextextended(c.id::text || memory_id, 0));
    execute format('select metadata from kvasir_data.%I where id = $1', 'record_' || c.number)
       into m using memory_id;
    if not kvasir.memory_is_seen(m, user_name) then
        raise exception using errcode = 'KV409',
            message = format('the id %s is taken', left(memory_id, 100));
    end if;
end
$$;

-- A memory that this user sees, kept from being deleted until the end of the transaction; or KV404.
create or replace function kvasir.memory_need(c kvasir.collection, memory_id text, user_name text)
returns jsonb
language plpgsql volatile as $$
declare
    m jsonb;
begin
    if c.number is not null then
        perform kvasir.collection_hold(c, null);
        execute format('select metadata from kvasir_data.%I where id = $1 for key share',
                       'record_' || c.number)
           into m using memory_id;
    end if;
    if m is null or not kvasir.memory_is_seen(m, user_name) then
        raise exception using errcode = 'KV404',
            message = format('there is no memory %s', left(memory_id, 100));
    end if;
    return m;
end
$$;

-- How well a memory answers, with the parts of its score:
--     relevance   hybrid score or similarity, cut to 0..1; by words alone BM25 / (1 + BM25)
--     importance  (importance - 1) / 4
--     recency     0.5 ^ (days since it was last written / half-life)
-- each times its weight, the weights divided by their sum.  Without a query relevance counts nothing.
create or replace function kvasir.memory_judge(
    mode text, found double precision, importance jsonb, written timestamptz,
    weights double precision[], half_life double precision)
returns table (score double precision, relevance double precision, worth double precision,
               recency double precision)
language sql stable parallel safe as $$
    with part as (
        select case when mode is null then null
                    when mode = 'lexical' then greatest(found, 0) / (1 + greatest(found, 0))
                    else least(greatest(found, 0), 1) end as r,
               case when jsonb_typeof(importance) = 'number'
                    then (least(greatest((importance #>> '{}')::numeric, 1), 5) - 1)::float8 / 4
                    else 0.5 end as i,
               0.5 ^ least(greatest(extract(epoch from now() - written), 0)::float8
                           / 86400 / half_life, 1000) as t)
    select coalesce((coalesce(r, 0) * weights[1] + i * weights[2] + t * weights[3])
                    / nullif(case when r is null then 0 else weights[1] end + weights[2] + weights[3],
                             0), 0), r, i, t
      from part
$$;

-- The memories that this user sees and that were asked for, best first: `filter` says so too
-- (memory_where() of src/memory).  The first row tells how the
-- search was done (mode null: without a query, by importance and recency alone).  With a query, the
-- most relevant are proposed, five times as many as wanted, and judged.
create or replace function kvasir.memory_search(
    query text, probe vector, model text, how_many bigint, user_name text, filter jsonpath,
    weights double precision[], half_life double precision, meaning_weight double precision,
    hits kvasir.word_hits)
returns table (mode text, reason text, id text, document text, metadata jsonb, created_at timestamptz,
               updated_at timestamptz, score double precision, relevance double precision,
               worth double precision, recency double precision)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c      kvasir.collection := kvasir.collection_need('default_database', 'memory');
    found  text := 'select r.id, null::float8 from kvasir_data.%1$I r
                     where r.metadata operator(kvasir.@@) $3';
    ids    text[];
    scores double precision[];
begin
    if query is not null then
        select max(s.mode), max(s.reason), array_agg(s.id) filter (where s.id is not null),
               array_agg(s.score) filter (where s.id is not null)
          into mode, reason, ids, scores
          from kvasir.search('default_database', c.name, 'hybrid', query, probe, model,
                             greatest(50, 5 * how_many), 0, filter, null, meaning_weight, hits) s;
        found := 'select * from unnest($1, $2)';
    end if;
    return next;
    return query execute format(
        'select null::text, null::text, r.id::text, r.document, r.metadata, r.created_at, r.updated_at,
                j.score, j.relevance, j.worth, j.recency
           from (' || found || ') f (id, score)
           join kvasir_data.%1$I r on r.id = f.id
          cross join lateral kvasir.memory_judge($4, f.score, r.metadata -> ''importance'',
                                                 r.updated_at, $5, $6) j
          where kvasir.memory_is_seen(r.metadata, $7)
          order by j.score desc, r.seq desc limit $8', 'record_' || c.number)
    using ids, scores, filter, mode, weights, half_life, user_name, how_many;
end
$$;

-- Adds tags to a memory and takes others away; returns all that it has then, in their order.
create or replace function kvasir.memory_tag(memory_id text, user_name text, add_tags text[],
                                             remove_tags text[])
returns jsonb
language plpgsql volatile as $$
declare
    c    kvasir.collection := kvasir.collection_find('default_database', 'memory');
    m    jsonb;
    tags jsonb;
begin
    perform kvasir.memory_need(c, memory_id, user_name);
    execute format('select metadata from kvasir_data.%I where id = $1 for update', 'record_' || c.number)
       into m using memory_id;
    select coalesce(jsonb_agg(t order by t), '[]') into tags
      from (select jsonb_array_elements_text(case jsonb_typeof(m -> 'tags') when 'array'
                                                  then m -> 'tags' else '[]' end)
            union select unnest(add_tags)
            except select unnest(remove_tags)) x (t);
    perform kvasir.record_update('default_database', c.name, array[memory_id], array[null::text],
                                 array[jsonb_build_object('tags', tags)], array[null::text],
                                 array[null::vector], null);
    perform kvasir.emit('kvasir.memory.tagged', memory_id, jsonb_build_object('tags', tags));
    return tags;
end
$$;

-- Relates two memories that this user sees; said again it changes the weight.  True when it is new.
create or replace function kvasir.memory_relate(source_id text, target_id text, relation text,
                                                weight double precision, user_name text)
returns boolean
language plpgsql volatile as $$
#variable_conflict use_column
declare
    c     kvasir.collection := kvasir.collection_find('default_database', 'memory');
    fresh boolean;
begin
    if source_id = target_id then
        raise exception using errcode = 'KV400', message = 'a memory is not related to itself';
    end if;
    perform kvasir.memory_need(c, least(source_id collate "C", target_id), user_name);
    perform kvasir.memory_need(c, greatest(source_id collate "C", target_id), user_name);
    insert into kvasir.memory_relation as r (tenant_id, collection_id, source, relation, target, weight)
    values (c.tenant_id, c.id, source_id, relation, target_id, weight)
    on conflict (tenant_id, collection_id, source, relation, target) do update
       set weight = excluded.weight
    returning xmax = 0 into fresh;
    perform kvasir.emit('kvasir.memory.related', source_id, jsonb_build_object(
        'source', source_id, 'target', target_id, 'relation', relation, 'weight', weight));
    return fresh;
end
$$;

-- The memories that are related to one, either way, as far as this user sees them: heaviest first.
create or replace function kvasir.memory_related(memory_id text, user_name text, how_many bigint)
returns table (id text, document text, metadata jsonb, relation text, outgoing boolean,
               weight double precision)
language plpgsql volatile as $$
declare
    c kvasir.collection := kvasir.collection_find('default_database', 'memory');
begin
    perform kvasir.memory_need(c, memory_id, user_name);
    return query execute format(
        'select r.id::text, r.document, r.metadata, e.relation::text, e.outgoing, e.weight
           from (select target as id, relation, true as outgoing, weight from kvasir.memory_relation
                  where tenant_id = $1 and collection_id = $2 and source = $3
                 union all
                 select source, relation, false, weight from kvasir.memory_relation
                  where tenant_id = $1 and collection_id = $2 and target = $3) e
           join kvasir_data.%I r on r.id = e.id
          where kvasir.memory_is_seen(r.metadata, $4)
          order by e.weight desc, r.id, e.relation limit $5', 'record_' || c.number)
    using c.tenant_id, c.id, memory_id, user_name, how_many;
end
$$;

-- Forgets a memory that this user sees, with its relations.
create or replace function kvasir.memory_delete(memory_id text, user_name text) returns void
language plpgsql volatile as $$
declare
    c kvasir.collection := kvasir.collection_find('default_database', 'memory');
begin
    perform kvasir.memory_need(c, memory_id, user_name);
    perform kvasir.record_delete('default_database', c.name, array[memory_id], null);
    perform kvasir.emit('kvasir.memory.forgotten', memory_id, '{}');
end
$$;

-- After records were deleted, by whatever wire: relations go with either of their memories.
create or replace function kvasir.memory_forget() returns trigger
language plpgsql volatile as $$
begin
    if exists (select from kvasir.memory_relation r where r.tenant_id = (select kvasir.tenant())
                                                      and r.collection_id = tg_argv[0]::uuid) then
        delete from kvasir.memory_relation r
         where r.tenant_id = (select kvasir.tenant()) and r.collection_id = tg_argv[0]::uuid
           and (r.source in (select s.id from stale s) or r.target in (select s.id from stale s));
    end if;
    return null;
end
$$;

create or replace function kvasir.memory_trigger_make(number bigint, collection_id uuid) returns void
language plpgsql volatile as $$
begin
    execute format(
        'create trigger memory_forget after delete on kvasir_data.%I referencing old table as stale
             for each statement execute function kvasir.memory_forget(%L)',
        'record_' || number, collection_id);
end
$$;

-- Collections made before memories could be related.  Their ids stand in their other triggers, since no
-- tenant's rows are seen here.
do $$
declare
    t record;
begin
    for t in select substr(c.relname, 8)::bigint as number,
                    pg_get_triggerdef(w.oid) as definition
               from pg_class c
               join pg_trigger w on w.tgrelid = c.oid and w.tgname = 'words_delete'
              where c.relnamespace = 'kvasir_data'::regnamespace and c.relname ~ '^record_\d+$'
                and not exists (select from pg_trigger f
                                 where f.tgrelid = c.oid and f.tgname = 'memory_forget') loop
        perform kvasir.memory_trigger_make(t.number, substring(
            t.definition from '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')::uuid);
    end loop;
end
$$;

grant execute on function
    kvasir.memory_is_seen(jsonb, text),
    kvasir.memory_guard(text, text),
    kvasir.memory_need(kvasir.collection, text, text),
    kvasir.memory_judge(text, double precision, jsonb, timestamptz, double precision[],
                        double precision),
    kvasir.memory_search(text, vector, text, bigint, text, jsonpath, double precision[],
                         double precision, double precision, kvasir.word_hits),
    kvasir.memory_tag(text, text, text[], text[]),
    kvasir.memory_relate(text, text, text, double precision, text),
    kvasir.memory_related(text, text, bigint),
    kvasir.memory_delete(text, text)
to kvasir_app;
