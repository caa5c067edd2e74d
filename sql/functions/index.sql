-- index: HNSW indexes over the vectors of collections that have grown.
--
-- The index is kvasir_data.record_<number>_hnsw on (embedding::halfvec(<dimension>)): half the
-- memory of full precision; searches order its proposals anew by full precision.  Its shape follows
-- the size of the collection, so one that has grown is built anew beside the one that is used until
-- then: see docs/decisions/0024-a-denser-graph-for-many.md.

set local role kvasir_owner;

-- halfvec, and so an index, ends at 4000 dimensions.
create or replace function kvasir.index_most_dimensions() returns integer
language sql immutable parallel safe
return 4000;

create or replace function kvasir.index_name(number bigint) returns text
language sql immutable parallel safe
return 'record_' || number || '_hnsw';

-- True: usable; false: left behind by a build that did not end; null: there is none.
create or replace function kvasir.index_is_valid(number bigint) returns boolean
language sql stable
begin atomic
    select i.indisvalid and i.indisready
      from pg_catalog.pg_class c
      join pg_catalog.pg_index i on i.indexrelid = c.oid
     where c.relnamespace = 'kvasir_data'::regnamespace and c.relname = kvasir.index_name(number);
end;

-- A setting of a collection's index, where its owner gave one that pgvector takes.
create or replace function kvasir.index_setting(configuration jsonb, setting text, lowest integer,
                                                highest integer, otherwise integer)
returns integer
language sql immutable parallel safe
return case when (configuration -> 'hnsw' ->> setting)::numeric between lowest and highest
            then (configuration -> 'hnsw' ->> setting)::numeric::integer
            else otherwise end;

-- What a collection's index is built with, as Postgres keeps it (pg_class.reloptions).  A graph of many
-- vectors loses its way less with more links, chosen with more care.  pgvector wants
-- ef_construction to be at least twice m.
create or replace function kvasir.index_shape(configuration jsonb, vectors bigint)
returns text[]
language sql immutable parallel safe
return (select array['m=' || s.m, 'ef_construction=' || greatest(s.ef_construction, 2 * s.m)]
          from (select vectors >= 200000 as many) v
         cross join lateral (
               select kvasir.index_setting(configuration, 'max_neighbors', 2, 100,
                                           case when v.many then 24 else 16 end) as m,
                      kvasir.index_setting(configuration, 'ef_construction', 4, 1000,
                                           case when v.many then 128 else 64 end)
                          as ef_construction) s);

-- Whether an index of this shape may stay: also while a collection is a third beyond the size at which
-- another begins, so that one that hovers there is not built again and again.
create or replace function kvasir.index_shape_fits(shape text[], configuration jsonb, vectors bigint)
returns boolean
language sql immutable parallel safe
return coalesce(shape in (kvasir.index_shape(configuration, vectors),
                          kvasir.index_shape(configuration, vectors * 3 / 4)), false);

-- How many candidates a search of a collection keeps in view (hnsw.ef_search): as its owner says; else
-- fewer in a denser graph, where each of them leads to more.
create or replace function kvasir.index_effort(configuration jsonb, number bigint)
returns double precision
language sql stable
return greatest(1, least(1000, coalesce(
    (configuration -> 'hnsw' ->> 'ef_search')::double precision,
    (select 50 from pg_catalog.pg_class i
      where i.oid = to_regclass('kvasir_data.' || kvasir.index_name(number))
        and i.reloptions @> array['m=24', 'ef_construction=128']),
    100)));

-- What a build that was cut off may have left beside the index.
create or replace function kvasir.index_leftovers(number bigint)
returns setof text
language sql stable
begin atomic
    select c.relname::text
      from unnest(array['_new', '_old']) ending
      join pg_catalog.pg_class c on c.relname = kvasir.index_name(number) || ending
     where c.relnamespace = 'kvasir_data'::regnamespace;
end;

-- A collection is still being filled while more than a tenth of its vectors are younger than a build
-- would take, from two seconds to twenty: filling and then building takes a fraction of the time of
-- filling through an index.
--
-- What is to be done, oldest collection first: 'build' an index; 'rebuild' one that is used in another
-- shape; say 'ready', 'none' or 'exact' where the state of the collection tells something else than
-- the truth.
create or replace function kvasir.index_due(threshold bigint)
returns table (number bigint, action text, tenant text, collection text, vectors bigint)
language sql stable
begin atomic
    select d.number, d.action, d.tenant, d.collection, d.vectors
      from (select c.number, t.name as tenant, c.name as collection, s.vectors,
                   case when v.valid and c.index_state <> 'ready' then 'ready'
                        when v.valid and s.vectors >= threshold and s.fresh * 10 <= s.vectors
                             and not kvasir.index_shape_fits(v.shape, c.configuration, s.vectors)
                             then 'rebuild'
                        when v.valid and exists (select from kvasir.index_leftovers(c.number))
                             then 'rebuild'
                        when v.valid then null
                        when c.dimension > kvasir.index_most_dimensions()
                             and s.vectors >= threshold and c.index_note is null then 'exact'
                        when c.dimension > kvasir.index_most_dimensions() then null
                        when v.valid is not null
                             or s.vectors >= threshold and s.fresh * 10 <= s.vectors then 'build'
                        when c.index_state <> 'none' then 'none'
                   end as action
              from kvasir.collection c
              join kvasir.tenant t on t.id = c.tenant_id
             cross join lateral (
                   select coalesce(sum(y.vectors), 0)::bigint as vectors
                     from kvasir.tally y
                    where y.tenant_id = c.tenant_id and y.collection_id = c.id) a
             cross join lateral (
                   select a.vectors, coalesce(sum(y.vectors), 0)::bigint as fresh
                     from kvasir.tally y
                    where y.tenant_id = c.tenant_id and y.collection_id = c.id
                      and y.changed_at > now() - make_interval(
                          secs => least(20, greatest(2, a.vectors / 25000)))) s
             cross join lateral (
                   select kvasir.index_is_valid(c.number) as valid,
                          (select i.reloptions from pg_catalog.pg_class i
                            where i.oid = to_regclass('kvasir_data.'
                                                      || kvasir.index_name(c.number))) as shape) v
             where c.dimension is not null) d
     where d.action is not null
     order by d.number;
