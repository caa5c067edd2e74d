-- words_run: moves words among the postings as runs, and makes few runs of many.
--
-- The engine (src/words/move.c, src/words/merge.c) reads, packs and writes; each step is one
-- transaction, so that any snapshot sees the words of a record once.  A run is never changed: it is
-- written, and read when it becomes a part of a larger one.  One engine at a time works on the words of
-- a collection.

set local role kvasir_owner;

-- Collections with words to be moved: those of 500 records that have waited for `seconds`, or fewer
-- that have waited six times as long, so that a batch that is being written is not disturbed and few
-- records do not become many runs.  While the index over a collection's vectors is built they wait for
-- half a minute: without it a search reads all vectors, and without postings only what waits.
create or replace function kvasir.words_due(seconds double precision, most bigint)
returns table (tenant uuid, number bigint)
language sql stable
begin atomic
    with recursive waiting as (
        (select u.tenant_id, u.number, u.since
           from kvasir.unposted u order by u.tenant_id, u.number, u.seq limit 1)
        union all
        select n.* from waiting w cross join lateral (
            select u.tenant_id, u.number, u.since
              from kvasir.unposted u
             where (u.tenant_id, u.number) > (w.tenant_id, w.number)
             order by u.tenant_id, u.number, u.seq limit 1) n)
    select w.tenant_id, w.number
      from waiting w
     where w.since < now() - make_interval(secs => seconds)
       and (w.since < now() - make_interval(secs => seconds * 6)
            or 500 <= (select count(*) from (
                select from kvasir.unposted u
                 where u.tenant_id = w.tenant_id and u.number = w.number limit 500) x))
       and (w.since < now() - interval '30 seconds'
            or not exists (select from kvasir.collection c
                            where kvasir.words_number(c) = w.number and c.index_state = 'building'))
     limit most;
end;

-- Waits for nobody: false when another engine is at this collection's words.
create or replace function kvasir.words_claim(wanted bigint) returns boolean
language sql volatile
return pg_try_advisory_xact_lock(hashtextextended('kvasir.words/' || wanted, 0));

-- Takes words of the oldest records of one collection of this tenant, at most `most` records', as long
-- as they are less than 32 MB together.  Rows that somebody changes are passed over, so that nobody
-- waits here.
create or replace function kvasir.words_take(wanted bigint, most bigint)
returns table (seq text, len text, words bytea)
language plpgsql volatile as $$
declare
    seqs bigint[];
begin
    if not kvasir.words_claim(wanted) then
        return;
    elsif to_regclass('kvasir_data.posting_' || wanted) is null then
        delete from kvasir.unposted u
         where u.tenant_id = (select kvasir.tenant()) and u.number = wanted;
        return;
    end if;
    select array_agg(d.seq) into seqs
      from (select u.seq, sum(pg_column_size(u.words)) over (order by u.seq) as bytes,
                   row_number() over (order by u.seq) as place
              from (select * from kvasir.unposted u
                     where u.tenant_id = (select kvasir.tenant()) and u.number = wanted
                     order by u.seq limit most for update skip locked) u) d
     where d.bytes < 32000000 or d.place = 1;
    return query
        delete from kvasir.unposted u
         where u.tenant_id = (select kvasir.tenant()) and u.number = wanted and u.seq = any (seqs)
        returning u.seq::text, u.len::text, tsvectorsend(u.words);
end
$$;

-- Writes a run: terms in their order, each with its packed postings.  Its number is taken after the
-- words were: see kvasir.words_forget().  What was read from records for a set that is being made goes
-- below every number that is taken.
create or replace function kvasir.words_put(wanted bigint, terms text[], posts bytea[],
                                            records bigint, lo bigint, hi bigint, below boolean)
returns void
language plpgsql volatile as $$
declare
    fresh bigint := case when below then -hi else nextval('kvasir.run_number') end;
