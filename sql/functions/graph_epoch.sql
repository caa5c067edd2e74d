-- graph_epoch: which state a collection's graph is in, so that what was made of it can be kept.
--
-- Whatever changes mentions, merged names or relations tells so here in its own transaction, by triggers:
-- a snapshot that sees another graph sees another epoch, and no writer waits for another.

set local role kvasir_owner;

-- The epoch as this statement sees it.
create or replace function kvasir.graph_epoch(c kvasir.collection)
returns table (writes bigint, mark bigint)
language sql stable
begin atomic
    select coalesce(sum(w.writes), 0)::bigint, coalesce(bit_xor(w.mark), 0)
      from kvasir.graph_write w
     where w.tenant_id = c.tenant_id and w.number = c.number;
end;

-- Other writers' rows that have been committed become one with this transaction's: the sums stay what they
-- are, whenever it commits or fails.  What another folds already is left to it.
create or replace function kvasir.graph_fold(tenant uuid, wanted bigint)
returns void
language plpgsql volatile as $$
begin
    with held as materialized (
        select w.writer from kvasir.graph_write w
         where w.tenant_id = tenant and w.number = wanted and w.writer <> pg_current_xact_id()
         for update of w skip locked),
    gone as (
        delete from kvasir.graph_write w using held h
         where w.tenant_id = tenant and w.number = wanted and w.writer = h.writer
        returning w.writes, w.mark)
    update kvasir.graph_write w set writes = w.writes + g.writes, mark = w.mark # g.mark
      from (select sum(x.writes)::bigint as writes, bit_xor(x.mark) as mark from gone x) g
     where w.tenant_id = tenant and w.number = wanted and w.writer = pg_current_xact_id()
       and g.writes is not null;
end
$$;

-- This transaction changes the graph.  A row of that number may be another's when the database was
-- restored from a dump: it is added to as well.  One write in 32 folds.
create or replace function kvasir.graph_touch(wanted bigint)
returns void
language plpgsql volatile as $$
declare
    fresh  constant bigint := hashtextextended(gen_random_uuid()::text, 0);
    tenant constant uuid := coalesce((select kvasir.tenant()), (
        select c.tenant_id from kvasir.collection c where c.number = wanted));
begin
    if tenant is null then
        return; -- nobody's rows can be seen, so none was changed; or the collection goes too
    end if;
    insert into kvasir.graph_write as w (tenant_id, number, mark) values (tenant, wanted, fresh)
        on conflict (tenant_id, number, writer)
        do update set writes = w.writes + 1, mark = w.mark # excluded.mark;
    if fresh % 32 = 0 then
        perform kvasir.graph_fold(tenant, wanted);
    end if;
end
$$;

-- The mentions of a collection have changed.
create or replace function kvasir.graph_mentioned() returns trigger
language plpgsql volatile as $$
begin
    perform kvasir.graph_touch(substr(tg_table_name, 9)::bigint);
    return null;
end
$$;

create or replace function kvasir.graph_watch(wanted bigint)
returns void
language plpgsql volatile as $$
begin
    execute format(
        'create or replace trigger graph_mentioned after insert or update or delete or truncate
             on kvasir_data.mention_%s for each statement execute function kvasir.graph_mentioned()',
        wanted);
end
$$;

-- Names were merged or parted.
create or replace function kvasir.graph_merged() returns trigger
language plpgsql volatile as $$
begin
    perform kvasir.graph_touch(c.number)
       from kvasir.collection c
      where (c.tenant_id, c.id) in (select x.tenant_id, x.collection_id from changed x);
    return null;
end
$$;

-- Entities were joined by a relation, or are so no more; what has a text as its value joins none.
create or replace function kvasir.graph_joined() returns trigger
language plpgsql volatile as $$
begin
    perform kvasir.graph_touch(c.number)
       from kvasir.collection c
      where (c.tenant_id, c.id) in (select x.tenant_id, x.collection_id from changed x
                                     where x.object is not null);
    return null;
end
$$;

do $$
declare
    event text;
    found record;
begin
    foreach event in array array['insert', 'update', 'delete'] loop
        execute format('create or replace trigger graph_merged_%1$s after %1$s on kvasir.alias
                            referencing %2$s table as changed
                            for each statement execute function kvasir.graph_merged()',
                       event, case event when 'delete' then 'old' else 'new' end);
        execute format('create or replace trigger graph_joined_%1$s after %1$s on kvasir.relation
                            referencing %2$s table as changed
                            for each statement execute function kvasir.graph_joined()',
                       event, case event when 'delete' then 'old' else 'new' end);
    end loop;
    -- Collections that were made before there were epochs.
    for found in
        select substr(t.relname, 9)::bigint as number from pg_class t
         where t.relnamespace = 'kvasir_data'::regnamespace and t.relname ~ '^mention_\d+$'
           and not exists (select from pg_trigger g
                            where g.tgrelid = t.oid and g.tgname = 'graph_mentioned')
    loop
        perform kvasir.graph_watch(found.number);
    end loop;
end
$$;

grant execute on function
    kvasir.graph_epoch(kvasir.collection), kvasir.graph_fold(uuid, bigint), kvasir.graph_touch(bigint),
    kvasir.graph_mentioned(), kvasir.graph_merged(), kvasir.graph_joined()
to kvasir_app;
