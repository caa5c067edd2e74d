-- lint: each hole that somebody could make in the wall is found.
\echo nothing to find
\i :lint

\echo row level security switched off, or not forced
begin;
alter table kvasir.outbox no force row level security;
alter table kvasir.tally disable row level security;
\i :lint
rollback;

\echo a table of tenants without a policy
begin;
drop policy own on kvasir.database;
\i :lint
rollback;

\echo a new table that nobody protected
begin;
set local role kvasir_owner;
create table kvasir.fresh (tenant_id uuid primary key);
\i :lint
rollback;

\echo policies that are evaluated for each row
begin;
alter policy own on kvasir.database using (tenant_id = kvasir.tenant());
alter policy own on kvasir.tally
    using (tenant_id = (select kvasir.tenant()))
    with check (tenant_id = (current_setting('kvasir.tenant'))::uuid);
\i :lint
rollback;

\echo a select with brackets inside is fine
begin;
alter policy own on kvasir.database
    using (tenant_id = (select nullif(current_setting('kvasir.tenant', true), '')::uuid));
\i :lint
rollback;

\echo tables of collections that are not alike
begin;
select kvasir.enter_open('default_tenant', null, null, 0);
select made from kvasir.collection_create('default_database', 'one', 3, 'cosine', null, 'english', null, false);
select made from kvasir.collection_create('default_database', 'two', 5, 'l2', null, 'english', null, false);
select made from kvasir.collection_create('default_database', 'three', null, 'ip', null, 'english', null, false);
\i :lint
do $$
declare
    t text := (select max(number) from kvasir.collection where name = 'three');
begin
    execute format('alter table kvasir_data.posting_%s add column extra text', t);
    execute format('grant select on kvasir_data.record_%s to public', t);
    execute format('alter table kvasir_data.record_%s no force row level security', t);
end
$$;
\i :lint
rollback;

\echo what belongs to somebody else
begin;
alter table kvasir.heartbeat owner to kvasir_app;
alter function kvasir.emit(text, text, jsonb) owner to kvasir_engine;
alter schema kvasir_data owner to kvasir_app;
\i :lint
rollback;

\echo roles that are too strong
begin;
alter role kvasir_app bypassrls;
alter role kvasir_engine superuser;
alter role kvasir_owner login;
grant kvasir_owner to kvasir_app;
\i :lint
rollback;

\echo functions that run as their owner
begin;
alter function kvasir.key_revoke(text) reset search_path;
grant execute on function kvasir.key_list() to public;
\i :lint
rollback;

\echo a column of a policy without an index
begin;
drop index kvasir.outbox_tenant;
\i :lint
rollback;

\echo a view that sees what its owner sees
begin;
set local role kvasir_owner;
create view kvasir.everything as select * from kvasir.collection;
\i :lint
rollback;

\echo an index that is not valid
begin;
update pg_index set indisvalid = false where indexrelid = 'kvasir.outbox_waiting'::regclass;
\i :lint
rollback;
