-- index: HNSW indexes over the vectors of collections that have grown.
--
-- The index is kvasir_data.record_<number>_hnsw on (embedding::halfvec(<dimension>)): half the
-- memory of full precision; searches order its proposals anew by full precision.

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

-- A collection is still being filled while more than a tenth of its vectors are younger than a build
-- would take, from two seconds to twenty: filling and then building takes a fraction of the time of
-- filling through an index.
--
-- What is to be done, oldest collection first: 'build' an index; say 'ready', 'none' or 'exact'
-- where the state of the collection tells something else than the truth.
create or replace function kvasir.index_due(threshold bigint)
returns table (number bigint, action text, tenant text, collection text, vectors bigint)
language sql stable
begin atomic
    select d.number, d.action, d.tenant, d.collection, d.vectors
      from (select c.number, t.name as tenant, c.name as collection, s.vectors,
                   case when v.valid and c.index_state <> 'ready' then 'ready'
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
             cross join lateral (select kvasir.index_is_valid(c.number) as valid) v
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

-- A setting of a collection's index, where its owner gave one that pgvector takes.
create or replace function kvasir.index_setting(configuration jsonb, setting text, lowest integer,
                                                highest integer, otherwise integer)
returns integer
language sql immutable parallel safe
return case when (configuration -> 'hnsw' ->> setting)::numeric between lowest and highest
            then (configuration -> 'hnsw' ->> setting)::numeric::integer
            else otherwise end;

-- pgvector wants ef_construction to be at least twice m.
create or replace function kvasir.index_statement(wanted bigint)
returns text
language sql stable
begin atomic
    select format('create index concurrently %I on kvasir_data.%I using hnsw '
                  '((embedding::%s.halfvec(%s)) %3$s.%5$s) with (m = %6$s, ef_construction = %7$s)',
                  kvasir.index_name(c.number), 'record_' || c.number,
                  x.extnamespace::regnamespace, c.dimension,
                  case c.space when 'cosine' then 'halfvec_cosine_ops'
                               when 'l2' then 'halfvec_l2_ops'
                               else 'halfvec_ip_ops' end,
                  s.m, greatest(s.ef_construction, 2 * s.m))
      from kvasir.collection c
      join pg_catalog.pg_extension x on x.extname = 'vector'
     cross join lateral (
           select kvasir.index_setting(c.configuration, 'max_neighbors', 2, 100, 16) as m,
                  kvasir.index_setting(c.configuration, 'ef_construction', 4, 1000, 64)
                      as ef_construction) s
     where c.number = wanted;
end;

-- The statements that build the index of a collection, in order, each outside a transaction.
-- No rows: there is nothing to build (any more).
create or replace function kvasir.index_steps(wanted bigint, memory_mb bigint, workers bigint)
returns setof text
language plpgsql stable as $$
declare
    statement text := kvasir.index_statement(wanted);
    valid     boolean := kvasir.index_is_valid(wanted);
begin
    if statement is null or valid then
        return;
    end if;
    return next 'set role kvasir_owner';
    return next 'set statement_timeout = 0';
    return next format('set max_parallel_maintenance_workers = %s', workers);
    return query
    select format('set maintenance_work_mem = ''%s kB''',
                  kvasir.index_memory(coalesce(sum(y.vectors), 0)::bigint, c.dimension, memory_mb))
      from kvasir.collection c
      left join kvasir.tally y on y.tenant_id = c.tenant_id and y.collection_id = c.id
     where c.number = wanted group by c.dimension;
    if not valid then
        return next format('drop index concurrently if exists kvasir_data.%I',
                           kvasir.index_name(wanted));
    end if;
    return next statement;
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
    kvasir.index_statement(bigint),
    kvasir.index_steps(bigint, bigint, bigint)
to kvasir_engine;
grant execute on function kvasir.index_most_dimensions() to kvasir_app;
