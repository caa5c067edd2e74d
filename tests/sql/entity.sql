-- entity: what one tenant relates in its memory is nothing to another, in any table.
select kvasir.tenant_create('entity_a', false) is not null, kvasir.tenant_create('entity_b', false) is not null;

\echo tenant a relates two entities; spelling counts there and not in the graph
begin;
set local role kvasir_app;
select kvasir.enter_open('entity_a', 'r1', null, 1000);
select made from kvasir.collection_create('default_database', 'memory', null, 'cosine', null, 'english', null, true);
select kvasir.entity_create('[{"name": "Ada", "entityType": "person", "observations": ["writes"]},
                              {"name": "Ada", "entityType": "double", "observations": []}]');
select kvasir.entity_relate('[
    {"from": "Ada", "to": "Bob", "relationType": "knows", "subject": "ada", "object": "bob"},
    {"from": "ADA", "to": "Bob", "relationType": "knows", "subject": "ada", "object": "bob"},
    {"from": "Ada", "to": "!", "relationType": "knows", "subject": "ada", "object": null},
    {"from": "Ada", "to": "Bob", "relationType": "knows", "subject": "ada", "object": "bob"}]');
select count(*), count(relation_id), count(distinct relation_id) from kvasir.entity_relation;
commit;

\echo tenant b sees none of it, without a where
begin;
set local role kvasir_app;
select kvasir.enter_open('entity_b', 'r2', null, 1000);
select count(*) from kvasir.entity_relation;
select kvasir.entity_graph(null), kvasir.entity_search('ada'), kvasir.entity_open(array['Ada']);
update kvasir.entity_relation set source = 'x';
delete from kvasir.entity_relation;
select kvasir.entity_relation_drop(array(select generate_series(1, 100)));
select kvasir.entity_delete(array['Ada']);
commit;

\echo nor can it write there
begin;
set local role kvasir_app;
select kvasir.enter_open('entity_b', 'r3', null, 1000);
insert into kvasir.entity_relation (tenant_id, collection_id, digest, source, target, relation_type)
values (gen_random_uuid(), gen_random_uuid(), sha256('x'), 'a', 'b', 'c');
rollback;

\echo nobody at all: no row
begin;
set local role kvasir_app;
select count(*) from kvasir.entity_relation;
commit;

\echo whoever takes an assertion away takes with it what was written as it; all goes with the collection
begin;
set local role kvasir_app;
select kvasir.enter_open('entity_a', 'r4', null, 1000);
select kvasir.graph_relation_delete('default_database', 'memory', r.id) from kvasir.relation r;
select kvasir.entity_graph(null);
select kvasir.collection_drop('default_database', 'memory');
select count(*) from kvasir.entity_relation;
commit;

begin;
set local role kvasir_app;
select kvasir.enter_open('entity_a', 'r5', null, 1000);
select kvasir.tenant_drop();
commit;
begin;
set local role kvasir_app;
select kvasir.enter_open('entity_b', 'r6', null, 1000);
select kvasir.tenant_drop();
commit;
