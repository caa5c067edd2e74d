-- graph_link: keeps what a collection's records speak of true whatever writes them.
--
-- A writer leaves its records in kvasir.unlinked; the engine (src/graph/link.c) reads them, finds
-- their mentions and stores those.  Who changes or deletes a record takes its mentions away in the
-- same transaction: an entity is there exactly as long as evidence is.  A record's rows in mention_N
-- and link_N follow from that record alone, so the order of writing leaves no trace.

set local role kvasir_owner;

create or replace function kvasir.graph_tables_make(c kvasir.collection)
returns void
language plpgsql volatile as $$
declare
    records  text := 'record_' || c.number;
    mentions text := 'mention_' || c.number;
    links    text := 'link_' || c.number;
    event    text;
begin
    -- kind 0: the record speaks of it, 1: the record is about it.  field: the metadata it stands in,
    -- empty for the document; [start_at, stop_at): its characters there.
    execute format(
        'create table kvasir_data.%I (
            key      text collate "C" not null,
            kind     smallint not null,
            seq      bigint not null,
            field    text collate "C" not null,
            start_at integer not null,
            stop_at  integer not null,
            sentence integer not null,
            type     text collate "C" not null,
            primary key (key, kind, seq, field, start_at))', mentions);
    execute format('create index on kvasir_data.%I (seq)', mentions);
    -- A hop counts how often names are spoken of: here all rows of a name share one key.  Were it of the rows
    -- with kind 0 alone, Postgres would read it whole for one record's while it has no statistics.
    execute format('create index on kvasir_data.%I (key, kind)', mentions);
    -- Runs of words that are mentions once a record is about them (src/graph/gram.h).
    execute format(
        'create table kvasir_data.%I (
            seq   bigint primary key,
            grams text[] collate "C" not null)', links);
    perform kvasir.wall(mentions, c.tenant_id);
    perform kvasir.wall(links, c.tenant_id);
    foreach event in array array['insert', 'update', 'delete'] loop
        execute format(
            'create trigger graph_%1$s after %1$s on kvasir_data.%2$I referencing %3$s
                 for each statement execute function kvasir.graph_%1$s()',
            event, records,
            case event when 'insert' then 'new table as fresh'
                       when 'delete' then 'old table as stale'
                       else 'old table as stale new table as fresh' end);
    end loop;
    perform kvasir.graph_watch(c.number);
end
$$;

create or replace function kvasir.graph_tables_drop(wanted bigint)
returns void
language plpgsql volatile as $$
begin
    delete from kvasir.unlinked u
     where u.tenant_id = (select kvasir.tenant()) and u.number = wanted;
    delete from kvasir.graph_write w
     where w.tenant_id = (select kvasir.tenant()) and w.number = wanted;
    perform kvasir.extract_drop(wanted);
    execute format('drop table if exists kvasir_data.%I, kvasir_data.%I',
                   'mention_' || wanted, 'link_' || wanted);
end
$$;

-- Whether a record has anything from which mentions could come.
create or replace function kvasir.graph_speaks(document text, metadata jsonb) returns boolean
language sql immutable parallel safe
return coalesce(document, '') <> '' or metadata ?| array['title', 'heading', 'aliases'];

create or replace function kvasir.graph_insert() returns trigger
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
    insert into kvasir.unlinked (tenant_id, number, seq)
    select (select kvasir.tenant()), substr(tg_table_name, 8)::bigint, f.seq
      from fresh f where kvasir.graph_speaks(f.document, f.metadata);
    if exists (select from kvasir.extraction e where e.tenant_id = (select kvasir.tenant())
                and e.number = substr(tg_table_name, 8)::bigint) then
        perform kvasir.extract_wait(substr(tg_table_name, 8)::bigint, array(
            select f.seq from fresh f where f.document <> '' order by f.seq));
    end if;
    return null;
end
$$;

-- Takes away what is stored of these records.  Who stores mentions holds the record's row of
-- kvasir.unlinked, so whoever changed that row first and then comes here sees them all.
create or replace function kvasir.graph_forget(wanted bigint, seqs bigint[])
returns void
language plpgsql volatile as $$
begin
    execute format('delete from kvasir_data.mention_%s where seq = any ($1)', wanted) using seqs;
    execute format('delete from kvasir_data.link_%s where seq = any ($1)', wanted) using seqs;
