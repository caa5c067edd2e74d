-- Tags in the order of their letters, for completion, and the role that SQL functions run as when they
-- are tools (docs/decisions/0028-sql-functions-as-tools.md).

-- What a tool written in SQL may do is what this role is granted: nothing, at first.
do $$
begin
    if not exists (select from pg_roles where rolname = 'kvasir_tool') then
        create role kvasir_tool nologin;
    end if;
    if not pg_has_role('kvasir_app', 'kvasir_tool', 'member') then
        grant kvasir_tool to kvasir_app;
    end if;
end
$$;

set local role kvasir_owner;

grant usage on schema kvasir to kvasir_tool;
grant execute on function kvasir.tenant() to kvasir_tool;

-- Which shared note or memory has which tag.  source: note, or the id of the collection.
create table kvasir.tag_use (
    tenant_id uuid not null references kvasir.tenant on delete cascade,
    tag       text collate "C" not null check (length(tag) between 1 and 200),
    source    text collate "C" not null,
    item      text collate "C" not null,
    primary key (tenant_id, tag, source, item)
);
create index tag_use_of on kvasir.tag_use (tenant_id, source, item);
alter table kvasir.tag_use enable row level security;
alter table kvasir.tag_use force row level security;
create policy own on kvasir.tag_use using (tenant_id = (select kvasir.tenant()));
grant select, insert, delete on kvasir.tag_use to kvasir_app;

-- Tells all tenants' listeners that a function changed which may be a tool.  Whatever goes wrong here
-- must not keep anybody from changing his functions.
create function kvasir.catalog_changed() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    before constant text := coalesce(current_setting('kvasir.tenant', true), '');
    each   uuid;
begin
    if tg_tag not like 'DROP %' and not exists (
        select from pg_event_trigger_ddl_commands() c
         where c.classid = 'pg_proc'::regclass and c.schema_name !~ '^(kvasir|kvasir_data|pg_.*)$') then
        return;
    end if;
    begin
        for each in select id from kvasir.tenant loop
            perform set_config('kvasir.tenant', each::text, true);
            perform kvasir.stream_tell('tools');
        end loop;
        perform set_config('kvasir.tenant', before, true);
    exception when others then
        raise warning 'listeners are not told that a function changed: %', sqlerrm;
    end;
end
$$;

-- Event triggers are a superuser's.  Where none migrates, lists are as fresh as their ttlMs says.
set local role none;
do $$
begin
    if (select rolsuper from pg_roles where rolname = current_user) then
        create event trigger kvasir_catalog on ddl_command_end
            when tag in ('CREATE FUNCTION', 'ALTER FUNCTION', 'COMMENT', 'DROP FUNCTION', 'DROP SCHEMA')
            execute function kvasir.catalog_changed();
    end if;
end
$$;
