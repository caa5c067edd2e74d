-- graph: what one tenant's records speak of is nothing to another, in any table.
select kvasir.tenant_create('graph_a', false) is not null, kvasir.tenant_create('graph_b', false) is not null;

\echo tenant a stores a mention and merges two names
begin;
set local role kvasir_app;
select kvasir.enter_open('graph_a', 'r1', null, 1000);
select made from kvasir.collection_create('default_database', 'notes', null, 'cosine', null, 'english', null, false);
select inserted from kvasir.record_put('default_database', 'notes', array['a1', 'a2'], array['Ada met Bob.', 'Cy.'],
    array['{}'::jsonb, '{}'], array[null, null::text], array[null, null::vector], null);
select t.document, t.metadata, t.fields from kvasir.collection_need('default_database', 'notes') c
 cross join lateral kvasir.graph_take(c.number, 1) t;
select kvasir.graph_put(c.number, array[t.seq::text], array[t.stamp], array[t.seq::text], array['ada'], array['0'],
                        array['name'], array[''], array['0'], array['0'], array['3'], array[t.seq::text],
                        array['ada met bob'])
  from kvasir.collection_need('default_database', 'notes') c cross join lateral kvasir.graph_take(c.number, 1) t;
select kvasir.graph_merge('default_database', 'notes', 'ada l', 'ada');
select kvasir.graph_entity('default_database', 'notes', 'ada l', 9);
commit;

\echo a stale stamp stores nothing
begin;
set local role kvasir_app;
select kvasir.enter_open('graph_a', 'r2', null, 1000);
select kvasir.graph_put(c.number, array[t.seq::text], array['1'], array[t.seq::text], array['cy'], array['0'],
                        array['name'], array[''], array['0'], array['0'], array['2'], '{}', '{}')
  from kvasir.collection_need('default_database', 'notes') c cross join lateral kvasir.graph_take(c.number, 1) t;
commit;

\echo tenant b sees none of it, without a where
begin;
set local role kvasir_app;
select kvasir.enter_open('graph_b', 'r3', null, 1000);
select (select count(*) from kvasir.unlinked), (select count(*) from kvasir.alias);
create temporary table seen (relation text, rows bigint);
do $$
declare
    t regclass;
begin
    for t in select oid from pg_class where relnamespace = 'kvasir_data'::regnamespace
                                        and relname ~ '^(mention|link)_\d+$' loop
        execute format('insert into seen select %L, count(*) from %s', t, t);
    end loop;
end
$$;
select sum(rows) from seen;
rollback;

\echo nor can it write there
begin;
set local role kvasir_app;
select kvasir.enter_open('graph_b', 'r4', null, 1000);
insert into kvasir.alias (tenant_id, collection_id, key, into_key)
select t.id, gen_random_uuid(), 'x', 'y' from kvasir.tenant t union all select gen_random_uuid(), gen_random_uuid(), 'x', 'y';
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('graph_b', 'r5', null, 1000);
insert into kvasir.unlinked (tenant_id, number, seq) values (gen_random_uuid(), 1, 1);
rollback;

\echo nobody at all: no row
begin;
set local role kvasir_app;
select (select count(*) from kvasir.unlinked), (select count(*) from kvasir.alias);
commit;

\echo deleting the record takes its mention away, and a deleted collection its tables
begin;
set local role kvasir_app;
select kvasir.enter_open('graph_a', 'r6', null, 1000);
select kvasir.record_delete('default_database', 'notes', array['a1', 'a2'], null);
select kvasir.graph_export('default_database', 'notes', 10, 0);
select kvasir.collection_drop('default_database', 'notes') is not null;
select count(*) from kvasir.alias;
commit;
