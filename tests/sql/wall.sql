-- wall: a tenant sees its own, whoever asks and whatever the statement forgets.
select kvasir.tenant_create('tenant_a', false) is not null, kvasir.tenant_create('tenant_b', false) is not null;

\echo each tenant makes a collection of the same name with a record in it
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_a', 'r1', null, 1000);
select made from kvasir.collection_create('default_database', 'notes', 3, 'cosine', null, 'english', null, false);
select inserted from kvasir.record_put('default_database', 'notes', array['a1'], array['of tenant a'],
    array['{}'::jsonb], array[null::text], array['[1,0,0]']::vector[], null);
commit;
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_b', 'r2', null, 1000);
select made from kvasir.collection_create('default_database', 'notes', 3, 'cosine', null, 'english', null, false);
select inserted from kvasir.record_put('default_database', 'notes', array['b1'], array['of tenant b'],
    array['{}'::jsonb], array[null::text], array['[1,0,0]']::vector[], null);
commit;

\echo tenant a sees a
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_a', 'r3', null, 1000);
select name from kvasir.tenant;
select name, count(*) from kvasir.collection group by name;
select id from kvasir.record_get('default_database', 'notes', null, null, 10, 0, false);
select count(*) from kvasir.outbox where request_id = 'r2';
commit;

\echo no tenant, no row
begin;
set local role kvasir_app;
select (select count(*) from kvasir.tenant), (select count(*) from kvasir.collection),
       (select count(*) from kvasir.database), (select count(*) from kvasir.tally),
       (select count(*) from kvasir.outbox);
commit;

\echo the tables of another tenant are empty, without a where
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_b', 'r4', null, 1000);
create temporary table seen (relation text, ids text);
do $$
declare
    t regclass;
begin
    for t in select oid from pg_class
              where relnamespace = 'kvasir_data'::regnamespace and relname ~ '^record_\d+$' order by oid loop
        execute format('insert into seen select %L, string_agg(id, '','') from %s', 'record', t);
    end loop;
end
$$;
select * from seen order by ids;
rollback;

\echo nor can it write there
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_b', 'r5', null, 1000);
insert into kvasir.outbox (tenant_id, type, data)
select gen_random_uuid(), 'forged', '{}';
rollback;

\echo keys are seen through functions alone
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_a', 'r6', null, 1000);
select * from kvasir.api_key;
rollback;

\echo the owner is held too
begin;
set local role kvasir_owner;
select count(*) from kvasir.collection;
select count(*) from kvasir.outbox;
rollback;

\echo claims end with their transaction
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_a', 'r7', null, 1000);
commit;
select kvasir.tenant() is null;

\echo what agents remember, note and report is behind the wall, table by table
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_a', 'r8', null, 1000);
select made from kvasir.collection_create('default_database', 'memory', 3, 'cosine', null, 'english', null, false);
select inserted from kvasir.record_put('default_database', 'memory', array['m1', 'm2'], array['one', 'two'],
    array['{}', '{}']::jsonb[], array[null, null]::text[], array[null, null]::vector[], null);
select kvasir.memory_relate('m1', 'm2', 'related_to', 1, null);
select (kvasir.note_create(null, 'note', 'body', null, null, null, null, null, null, null)).title;
select kvasir.project_log('build', 'success', '{}') > 0;
select kvasir.project_feature_put('feature', null, null);
select kvasir.fact_add('00000000-0000-0000-0000-000000000001', 'sale', '{"n": 1}', null, null);
select (kvasir.prompt_add('agent', 'text', true, null)).version;
select version from kvasir.prompt_report('agent', null, 'kpi', 1, null, null, null);
create temporary view held as
select (select count(*) from kvasir.memory_relation) as relations, (select count(*) from kvasir.note) as notes,
       (select count(*) from kvasir.project_event) as events, (select count(*) from kvasir.project_feature) as features,
       (select count(*) from kvasir.fact) as facts, (select count(*) from kvasir.prompt) as prompts,
       (select count(*) from kvasir.prompt_run) as runs;
select * from held;
\echo tenant b sees none of it, nor does nobody, nor can b change it
select kvasir.enter_open('tenant_b', 'r9', null, 1000);
select * from held;
with n as (update kvasir.note set title = 'mine' returning 1), f as (delete from kvasir.fact returning 1),
     r as (delete from kvasir.memory_relation returning 1), p as (delete from kvasir.prompt returning 1)
select (select count(*) from n), (select count(*) from f), (select count(*) from r), (select count(*) from p);
select set_config('kvasir.tenant', '', true);
select * from held;
\echo b cannot write in the name of a
select kvasir.enter_open('tenant_b', 'r10', null, 1000);
savepoint before;
insert into kvasir.memory_relation (tenant_id, collection_id, source, relation, target)
values (gen_random_uuid(), gen_random_uuid(), 'a', 'b', 'c');
rollback to before;
insert into kvasir.note (tenant_id, title, body) values (gen_random_uuid(), 'x', 'x');
rollback to before;
insert into kvasir.project_event (tenant_id, event_type, status) values (gen_random_uuid(), 'build', 'success');
rollback to before;
insert into kvasir.project_feature (tenant_id, name, description, status) values (gen_random_uuid(), 'x', 'x', 'planned');
rollback to before;
insert into kvasir.fact (tenant_id, id, fact_type, payload) values (gen_random_uuid(), gen_random_uuid(), 'x', '{}');
rollback to before;
insert into kvasir.prompt (tenant_id, agent, version, text, active) values (gen_random_uuid(), 'x', 1, 'x', true);
rollback to before;
insert into kvasir.prompt_run (tenant_id, agent, version, kpi_name, kpi_delta) values (gen_random_uuid(), 'x', 1, 'x', 1);
rollback to before;
\echo relations go with their memories
select kvasir.enter_open('tenant_a', 'r11', null, 1000);
select kvasir.record_delete('default_database', 'memory', array['m2'], null);
select relations from held;
rollback;
