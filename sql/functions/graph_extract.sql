-- graph_extract: what a language model reads in records, kept true whatever writes them.
--
-- A writer leaves its records in kvasir.unextracted where the collection wants that; the engine
-- (src/graph/extraction.c) asks the model without holding anything and stores what stands in the
-- record if that is still the one it read.  Mentions found by rules are another table, untouched.

set local role kvasir_owner;

-- These records are to be read, if the collection wants that.
create or replace function kvasir.extract_wait(wanted bigint, seqs bigint[])
returns void
language plpgsql volatile as $$
begin
    insert into kvasir.unextracted (tenant_id, number, seq)
    select e.tenant_id, e.number, s
      from kvasir.extraction e cross join unnest(seqs) s
     where e.tenant_id = (select kvasir.tenant()) and e.number = wanted
        on conflict (tenant_id, number, seq) do update
       set stamp = excluded.stamp, since = now(), failure = null;
end
$$;

-- These records have lost their text: nothing was read in them.
create or replace function kvasir.extract_forget(wanted bigint, seqs bigint[])
returns void
language plpgsql volatile as $$
begin
    delete from kvasir.unextracted u
     where u.tenant_id = (select kvasir.tenant()) and u.number = wanted and u.seq = any (seqs);
    delete from kvasir.extracted_mention m
     where m.tenant_id = (select kvasir.tenant()) and m.number = wanted and m.seq = any (seqs);
end
$$;

-- The collection is gone.
create or replace function kvasir.extract_drop(wanted bigint)
returns void
language plpgsql volatile as $$
begin
    delete from kvasir.unextracted u
     where u.tenant_id = (select kvasir.tenant()) and u.number = wanted;
    delete from kvasir.extracted_mention m
     where m.tenant_id = (select kvasir.tenant()) and m.number = wanted;
    delete from kvasir.extracted x
     where x.tenant_id = (select kvasir.tenant()) and x.number = wanted;
end
$$;

-- How a collection's extraction stands, as JSON.
create or replace function kvasir.extraction_tell(database_name text, wanted text)
returns jsonb
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
    e kvasir.extraction;
begin
    select x.* into e from kvasir.extraction x where x.tenant_id = c.tenant_id and x.number = c.number;
    return jsonb_build_object(
        'enabled', e.number is not null, 'stopped', coalesce(e.stopped, false), 'note', e.note,
        'waiting', (select count(*) from kvasir.unextracted u
                     where u.tenant_id = c.tenant_id and u.number = c.number and u.failure is null),
        'failed', (select count(*) from kvasir.unextracted u
                    where u.tenant_id = c.tenant_id and u.number = c.number
                      and u.failure is not null),
        'failure', (select u.failure from kvasir.unextracted u
                     where u.tenant_id = c.tenant_id and u.number = c.number
                       and u.failure is not null order by u.seq limit 1),
        'extractors', (select coalesce(jsonb_object_agg(m.extractor, m.mentions), '{}')
                         from (select x.extractor, count(*) as mentions from kvasir.extracted_mention x
                                where x.tenant_id = c.tenant_id and x.number = c.number
                                group by x.extractor) m));
end
$$;

-- On: all records wait, those that failed, too.  Off: none waits, and what was read stays.
create or replace function kvasir.extraction_set(database_name text, wanted text, enabled boolean)
returns jsonb
language plpgsql volatile as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    perform kvasir.collection_hold(c, null);
    perform kvasir.emit('kvasir.extraction.set', c.name, jsonb_build_object(
        'collection', c.id, 'enabled', enabled));
    if not enabled then
        delete from kvasir.extraction e where e.tenant_id = c.tenant_id and e.number = c.number;
        delete from kvasir.unextracted u where u.tenant_id = c.tenant_id and u.number = c.number;
        return kvasir.extraction_tell(database_name, wanted);
    end if;
    insert into kvasir.extraction (tenant_id, collection_id, number) values (c.tenant_id, c.id, c.number)
        on conflict (tenant_id, number) do update
       set stopped = false, note = null, rest_until = '-infinity';
    execute format(
        'insert into kvasir.unextracted (tenant_id, number, seq)
         select $1, $2, r.seq from kvasir_data.record_%s r where r.document <> '''' order by r.seq
             on conflict (tenant_id, number, seq) do update set failure = null', c.number)
    using c.tenant_id, c.number;
    return kvasir.extraction_tell(database_name, wanted);
end
$$;

-- What the collection's records would be: how many, and bytes of text.  What is known already is
-- counted, too: whether it is, only its text can tell.
create or replace function kvasir.extraction_size(database_name text, wanted text)
returns table (records bigint, bytes bigint)
language plpgsql stable as $$
declare
    c kvasir.collection := kvasir.collection_need(database_name, wanted);
begin
    return query execute format(
        'select count(*), coalesce(sum(octet_length(r.document)), 0)::bigint
           from kvasir_data.record_%s r where r.document <> ''''', c.number);
