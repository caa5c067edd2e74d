-- resource: collections, records and entities by their addresses, as clients of MCP read them.

set local role kvasir_owner;

-- A part of an address, percent-encoded (RFC 3986); read by src/store/uri.c.  Dots alone would mean
-- another folder to those who tidy addresses.
create or replace function kvasir.uri_part(part text) returns text
language sql immutable strict parallel safe as $$
    select case when part ~ '^[A-Za-z0-9._~-]+$' and part !~ '^\.+$' then part else (
        select string_agg(case when c ~ '[A-Za-z0-9_~-]' then c
                               else regexp_replace(upper(encode(convert_to(c, 'UTF8'), 'hex')), '(..)',
                                                   '%\1', 'g') end, '' order by n)
          from unnest(string_to_array(part, null)) with ordinality as t (c, n)) end
$$;

-- The address of a collection, or of one of its records or entities.
create or replace function kvasir.uri(collection text, kind text default null, item text default null)
returns text
language sql immutable parallel safe
return 'kvasir://collections/' || kvasir.uri_part(collection)
       || coalesce('/' || kind || '/' || kvasir.uri_part(item), '');

create or replace function kvasir.resource_of_record(collection text, id text, metadata jsonb,
                                                     bytes integer, changed_at timestamptz)
returns jsonb
language sql stable parallel safe as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'uri', kvasir.uri(collection, 'records', id), 'name', id,
        'title', case jsonb_typeof(metadata -> 'title') when 'string' then metadata ->> 'title' end,
        'mimeType', case when bytes is null then 'application/json' else 'text/plain' end,
        'size', bytes,
        'annotations', jsonb_build_object('lastModified', kvasir.moment(changed_at))))
$$;

-- A page of all that can be read: the collections by name, then the records of each in the order in
-- which they were first put.  Few records may stand in many collections: a page looks into fifty at
-- most, and ends early with a row that only tells where to go on.
create or replace function kvasir.resource_page(database_name text, after_stage text, after_name text,
                                                after_seq bigint, how_many bigint)
returns table (resource jsonb, stage text, name text, seq bigint)
language plpgsql stable as $$
#variable_conflict use_column
declare
    home     uuid := (select d.id from kvasir.database d
                       where d.tenant_id = (select kvasir.tenant()) and d.name = database_name);
    c        record;
    got      bigint;
    looked   integer := 0;
