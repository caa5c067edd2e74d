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