end
$$;

-- Every mention that a model found, as kvasir.graph_export() tells those of rules.
create or replace function kvasir.extraction_mentions(database_name text, wanted text,
                                                      how_many bigint, skip bigint)
returns jsonb
language plpgsql stable as $$
declare
    c    kvasir.collection := kvasir.collection_need(database_name, wanted);
    told jsonb;
begin
    execute format(
        'select coalesce(jsonb_agg(to_jsonb(x)), ''[]'') from (
            select r.id as record, m.key as entity, m.name, m.type, m.start_at as "start",
                   m.stop_at as "end", substr(r.document, m.start_at + 1, m.stop_at - m.start_at) as text,
                   m.extractor
              from kvasir.extracted_mention m join kvasir_data.record_%s r on r.seq = m.seq
             where m.tenant_id = $1 and m.number = $2
             order by m.key, r.id, m.start_at, m.stop_at, m.extractor limit $3 offset $4) x', c.number)
    into told using c.tenant_id, c.number, how_many, skip;
    return jsonb_build_object('mentions', told);
end
$$;

-- Takes away all that one extractor read in a collection: mentions, relations, and what was kept of
-- its replies.  How many mentions and relations that were.
create or replace function kvasir.extraction_forget(database_name text, wanted text, by_whom text)
returns jsonb
language plpgsql volatile as $$
declare
    c         kvasir.collection := kvasir.collection_need(database_name, wanted);
    mentions  bigint;
    relations bigint := kvasir.relation_forget(database_name, wanted, by_whom);
begin
    if by_whom !~ '^llm:' then
        raise exception using errcode = 'KV400', message = 'extractor must begin with llm:';
    end if;
    delete from kvasir.extracted_mention m
     where m.tenant_id = c.tenant_id and m.number = c.number and m.extractor = by_whom;
    get diagnostics mentions = row_count;
    delete from kvasir.extracted x
     where x.tenant_id = c.tenant_id and x.number = c.number and x.extractor = by_whom;
    return jsonb_build_object('mentions', mentions, 'relations', relations);
end
$$;

-- A record of any tenant that waits, of a collection that does not rest.
create or replace function kvasir.extract_due()
returns table (tenant uuid, number bigint, seq bigint)
language sql volatile
begin atomic
    select c.tenant_id, c.number, w.seq
      from (select e.tenant_id, e.number from kvasir.extraction e
             where not e.stopped and e.rest_until <= now()
               and exists (select from kvasir.unextracted u
                            where u.tenant_id = e.tenant_id and u.number = e.number
                              and u.failure is null)
             order by random() limit 1) c
     cross join lateral (
        select u.seq from (select v.seq from kvasir.unextracted v
                            where v.tenant_id = c.tenant_id and v.number = c.number
                              and v.failure is null
                            order by v.seq limit 16) u
         order by random() limit 1) w;
end;

