-- collection: collections and the tables that hold their records and words.

set local role kvasir_owner;

-- The collection of this tenant with that name or id, or KV404.
create or replace function kvasir.collection_need(database_name text, wanted text)
returns kvasir.collection
language plpgsql stable as $$
declare
    found_row kvasir.collection;
begin
    select c.* into found_row
      from kvasir.collection c
      join kvasir.database d on d.tenant_id = c.tenant_id and d.id = c.database_id
     where d.tenant_id = (select kvasir.tenant()) and d.name = database_name and c.name = wanted;
    if not found and wanted ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
        select c.* into found_row
          from kvasir.collection c
          join kvasir.database d on d.tenant_id = c.tenant_id and d.id = c.database_id
         where c.tenant_id = (select kvasir.tenant()) and c.id = wanted::uuid
           and d.name = database_name;
    end if;
    if found_row.id is null then
        raise exception using errcode = 'KV404',
            message = format('collection %s does not exist', left(wanted, 100));
    end if;
    return found_row;
end
$$;

-- The same as a row, or none when there is no such collection.
create or replace function kvasir.collection_find(database_name text, wanted text)
returns setof kvasir.collection
language plpgsql stable rows 1 as $$
begin
    return next kvasir.collection_need(database_name, wanted);
exception when sqlstate 'KV404' then
    return;
end
$$;

-- A table behind the wall: everything it holds belongs to one tenant, so its policy compares two
-- constants, once a statement.  The comparison stands inside the select: as a condition of its own
-- the planner would believe that it leaves one row in two hundred, and choose plans for that.
create or replace function kvasir.wall(relation text, tenant uuid)
returns void
language plpgsql volatile as $$
begin
    execute format('alter table kvasir_data.%I enable row level security', relation);
    execute format('alter table kvasir_data.%I force row level security', relation);
    execute format('create policy own on kvasir_data.%I using ((select kvasir.tenant() = %L::uuid))',
                   relation, tenant);
    execute format('grant select, insert, update, delete on kvasir_data.%I to kvasir_app', relation);
end
$$;

create or replace function kvasir.posting_table_make(number bigint, tenant uuid)
returns void
language plpgsql volatile as $$
declare
    postings text := 'posting_' || number;
begin
    execute format(
        'create table kvasir_data.%I (
            run   bigint not null,
            term  text collate "C" not null,
            posts bytea not null, -- packed: src/words/posting.h
            primary key (run, term))', postings);
    execute format('alter table kvasir_data.%I alter column posts set storage external', postings);
    perform kvasir.wall(postings, tenant);
end
$$;

