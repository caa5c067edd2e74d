-- words: keeps each collection's postings and tallies true whatever writes its records.
--
-- Statement triggers on kvasir_data.record_N, which ask what the collection's language and weights of
-- fields are (older ones have arguments that nobody reads).  A posting says how often a term stands in a record and how long that record is:
-- all that BM25 asks.
-- The length of a record is the number of positions kept by tsvector, at most 255 of one word.
-- A writer leaves the words of its records in kvasir.unposted, one row a record, and the engine
-- moves them among the postings later, many at once, as a run (words_run.sql).  A record's living words
-- are in one of the two places, never in both, and a search reads both in one snapshot
-- (words_lookup.sql).  Postings are never changed: who changes or deletes a record says in
-- kvasir.forgotten that those before are dead.

set local role kvasir_owner;

-- The set that searches of a collection read.
create or replace function kvasir.words_number(c kvasir.collection) returns bigint
language sql immutable
return coalesce(c.words, c.number);

-- The sets that writers of a collection keep, by its number: the one that is searched, which also counts
-- the records, and the one that is being made, if any.  Of that the engine has still to read the records
-- from above `after` up to `last` (words_set.sql).
create or replace function kvasir.words_sets(wanted bigint)
returns table (number bigint, collection_id uuid, config regconfig, weights jsonb, counts boolean,
               after bigint, last bigint)
language sql stable
begin atomic
    select kvasir.words_number(c), c.id, ('pg_catalog.' || c.language)::regconfig,
           coalesce(c.weights, '{}'), true, null::bigint, null::bigint
      from kvasir.collection c
     where c.tenant_id = (select kvasir.tenant()) and c.number = wanted
    union all
    select s.number, c.id, ('pg_catalog.' || s.language)::regconfig, coalesce(s.weights, '{}'), false,
           s.reached, coalesce(s.last, 9223372036854775807)
      from kvasir.word_set s
      join kvasir.collection c on c.tenant_id = s.tenant_id and c.number = s.collection
     where s.tenant_id = (select kvasir.tenant()) and s.collection = wanted and s.state = 'making';
end;

-- The words of a record.  Those of weighted fields count as many times as they weigh; they stand
-- first, so that none is lost where a long text has more places than a tsvector keeps.
create or replace function kvasir.words_weighed(config regconfig, weights jsonb, document text,
                                                metadata jsonb)
returns tsvector
language plpgsql immutable as $$
declare
    found  tsvector := '';
    spoken tsvector;
    field  record;
begin
    for field in select e.key, e.value::integer as times
                   from jsonb_each_text(weights) e order by e.key loop
        spoken := jsonb_to_tsvector(config, coalesce(metadata -> field.key, 'null'), '["string"]');
        for turn in 1 .. field.times loop
            found := found || spoken;
        end loop;
    end loop;
    return found || to_tsvector(config, coalesce(document, ''));
end
$$;

create or replace function kvasir.words_of(config regconfig, weights jsonb, document text,
                                           metadata jsonb)
returns tsvector
language sql immutable
return case when weights is null or weights = '{}' then to_tsvector(config, coalesce(document, ''))
            else kvasir.words_weighed(config, weights, document, metadata) end;

create or replace function kvasir.words_length(words tsvector) returns integer
language sql immutable
return (select coalesce(sum(cardinality(t.positions)), 0)::integer from unnest(words) t);

-- What the engine might still read of a new record is dead: see kvasir.words_forget().
-- The plans depend on nothing but the statements: to make them anew each time costs more than to run them.
create or replace function kvasir.words_insert() returns trigger
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
    mine constant uuid := kvasir.tenant();
    s    record;
begin
    for s in select * from kvasir.words_sets(substr(tg_table_name, 8)::bigint) loop
        with spoken as materialized (
            select f.seq, f.embedding is not null as has_vector,
                   kvasir.words_of(s.config, s.weights, f.document, f.metadata) as words
              from fresh f),
        measured as materialized (
            select p.*, kvasir.words_length(p.words) as len from spoken p),
        left_for_later as (
            insert into kvasir.unposted (tenant_id, number, seq, len, words)
            select mine, s.number, m.seq, m.len, m.words from measured m where m.len > 0),
        not_to_be_read as (
            insert into kvasir.forgotten (tenant_id, number, seq, run, len)
            select mine, s.number, m.seq, nextval('kvasir.run_number'), 0
              from measured m where m.len > 0 and m.seq > s.after and m.seq <= s.last)
        insert into kvasir.tally (tenant_id, collection_id, number, records, vectors, worded, words)
        select mine, s.collection_id, s.number, count(*) filter (where s.counts),
               count(*) filter (where s.counts and m.has_vector), count(*) filter (where m.len > 0),
               coalesce(sum(m.len), 0)
          from measured m
        having count(*) > 0;
    end loop;
    return null;
end
$$;

-- The words of these records, `lens` many of each, are no longer true.  They wait still, or are
-- among the postings.  When the first statement had to wait for rows that were just being moved, they
-- are among the postings by then, in a run that has a lower number than the next.
-- What the engine reads of a set that is being made it puts into runs below every number: so a first
-- change of a record from above `after` up to `last` is told in any case.
create or replace function kvasir.words_forget(wanted bigint, seqs bigint[], lens integer[],
                                               after bigint, last bigint)
