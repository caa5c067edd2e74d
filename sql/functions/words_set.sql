-- words_set: other words for a collection, made beside those that are searched until they are complete.
--
-- docs/decisions/0035-words-made-anew.md.  collection_change() makes an empty set and says so; writers
-- (words.sql) write into both from then on.  Once nobody can be at work who did not know of it, the engine
-- (src/words/remake.c) reads the records that were there before, batch by batch in the order of their
-- numbers, into runs below every number.  Whoever changes a record that is still to be read writes a
-- row of kvasir.forgotten; so what is read of it, in whatever version, is dead, and what he wrote himself
-- lives.  Nobody waits for anybody.
--
-- The tally of the set: the engine counts each record as it was before anybody knew of the set (as it
-- read it, or as long as the first who changed it says), and writers count what they change of that.

set local role kvasir_owner;

create or replace function kvasir.words_language_check(wanted text)
returns void
language plpgsql stable as $$
begin
    if not exists (select from pg_ts_config
                    where cfgname = wanted and cfgnamespace = 'pg_catalog'::regnamespace) then
        raise exception using errcode = 'KV400', message = format(
            'language %s is not known; try english, simple or another name of \dF in psql',
            left(wanted, 60));
    end if;
end
$$;

-- Takes away the words of a set, all but how it counted.
create or replace function kvasir.words_drop(wanted bigint)
returns void
language plpgsql volatile as $$
begin
    if to_regclass('kvasir_data.posting_' || wanted) is not null then
        execute format('drop table kvasir_data.%I', 'posting_' || wanted);
    end if;
    delete from kvasir.unposted u where u.tenant_id = (select kvasir.tenant()) and u.number = wanted;
    delete from kvasir.run r where r.tenant_id = (select kvasir.tenant()) and r.number = wanted;
    delete from kvasir.forgotten f where f.tenant_id = (select kvasir.tenant()) and f.number = wanted;
end
$$;

-- What is not null is what the words of a collection shall become.  A change that is under way goes on
-- when it is the same, and is given up when it is another.
create or replace function kvasir.collection_change(database_name text, wanted text,
                                                    new_language text, new_weights jsonb)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    c     kvasir.collection := kvasir.collection_need(database_name, wanted);
    under kvasir.word_set;
    fresh bigint;
begin
    select * into c from kvasir.collection t
     where t.tenant_id = c.tenant_id and t.id = c.id for no key update;
    if not found then
        raise exception using errcode = 'KV404', message = 'the collection was deleted meanwhile';
    end if;
    select * into under from kvasir.word_set s
     where s.tenant_id = c.tenant_id and s.collection = c.number and s.state = 'making' for update;
    if not found then
        under.language := c.language;
        under.weights := c.weights;
    end if;
    new_language := coalesce(new_language, under.language);
    new_weights := coalesce(new_weights, under.weights, '{}');
    perform kvasir.words_language_check(new_language);
    if new_language = under.language and new_weights = coalesce(under.weights, '{}') then
        return;
    end if;
    update kvasir.word_set s set state = 'left', since = now(), asked = null
     where s.tenant_id = c.tenant_id and s.number = under.number;
    if new_language = c.language and new_weights = coalesce(c.weights, '{}') then
        return;
    end if;
    fresh := nextval(pg_get_serial_sequence('kvasir.collection', 'number'));
    perform kvasir.posting_table_make(fresh, c.tenant_id);
    insert into kvasir.word_set (tenant_id, collection, number, language, weights, state, records)
    values (c.tenant_id, c.number, fresh, new_language, nullif(new_weights, '{}'), 'making',
            (select coalesce(sum(y.records), 0) from kvasir.tally y
              where y.tenant_id = c.tenant_id and y.collection_id = c.id));
end
$$;

-- Sets with something to be done: to be asked about, to be read into, to be taken away `seconds` after they
-- were left.
create or replace function kvasir.words_set_due(seconds double precision, most bigint)
returns table (tenant uuid, number bigint)
language sql stable
begin atomic
    select s.tenant_id, s.number
      from kvasir.word_set s
     where s.state <> 'searched'
       and (s.asked is null
            or s.asked < pg_snapshot_xmin(pg_current_snapshot())
               and (s.state = 'making' or s.since < now() - make_interval(secs => seconds)))
     order by s.state desc, s.since
     limit most;