end;

-- One builder per collection; the lock goes with the session.
create or replace function kvasir.index_claim(number bigint) returns boolean
language sql volatile
return pg_try_advisory_lock(hashtextextended('kvasir.index/' || number, 0));

create or replace function kvasir.index_release(number bigint) returns boolean
language sql volatile
return pg_advisory_unlock(hashtextextended('kvasir.index/' || number, 0));

-- Memory in kB that holds the whole graph while it is built, at least 64 MB: a vector, its links
-- (2 * m at the bottom, about as much again above and in bookkeeping) and a margin.
create or replace function kvasir.index_memory(vectors bigint, dimension integer, most_mb bigint)
returns bigint
language sql immutable parallel safe
return least(most_mb * 1024, greatest(65536, vectors * (dimension * 2 + 600) * 5 / 4 / 1024));

-- `beside`: under another name, while the index that there is goes on being used.
create or replace function kvasir.index_statement(wanted bigint, vectors bigint, beside boolean)
returns text
language sql stable
begin atomic
    select format('create index concurrently %I on kvasir_data.%I using hnsw '
                  '((embedding::%s.halfvec(%s)) %3$s.%5$s) with (%6$s)',
                  kvasir.index_name(c.number) || case when beside then '_new' else '' end,
                  'record_' || c.number,
                  x.extnamespace::regnamespace, c.dimension,
                  case c.space when 'cosine' then 'halfvec_cosine_ops'
                               when 'l2' then 'halfvec_l2_ops'
                               else 'halfvec_ip_ops' end,
                  array_to_string(kvasir.index_shape(c.configuration, vectors), ', '))
      from kvasir.collection c
      join pg_catalog.pg_extension x on x.extname = 'vector'
     where c.number = wanted;
end;

-- What stands where: how many vectors there are, the memory in kB to index them, whether the index is
-- there and has the shape that it should.  No row: there is no such collection.
create or replace function kvasir.index_standing(wanted bigint, memory_mb bigint)
returns table (vectors bigint, memory bigint, valid boolean, fits boolean)
language sql stable
begin atomic
    select a.vectors, kvasir.index_memory(a.vectors, c.dimension, memory_mb), v.valid,
           v.valid and kvasir.index_shape_fits(i.reloptions, c.configuration, a.vectors)
      from kvasir.collection c
     cross join lateral (
           select coalesce(sum(y.vectors), 0)::bigint as vectors from kvasir.tally y
            where y.tenant_id = c.tenant_id and y.collection_id = c.id) a
     cross join lateral (select coalesce(kvasir.index_is_valid(c.number), false) as valid) v
      left join pg_catalog.pg_class i
             on i.oid = to_regclass('kvasir_data.' || kvasir.index_name(c.number))
     where c.number = wanted;
end;

-- The statements that build the index of a collection, in order, each outside a transaction: under
-- another name where one is used, which then changes places with it.  No rows: there is nothing to
-- build (any more).
create or replace function kvasir.index_steps(wanted bigint, memory_mb bigint, workers bigint)
returns setof text
language plpgsql stable as $$
declare
    name text := kvasir.index_name(wanted);
    now  record;
begin
    select * into now from kvasir.index_standing(wanted, memory_mb);
    if not found then
        return;
    end if;
    return next 'set role kvasir_owner';
    return next 'set statement_timeout = 0';
    return query select format('drop index concurrently if exists kvasir_data.%I', l)
                   from kvasir.index_leftovers(wanted) l;
    if not now.fits then
        return next format('set max_parallel_maintenance_workers = %s', workers);
        return next format('set maintenance_work_mem = ''%s kB''', now.memory);
        if not now.valid then
            return next format('drop index concurrently if exists kvasir_data.%I', name);
        end if;
        return next kvasir.index_statement(wanted, now.vectors, now.valid);
        if now.valid then
            return next format('alter index kvasir_data.%I rename to %I', name, name || '_old');
            return next format('alter index kvasir_data.%I rename to %I', name || '_new', name);
            return next format('drop index concurrently kvasir_data.%I', name || '_old');
        end if;
    end if;
    return next 'reset role';
end
$$;

grant execute on function
    kvasir.index_most_dimensions(),
    kvasir.index_name(bigint),
    kvasir.index_is_valid(bigint),
    kvasir.index_due(bigint),
    kvasir.index_claim(bigint),
    kvasir.index_release(bigint),
    kvasir.index_memory(bigint, integer, bigint),
    kvasir.index_setting(jsonb, text, integer, integer, integer),
    kvasir.index_shape(jsonb, bigint),
    kvasir.index_shape_fits(text[], jsonb, bigint),
    kvasir.index_leftovers(bigint),
    kvasir.index_statement(bigint, bigint, boolean),
    kvasir.index_standing(bigint, bigint),
    kvasir.index_steps(bigint, bigint, bigint)
to kvasir_engine;
grant execute on function
    kvasir.index_most_dimensions(),
    kvasir.index_name(bigint),
    kvasir.index_effort(jsonb, bigint)
to kvasir_app;