returns void
language plpgsql volatile as $$
declare
    waiting bigint[];
begin
    with gone as (
        delete from kvasir.unposted u
         where u.tenant_id = (select kvasir.tenant()) and u.number = wanted and u.seq = any (seqs)
        returning u.seq)
    select coalesce(array_agg(g.seq), '{}') into waiting from gone g;
    if cardinality(waiting) = cardinality(seqs) and after is null then
        return;
    end if;
    insert into kvasir.forgotten (tenant_id, number, seq, run, len)
    select (select kvasir.tenant()), wanted, x.seq, nextval('kvasir.run_number'), x.len
      from (select s.seq, s.len, s.seq > after and s.seq <= last as ahead
              from unnest(seqs, lens) s (seq, len)) x
     where x.len > 0 and x.seq not in (select unnest(waiting))
        or x.ahead and not exists (
               select from kvasir.forgotten f
                where f.tenant_id = (select kvasir.tenant()) and f.number = wanted
                  and f.seq = x.seq);
end
$$;

create or replace function kvasir.words_delete() returns trigger
language plpgsql volatile as $$
declare
    s    record;
    seqs bigint[];
    lens integer[];
begin
    for s in select * from kvasir.words_sets(substr(tg_table_name, 8)::bigint) loop
        with measured as materialized (
            select o.seq, o.embedding is not null as has_vector,
                   kvasir.words_length(kvasir.words_of(s.config, s.weights, o.document, o.metadata))
                       as len
              from stale o),
        told as (
            insert into kvasir.tally (tenant_id, collection_id, number, records, vectors, worded,
                                      words)
            select (select kvasir.tenant()), s.collection_id, s.number,
                   -count(*) filter (where s.counts),
                   -count(*) filter (where s.counts and m.has_vector),
                   -count(*) filter (where m.len > 0), -coalesce(sum(m.len), 0)
              from measured m
            having count(*) > 0)
        select array_agg(m.seq), array_agg(m.len) into seqs, lens from measured m where m.len > 0;
        if seqs is not null then
            perform kvasir.words_forget(s.number, seqs, lens, s.after, s.last);
        end if;
    end loop;
    return null;
end
$$;

-- Only records whose words may have changed are read anew.
create or replace function kvasir.words_update() returns trigger
language plpgsql volatile as $$
declare
    mine    constant uuid := kvasir.tenant();
    vectors constant bigint := (select count(embedding) from fresh)
                               - (select count(embedding) from stale);
    s        record;
    seqs     bigint[];
    lens     integer[];
    old_lens integer[];
    words    tsvector[];
    worded   bigint;
    length   bigint;
begin
    if not exists (select from fresh) then
        return null;
    end if;
    for s in select * from kvasir.words_sets(substr(tg_table_name, 8)::bigint) loop
        with measured as materialized (
            select f.seq, kvasir.words_of(s.config, s.weights, f.document, f.metadata) as words,
                   kvasir.words_of(s.config, s.weights, o.document, o.metadata) as old
              from stale o join fresh f using (seq)
             where o.document is distinct from f.document
                or s.weights <> '{}' and o.metadata is distinct from f.metadata),
        changed as materialized (
            select m.seq, m.words, kvasir.words_length(m.words) as len,
                   kvasir.words_length(m.old) as old_len
              from measured m where m.words is distinct from m.old)
        select array_agg(c.seq), array_agg(c.len), array_agg(c.words), array_agg(c.old_len),
               coalesce(sum((c.len > 0)::integer - (c.old_len > 0)::integer), 0),
               coalesce(sum(c.len - c.old_len), 0)
          into seqs, lens, words, old_lens, worded, length
          from changed c;
        if seqs is not null then
            perform kvasir.words_forget(s.number, seqs, old_lens, s.after, s.last);
        end if;
        insert into kvasir.unposted (tenant_id, number, seq, len, words)
        select mine, s.number, c.seq, c.len, c.words
          from unnest(seqs, lens, words) c (seq, len, words) where c.len > 0;
        insert into kvasir.tally (tenant_id, collection_id, number, records, vectors, worded, words)
        select mine, s.collection_id, s.number, 0, case when s.counts then vectors else 0 end, worded,
               length
         where s.counts or seqs is not null;
    end loop;
    return null;
end
$$;

grant execute on function kvasir.words_number(kvasir.collection) to kvasir_engine;

-- Triggers run as the writer, who therefore may run these.
grant execute on function kvasir.words_number(kvasir.collection), kvasir.words_sets(bigint),
    kvasir.words_weighed(regconfig, jsonb, text, jsonb),
    kvasir.words_of(regconfig, jsonb, text, jsonb), kvasir.words_length(tsvector),
    kvasir.words_forget(bigint, bigint[], integer[], bigint, bigint), kvasir.words_insert(),
    kvasir.words_update(), kvasir.words_delete() to kvasir_app;