end;

-- Up to which record a set reads next: `most` of them, of less than 8 MB, or else all to its last.
create or replace function kvasir.words_set_upto(s kvasir.word_set, most bigint)
returns bigint
language plpgsql stable as $$
declare
    upto bigint;
begin
    execute format(
        'select max(d.seq) filter (where d.bytes < 8000000 or d.place = 1)
           from (select r.seq, row_number() over (order by r.seq) as place,
                        sum(coalesce(octet_length(r.document), 0) + pg_column_size(r.metadata))
                            over (order by r.seq) as bytes
                   from (select * from kvasir_data.record_%s
                          where seq > $1 and seq <= $2 order by seq limit $3) r) d
         having count(*) = $3 or max(d.bytes) >= 8000000', s.collection)
    into upto using s.reached, s.last, most;
    return coalesce(upto, s.last);
end
$$;

-- The set is complete: searches read it from now on, and the other one is left.
create or replace function kvasir.words_set_swap(s kvasir.word_set)
returns boolean
language plpgsql volatile as $$
declare
    c kvasir.collection;
begin
    select * into c from kvasir.collection t
     where t.tenant_id = s.tenant_id and t.number = s.collection for no key update skip locked;
    if not found then
        return false;
    end if;
    update kvasir.word_set t set state = 'searched', since = now()
     where t.tenant_id = s.tenant_id and t.number = s.number;
    insert into kvasir.word_set as t (tenant_id, collection, number, language, weights, state)
    values (c.tenant_id, c.number, kvasir.words_number(c), c.language, c.weights, 'left')
    on conflict (tenant_id, number) do update set state = 'left', since = now(), asked = null;
    update kvasir.collection t set words = s.number, language = s.language, weights = s.weights
     where t.tenant_id = c.tenant_id and t.id = c.id;
    perform kvasir.emit('kvasir.collection.changed', c.name, jsonb_build_object(
        'collection', c.id, 'name', c.name, 'language', s.language,
        'weights', coalesce(s.weights, '{}')));
    return true;
end
$$;

-- Nobody reads the set or writes into it any more.  Who still holds its table (a dump) is waited for by
-- coming again.
create or replace function kvasir.words_set_leave(s kvasir.word_set)
returns boolean
language plpgsql volatile as $$
begin
    begin
        execute format('lock table kvasir_data.posting_%s in access exclusive mode nowait', s.number);
    exception when lock_not_available then
        return false;
    end;
    perform kvasir.words_drop(s.number);
    with gone as (
        delete from kvasir.tally t using kvasir.collection c
         where c.tenant_id = s.tenant_id and c.number = s.collection
           and t.tenant_id = s.tenant_id and t.collection_id = c.id
           and coalesce(t.number, c.number) = s.number
        returning t.*, kvasir.words_number(c) as own)
    insert into kvasir.tally (tenant_id, collection_id, number, records, vectors, worded, words,
                              changed_at)
    select g.tenant_id, g.collection_id, g.own, sum(g.records), sum(g.vectors), 0, 0, max(g.changed_at)
      from gone g group by 1, 2, 3;
    delete from kvasir.word_set t where t.tenant_id = s.tenant_id and t.number = s.number;
    return true;
end
$$;

-- The next step of one set: which records are to be read now (null: none), and whether anything was done.
-- Waits for nobody.
create or replace function kvasir.words_set_step(wanted bigint, most bigint,
                                                 out after bigint, out upto bigint, out did boolean)
language plpgsql volatile as $$
declare
    s kvasir.word_set;
begin
    did := false;
    select * into s from kvasir.word_set t
     where t.tenant_id = (select kvasir.tenant()) and t.number = wanted for update skip locked;
    if not found or not kvasir.words_claim(wanted) then
        return;
    end if;
    perform from kvasir.collection c
      where c.tenant_id = s.tenant_id and c.number = s.collection for key share skip locked;
    if not found then -- it is just being deleted, and its tally with it
        return;
    elsif s.asked is null then
        update kvasir.word_set t set asked = pg_current_xact_id()
         where t.tenant_id = s.tenant_id and t.number = s.number;
        did := true;
    elsif s.asked >= pg_snapshot_xmin(pg_current_snapshot()) then
        return;
    elsif s.state = 'left' then
        did := kvasir.words_set_leave(s);
    elsif s.reached >= s.last then
        did := kvasir.words_set_swap(s);
    elsif s.state = 'making' then
        if s.last is null then
            execute format('select last_value from kvasir_data.record_%s_seq_seq', s.collection)
               into s.last;
            update kvasir.word_set t set last = s.last
             where t.tenant_id = s.tenant_id and t.number = s.number;
        end if;
        after := s.reached;
        upto := kvasir.words_set_upto(s, most);
        did := true;
    end if;
end
$$;

-- The words of some records that were there before, but for those that somebody has changed since, and
-- counts them all: one statement, so one snapshot.  A first change up to here has done its duty.
create or replace function kvasir.words_set_read(wanted bigint, after bigint, upto bigint)
returns table (seq text, len text, words bytea)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    mine constant uuid := kvasir.tenant();
    s    kvasir.word_set;
    c    kvasir.collection;
begin
    select * into s from kvasir.word_set t where t.tenant_id = mine and t.number = wanted;
    select * into c from kvasir.collection t where t.tenant_id = mine and t.number = s.collection;
    return query execute format(
        'with changed as (
            delete from kvasir.forgotten f
             where f.tenant_id = $1 and f.number = $2 and f.seq > $3 and f.seq <= $4
               and not exists (select from kvasir.forgotten e
                                where e.tenant_id = $1 and e.number = $2 and e.seq = f.seq
                                  and e.run < f.run)
            returning f.seq, f.len),
        spoken as materialized (
            select r.seq, kvasir.words_of($5, $6, r.document, r.metadata) as words
              from kvasir_data.record_%s r
             where r.seq > $3 and r.seq <= $4
               and r.seq not in (select h.seq from changed h)),
        measured as materialized (
            select p.*, kvasir.words_length(p.words) as len from spoken p),
        before as (
            select m.len from measured m union all select h.len from changed h),
        told as (
            insert into kvasir.tally (tenant_id, collection_id, number, records, vectors, worded, words,
                                      changed_at)
            select $1, $7, $2, 0, 0, count(*) filter (where b.len > 0), coalesce(sum(b.len), 0), $8
              from before b),
        got as (
            update kvasir.word_set t
               set reached = $4, read = t.read + (select count(*) from before)
             where t.tenant_id = $1 and t.number = $2)
        select m.seq::text, m.len::text, tsvectorsend(m.words) from measured m where m.len > 0',
        s.collection)
    using mine, wanted, after, upto, ('pg_catalog.' || s.language)::regconfig,
          coalesce(s.weights, '{}'), c.id, c.created_at;
end
$$;

-- The same for any tenant.
create or replace function kvasir.words_set_step_for(tenant uuid, wanted bigint, most bigint)
returns table (after bigint, upto bigint, did boolean)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    return query select s.after, s.upto, s.did from kvasir.words_set_step(wanted, most) s;
end
$$;

create or replace function kvasir.words_set_read_for(tenant uuid, wanted bigint, after bigint,
                                                     upto bigint)
returns table (seq text, len text, words bytea)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform set_config('kvasir.tenant', tenant::text, true);
    return query select * from kvasir.words_set_read(wanted, after, upto);
end
$$;

grant execute on function kvasir.collection_change(text, text, text, jsonb) to kvasir_app;
grant execute on function
    kvasir.words_set_due(double precision, bigint),
    kvasir.words_set_step_for(uuid, bigint, bigint),
    kvasir.words_set_read_for(uuid, bigint, bigint, bigint)
to kvasir_engine;
