-- complete: names that begin as somebody types, for completion/complete of MCP.
--
-- Every answer comes from an index in its order: a long list costs no more than a short one.  A hundred
-- and one values at most: the last one tells that there are more.

set local role kvasir_owner;

-- What a change of the collection `memory` means for its tags; tg_argv[0] is the collection's id.  Tags
-- of what belongs to one user are not for everybody's completion.
create or replace function kvasir.tag_records() returns trigger
language plpgsql volatile as $$
begin
    if tg_op <> 'INSERT' then
        delete from kvasir.tag_use u using stale s
         where u.tenant_id = (select kvasir.tenant()) and u.source = tg_argv[0] and u.item = s.id;
    end if;
    if tg_op <> 'DELETE' then
        insert into kvasir.tag_use (tenant_id, tag, source, item)
        select (select kvasir.tenant()), t, tg_argv[0], f.id
          from fresh f
         cross join lateral jsonb_array_elements_text(case jsonb_typeof(f.metadata -> 'tags')
                                                      when 'array' then f.metadata -> 'tags' else '[]' end) t
         where f.metadata ->> 'user' is null and length(t) between 1 and 200
        on conflict do nothing;
    end if;
    return null;
end
$$;

create or replace function kvasir.tag_notes() returns trigger
language plpgsql volatile as $$
begin
    if tg_op <> 'INSERT' then
        delete from kvasir.tag_use u
         where u.tenant_id = old.tenant_id and u.source = 'note' and u.item = old.id::text;
    end if;
    if tg_op <> 'DELETE' and new.user_name is null then
        insert into kvasir.tag_use (tenant_id, tag, source, item)
        select new.tenant_id, t, 'note', new.id::text from unnest(new.tags) t
         where length(t) between 1 and 200
        on conflict do nothing;
    end if;
    return null;
end
$$;
create or replace trigger tag_notes after insert or update or delete on kvasir.note
    for each row execute function kvasir.tag_notes();

-- A collection goes with its tables, whose triggers see no row go.
create or replace function kvasir.tag_collection() returns trigger
language plpgsql volatile as $$
begin
    delete from kvasir.tag_use u where u.tenant_id = old.tenant_id and u.source = old.id::text;
    return null;
end
$$;
create or replace trigger tag_collection after delete on kvasir.collection
    for each row when (old.name = 'memory') execute function kvasir.tag_collection();

create or replace function kvasir.tag_triggers_make(number bigint, collection_id uuid) returns void
language plpgsql volatile as $$
declare
    event text;
begin
    foreach event in array array['insert', 'update', 'delete'] loop
        execute format(
            'create trigger tag_%1$s after %1$s on kvasir_data.%2$I referencing %3$s
                 for each statement execute function kvasir.tag_records(%4$L)',
            event, 'record_' || number,
            case event when 'insert' then 'new table as fresh'
                       when 'delete' then 'old table as stale'
                       else 'old table as stale new table as fresh' end, collection_id);
    end loop;
end
$$;

-- What was tagged before there was a table of tags.
do $$
declare
    t record;
    c record;
begin
    for t in select id from kvasir.tenant loop
        perform set_config('kvasir.tenant', t.id::text, true);
        insert into kvasir.tag_use (tenant_id, tag, source, item)
        select n.tenant_id, g, 'note', n.id::text from kvasir.note n, unnest(n.tags) g
         where n.tenant_id = t.id and n.user_name is null and length(g) between 1 and 200
        on conflict do nothing;
        for c in select k.id, k.number from kvasir.collection k
                  where k.tenant_id = t.id and k.name = 'memory'
                    and not exists (select from pg_trigger g
                                     where g.tgrelid = to_regclass('kvasir_data.record_' || k.number)
                                       and g.tgname = 'tag_insert') loop
            perform kvasir.tag_triggers_make(c.number, c.id);
            execute format(
                'insert into kvasir.tag_use (tenant_id, tag, source, item)
                 select $1, g, $2, r.id from kvasir_data.%I r
                  cross join lateral jsonb_array_elements_text(case jsonb_typeof(r.metadata -> ''tags'')
                        when ''array'' then r.metadata -> ''tags'' else ''[]'' end) g
                  where r.metadata ->> ''user'' is null and length(g) between 1 and 200
                 on conflict do nothing', 'record_' || c.number)
            using t.id, c.id::text;
        end loop;
    end loop;
    perform set_config('kvasir.tenant', '', true);
end
$$;

-- The different values of a column that begin with $1, each found by one look into the index.
create or replace function kvasir.complete_distinct(relation text, col text, condition text) returns text
language sql immutable as $$
    select format(
        'with recursive v (x) as (
            (select t.%2$I from %1$s t where %3$s and t.%2$I >= $1 and t.%2$I < $2 order by t.%2$I limit 1)
            union all
            select (select t.%2$I from %1$s t where %3$s and t.%2$I > v.x and t.%2$I < $2
                     order by t.%2$I limit 1)
              from v where v.x is not null)
         select x from v where x is not null limit 101', relation, col, condition)
$$;

-- kind: collection, record or entity (of the collection `within`), tag, prompt; null: nothing.
create or replace function kvasir.complete_named(kind text, within text, prefix text)
returns table (value text)
language plpgsql stable as $$
declare
    above constant text := prefix || chr(1114111);
    c     kvasir.collection;
begin
    case kind
    when 'collection' then
        return query
        select t.name from kvasir.collection t
          join kvasir.database d on d.tenant_id = t.tenant_id and d.id = t.database_id
         where d.tenant_id = (select kvasir.tenant()) and d.name = 'default_database' and t.name ^@ prefix
         order by t.name limit 101;
    when 'prompt' then
        return query
        select p.agent from kvasir.prompt p
         where p.tenant_id = (select kvasir.tenant()) and p.active and p.agent >= prefix and p.agent < above
         order by p.agent limit 101;
    when 'tag' then
        return query execute kvasir.complete_distinct('kvasir.tag_use', 'tag',
                                                      't.tenant_id = (select kvasir.tenant())')
        using prefix, above;
    when 'record' then
        c := kvasir.collection_find('default_database', within);
        if c.id is not null then
            return query execute format(
                'select r.id::text from kvasir_data.%I r where r.id >= $1 and r.id < $2
                  order by r.id limit 101', 'record_' || c.number)
            using prefix, above;
        end if;
    when 'entity' then
        c := kvasir.collection_find('default_database', within);
        if c.id is not null then
            return query execute kvasir.complete_distinct(
                format('kvasir_data.%I', 'mention_' || c.number), 'key', 'true')
            using prefix, above;
        end if;
    end case;
end
$$;

-- For an argument of a prompt (null: of no prompt), which has to be there.
create or replace function kvasir.complete(prompt_name text, kind text, within text, prefix text)
returns table (value text)
language plpgsql stable as $$
begin
    if prompt_name is not null then
        perform kvasir.prompt_named(prompt_name);
    end if;
    if kind is not null then
        return query select n.value from kvasir.complete_named(kind, within, prefix) n;
    end if;
end
$$;

grant execute on function
    kvasir.tag_records(), kvasir.tag_notes(), kvasir.tag_collection(),
    kvasir.complete_distinct(text, text, text),
    kvasir.complete_named(text, text, text),
    kvasir.complete(text, text, text, text)
to kvasir_app;
