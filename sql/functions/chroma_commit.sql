-- chroma_commit: conditional reads and writes: a commit takes place only if what was read still holds.

set local role kvasir_owner;

-- Which writing of a record this is: another one has another transaction or place.
create or replace function kvasir.chroma_version_sql(number bigint)
returns text
language plpgsql immutable as $$
begin
    return format('select r.id, r.seq || ''/'' || r.xmin::text as version '
                  'from kvasir_data.record_%s r', number);
end
$$;

-- Notes what a conditional get is about to read, under a token that it names or that is made here;
-- returns the token.  Of ids that were asked for those that are not there are noted as well.  What was
-- noted an hour ago is forgotten.
create or replace function kvasir.chroma_read_note(
    database_name text, wanted uuid, token bigint, ids text[], path jsonpath, tree jsonb,
    how_many bigint, skip bigint)
returns bigint
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    c    kvasir.collection := kvasir.chroma_collection_need(database_name, wanted);
    mine constant uuid := kvasir.tenant();
begin
    if token is null then
        token := nextval('kvasir.reading_token');
        delete from kvasir.reading g
         where g.tenant_id = mine and g.collection_id = wanted
           and g.read_at < now() - interval '1 hour';
        insert into kvasir.reading (tenant_id, collection_id, token, id)
        values (mine, wanted, token, '');
    else
        perform kvasir.chroma_token_need(wanted, token);
    end if;
    execute case
        when ids is not null then
            'insert into kvasir.reading (tenant_id, collection_id, token, id, version)
             select $5, $6, $7, i.id, v.version
               from (select distinct unnest($1) as id) i
               left join (' || kvasir.chroma_version_sql(c.number) || ' where r.id = any ($1)) v
                    on v.id = i.id
              where i.id <> '''' order by i.id
             on conflict (tenant_id, collection_id, token, id) do nothing'
        else
            'insert into kvasir.reading (tenant_id, collection_id, token, id, version)
             select $5, $6, $7, v.id, v.version
               from (' || kvasir.chroma_version_sql(c.number) || ' where true'
                       || kvasir.filter_sql('r', path, '$2', tree, '$3') || '
                      order by r.seq limit $4 offset $8) v
             on conflict (tenant_id, collection_id, token, id) do nothing' end
    using ids, path, tree, how_many, mine, wanted, token, skip;
    return token;
end
$$;

create or replace function kvasir.chroma_token_need(wanted uuid, token bigint)
returns void
language plpgsql stable as $$
begin
    if not exists (select from kvasir.reading g
                    where g.tenant_id = (select kvasir.tenant()) and g.collection_id = wanted
                      and g.token = chroma_token_need.token and g.id = '') then
        raise exception using errcode = 'KV409',
            message = format('Stale read: token %s is not known any more; read again', token);
    end if;
end
$$;

-- Makes sure that what was read under a token is as it was, and keeps it so until the transaction
-- ends: commits of one collection come one after the other, and the records that are read or written
-- are locked in the order of their ids, as by every writer.
create or replace function kvasir.chroma_commit_check(
    database_name text, wanted uuid, token bigint, read_ids text[], written text[])
returns void
language plpgsql volatile as $$
declare
    c       kvasir.collection := kvasir.chroma_collection_need(database_name, wanted);
    mine    constant uuid := kvasir.tenant();
    noted   bigint;
    changed text;
begin
    perform pg_advisory_xact_lock(hashtextextended('kvasir.commit/' || c.number, 0));
    execute format('select count(*) from (select from kvasir_data.record_%s r
                     where r.id = any ($1) order by r.id for update) held', c.number)
    using read_ids || written;
    if cardinality(read_ids) = 0 then
        return;
    end if;
    perform kvasir.chroma_token_need(wanted, token);
    execute 'select count(g.id), min(i.id) filter (
                        where g.id is not null and g.version is distinct from v.version)
               from (select distinct unnest($1) as id) i
               left join kvasir.reading g on g.tenant_id = $2 and g.collection_id = $3
                                             and g.token = $4 and g.id = i.id
               left join (' || kvasir.chroma_version_sql(c.number) || ' where r.id = any ($1)) v
                    on v.id = i.id'
    into noted, changed using read_ids, mine, wanted, token;
    if changed is not null then
        raise exception using errcode = 'KV409', message = format(
            'Conditional write conflict: record %s has changed since it was read',
            left(changed, 100));
    elsif noted < (select count(distinct i) from unnest(read_ids) i) then
        raise exception using errcode = 'KV409', message = format(
            'Stale read: not all of these records were read under token %s; read again', token);
    end if;
end
$$;

-- Ends a commit: its token is used up.  The place of the first of these records.
create or replace function kvasir.chroma_commit_end(database_name text, wanted uuid, token bigint,
                                                    written text[])
returns bigint
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    c     kvasir.collection := kvasir.chroma_collection_need(database_name, wanted);
    first bigint;
begin
    delete from kvasir.reading g
     where g.tenant_id = (select kvasir.tenant()) and g.collection_id = wanted and g.token = token;
    execute format('select min(r.seq) from kvasir_data.record_%s r where r.id = any ($1)', c.number)
    into first using written;
    return first;
end
$$;

grant execute on function
    kvasir.chroma_version_sql(bigint),
    kvasir.chroma_read_note(text, uuid, bigint, text[], jsonpath, jsonb, bigint, bigint),
    kvasir.chroma_token_need(uuid, bigint),
    kvasir.chroma_commit_check(text, uuid, bigint, text[], text[]),
    kvasir.chroma_commit_end(text, uuid, bigint, text[])
to kvasir_app;