end
$$;

create or replace function kvasir.graph_update() returns trigger
language plpgsql volatile as $$
declare
    wanted  constant bigint := substr(tg_table_name, 8)::bigint;
    seqs    bigint[];
    changed bigint[]; -- those whose text did
begin
    select array_agg(f.seq order by f.seq) into seqs
      from stale s join fresh f using (seq)
     where s.document is distinct from f.document or s.metadata is distinct from f.metadata;
    if seqs is null then
        return null;
    end if;
    changed := array(select f.seq from stale s join fresh f using (seq)
                      where s.document is distinct from f.document order by f.seq);
    perform kvasir.relation_unground(wanted, changed);
    perform kvasir.extract_forget(wanted, changed);
    perform kvasir.extract_wait(wanted, array(
        select f.seq from fresh f where f.seq = any (changed) and f.document <> '' order by f.seq));
    insert into kvasir.unlinked (tenant_id, number, seq)
    select (select kvasir.tenant()), wanted, u from unnest(seqs) u
        on conflict (tenant_id, number, seq) do update set stamp = excluded.stamp, since = now();
    perform kvasir.graph_forget(wanted, seqs);
    return null;
end
$$;

create or replace function kvasir.graph_delete() returns trigger
language plpgsql volatile as $$
declare
    wanted constant bigint := substr(tg_table_name, 8)::bigint;
    seqs   bigint[] := (select array_agg(s.seq order by s.seq) from stale s);
begin
    if seqs is not null then
        delete from kvasir.unlinked u
         where u.tenant_id = (select kvasir.tenant()) and u.number = wanted and u.seq = any (seqs);
        perform kvasir.graph_forget(wanted, seqs);
        perform kvasir.relation_unground(wanted, seqs);
        perform kvasir.extract_forget(wanted, seqs);
    end if;
    return null;
end
$$;

