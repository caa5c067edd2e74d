-- words: keeps each collection's postings and tallies true whatever writes its records.
--
-- Statement triggers on kvasir_data.record_N; their arguments are the collection's id, language and
-- weights of fields.  A posting says how often a term stands in a record and how long that record is:
-- all that BM25 asks.
-- The length of a record is the number of positions kept by tsvector, at most 255 of one word.
-- A writer leaves the words of its records in kvasir.unposted, one row a record, and the engine
-- moves them among the postings later, many at once, as a run (words_run.sql).  A record's living words
-- are in one of the two places, never in both, and a search reads both in one snapshot
-- (words_lookup.sql).  Postings are never changed: who changes or deletes a record says in
-- kvasir.forgotten that those before are dead.

set local role kvasir_owner;

-- How a collection reads its texts: the triggers of older collections do not say it.
create or replace function kvasir.words_config(collection_id text, language text)
returns regconfig
language plpgsql stable as $$
begin
    return 'pg_catalog.' || coalesce(language, (
        select c.language from kvasir.collection c
         where c.tenant_id = (select kvasir.tenant()) and c.id = collection_id::uuid));
end
$$;

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

create or replace function kvasir.words_insert() returns trigger
language plpgsql volatile as $$
declare
    mine    constant uuid := kvasir.tenant();
    wanted  constant bigint := substr(tg_table_name, 8)::bigint;
    config  constant regconfig := kvasir.words_config(tg_argv[0], tg_argv[1]);
    weights constant jsonb := tg_argv[2];
begin
    with spoken as materialized (
        select f.seq, f.embedding is not null as has_vector,
               kvasir.words_of(config, weights, f.document, f.metadata) as words
          from fresh f),
    measured as materialized (
        select s.*, kvasir.words_length(s.words) as len from spoken s),
    left_for_later as (
        insert into kvasir.unposted (tenant_id, number, seq, len, words)
        select mine, wanted, m.seq, m.len, m.words from measured m where m.len > 0)
    insert into kvasir.tally (tenant_id, collection_id, records, vectors, worded, words)
    select mine, tg_argv[0]::uuid, count(*), count(*) filter (where m.has_vector),
           count(*) filter (where m.len > 0), coalesce(sum(m.len), 0)
      from measured m
    having count(*) > 0;
    return null;
end
$$;

-- The words of these records, each of which has some, are no longer true.  They wait still, or are
-- among the postings.  When the first statement had to wait for rows that were just being moved, they
-- are among the postings by then, in a run that has a lower number than the next.
create or replace function kvasir.words_forget(wanted bigint, seqs bigint[])
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
    if cardinality(waiting) < cardinality(seqs) then
        insert into kvasir.forgotten (tenant_id, number, seq, run)
        select (select kvasir.tenant()), wanted, s, nextval('kvasir.run_number')
          from (select unnest(seqs) except select unnest(waiting)) x (s);
    end if;
end
$$;

create or replace function kvasir.words_delete() returns trigger
language plpgsql volatile as $$
declare
    config  constant regconfig := kvasir.words_config(tg_argv[0], tg_argv[1]);
    weights constant jsonb := tg_argv[2];
    seqs    bigint[];
begin
    with measured as materialized (
        select s.seq, s.embedding is not null as has_vector,
               kvasir.words_length(kvasir.words_of(config, weights, s.document, s.metadata)) as len
          from stale s),
    told as (
        insert into kvasir.tally (tenant_id, collection_id, records, vectors, worded, words)
        select (select kvasir.tenant()), tg_argv[0]::uuid, -count(*),
               -count(*) filter (where m.has_vector), -count(*) filter (where m.len > 0),
               -coalesce(sum(m.len), 0)
          from measured m
        having count(*) > 0)
    select array_agg(m.seq) into seqs from measured m where m.len > 0;
    if seqs is not null then
        perform kvasir.words_forget(substr(tg_table_name, 8)::bigint, seqs);
    end if;
    return null;
end
$$;

-- Only records whose words may have changed are read anew.
create or replace function kvasir.words_update() returns trigger
language plpgsql volatile as $$
declare
    mine    constant uuid := kvasir.tenant();
    wanted  constant bigint := substr(tg_table_name, 8)::bigint;
    config  constant regconfig := kvasir.words_config(tg_argv[0], tg_argv[1]);
    weights constant jsonb := nullif(tg_argv[2], '{}');
    vectors constant bigint := (select count(embedding) from fresh)
                               - (select count(embedding) from stale);
    stale_seqs bigint[];
    seqs  bigint[];
    lens  integer[];
    words tsvector[];
    worded bigint;
    length bigint;
begin
    if not exists (select from fresh) then
        return null;
    end if;
    with measured as materialized (
        select f.seq, kvasir.words_of(config, weights, f.document, f.metadata) as words,
               kvasir.words_of(config, weights, s.document, s.metadata) as old
          from stale s join fresh f using (seq)
         where s.document is distinct from f.document
            or weights is not null and s.metadata is distinct from f.metadata),
    changed as materialized (
        select m.seq, m.words, kvasir.words_length(m.words) as len,
               kvasir.words_length(m.old) as old_len
          from measured m where m.words is distinct from m.old)
    select array_agg(c.seq) filter (where c.old_len > 0),
           array_agg(c.seq) filter (where c.len > 0), array_agg(c.len) filter (where c.len > 0),
           array_agg(c.words) filter (where c.len > 0),
           coalesce(sum((c.len > 0)::integer - (c.old_len > 0)::integer), 0),
           coalesce(sum(c.len - c.old_len), 0)
      into stale_seqs, seqs, lens, words, worded, length
      from changed c;
    if stale_seqs is not null then
        perform kvasir.words_forget(wanted, stale_seqs);
    end if;
    insert into kvasir.unposted (tenant_id, number, seq, len, words)
    select mine, wanted, c.seq, c.len, c.words from unnest(seqs, lens, words) c (seq, len, words);
    insert into kvasir.tally (tenant_id, collection_id, records, vectors, worded, words)
    values (mine, tg_argv[0]::uuid, 0, vectors, worded, length);
    return null;
end
$$;

-- Triggers run as the writer, who therefore may run these.
grant execute on function kvasir.words_config(text, text),
    kvasir.words_weighed(regconfig, jsonb, text, jsonb),
    kvasir.words_of(regconfig, jsonb, text, jsonb), kvasir.words_length(tsvector),
    kvasir.words_forget(bigint, bigint[]), kvasir.words_insert(), kvasir.words_update(),
    kvasir.words_delete() to kvasir_app;