begin
    if after_stage is distinct from 'records' then
        return query
        select jsonb_build_object(
                   'uri', kvasir.uri(t.name), 'name', t.name, 'mimeType', 'application/json',
                   'description', 'A collection: what it holds, and its newest records.'),
               'collections', t.name, 0::bigint
          from kvasir.collection t
         where t.tenant_id = (select kvasir.tenant()) and t.database_id = home
           and (after_name is null or t.name > after_name)
         order by t.name limit how_many;
        get diagnostics got = row_count;
        how_many := how_many - got;
        after_name := '';
        after_seq := 0;
    end if;
    for c in select t.name, t.number from kvasir.collection t
              where t.tenant_id = (select kvasir.tenant()) and t.database_id = home
                and t.name >= after_name order by t.name loop
        exit when how_many <= 0;
        looked := looked + 1;
        if looked > 50 then
            return query select null::jsonb, 'records', c.name, 0::bigint;
            exit;
        end if;
        return query execute format(
            'select kvasir.resource_of_record($1, r.id, r.metadata, octet_length(r.document), r.updated_at),
                    ''records'', $1, r.seq
               from kvasir_data.%I r where r.seq > $2 order by r.seq limit $3', 'record_' || c.number)
        using c.name, case when c.name = after_name then after_seq else 0 end, how_many;
        get diagnostics got = row_count;
        how_many := how_many - got;
    end loop;
end
$$;

-- What a collection tells of itself: as collection_describe(), with its newest records.
create or replace function kvasir.resource_collection(database_name text, c kvasir.collection)
returns jsonb
language plpgsql stable as $$
declare
    told   jsonb;
    newest jsonb;
begin
    execute format('select coalesce(jsonb_agg(kvasir.uri($1, ''records'', x.id)), ''[]'')
                      from (select r.id from kvasir_data.%I r order by r.seq desc limit 20) x',
                   'record_' || c.number)
    into newest using c.name;
    select jsonb_build_object(
               'name', d.name, 'records', d.records, 'embeddings', d.vectors, 'dimension', d.dimension,
               'space', d.space, 'embedder', d.embedder, 'language', d.language, 'metadata', d.metadata,
               'created_at', kvasir.moment(d.created_at), 'changed_at', kvasir.moment(d.changed_at),
               'newest', newest)
      into told
      from kvasir.collection_describe(database_name, c.name, 1, 0) d;
    return told;
end
$$;

-- One resource, or KV404.
create or replace function kvasir.resource_read(database_name text, wanted text, kind text, item text)
returns table (mime text, body text, meta jsonb)
language plpgsql stable rows 1 as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    if kind is null then
        return query select 'application/json', kvasir.resource_collection(database_name, c)::text,
                            null::jsonb;
    elsif kind = 'entities' then
        return query select 'application/json',
                            kvasir.graph_entity(database_name, wanted, item, 20)::text, null::jsonb;
    else
        return query execute format(
            'select case when r.document is null then ''application/json'' else ''text/plain'' end,
                    coalesce(r.document, r.metadata::text),
                    jsonb_strip_nulls(jsonb_build_object(
                        ''kvasir/metadata'', r.metadata, ''kvasir/uri'', r.uri,
                        ''kvasir/created_at'', kvasir.moment(r.created_at),
                        ''kvasir/updated_at'', kvasir.moment(r.updated_at)))
               from kvasir_data.%I r where r.id = $1', 'record_' || c.number)
        using item;
    end if;
    if not found then
        raise exception using errcode = 'KV404',
            message = format('collection %s has no record %s', left(c.name, 100), left(item, 100));
    end if;
end
$$;

-- A part of an address as it was before kvasir.uri_part(); null when it decodes to no text.
create or replace function kvasir.uri_unpart(part text) returns text
language plpgsql immutable strict parallel safe as $$
begin
    return convert_from((
        select string_agg(case when m[1] is null then convert_to(m[2], 'UTF8') else decode(m[1], 'hex') end, ''
                          order by n)
          from regexp_matches(part, '%([0-9A-Fa-f]{2})|([^%]+|%)', 'g') with ordinality as t (m, n)), 'UTF8');
exception when character_not_in_repertoire or untranslatable_character then
    return null;
end
$$;

-- Which version of a resource there is: a number that changes when the resource does; null for what
-- is not there, and for entities, which change with many records.
create or replace function kvasir.resource_version(uri text) returns bigint
language plpgsql stable as $$
declare
    part  text[] := regexp_match(uri, '^kvasir://collections/([^/]+)(?:/records/([^/]+))?$');
    c     kvasir.collection := kvasir.collection_find('default_database', kvasir.uri_unpart(part[1]));
    stamp timestamptz;
begin
    if c.id is null then
        return null;
    elsif part[2] is null then
        stamp := coalesce((select max(t.changed_at) from kvasir.tally t
                            where t.tenant_id = c.tenant_id and t.collection_id = c.id), c.created_at);
    else
        execute format('select r.updated_at from kvasir_data.%I r where r.id = $1', 'record_' || c.number)
        into stamp using kvasir.uri_unpart(part[2]);
    end if;
    return (extract(epoch from stamp) * 1000000)::bigint;
end
$$;

grant execute on function
    kvasir.uri_unpart(text),
    kvasir.resource_version(text),
    kvasir.uri_part(text),
    kvasir.uri(text, text, text),
    kvasir.resource_of_record(text, text, jsonb, integer, timestamptz),
    kvasir.resource_page(text, text, text, bigint, bigint),
    kvasir.resource_collection(text, kvasir.collection),
    kvasir.resource_read(text, text, text, text)
to kvasir_app;
