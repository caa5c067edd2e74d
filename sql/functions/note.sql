-- note: notes of users and shared ones, gone when their retention is over.

set local role kvasir_owner;

-- A note as JSON; legacy: in the names of older clients.
create or replace function kvasir.note_json(n kvasir.note, legacy boolean) returns jsonb
language sql stable parallel safe as $$
    select jsonb_build_object(
    'id', n.id, case when legacy then 'userId' else 'user' end, n.user_name, 'title', n.title,
    case when legacy then 'body' else 'content' end, n.body,
    'tags', case when legacy then to_jsonb(array_to_string(n.tags, ',')) else to_jsonb(n.tags) end,
    'source', n.source, 'owner', n.owner, 'compliance', n.compliance, 'retention', n.retention,
    case when legacy then 'riskScore' else 'risk_score' end, n.risk_score,
    'attachments', n.attachments,
    case when legacy then 'createdAt' else 'created_at' end, kvasir.moment(n.created_at),
    case when legacy then 'updatedAt' else 'updated_at' end, kvasir.moment(n.updated_at),
    case when legacy then 'expiresAt' else 'expires_at' end, kvasir.moment(n.expires_at))
$$;

create or replace function kvasir.note_expiry(retention text, since timestamptz) returns timestamptz
language sql stable parallel safe as $$
    select since + case retention when '30d' then interval '30 days' when '90d' then interval '90 days'
                              when '1y' then interval '1 year' end
$$;

-- The notes that a user (null: nobody in particular) sees: his own and the shared ones that are kept.
create or replace function kvasir.note_seen(user_wanted text) returns setof kvasir.note
language sql stable as $$
    select * from kvasir.note n
     where n.tenant_id = (select kvasir.tenant())
       and (n.user_name is null or n.user_name = user_wanted)
       and (n.expires_at is null or n.expires_at > now())
$$;

create or replace function kvasir.note_need(note_id text, user_wanted text) returns kvasir.note
language plpgsql stable as $$
declare
    n kvasir.note;
begin
    select * into n from kvasir.note_seen(user_wanted) s where s.id::text = lower(note_id);
    if not found then
        raise exception using errcode = 'KV404',
            message = format('there is no note %s', left(note_id, 100));
    end if;
    return n;
end
$$;

-- Makes a note; notes whose time is over are taken away by whoever writes next.
create or replace function kvasir.note_create(
    user_name text, title text, body text, tags text[], source text, owner text, compliance text,
    retention text, risk_score double precision, attachments jsonb)
returns kvasir.note
language plpgsql volatile as $$
#variable_conflict use_column
declare
    n kvasir.note;
begin
    delete from kvasir.note t where t.tenant_id = (select kvasir.tenant()) and t.expires_at <= now();
    insert into kvasir.note (tenant_id, user_name, title, body, tags, source, owner, compliance,
                             retention, risk_score, attachments, expires_at)
    values ((select kvasir.tenant()), user_name, title, body, coalesce(tags, '{}'), source, owner,
            coalesce(compliance, 'clean'), coalesce(retention, 'archive'), risk_score,
            coalesce(attachments, '[]'), kvasir.note_expiry(retention, now()))
    returning * into n;
    perform kvasir.emit('kvasir.note.created', n.id::text, jsonb_build_object('title', n.title));
    return n;
end
$$;

-- Changes what is given; its retention counts anew from now.
create or replace function kvasir.note_update(
    note_id text, user_wanted text, title text, body text, tags text[], source text, owner text,
    compliance text, retention text, risk_score double precision, attachments jsonb)
returns kvasir.note
language plpgsql volatile as $$
declare
    n kvasir.note := kvasir.note_need(note_id, user_wanted);
begin
    update kvasir.note t
       set title = coalesce(note_update.title, t.title), body = coalesce(note_update.body, t.body),
           tags = coalesce(note_update.tags, t.tags), source = coalesce(note_update.source, t.source),
           owner = coalesce(note_update.owner, t.owner),
           compliance = coalesce(note_update.compliance, t.compliance),
           retention = coalesce(note_update.retention, t.retention),
           risk_score = coalesce(note_update.risk_score, t.risk_score),
           attachments = coalesce(note_update.attachments, t.attachments), updated_at = now(),
           expires_at = kvasir.note_expiry(coalesce(note_update.retention, t.retention), now())
     where t.tenant_id = n.tenant_id and t.id = n.id
    returning * into n;
    if not found then
        raise exception using errcode = 'KV404', message = 'the note was deleted meanwhile';
    end if;
    perform kvasir.emit('kvasir.note.updated', n.id::text, jsonb_build_object('title', n.title));
    return n;
end
$$;

create or replace function kvasir.note_delete(note_id text, user_wanted text) returns void
language plpgsql volatile as $$
declare
    n kvasir.note := kvasir.note_need(note_id, user_wanted);
begin
    delete from kvasir.note t where t.tenant_id = n.tenant_id and t.id = n.id;
    perform kvasir.emit('kvasir.note.deleted', n.id::text, '{}');
end
$$;

-- Notes with all of some tags and the words of a query, the last changed first; and how many there are.
create or replace function kvasir.note_list(user_wanted text, query text, tags_wanted text[],
                                            how_many bigint, skip bigint, legacy boolean)
returns table (notes jsonb, total bigint)
language sql stable as $$
    with fitting as (
        select * from kvasir.note_seen(user_wanted) s
         where (tags_wanted is null or s.tags @> tags_wanted)
           and (query is null or to_tsvector('pg_catalog.english', s.title || ' ' || s.body)
                                 @@ websearch_to_tsquery('pg_catalog.english', query)))
    select coalesce((select jsonb_agg(kvasir.note_json(f, legacy) order by f.updated_at desc, f.id)
                       from (select * from fitting order by updated_at desc, id
                              limit how_many offset skip) f), '[]'),
           (select count(*) from fitting)
$$;

grant execute on function
    kvasir.note_json(kvasir.note, boolean),
    kvasir.note_expiry(text, timestamptz),
    kvasir.note_seen(text),
    kvasir.note_need(text, text),
    kvasir.note_create(text, text, text, text[], text, text, text, text, double precision, jsonb),
    kvasir.note_update(text, text, text, text, text[], text, text, text, text, double precision, jsonb),
    kvasir.note_delete(text, text),
    kvasir.note_list(text, text, text[], bigint, bigint, boolean)
to kvasir_app;
