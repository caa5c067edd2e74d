-- community: what one tenant's records speak of together is nothing to another, in any table.
select kvasir.tenant_create('community_a', false) is not null, kvasir.tenant_create('community_b', false) is not null;

\echo tenant a has two records, and the engine stores a community of them
begin;
set local role kvasir_app;
select kvasir.enter_open('community_a', 'r1', null, 1000);
select made from kvasir.collection_create('default_database', 'notes', null, 'cosine', null, 'english', null, false);
select inserted from kvasir.record_put('default_database', 'notes', array['a1', 'a2'], array['Ada met Bob.', 'x'],
    array['{}'::jsonb, '{}'], array[null, null::text], array[null, null::vector], null);
select kvasir.graph_put(c.number, array[t.seq::text], array[t.stamp], array[t.seq::text, t.seq::text], array['ada', 'bob'],
                        array['0', '0'], array['name', 'name'], array['', ''], array['0', '0'], array['0', '8'],
                        array['3', '11'], '{}', '{}')
  from kvasir.collection_need('default_database', 'notes') c cross join lateral kvasir.graph_take(c.number, 1) t;
commit;
begin;
select c.tenant_id as tenant, c.number from kvasir.collection c join kvasir.tenant t on t.id = c.tenant_id
 where t.name = 'community_a' \gset
set local role kvasir_engine;
select seq, key, sentence from kvasir.community_take_for(:'tenant', :number, 10);
select kvasir.community_put_for(:'tenant', :number, jsonb_build_object('seen', now(), 'records', 2, 'ms', 1,
    'entities', '[[0, "ada", 1], [0, "bob", 1]]'::jsonb,
    'sentences', '[[0, 0, 1, 0, 12, "Ada met Bob."], [0, 1, 2, 0, 1, "y"]]'::jsonb));
select kvasir.community_put_for(gen_random_uuid(), :number, '{}');
commit;

\echo only what stands at its place is told
begin;
set local role kvasir_app;
select kvasir.enter_open('community_a', 'r2', null, 1000);
select kvasir.graph_communities('default_database', 'notes', 10, 0) -> 'communities';
commit;

\echo tenant b sees none of it, without a where, nor can it write anywhere
begin;
set local role kvasir_app;
select kvasir.enter_open('community_b', 'r3', null, 1000);
select (select count(*) from kvasir.community_run), (select count(*) from kvasir.community_entity),
       (select count(*) from kvasir.community_sentence);
delete from kvasir.community_run;
rollback;

\echo nobody at all: no row; and the engine sees of the runs alone that they were
begin;
set local role kvasir_app;
select (select count(*) from kvasir.community_run), (select count(*) from kvasir.community_entity),
       (select count(*) from kvasir.community_sentence);
commit;
begin;
set local role kvasir_engine;
select count(*) > 0 from kvasir.community_run;
select count(*) from kvasir.community_entity;
rollback;

\echo a deleted record is not quoted, and a deleted collection has no rows
begin;
set local role kvasir_app;
select kvasir.enter_open('community_a', 'r4', null, 1000);
select kvasir.record_delete('default_database', 'notes', array['a1'], null);
select kvasir.graph_communities('default_database', 'notes', 10, 0) -> 'communities';
select kvasir.collection_drop('default_database', 'notes') is not null;
select (select count(*) from kvasir.community_run), (select count(*) from kvasir.community_entity),
       (select count(*) from kvasir.community_sentence);
commit;
