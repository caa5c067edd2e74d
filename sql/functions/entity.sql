-- entity: the memory as entities with observations and relations between them, in the words of MCP's
-- reference memory server.
--
-- An entity is a record of the collection `memory` with the id 'entity:' and its name; its metadata holds
-- name, type and observations, its text all three, so that every search of memories finds it too.  Names
-- count letter by letter.  What is read before the collection exists is empty.

set local role kvasir_owner;

create or replace function kvasir.entity_home() returns setof kvasir.collection
language sql stable rows 1 as $$
    select c.* from kvasir.collection_find('default_database', 'memory') c
$$;

create or replace function kvasir.entity_text(metadata jsonb) returns text
language sql stable parallel safe as $$
    select concat_ws(E'\n', format('%s (%s)', metadata ->> 'name', metadata ->> 'type'), (
        select string_agg(o, E'\n' order by n)
          from jsonb_array_elements_text(metadata -> 'observations') with ordinality o (o, n)))
$$;

-- All entities in the order in which they were made, as metadata.
create or replace function kvasir.entity_all() returns table (n bigint, entity jsonb)
language plpgsql stable as $$
declare
    c kvasir.collection;
begin
    select h.* into c from kvasir.entity_home() h;
    if c.number is not null then
        return query execute format(
            'select r.seq, r.metadata from kvasir_data.%I r
              where r.id >= ''entity:'' and r.id < ''entity;''
                and r.id = ''entity:'' || (r.metadata ->> ''name'')
                and jsonb_typeof(r.metadata -> ''observations'') = ''array''', 'record_' || c.number);
    end if;
end
$$;

create or replace function kvasir.entity_json(metadata jsonb) returns jsonb
language sql immutable parallel safe as $$
    select jsonb_build_object('name', metadata -> 'name', 'entityType', metadata -> 'type',
                              'observations', metadata -> 'observations')
$$;

-- {entities, relations}: those of the names (null: all), and every relation that touches one of them.
create or replace function kvasir.entity_graph(names text[]) returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'entities', coalesce((
            select jsonb_agg(kvasir.entity_json(e.entity) order by e.n) from kvasir.entity_all() e
             where names is null or e.entity ->> 'name' = any (names)), '[]'),
        'relations', coalesce((
            select jsonb_agg(jsonb_build_object('from', r.source, 'to', r.target,
                                                'relationType', r.relation_type) order by r.id)
              from kvasir.entity_relation r
             where r.tenant_id = (select kvasir.tenant())
               and (names is null or r.source = any (names) or r.target = any (names))), '[]'))
$$;

-- Only names of entities that exist count.
create or replace function kvasir.entity_open(names text[]) returns jsonb
language sql stable as $$
    select kvasir.entity_graph(array(
        select e.entity ->> 'name' from kvasir.entity_all() e where e.entity ->> 'name' = any (names)))
$$;

-- Entities whose name, type or an observation has this text in it, whatever the case of letters.
create or replace function kvasir.entity_search(query text) returns jsonb
language sql stable as $$
    select kvasir.entity_graph(array(
        select e.entity ->> 'name' from kvasir.entity_all() e
         where strpos(lower(e.entity ->> 'name'), lower(query)) > 0
            or strpos(lower(e.entity ->> 'type'), lower(query)) > 0
            or exists (select from jsonb_array_elements_text(e.entity -> 'observations') o
                        where strpos(lower(o), lower(query)) > 0)))
$$;

-- Makes entities of [{name, entityType, observations}]; those that are there stay as they are.  The new
-- ones are returned.
create or replace function kvasir.entity_create(given jsonb) returns jsonb
language plpgsql volatile as $$
declare
    c     kvasir.collection;
    fresh jsonb;
begin
    select h.* into strict c from kvasir.entity_home() h;
    perform pg_advisory_xact_lock(hashtextextended(c.id::text || 'entities', 0));
    select coalesce(jsonb_agg(x.m order by x.n), '[]') into fresh
      from (select distinct on (g ->> 'name') n, jsonb_build_object(
                       'name', g -> 'name', 'type', g -> 'entityType',
                       'observations', g -> 'observations') as m
              from jsonb_array_elements(given) with ordinality t (g, n)
             order by g ->> 'name', n) x
     where not exists (select from kvasir.record_get('default_database', 'memory',
                                                     array['entity:' || (x.m ->> 'name')], null, 1, 0, false));
    if fresh <> '[]' then
        perform kvasir.record_put(
            'default_database', 'memory', array_agg('entity:' || (m ->> 'name') order by n),
            array_agg(kvasir.entity_text(m) order by n), array_agg(m order by n),
            array_agg(null::text), array_agg(null::vector), null)
           from jsonb_array_elements(fresh) with ordinality t (m, n);
    end if;
    return (select coalesce(jsonb_agg(kvasir.entity_json(m) order by n), '[]')
              from jsonb_array_elements(fresh) with ordinality t (m, n));
end
$$;

-- The entity of this name, held until the end of the transaction; null when there is none.
create or replace function kvasir.entity_hold(c kvasir.collection, wanted text) returns jsonb
language plpgsql volatile as $$
declare
    m jsonb;
begin
    execute format('select r.metadata from kvasir_data.%I r
                     where r.id = $1 and jsonb_typeof(r.metadata -> ''observations'') = ''array''
                       for update', 'record_' || c.number)
       into m using 'entity:' || wanted;
    return m;
end
$$;

create or replace function kvasir.entity_write(m jsonb) returns void
language plpgsql volatile as $$
begin
    perform kvasir.record_update(
        'default_database', 'memory', array['entity:' || (m ->> 'name')],
        array[kvasir.entity_text(m)], array[m], array[null::text], array[null::vector], null);
end
$$;

-- [{entityName, contents}]: adds what the entity does not have.  [{entityName, addedObservations}]
create or replace function kvasir.entity_observe(given jsonb) returns jsonb
language plpgsql volatile as $$
declare
    c     kvasir.collection;
    item  jsonb;
    m     jsonb;
    fresh jsonb;
    told  jsonb := '[]';
begin
    select h.* into c from kvasir.entity_home() h;
    for item in select g from jsonb_array_elements(given) with ordinality t (g, n) order by n loop
        m := case when c.number is not null then kvasir.entity_hold(c, item ->> 'entityName') end;
        if m is null then
            raise exception using errcode = 'KV404', message = format(
                'Entity with name %s not found', left(item ->> 'entityName', 150));
        end if;
        select coalesce(jsonb_agg(o order by n), '[]') into fresh
          from jsonb_array_elements(item -> 'contents') with ordinality t (o, n)
         where not m -> 'observations' @> o;
        if fresh <> '[]' then
            perform kvasir.entity_write(jsonb_set(m, '{observations}', m -> 'observations' || fresh));
        end if;
        told := told || jsonb_build_array(jsonb_build_object(
            'entityName', item -> 'entityName', 'addedObservations', fresh));
    end loop;
    return told;
end
$$;

-- [{entityName, observations}]: takes these away; an entity that is not there is passed over.
create or replace function kvasir.entity_unobserve(given jsonb) returns void
language plpgsql volatile as $$
declare
    c    kvasir.collection;
    item jsonb;
    m    jsonb;
    left_over jsonb;
begin
    select h.* into c from kvasir.entity_home() h;
    if c.number is null then
        return;
    end if;
    for item in select g from jsonb_array_elements(given) with ordinality t (g, n) order by n loop
        m := kvasir.entity_hold(c, item ->> 'entityName');
        select coalesce(jsonb_agg(o order by n), '[]') into left_over
          from jsonb_array_elements(m -> 'observations') with ordinality t (o, n)
         where not item -> 'observations' @> o;
        if m is not null and left_over <> m -> 'observations' then
            perform kvasir.entity_write(jsonb_set(m, '{observations}', left_over));
        end if;
    end loop;
end
$$;

-- Takes relations away by their ids, and their assertions that no other spelling makes.
create or replace function kvasir.entity_relation_drop(ids bigint[]) returns void
language plpgsql volatile as $$
declare
    owner constant uuid := (select kvasir.tenant());
    asserted bigint[];
begin
    with gone as (
        delete from kvasir.entity_relation r where r.tenant_id = owner and r.id = any (ids)
        returning r.relation_id)
    select array_agg(distinct g.relation_id) into asserted from gone g where g.relation_id is not null;
    delete from kvasir.relation r
     where r.tenant_id = owner and r.id = any (asserted)
       and not exists (select from kvasir.entity_relation e
                        where e.tenant_id = owner and e.relation_id = r.id);
end
$$;

create or replace function kvasir.entity_delete(names text[]) returns void
language plpgsql volatile as $$
begin
    if not exists (select from kvasir.entity_home()) then
        return;
    end if;
    perform kvasir.record_delete('default_database', 'memory',
                                 array(select 'entity:' || n from unnest(names) n), null);
    perform kvasir.entity_relation_drop(array(
        select r.id from kvasir.entity_relation r
         where r.tenant_id = (select kvasir.tenant())
           and (r.source = any (names) or r.target = any (names))));
end
$$;

create or replace function kvasir.entity_digest(item jsonb) returns bytea
language sql immutable parallel safe as $$
    select sha256(convert_to(jsonb_build_array(item -> 'from', item -> 'to', item -> 'relationType')::text,
                             'UTF8'))
$$;

-- [{from, to, relationType, subject, object}], the last two being the keys of the names or null: those
-- that are new are returned as {from, to, relationType}.
create or replace function kvasir.entity_relate(given jsonb) returns jsonb
language plpgsql volatile as $$
declare
    c     kvasir.collection;
    item  jsonb;
    fresh bigint;
    told  jsonb := '[]';
begin
    select h.* into strict c from kvasir.entity_home() h;
    for item in select g from jsonb_array_elements(given) with ordinality t (g, n) order by n loop
        insert into kvasir.entity_relation (tenant_id, collection_id, digest, source, target, relation_type)
        values (c.tenant_id, c.id, kvasir.entity_digest(item), item ->> 'from', item ->> 'to',
                item ->> 'relationType')
        on conflict do nothing returning id into fresh;
        continue when fresh is null;
        if item ->> 'subject' is not null and item ->> 'object' is not null
           and length(item ->> 'relationType') between 1 and 100 then
            update kvasir.entity_relation r
               set relation_id = (kvasir.relation_put(c, 'user', jsonb_build_array(jsonb_build_object(
                       'subject', item -> 'subject', 'predicate', item -> 'relationType',
                       'object', item -> 'object'))) #>> '{relations,0}')::bigint
             where r.tenant_id = c.tenant_id and r.id = fresh;
        end if;
        told := told || jsonb_build_array(item - 'subject' - 'object');
    end loop;
    return told;
end
$$;

create or replace function kvasir.entity_unrelate(given jsonb) returns void
language sql volatile as $$
    select kvasir.entity_relation_drop(array(
        select r.id from kvasir.entity_relation r
         where r.tenant_id = (select kvasir.tenant())
           and r.digest in (select kvasir.entity_digest(g) from jsonb_array_elements(given) g)))
$$;

-- Of the entities that a call names, [{name or entityName}]: those without the embedding that this model makes, as
-- [{id, text}].
create or replace function kvasir.entity_bare(given jsonb, model text) returns jsonb
language plpgsql stable as $$
declare
    c    kvasir.collection;
    told jsonb := '[]';
begin
    select h.* into c from kvasir.entity_home() h;
    if c.embedder = model then
        execute format('select coalesce(jsonb_agg(jsonb_build_object(''id'', r.id, ''text'', r.document)), ''[]'')
                          from kvasir_data.%I r
                         where r.id = any ($1) and r.embedding is null and r.document is not null',
                       'record_' || c.number)
           into told using array(select 'entity:' || coalesce(g ->> 'name', g ->> 'entityName')
                                   from jsonb_array_elements(given) g);
    end if;
    return told;
end
$$;

-- Gives them the vectors of their texts, in their order; one that has another text by now has somebody else to do so.
create or replace function kvasir.entity_embed(bare jsonb, vectors vector[], model text) returns void
language plpgsql volatile as $$
declare
    c    kvasir.collection;
    ids  text[];
    held vector[];
begin
    select h.* into c from kvasir.entity_home() h;
    if c.number is null then
        return;
    end if;
    execute format('select array_agg(h.id order by h.n), array_agg(($2)[h.n] order by h.n)
                      from (select r.id, b.n from jsonb_array_elements($1) with ordinality b (g, n)
                              join kvasir_data.%I r on r.id = b.g ->> ''id'' and r.document = b.g ->> ''text''
                             order by r.id for update of r) h', 'record_' || c.number)
       into ids, held using bare, vectors;
    if ids is not null then
        perform kvasir.record_update('default_database', 'memory', ids, array_fill(null::text, array[cardinality(ids)]),
            array_fill(null::jsonb, array[cardinality(ids)]), array_fill(null::text, array[cardinality(ids)]), held,
            model);
    end if;
end
$$;

grant execute on function
    kvasir.entity_bare(jsonb, text), kvasir.entity_embed(jsonb, vector[], text),
    kvasir.entity_home(), kvasir.entity_text(jsonb), kvasir.entity_all(), kvasir.entity_json(jsonb),
    kvasir.entity_graph(text[]), kvasir.entity_open(text[]), kvasir.entity_search(text),
    kvasir.entity_create(jsonb), kvasir.entity_hold(kvasir.collection, text),
    kvasir.entity_write(jsonb), kvasir.entity_observe(jsonb), kvasir.entity_unobserve(jsonb),
    kvasir.entity_relation_drop(bigint[]), kvasir.entity_delete(text[]),
    kvasir.entity_digest(jsonb), kvasir.entity_relate(jsonb), kvasir.entity_unrelate(jsonb)
to kvasir_app;
