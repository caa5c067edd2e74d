-- words: keeps each collection's postings and tallies true whatever writes its records.
--
-- Statement triggers on kvasir_data.record_N; their arguments are the collection's
-- id and language.  A posting
-- says how often a term stands in a record and how long that record is: all that BM25 asks.
-- The length of a record is the number of positions kept by tsvector, at most 255 of one word.
-- A writer leaves the words of its records in kvasir.unposted, one row a record, and the engine
-- moves them among the postings later, many at once.  A record's words are in one of the two places,
-- never in both, and a search reads both in one snapshot.

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

-- Moves words of the oldest records of one collection of this tenant among the postings, at most
-- `most` records'; returns how many.  Rows that another one moves or changes are passed over, so
-- that nobody waits here.
create or replace function kvasir.words_post(wanted bigint, most bigint)
returns bigint
language plpgsql volatile as $$
declare
    moved bigint;
begin
    if to_regclass('kvasir_data.posting_' || wanted) is null then
        delete from kvasir.unposted u
         where u.tenant_id = (select kvasir.tenant()) and u.number = wanted;
        return 0;
    end if;
    execute format(
        'with due as materialized (
            select u.seq from kvasir.unposted u
             where u.tenant_id = (select kvasir.tenant()) and u.number = $1
             order by u.seq limit $2 for update skip locked),
         taken as materialized (
            delete from kvasir.unposted u
             using due
             where u.tenant_id = (select kvasir.tenant()) and u.number = $1 and u.seq = due.seq
            returning u.seq, u.len, u.words),
         posted as (
            insert into kvasir_data.posting_%s (term, seq, tf, len)
            select t.lexeme, k.seq, cardinality(t.positions), k.len
              from taken k cross join unnest(k.words) t
             order by 1, 2)
         select count(*) from taken', wanted)
    into moved using wanted, most;
    return moved;
end
$$;

-- Collections whose oldest unposted words have waited for `seconds`: a batch that is being written is
-- not disturbed, and many records posted at once cost less than each by itself.  While the index over
-- a collection's vectors is built they wait for half a minute: without it a search reads all vectors,
-- and without postings only what waits.
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
       and (w.since < now() - interval '30 seconds'
            or not exists (select from kvasir.collection c
                            where c.number = w.number and c.index_state = 'building'))
     limit most;
end;

-- The same as words_post() for any tenant.
create or replace function kvasir.words_post_for(tenant uuid, wanted bigint, most bigint)
returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    return kvasir.words_post(wanted, most);
end
$$;

-- When words have waited for a minute nobody posts them: who writes then posts some thousands, so that
-- a search never has much to read row by row.  One writer in a thousand records looks.
create or replace function kvasir.words_help(wanted bigint)
returns void
language plpgsql volatile as $$
declare
    oldest timestamptz;
begin
    select u.since into oldest from kvasir.unposted u
     where u.tenant_id = (select kvasir.tenant()) and u.number = wanted
     order by u.seq limit 1;
    if oldest < now() - interval '1 minute' then
        perform kvasir.words_post(wanted, 5000);
    end if;
end
$$;

create or replace function kvasir.words_insert() returns trigger
language plpgsql volatile as $$
declare
    mine   constant uuid := kvasir.tenant();
    wanted constant bigint := substr(tg_table_name, 8)::bigint;
    config constant regconfig := kvasir.words_config(tg_argv[0], tg_argv[1]);
    first  bigint;
    last   bigint;
begin
    with spoken as materialized (
        select f.seq, f.embedding is not null as has_vector,
               to_tsvector(config, coalesce(f.document, '')) as words
          from fresh f),
    measured as materialized (
        select s.*, (select coalesce(sum(cardinality(t.positions)), 0)
                       from unnest(s.words) t)::integer as len
          from spoken s),
    left_for_later as (
        insert into kvasir.unposted (tenant_id, number, seq, len, words)
        select mine, wanted, m.seq, m.len, m.words from measured m where m.len > 0),
    told as (
        insert into kvasir.tally (tenant_id, collection_id, records, vectors, worded, words)
        select mine, tg_argv[0]::uuid, count(*), count(*) filter (where m.has_vector),
               count(*) filter (where m.len > 0), coalesce(sum(m.len), 0)
          from measured m
        having count(*) > 0)
    select min(seq), max(seq) into first, last from measured;
    if (first - 1) / 1000 < last / 1000 then
        perform kvasir.words_help(wanted);
    end if;
    return null;