begin
    execute format('insert into kvasir_data.posting_%s (run, term, posts)
                    select $1, t, p from unnest($2, $3) x (t, p)', wanted)
    using fresh, terms, posts;
    insert into kvasir.run (tenant_id, number, run, records, bytes, lo, hi)
    select (select kvasir.tenant()), wanted, fresh, records, sum(length(p)), lo, hi
      from unnest(posts) p;
end
$$;

-- Runs whose number nobody can slip under any more may be merged.
create or replace function kvasir.words_seal() returns void
language sql volatile
begin atomic
    update kvasir.run set sealed = pg_current_xact_id() where sealed is null;
end;

-- What is to be merged next: eight runs of about the same size (each tier holds those up to eight
-- times as large as the one below; a run of 2 MB is large enough), or one alone that a tenth of what
-- it holds has been forgotten of, or that has much forgotten.  A set that is being made stays as it is:
-- what was forgotten there is still to be counted (words_set.sql).
create or replace function kvasir.words_merge_due()
returns table (tenant uuid, number bigint, runs text)
language sql stable
begin atomic
    with settled as materialized (
        select r.*, floor(log(8, greatest(r.bytes, 512) / 512.0)) as tier
          from kvasir.run r
         where r.sealed < pg_snapshot_xmin(pg_current_snapshot())
           and not exists (select from kvasir.word_set w
                            where w.tenant_id = r.tenant_id and w.number = r.number
                              and w.state = 'making')),
    tiers as (
        select s.tenant_id, s.number, array_agg(s.run order by s.run) as runs
          from settled s
         where s.bytes < 2097152
         group by s.tenant_id, s.number, s.tier having count(*) >= 8),
    forgetful as (
        select f.tenant_id, f.number, count(*) as count
          from kvasir.forgotten f group by 1, 2 having count(*) >= 200),
    thinned as (
        select s.tenant_id, s.number, array[s.run] as runs
          from forgetful g
          join settled s on s.tenant_id = g.tenant_id and s.number = g.number
         cross join lateral (
            select count(*) as dead from kvasir.forgotten f
             where f.tenant_id = s.tenant_id and f.number = s.number
               and f.seq between s.lo and s.hi and f.run > greatest(s.run, s.purged)) d
         where d.dead * 10 > s.records or (d.dead > 0 and d.dead * 2 > g.count and g.count > 2000)
         order by d.dead desc)
    select x.tenant_id, x.number, x.runs[:8]::text
      from (select * from tiers union all select * from thinned) x
     limit 1;
end;

-- The postings of some runs, and what was forgotten below which number, for one of them to be made.
-- Rows by kind: 'gone' first: seq, second: run; then 'posts' in the order of their terms, first: run.
create or replace function kvasir.words_merge_take(wanted bigint, runs bigint[])
returns table (kind text, term text, first text, second text, bytes bytea)
language plpgsql volatile as $$
begin
    if not kvasir.words_claim(wanted)
       or cardinality(runs) <> (select count(*) from kvasir.run r
                                 where r.tenant_id = (select kvasir.tenant())
                                   and r.number = wanted and r.run = any (runs)) then
        return;
    end if;
    return query
        select 'gone', null::text, f.seq::text, f.run::text, null::bytea
          from kvasir.forgotten f
         where f.tenant_id = (select kvasir.tenant()) and f.number = wanted
         order by f.seq, f.run;
    return query execute format(
        'select ''posts'', p.term, p.run::text, null::text, p.posts
           from kvasir_data.posting_%s p where p.run = any ($1) order by p.term, p.run', wanted)
    using runs;
end
$$;

-- Puts one run in the place of some, under the highest of their numbers, and strikes out what was
-- forgotten in them (gone_seqs and gone_runs are those rows of kvasir.forgotten).  What is below every
-- run of the collection can no longer mean anything.  `seen` is the highest number of what was
-- forgotten when they were read.
create or replace function kvasir.words_merge_put(
    wanted bigint, runs bigint[], terms text[], posts bytea[], gone_seqs bigint[],
    gone_runs bigint[], seen bigint)
returns void
language plpgsql volatile as $$
declare
    mine constant uuid := kvasir.tenant();
    last bigint := (select max(r) from unnest(runs) r);
begin
    execute format('delete from kvasir_data.posting_%s p where p.run = any ($1)', wanted) using runs;
    execute format('insert into kvasir_data.posting_%s (run, term, posts)
                    select $1, t, p from unnest($2, $3) x (t, p)', wanted)
    using last, terms, posts;
    with old as (
        delete from kvasir.run r
         where r.tenant_id = mine and r.number = wanted and r.run = any (runs)
        returning r.*)
    insert into kvasir.run (tenant_id, number, run, records, bytes, lo, hi, sealed, purged)
    select mine, wanted, last, sum(o.records) - cardinality(gone_seqs), p.bytes, min(o.lo),
           max(o.hi), max(o.sealed), seen
      from old o cross join (select sum(length(p)) as bytes from unnest(posts) p) p
     where p.bytes > 0 group by p.bytes;
    delete from kvasir.forgotten f using unnest(gone_seqs, gone_runs) g (seq, run)
     where f.tenant_id = mine and f.number = wanted and f.seq = g.seq and f.run = g.run;
    delete from kvasir.forgotten f
     where f.tenant_id = mine and f.number = wanted
       and not exists (select from kvasir.run r
                        where r.tenant_id = mine and r.number = wanted and r.run < f.run);
end
$$;

-- The same for any tenant.
create or replace function kvasir.words_take_for(tenant uuid, wanted bigint, most bigint)
returns table (seq text, len text, words bytea)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    return query select * from kvasir.words_take(wanted, most);
end
$$;

create or replace function kvasir.words_put_for(tenant uuid, wanted bigint, terms text[],
                                                posts bytea[], records bigint, lo bigint, hi bigint,
                                                below boolean)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    perform kvasir.words_put(wanted, terms, posts, records, lo, hi, below);
end
$$;

create or replace function kvasir.words_merge_take_for(tenant uuid, wanted bigint, runs bigint[])
returns table (kind text, term text, first text, second text, bytes bytea)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    return query select * from kvasir.words_merge_take(wanted, runs);
end
$$;

create or replace function kvasir.words_merge_put_for(
    tenant uuid, wanted bigint, runs bigint[], terms text[], posts bytea[], gone_seqs bigint[],
    gone_runs bigint[], seen bigint)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    perform kvasir.words_merge_put(wanted, runs, terms, posts, gone_seqs, gone_runs, seen);
end
$$;

-- The statements that give back the room of runs that were merged, each outside a transaction; none
-- where the table is gone.
create or replace function kvasir.words_vacuum_steps(wanted bigint)
returns setof text
language plpgsql stable as $$
begin
    if to_regclass('kvasir_data.posting_' || wanted) is not null then
        return next 'set role kvasir_owner';
        return next format('vacuum (skip_locked) kvasir_data.posting_%s', wanted);
        return next 'reset role';
    end if;
end
$$;

grant execute on function
    kvasir.words_due(double precision, bigint), kvasir.words_seal(), kvasir.words_merge_due(),
    kvasir.words_vacuum_steps(bigint),
    kvasir.words_take_for(uuid, bigint, bigint),
    kvasir.words_put_for(uuid, bigint, text[], bytea[], bigint, bigint, bigint, boolean),
    kvasir.words_merge_take_for(uuid, bigint, bigint[]),
    kvasir.words_merge_put_for(uuid, bigint, bigint[], text[], bytea[], bigint[], bigint[],
                               bigint)
to kvasir_engine;