-- A row with a vector in it is often above the size from which Postgres compresses: with LZ4, where this
-- Postgres has it, for a tenth of the time of its own method.  Rows that are there stay as they are.
create or replace function kvasir.record_compression(records text)
returns void
language plpgsql volatile as $$
begin
    if 'lz4' = any((select enumvals from pg_settings
                     where name = 'default_toast_compression')::text[]) then
        execute format(
            'alter table kvasir_data.%I
                 alter column document set compression lz4,
                 alter column metadata set compression lz4', records);
    end if;
end
$$;

create or replace function kvasir.collection_tables_make(c kvasir.collection)
returns void
language plpgsql volatile as $$
declare
    records text := 'record_' || c.number;
begin
    execute format(
        'create table kvasir_data.%I (
            seq        bigint generated always as identity primary key,
            id         text collate "C" not null unique,
            document   text,
            metadata   jsonb not null default ''{}'',
            uri        text,
            embedding  vector,
            created_at timestamptz not null default now(),
            updated_at timestamptz not null default now())', records);
    perform kvasir.record_compression(records);
    if kvasir.filter_class() is not null then
        execute format('create index on kvasir_data.%I using gin (metadata %s)', records,
                       kvasir.filter_class());
    end if;
    execute format('grant usage on sequence kvasir_data.%I to kvasir_app', records || '_seq_seq');
    perform kvasir.wall(records, c.tenant_id);
    perform kvasir.posting_table_make(c.number, c.tenant_id);
    execute format(
        'create trigger words_insert after insert on kvasir_data.%I referencing new table as fresh
             for each statement execute function kvasir.words_insert()', records);
    execute format(
        'create trigger words_update after update on kvasir_data.%I
             referencing old table as stale new table as fresh
             for each statement execute function kvasir.words_update()', records);
    execute format(
        'create trigger words_delete after delete on kvasir_data.%I referencing old table as stale
             for each statement execute function kvasir.words_delete()', records);
    perform kvasir.memory_trigger_make(c.number, c.id);
    if c.name = 'memory' then
        perform kvasir.tag_triggers_make(c.number, c.id);
    end if;
    perform kvasir.graph_tables_make(c);
    if c.dimension is not null then
        perform kvasir.collection_dimension_type(c, c.dimension);
    end if;
end
$$;

-- Vectors of one length; kept in the row while they fit a page, where an exact scan reads them
-- two to three times faster than out of line.
create or replace function kvasir.collection_dimension_type(c kvasir.collection, dims integer)
returns void
language plpgsql volatile as $$
begin
    execute format(
        'alter table kvasir_data.%I
             alter column embedding type vector(%s) using embedding::vector(%2$s),
             alter column embedding set storage %s',
        'record_' || c.number, dims, case when dims <= 1536 then 'plain' else 'external' end);
end
$$;

-- Collections made before writers numbered records themselves, and before they compressed so.
do $$
declare
    numbering regclass;
    records   text;
begin
    for records in select c.relname from pg_class c, pg_attribute a
                    where c.relkind = 'r' and c.relnamespace = 'kvasir_data'::regnamespace
                      and c.relname like 'record\_%' and a.attrelid = c.oid
                      and a.attname = 'document' and a.attcompression = '' loop
        perform kvasir.record_compression(records);
    end loop;
    for numbering in select c.oid from pg_class c
                      where c.relkind = 'S' and c.relnamespace = 'kvasir_data'::regnamespace loop
        execute format('grant usage on sequence %s to kvasir_app', numbering);
    end loop;
end
$$;

create or replace function kvasir.collection_tables_drop(number bigint)
returns void
language plpgsql volatile as $$
declare
    sets bigint[];
begin
    with gone as (
        delete from kvasir.word_set s
         where s.tenant_id = (select kvasir.tenant())
           and s.collection = collection_tables_drop.number
        returning s.number)
    select array_agg(g.number) into sets from gone g;
    perform kvasir.words_drop(x) from unnest(sets || number) x;
    perform kvasir.graph_tables_drop(number);
    execute format('drop table if exists kvasir_data.%I', 'record_' || number);
end
$$;

create or replace function kvasir.collection_name_check(name text)
returns void
language plpgsql immutable as $$
begin
    if length(name) not between 3 and 512 or name !~ '^[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9]$'
       or name ~ '\.\.'
       or name ~ '^\d{1,3}(\.\d{1,3}){3}$' then
        raise exception using errcode = 'KV400', message =
            'a collection''s name has 3 to 512 characters from [a-zA-Z0-9._-], begins and ends '
            'with a letter or digit, and is not an IP address';
    end if;
end
$$;

-- Makes a collection; with if_missing an existing one is returned as it is.
create or replace function kvasir.collection_create(
    database_name text, wanted text, dims integer, wanted_space text, wanted_embedder text,
    wanted_language text, wanted_metadata jsonb, if_missing boolean, wanted_weights jsonb default null)
returns table (id uuid, made boolean)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    home  uuid := (select d.id from kvasir.database d
                    where d.tenant_id = (select kvasir.tenant()) and d.name = database_name);
    fresh kvasir.collection;
begin
    perform kvasir.collection_name_check(wanted);
    if home is null then
        raise exception using errcode = 'KV404',
            message = format('database %s does not exist', left(database_name, 100));
    end if;
    perform kvasir.words_language_check(wanted_language);
    insert into kvasir.collection
           (tenant_id, database_id, name, dimension, space, embedder, language, metadata, weights)
    values ((select kvasir.tenant()), home, wanted, dims, wanted_space, wanted_embedder,
            wanted_language, coalesce(wanted_metadata, '{}'), nullif(wanted_weights, '{}'))
    on conflict (tenant_id, database_id, name) do nothing
    returning * into fresh;
    if fresh.id is not null then
        perform kvasir.collection_tables_make(fresh);
        perform kvasir.emit('kvasir.collection.created', wanted,
                            jsonb_build_object('collection', fresh.id, 'name', wanted));
        return query select fresh.id, true;
    elsif if_missing then
        return query select c.id, false from kvasir.collection_need(database_name, wanted) c;
    else
        raise exception using errcode = 'KV409',
            message = format('collection %s exists already', wanted);
    end if;
end
$$;

create or replace function kvasir.collection_drop(database_name text, wanted text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    delete from kvasir.collection where tenant_id = c.tenant_id and id = c.id;
    perform kvasir.collection_tables_drop(c.number);
    perform kvasir.emit('kvasir.collection.deleted', c.name,
                        jsonb_build_object('collection', c.id, 'name', c.name));
end
$$;

-- The first embedding decides the dimension; others wait here for that one transaction.
create or replace function kvasir.collection_dimension_set(collection_id uuid, dims integer)
returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    c kvasir.collection;
begin
    select * into c from kvasir.collection t
     where t.tenant_id = (select kvasir.tenant()) and t.id = collection_id for update;
    if not found then
        raise exception using errcode = 'KV404', message = 'the collection was deleted meanwhile';
    end if;
    if c.dimension is null then
        update kvasir.collection t set dimension = dims
         where t.tenant_id = c.tenant_id and t.id = c.id;
        perform kvasir.collection_dimension_type(c, dims);
        return dims;
    end if;
    return c.dimension;
end
$$;

-- One collection, or all of a database in the order of their names.
create or replace function kvasir.collection_describe(database_name text, wanted text,
                                                      how_many bigint, skip bigint)
returns table (id uuid, name text, dimension integer, space text, embedder text, language text,
               metadata jsonb, index_state text, index_note text, records bigint, vectors bigint,
               words bigint, bytes bigint, created_at timestamptz, changed_at timestamptz,
               weights jsonb, changing jsonb)
language plpgsql stable as $$
begin
    if wanted is not null then
        wanted := (kvasir.collection_need(database_name, wanted)).name;
    elsif not exists (select from kvasir.database d where d.tenant_id = (select kvasir.tenant())
                                                      and d.name = database_name) then
        raise exception using errcode = 'KV404',
            message = format('database %s does not exist', left(database_name, 100));
    end if;
    return query
    select c.id, c.name, c.dimension, c.space, c.embedder, c.language, c.metadata,
           c.index_state, c.index_note,
           coalesce(t.records, 0)::bigint, coalesce(t.vectors, 0)::bigint,
           coalesce(t.words, 0)::bigint,
           coalesce(pg_total_relation_size(to_regclass('kvasir_data.record_' || c.number)), 0)
           + coalesce(pg_total_relation_size(to_regclass('kvasir_data.posting_'
                                                         || kvasir.words_number(c))), 0),
           c.created_at, coalesce(t.changed_at, c.created_at), coalesce(c.weights, '{}'),
           (select jsonb_build_object('language', s.language, 'weights', coalesce(s.weights, '{}'),
                                      'done', least(s.read, s.records), 'of', s.records)
              from kvasir.word_set s
             where s.tenant_id = c.tenant_id and s.collection = c.number and s.state = 'making')
      from kvasir.collection c
      join kvasir.database d on d.tenant_id = c.tenant_id and d.id = c.database_id
      left join lateral (
            select sum(y.records) as records, sum(y.vectors) as vectors,
                   sum(y.words) filter (where coalesce(y.number, c.number)
                                              = kvasir.words_number(c)) as words,
                   max(y.changed_at) as changed_at
              from kvasir.tally y
             where y.tenant_id = c.tenant_id and y.collection_id = c.id) t on true
     where d.tenant_id = (select kvasir.tenant()) and d.name = database_name
       and (wanted is null or c.name = wanted)
     order by c.name
     limit how_many offset skip;
end
$$;

-- Folds the tally rows of each collection and set of words that has many into one; sums stay the same.
create or replace function kvasir.tally_compact(more_than bigint)
returns bigint
language plpgsql volatile as $$
declare
    c      record;
    folded bigint := 0;
begin
    for c in select t.tenant_id, t.collection_id, t.number from kvasir.tally t
              group by 1, 2, 3 having count(*) > more_than loop
        with gone as (
            delete from kvasir.tally t
             where t.tenant_id = c.tenant_id and t.collection_id = c.collection_id
               and t.number is not distinct from c.number
            returning *)
        insert into kvasir.tally (tenant_id, collection_id, number, records, vectors, worded, words,
                                  changed_at)
        select g.tenant_id, g.collection_id, g.number, sum(g.records), sum(g.vectors),
               sum(g.worded), sum(g.words), max(g.changed_at)
          from gone g group by 1, 2, 3;
        folded := folded + 1;
    end loop;
    return folded;
end
$$;

grant execute on function
    kvasir.collection_need(text, text),
    kvasir.collection_find(text, text),
    kvasir.collection_create(text, text, integer, text, text, text, jsonb, boolean, jsonb),
    kvasir.collection_drop(text, text),
    kvasir.collection_dimension_set(uuid, integer),
    kvasir.collection_describe(text, text, bigint, bigint)
to kvasir_app;
grant execute on function kvasir.tally_compact(bigint) to kvasir_engine;