end
$$;

-- Takes the words of these records away from where they are: from those unposted, else from the
-- postings.  When the first statement had to wait for rows that were just being posted, the second one
-- sees them posted.
create or replace function kvasir.words_forget(wanted bigint, config regconfig, seqs bigint[],
                                               documents text[])
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
        execute format(
            'delete from kvasir_data.posting_%s p
              using unnest($1, $2) as s (seq, document)
                    cross join unnest(tsvector_to_array(to_tsvector($3, s.document))) t
              where s.seq <> all ($4) and p.term = t and p.seq = s.seq', wanted)
        using seqs, documents, config, waiting;
    end if;
end
$$;

create or replace function kvasir.words_delete() returns trigger
language plpgsql volatile as $$
declare
    config constant regconfig := kvasir.words_config(tg_argv[0], tg_argv[1]);
    seqs      bigint[];
    documents text[];
begin
    select array_agg(s.seq), array_agg(s.document) into seqs, documents
      from stale s where s.document <> '';
    if seqs is not null then
        perform kvasir.words_forget(substr(tg_table_name, 8)::bigint, config, seqs,
                                    documents);
    end if;
    insert into kvasir.tally (tenant_id, collection_id, records, vectors, worded, words)
    select (select kvasir.tenant()), tg_argv[0]::uuid, -count(*), -count(s.embedding),
           -count(*) filter (where s.len > 0), -coalesce(sum(s.len), 0)
      from (select embedding,
                   (select coalesce(sum(cardinality(t.positions)), 0)
                      from unnest(to_tsvector(config, coalesce(document, ''))) t) as len
              from stale) s
    having count(*) > 0;
    return null;
end
$$;

-- Only records whose documents changed are read anew.
create or replace function kvasir.words_update() returns trigger
language plpgsql volatile as $$
declare
    mine   constant uuid := kvasir.tenant();
    wanted constant bigint := substr(tg_table_name, 8)::bigint;
    config constant regconfig := kvasir.words_config(tg_argv[0], tg_argv[1]);
    vectors   bigint := (select count(embedding) from fresh) - (select count(embedding) from stale);
    seqs      bigint[];
    documents text[];
begin
    select array_agg(s.seq), array_agg(coalesce(s.document, '')) into seqs, documents
      from stale s join fresh f using (seq)
     where s.document is distinct from f.document;
    if seqs is not null then
        perform kvasir.words_forget(wanted, config, seqs, documents);
        with measured as materialized (
            select m.*,
                   (select coalesce(sum(cardinality(t.positions)), 0)
                      from unnest(m.words) t)::integer as len,
                   (select coalesce(sum(cardinality(t.positions)), 0)
                      from unnest(m.old) t)::integer as old_len
              from (select f.seq, to_tsvector(config, coalesce(f.document, '')) as words,
                           to_tsvector(config, coalesce(s.document, '')) as old
                      from stale s join fresh f using (seq)
                     where s.document is distinct from f.document) m),
        left_for_later as (
            insert into kvasir.unposted (tenant_id, number, seq, len, words)
            select mine, wanted, m.seq, m.len, m.words from measured m where m.len > 0)
        insert into kvasir.tally (tenant_id, collection_id, records, vectors, worded, words)
        select mine, tg_argv[0]::uuid, 0, vectors,
               sum((m.len > 0)::integer - (m.old_len > 0)::integer), sum(m.len - m.old_len)
          from measured m;
    elsif exists (select from fresh) then
        insert into kvasir.tally (tenant_id, collection_id, records, vectors, worded, words)
        values (mine, tg_argv[0]::uuid, 0, vectors, 0, 0);
    end if;
    return null;
end
$$;

-- Triggers run as the writer, who therefore may run these.
grant execute on function kvasir.words_config(text, text),
    kvasir.words_post(bigint, bigint), kvasir.words_help(bigint),
    kvasir.words_forget(bigint, regconfig, bigint[], text[]), kvasir.words_insert(),
    kvasir.words_update(), kvasir.words_delete() to kvasir_app;
grant execute on function kvasir.words_due(double precision, bigint),
    kvasir.words_post_for(uuid, bigint, bigint) to kvasir_engine;
