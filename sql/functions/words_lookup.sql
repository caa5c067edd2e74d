-- words_lookup: what a search by words needs to know of a collection, read in one snapshot.
--
-- src/words/lookup.c asks, unpacks and scores; nothing is scored here.

set local role kvasir_owner;

-- The words as a query of Postgres that finds every record that has one of them.
create or replace function kvasir.words_any(terms text[], prefixes text[]) returns tsquery
language plpgsql immutable as $$
begin
    return (select string_agg(format('''%s''', replace(replace(w.word, '\', '\\'), '''', ''''''))
                              || w.suffix, '|')::tsquery
              from (select t as word, '' as suffix from unnest(terms) t
                    union all
                    select p, ':*' from unnest(prefixes) p) w);
end
$$;

-- SQL of the rows of some words, or of all that begin so, in every run.  Runs of a term are found by the
-- term, whatever the planner thinks of their number: the lateral join stays one.
create or replace function kvasir.words_postings_sql(wanted bigint, list text, condition text)
returns text
language plpgsql immutable as $$
begin
    return format(
        'select ''posts'', p.term, r.run::text, null::text, p.posts
           from kvasir.run r cross join unnest(%1$s) t (term)
          cross join lateral (select x.term, x.posts from kvasir_data.posting_%2$s x
                               where x.run = r.run and %3$s offset 0) p
          where r.tenant_id = $3 and r.number = %2$s', list, wanted, condition);
end
$$;

create or replace function kvasir.words_postings(c kvasir.collection, terms text[], prefixes text[])
returns table (kind text, term text, first text, second text, bytes bytea)
language plpgsql stable as $$
begin
    return query execute concat_ws(' union all ',
        case when terms is not null then
             kvasir.words_postings_sql(kvasir.words_number(c), '$1', 'x.term = t.term') end,
        case when prefixes is not null then
             kvasir.words_postings_sql(kvasir.words_number(c), '$2', 'x.term >= t.term'
                                       ' and x.term < t.term || chr(1114111)') end)
    using terms, prefixes, c.tenant_id;
end
$$;

-- One record's text as a query, when it has no embedding to be compared by.
create or replace function kvasir.words_like(c kvasir.collection, record_id text)
returns text
language plpgsql stable as $$
declare
    own text;
begin
    execute format('select left(r.document, 2000) from kvasir_data.record_%s r
                     where r.id = $1 and r.embedding is null', c.number)
    into own using record_id;
    return own;
end
$$;

-- Rows by kind, in this order:
--     sums   term: the set of words, first: records that have words, second: their words together, bytes: the
--            collection's embedder
--     term   term: a word of the query, first: by which of the texts, from 1
--     gone   postings of the record `first` in runs below `second` are dead
--     posts  term, first: its run, bytes: its postings there
--     waits  first: a record whose words are in no run yet, second: how many, bytes: the words
-- and for texts of the kind `word` (words of the query by themselves, of which nothing is looked up), behind
-- the terms:
--     word   term: what the language makes of it, first: which of the texts it is, from 1
-- No rows when there is no such collection.  A prefix is taken as the first word that the language makes of
-- it, or as it is written where that is none.
create or replace function kvasir.words_lookup(database_name text, wanted text, texts text[],
                                               kinds text[], like_id text)
returns table (kind text, term text, first text, second text, bytes bytea)
language plpgsql stable as $$
#variable_conflict use_column
declare
    c        kvasir.collection;
    own      bigint;
    config   regconfig;
    clauses  bigint[];
    terms    text[];
    places   bigint[];
    makes    text[];
    exact    text[];
    prefixes text[];
begin
    select * into c from kvasir.collection_find(database_name, wanted);
    if c.id is null then
        return;
    end if;
    own := kvasir.words_number(c);
    config := 'pg_catalog.' || c.language;
    if like_id is not null then
        texts := array[coalesce(kvasir.words_like(c, like_id), '')];
        kinds := array['text'];
    end if;
    select array_agg(a.term order by q.clause, a.place) filter (where q.kind <> 'word'),
           array_agg(q.clause order by q.clause, a.place) filter (where q.kind <> 'word'),
           array_agg(a.term order by q.clause, a.place) filter (where q.kind = 'word'),
           array_agg(q.clause order by q.clause, a.place) filter (where q.kind = 'word'),
           array_agg(distinct a.term) filter (where q.kind = 'text'),
           array_agg(distinct a.term) filter (where q.kind = 'prefix')
      into terms, clauses, makes, places, exact, prefixes
      from unnest(texts, kinds) with ordinality q (said, kind, clause)
     cross join lateral tsvector_to_array(to_tsvector(config, q.said)) w (words)
     cross join lateral unnest(case when q.kind <> 'prefix' then w.words
                                    else array[coalesce(w.words[1], lower(q.said))] end)
           with ordinality a (term, place);
    return query
        select 'sums', own::text, coalesce(sum(t.worded), 0)::text, coalesce(sum(t.words), 0)::text,
               convert_to(c.embedder, 'UTF8')
          from kvasir.tally t
         where t.tenant_id = c.tenant_id and t.collection_id = c.id
           and coalesce(t.number, c.number) = own;
    return query
        select 'term', t.term, t.clause::text, null::text, null::bytea
          from unnest(terms, clauses) t (term, clause);
    if terms is null then
        return;
    end if;
    return query
        select 'word', t.term, t.clause::text, null::text, null::bytea
          from unnest(makes, places) t (term, clause);
    return query
        select 'gone', null::text, f.seq::text, f.run::text, null::bytea
          from kvasir.forgotten f
         where f.tenant_id = c.tenant_id and f.number = own;
    return query select * from kvasir.words_postings(c, exact, prefixes);
    return query
        select 'waits', null::text, u.seq::text, u.len::text, tsvectorsend(u.words)
          from kvasir.unposted u
         where u.tenant_id = c.tenant_id and u.number = own
           and u.words @@ kvasir.words_any(exact, prefixes);
end
$$;

-- Whether a text, or a weighted field, has words one after the other.
create or replace function kvasir.words_adjoin(c kvasir.collection, document text, metadata jsonb,
                                               phrase text)
returns boolean
language plpgsql stable as $$
declare
    config constant regconfig := 'pg_catalog.' || c.language;
    asked  constant tsquery := phraseto_tsquery(config, phrase);
begin
    return numnode(asked) = 0 or to_tsvector(config, coalesce(document, '')) @@ asked
        or exists (select from jsonb_object_keys(c.weights) k
                    where jsonb_to_tsvector(config, coalesce(metadata -> k, 'null'), '["string"]')
                          @@ asked);
end
$$;

-- Those of some records that pass a filter, have all of the phrases and none of the banned ones, as
-- the set of words that they were found in takes phrases apart: another may be searched since.
create or replace function kvasir.words_pass(database_name text, wanted text, own bigint, seqs bigint[],
                                             filter jsonpath, phrases text[], banned text[])
returns setof bigint
language plpgsql volatile as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
    s kvasir.word_set;
begin
    if own <> kvasir.words_number(c) then
        select * into s from kvasir.word_set t where t.tenant_id = c.tenant_id and t.number = own;
        if found then
            c.language := s.language;
            c.weights := s.weights;
        end if;
    end if;
    return query execute format(
        'select r.seq from unnest($1) s (seq) join kvasir_data.record_%s r on r.seq = s.seq
          where ($2 is null or r.metadata operator(kvasir.@@) $2)
            and not exists (select from unnest($3) p
                             where not kvasir.words_adjoin($5, r.document, r.metadata, p))
            and not exists (select from unnest($4) p
                             where kvasir.words_adjoin($5, r.document, r.metadata, p))', c.number)
    using seqs, filter, phrases, banned, c;
end
$$;

grant execute on function
    kvasir.words_any(text[], text[]), kvasir.words_postings_sql(bigint, text, text),
    kvasir.words_postings(kvasir.collection, text[], text[]),
    kvasir.words_like(kvasir.collection, text),
    kvasir.words_lookup(text, text, text[], text[], text),
    kvasir.words_adjoin(kvasir.collection, text, jsonb, text),
    kvasir.words_pass(text, text, bigint, bigint[], jsonpath, text[], text[])
to kvasir_app;