-- That record with a lock on its text for this session, so that two engines never pay for the same one;
-- no row when another has it.  kvasir.extract_unlock() gives the lock back.
create or replace function kvasir.extract_take_for(tenant uuid, wanted bigint, one bigint)
returns table (stamp text, id text, document text, lock bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
    found_row record;
    text_lock bigint;
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    if to_regclass('kvasir_data.record_' || wanted) is null then
        perform kvasir.extract_drop(wanted);
        return;
    end if;
    execute format(
        'select u.stamp::text as stamp, r.id, r.document
           from kvasir.unextracted u join kvasir_data.record_%s r on r.seq = u.seq
          where u.tenant_id = $1 and u.number = $2 and u.seq = $3 and u.failure is null', wanted)
    into found_row using tenant, wanted, one;
    if coalesce(found_row.document, '') = '' then
        return;
    end if;
    text_lock := hashtextextended('kvasir.extract/' || wanted || '/' || found_row.document, 0);
    if pg_try_advisory_lock(text_lock) then
        return query select found_row.stamp::text, found_row.id::text, found_row.document::text,
                            text_lock;
    end if;
end
$$;

create or replace function kvasir.extract_unlock(lock bigint) returns boolean
language sql volatile
return pg_advisory_unlock(lock);

-- A reply that is known, or null.
create or replace function kvasir.extract_known_for(tenant uuid, wanted bigint, sum bytea)
returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    known jsonb;
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    update kvasir.extracted x set used_at = now()
     where x.tenant_id = tenant and x.number = wanted and x.digest = sum returning x.reply into known;
    return known;
end
$$;

-- From now on it is.
create or replace function kvasir.extract_learn_for(tenant uuid, wanted bigint, sum bytea,
                                                    by_whom text, said jsonb)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    insert into kvasir.extracted (tenant_id, number, digest, extractor, reply)
    select c.tenant_id, c.number, sum, by_whom, said
      from kvasir.collection c where c.tenant_id = tenant and c.number = wanted
        on conflict (tenant_id, number, digest) do update set used_at = now();
end
$$;

-- Stores what was read in a record, unless it has changed or gone since; arrays run in parallel, one item
-- a mention; relations as kvasir.relation_put() takes them.  How many of these were refused, or null when
-- nothing was stored.
create or replace function kvasir.extract_put_for(
    tenant uuid, wanted bigint, one bigint, read_stamp text, by_whom text, keys text[], names text[],
    types text[], starts text[], stops text[], relations jsonb)
returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    c    kvasir.collection;
    told jsonb;
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    select x.* into c from kvasir.collection x
     where x.tenant_id = tenant and x.number = wanted for key share;
    if not found then
        return null;
    end if;
    -- The record first, as its writers do.
    execute format('select from kvasir_data.record_%s r where r.seq = $1 for share', wanted) using one;
    delete from kvasir.unextracted u
     where u.tenant_id = tenant and u.number = wanted and u.seq = one and u.stamp = read_stamp::xid8;
    if not found then
        return null;
    end if;
    delete from kvasir.extracted_mention m
     where m.tenant_id = tenant and m.number = wanted and m.seq = one and m.extractor = by_whom;
    insert into kvasir.extracted_mention (tenant_id, number, seq, key, start_at, stop_at, type, name,
                                          extractor)
    select tenant, wanted, one, t.key, t.start_at, t.stop_at, t.type, t.name, by_whom
      from unnest(keys, names, types, starts::integer[], stops::integer[])
           t (key, name, type, start_at, stop_at)
        on conflict do nothing;
    told := kvasir.relation_put(c, by_whom, relations);
    return jsonb_array_length(told -> 'refused');
end
$$;

-- What went wrong with a record (which is then not tried again), with a collection for some seconds, or
-- with a collection until somebody looks (seconds null).
create or replace function kvasir.extract_fail_for(tenant uuid, wanted bigint, one bigint,
                                                   read_stamp text, reason text, seconds bigint)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    if read_stamp is not null then
        update kvasir.unextracted u set failure = reason
         where u.tenant_id = tenant and u.number = wanted and u.seq = one
           and u.stamp = read_stamp::xid8;
        return;
    end if;
    update kvasir.extraction e
       set note = reason, stopped = seconds is null,
           rest_until = now() + make_interval(secs => coalesce(seconds, 0))
     where e.tenant_id = tenant and e.number = wanted;
end
$$;

grant execute on function
    kvasir.extract_wait(bigint, bigint[]),
    kvasir.extract_forget(bigint, bigint[]),
    kvasir.extract_drop(bigint),
    kvasir.extraction_tell(text, text),
    kvasir.extraction_set(text, text, boolean),
    kvasir.extraction_size(text, text),
    kvasir.extraction_mentions(text, text, bigint, bigint),
    kvasir.extraction_forget(text, text, text)
to kvasir_app;
grant execute on function
    kvasir.extract_due(),
    kvasir.extract_take_for(uuid, bigint, bigint),
    kvasir.extract_unlock(bigint),
    kvasir.extract_known_for(uuid, bigint, bytea),
    kvasir.extract_learn_for(uuid, bigint, bytea, text, jsonb),
    kvasir.extract_put_for(uuid, bigint, bigint, text, text, text[], text[], text[], text[], text[],
                           jsonb),
    kvasir.extract_fail_for(uuid, bigint, bigint, text, text, bigint)
to kvasir_engine;