-- Records of one collection of this tenant that wait, oldest first, with what their mentions follow from.
create or replace function kvasir.graph_take(wanted bigint, most bigint)
returns table (seq bigint, stamp text, document text, metadata jsonb, fields jsonb)
language plpgsql volatile as $$
begin
    if to_regclass('kvasir_data.mention_' || wanted) is null then
        delete from kvasir.unlinked u
         where u.tenant_id = (select kvasir.tenant()) and u.number = wanted;
        return;
    end if;
    return query execute format(
        'select u.seq, u.stamp::text, r.document, r.metadata,
                (select c.metadata -> ''graph'' -> ''fields'' from kvasir.collection c
                  where c.tenant_id = u.tenant_id and c.number = $1)
           from kvasir.unlinked u join kvasir_data.record_%s r on r.seq = u.seq
          where u.tenant_id = (select kvasir.tenant()) and u.number = $1
          order by u.seq limit $2', wanted)
    using wanted, most;
end
$$;

-- Stores the mentions of records taken before, but for those that have changed or gone since; returns
-- how many records that were.  Arrays run in parallel: one item a record, a mention, a gram.
create or replace function kvasir.graph_put(
    wanted bigint, seqs text[], stamps text[], mention_seqs text[], keys text[], kinds text[],
    types text[], fields text[], sentences text[], starts text[], stops text[], gram_seqs text[],
    grams text[])
returns bigint
language plpgsql volatile as $$
declare
    taken bigint[];
begin
    with held as materialized (
        select u.seq from kvasir.unlinked u
          join unnest(seqs::bigint[], stamps::xid8[]) g (seq, stamp) on u.seq = g.seq
         where u.tenant_id = (select kvasir.tenant()) and u.number = wanted and u.stamp = g.stamp
         order by u.seq for update of u skip locked),
    gone as (
        delete from kvasir.unlinked u using held h
         where u.tenant_id = (select kvasir.tenant()) and u.number = wanted and u.seq = h.seq
        returning u.seq)
    select coalesce(array_agg(g.seq), '{}') into taken from gone g;
    perform kvasir.graph_forget(wanted, taken);
    execute format(
        'insert into kvasir_data.mention_%s
                (key, kind, seq, field, start_at, stop_at, sentence, type)
         select k, kind, seq, field, start_at, stop_at, sentence, type
           from unnest($1::bigint[], $2, $3::smallint[], $4, $5, $6::integer[], $7::integer[],
                       $8::integer[]) t (seq, k, kind, type, field, sentence, start_at, stop_at)
          where seq = any ($9) order by 1, 2, 3
             on conflict do nothing', wanted)
    using mention_seqs, keys, kinds, types, fields, sentences, starts, stops, taken;
    execute format(
        'insert into kvasir_data.link_%s (seq, grams)
         select seq, array_agg(g order by g) from unnest($1::bigint[], $2) t (seq, g)
          where seq = any ($3) group by seq', wanted)
    using gram_seqs, grams, taken;
    return cardinality(taken);
end
$$;

-- A collection whose oldest unlinked record has waited for `seconds`.  While the index over its vectors
-- is built it waits half a minute: searches by meaning are worth more at first.
create or replace function kvasir.graph_due(seconds double precision)
returns table (tenant uuid, number bigint)
language sql stable
begin atomic
    with recursive waiting as (
        (select u.tenant_id, u.number, u.since
           from kvasir.unlinked u order by u.tenant_id, u.number, u.seq limit 1)
        union all
        select n.* from waiting w cross join lateral (
            select u.tenant_id, u.number, u.since
              from kvasir.unlinked u
             where (u.tenant_id, u.number) > (w.tenant_id, w.number)
             order by u.tenant_id, u.number, u.seq limit 1) n)
    select w.tenant_id, w.number
      from waiting w
     where w.since < now() - make_interval(secs => seconds)
       and (w.since < now() - interval '30 seconds'
            or not exists (select from kvasir.collection c
                            where c.number = w.number and c.index_state = 'building'))
     order by random() limit 1;
end;

create or replace function kvasir.graph_take_for(tenant uuid, wanted bigint, most bigint)
returns table (seq bigint, stamp text, document text, metadata jsonb, fields jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    return query select * from kvasir.graph_take(wanted, most);
end
$$;

create or replace function kvasir.graph_put_for(
    tenant uuid, wanted bigint, seqs text[], stamps text[], mention_seqs text[], keys text[],
    kinds text[], types text[], fields text[], sentences text[], starts text[], stops text[],
    gram_seqs text[], grams text[])
returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    return kvasir.graph_put(wanted, seqs, stamps, mention_seqs, keys, kinds, types, fields,
                            sentences, starts, stops, gram_seqs, grams);
end
$$;

-- The tables of collections that were made before there was a graph, whose records all wait now.
do $$
declare
    t kvasir.tenant;
    c kvasir.collection;
begin
    for t in select * from kvasir.tenant loop
        perform set_config('kvasir.tenant', t.id::text, true);
        for c in select * from kvasir.collection loop
            continue when to_regclass('kvasir_data.mention_' || c.number) is not null;
            perform kvasir.graph_tables_make(c);
            execute format(
                'insert into kvasir.unlinked (tenant_id, number, seq)
                 select $1, $2, r.seq from kvasir_data.record_%s r
                  where kvasir.graph_speaks(r.document, r.metadata)', c.number)
            using c.tenant_id, c.number;
        end loop;
    end loop;
    perform set_config('kvasir.tenant', '', true);
end
$$;

grant execute on function
    kvasir.graph_speaks(text, jsonb), kvasir.graph_insert(), kvasir.graph_update(),
    kvasir.graph_delete(), kvasir.graph_forget(bigint, bigint[]), kvasir.graph_take(bigint, bigint),
    kvasir.graph_put(bigint, text[], text[], text[], text[], text[], text[], text[], text[],
                     text[], text[], text[], text[])
to kvasir_app;
grant execute on function
    kvasir.graph_due(double precision), kvasir.graph_take_for(uuid, bigint, bigint),
    kvasir.graph_put_for(uuid, bigint, text[], text[], text[], text[], text[], text[], text[],
                         text[], text[], text[], text[], text[])
to kvasir_engine;
