-- relation: what one tenant says of entities is nothing to another, in any table.
select kvasir.tenant_create('relation_a', false) is not null, kvasir.tenant_create('relation_b', false) is not null;

\echo tenant a says something, with evidence and without, and declares a predicate
begin;
set local role kvasir_app;
select kvasir.enter_open('relation_a', 'r1', null, 1000);
select made from kvasir.collection_create('default_database', 'notes', null, 'cosine', null, 'english', null, false);
select inserted from kvasir.record_put('default_database', 'notes', array['a1'], array['Ada met Bob.'],
    array['{}'::jsonb], array[null::text], array[null::vector], null);
select jsonb_array_length(kvasir.graph_relate('default_database', 'notes', '[
    {"subject": "ada", "predicate": "met", "object": "bob", "evidence": [{"record": "a1", "quote": "Ada met Bob"}]},
    {"subject": "ada", "predicate": "age", "literal": "36", "valid_from": "1851-12-10"}]') -> 'relations');
select kvasir.graph_predicate_set('default_database', 'notes', 'age', true);
select kvasir.relation_put(kvasir.collection_need('default_database', 'notes'), 'rule', '[
    {"subject": "ada", "predicate": "met", "object": "cy", "evidence": [{"record": "a1", "quote": "Ada met Cy"}]},
    {"subject": "ada", "predicate": "met", "object": "dan"}]');
commit;

\echo tenant b sees none of it, without a where
begin;
set local role kvasir_app;
select kvasir.enter_open('relation_b', 'r2', null, 1000);
select (select count(*) from kvasir.relation), (select count(*) from kvasir.relation_evidence),
       (select count(*) from kvasir.functional);
update kvasir.relation set predicate = 'x';
delete from kvasir.relation;
delete from kvasir.relation_evidence;
delete from kvasir.functional;
commit;

\echo nor can it write there
begin;
set local role kvasir_app;
select kvasir.enter_open('relation_b', 'r3', null, 1000);
insert into kvasir.relation (tenant_id, collection_id, digest, subject, predicate, object, extractor, stated)
values (gen_random_uuid(), gen_random_uuid(), '\x00', 'a', 'b', 'c', 'user', true);
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('relation_b', 'r4', null, 1000);
insert into kvasir.relation_evidence (tenant_id, relation_id, seq, start_at, stop_at, collection_id, quote)
values (gen_random_uuid(), 1, 1, 0, 1, gen_random_uuid(), '\x00');
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('relation_b', 'r5', null, 1000);
insert into kvasir.functional (tenant_id, collection_id, predicate) values (gen_random_uuid(), gen_random_uuid(), 'age');
rollback;

\echo nobody at all: no row
begin;
set local role kvasir_app;
select (select count(*) from kvasir.relation), (select count(*) from kvasir.relation_evidence),
       (select count(*) from kvasir.functional);
commit;

\echo it is all there still, and goes with the record and the collection
begin;
set local role kvasir_app;
select kvasir.enter_open('relation_a', 'r6', null, 1000);
select predicate, object, literal, valid_from is not null, extractor, evidence
  from kvasir.relation_find(kvasir.collection_need('default_database', 'notes'), 'ada', null, null, null, null, 9, 0);
select kvasir.record_delete('default_database', 'notes', array['a1'], null);
select predicate from kvasir.relation;
select kvasir.collection_drop('default_database', 'notes') is not null;
select (select count(*) from kvasir.relation), (select count(*) from kvasir.functional);
commit;
