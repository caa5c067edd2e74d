-- words: keeps each collection's postings and tallies true whatever writes its records.
--
-- Statement triggers on kvasir_data.record_N; their argument is the collection's id.  A posting
-- says how often a term stands in a record and how long that record is: all that BM25 asks.

set local role kvasir_owner;

-- Words of a record: positions kept by tsvector, at most 255 of one word.
create or replace function kvasir.words_length(words tsvector)
returns integer
language sql immutable parallel safe
return (select coalesce(sum(cardinality(t.positions)), 0)::integer from unnest(words) t);

create or replace function kvasir.words_insert() returns trigger
language plpgsql volatile as $$
begin
    execute format(
        'insert into kvasir_data.%I (term, seq, tf, len)
         select t.lexeme, f.seq, cardinality(t.positions), f.len
           from (select seq, words, kvasir.words_length(words) as len from fresh) f
          cross join unnest(f.words) t
          order by 1, 2',
        replace(tg_table_name, 'record_', 'posting_'));
    insert into kvasir.tally (tenant_id, collection_id, records, vectors, worded, words)
    select (select kvasir.tenant()), tg_argv[0]::uuid, count(*), count(f.embedding),
           count(*) filter (where f.len > 0), coalesce(sum(f.len), 0)
      from (select embedding, kvasir.words_length(words) as len from fresh) f
    having count(*) > 0;
    return null;
end
$$;

create or replace function kvasir.words_delete() returns trigger
language plpgsql volatile as $$
begin
    execute format(
        'delete from kvasir_data.%I p
          using stale s cross join unnest(tsvector_to_array(s.words)) t
          where p.term = t and p.seq = s.seq',
        replace(tg_table_name, 'record_', 'posting_'));
    insert into kvasir.tally (tenant_id, collection_id, records, vectors, worded, words)
    select (select kvasir.tenant()), tg_argv[0]::uuid, -count(*), -count(s.embedding),
           -count(*) filter (where s.len > 0), -coalesce(sum(s.len), 0)
      from (select embedding, kvasir.words_length(words) as len from stale) s
    having count(*) > 0;
    return null;
end
$$;

-- Only records whose words changed are posted anew.
create or replace function kvasir.words_update() returns trigger
language plpgsql volatile as $$
declare
    postings text := replace(tg_table_name, 'record_', 'posting_');
begin
    execute format(
        'delete from kvasir_data.%I p
          using stale s join fresh f using (seq)
                cross join unnest(tsvector_to_array(s.words)) t
          where s.words is distinct from f.words and p.term = t and p.seq = s.seq', postings);
    execute format(
        'insert into kvasir_data.%I (term, seq, tf, len)
         select t.lexeme, c.seq, cardinality(t.positions), c.len
           from (select f.seq, f.words, kvasir.words_length(f.words) as len
                   from fresh f join stale s using (seq)
                  where s.words is distinct from f.words) c
          cross join unnest(c.words) t
          order by 1, 2', postings);
    insert into kvasir.tally (tenant_id, collection_id, records, vectors, worded, words)
    select (select kvasir.tenant()), tg_argv[0]::uuid, 0,
           (select count(embedding) from fresh) - (select count(embedding) from stale),
           sum((f.len > 0)::integer - (s.len > 0)::integer), sum(f.len - s.len)
      from (select seq, kvasir.words_length(words) as len from fresh) f
      join (select seq, kvasir.words_length(words) as len from stale) s using (seq)
    having count(*) > 0;
    return null;
end
$$;

-- Triggers run as the writer, who therefore may run these.
grant execute on function kvasir.words_length(tsvector), kvasir.words_insert(),
    kvasir.words_update(), kvasir.words_delete() to kvasir_app;
