-- extract: what a model read for one tenant is nothing to another, in any table.
select kvasir.tenant_create('read_a', false) is not null, kvasir.tenant_create('read_b', false) is not null;
select id as a from kvasir.tenant where name = 'read_a' \gset

\echo tenant a has a record read
begin;
set local role kvasir_app;
select kvasir.enter_open('read_a', 'r1', null, 1000);
select made from kvasir.collection_create('default_database', 'notes', null, 'cosine', null, 'english', null, false);
select inserted from kvasir.record_put('default_database', 'notes', array['a1'], array['Ada met Bob.'], array['{}'::jsonb], array[null::text], array[null::vector], null);
select kvasir.extraction_set('default_database', 'notes', true);
select records, bytes from kvasir.extraction_size('default_database', 'notes');
select number from kvasir.collection \gset
commit;
begin;
set local role kvasir_engine;
select t.id, t.document, t.stamp as stamp, d.seq as seq, t.lock as lock from kvasir.extract_due() d cross join lateral kvasir.extract_take_for(d.tenant, d.number, d.seq) t \gset got_
select :'got_id', :'got_document';
select kvasir.extract_learn_for(:'a', :number, sha256('x'), 'llm:m@1', '{}');
select kvasir.extract_known_for(:'a', :number, sha256('x')), kvasir.extract_known_for(:'a', :number, sha256('y')) is null;
\echo a stale stamp stores nothing, the right one does, once
select kvasir.extract_put_for(:'a', :number, :got_seq, '1', 'llm:m@1', '{ada}', '{Ada}', '{person}', '{0}', '{3}', '[]') is null;
select kvasir.extract_put_for(:'a', :number, :got_seq, :'got_stamp', 'llm:m@1', '{ada,ada,bob}', '{Ada,Ada,Bob}', '{person,person,person}', '{0,0,8}', '{3,3,11}',
    '[{"subject": "ada", "predicate": "met", "object": "bob", "evidence": [{"record": "a1", "start": 0, "end": 11}]},
      {"subject": "ada", "predicate": "met", "object": "bob", "evidence": [{"record": "a1", "start": 0, "end": 99}]}]');
select kvasir.extract_put_for(:'a', :number, :got_seq, :'got_stamp', 'llm:m@1', '{x}', '{x}', '{x}', '{0}', '{3}', '[]') is null;
select kvasir.extract_unlock(:got_lock);
commit;
begin;
set local role kvasir_app;
select kvasir.enter_open('read_a', 'r2', null, 1000);
select kvasir.extraction_tell('default_database', 'notes');
select kvasir.extraction_mentions('default_database', 'notes', 9, 0);
select subject, predicate, object, extractor from kvasir.relation;
commit;

\echo tenant b sees none of it, without a where
begin;
set local role kvasir_app;
select kvasir.enter_open('read_b', 'r3', null, 1000);
select (select count(*) from kvasir.extraction), (select count(*) from kvasir.unextracted), (select count(*) from kvasir.extracted_mention), (select count(*) from kvasir.extracted);
select kvasir.extract_forget(:number, array[:got_seq]), kvasir.extract_drop(:number);
commit;

\echo nor can it write there
begin;
set local role kvasir_app;
select kvasir.enter_open('read_b', 'r4', null, 1000);
insert into kvasir.unextracted (tenant_id, number, seq) values (:'a', :number, 1);
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('read_b', 'r5', null, 1000);
insert into kvasir.extracted_mention values (:'a', :number, 1, 'k', 0, 1, 't', 'n', 'llm:m@1');
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('read_b', 'r6', null, 1000);
insert into kvasir.extracted values (:'a', :number, sha256('z'), 'llm:m@1', '{}');
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('read_b', 'r7', null, 1000);
insert into kvasir.extraction select :'a', gen_random_uuid(), :number;
rollback;

\echo nobody at all: no row; the engine sees who waits, and no text
begin;
set local role kvasir_app;
select (select count(*) from kvasir.extraction), (select count(*) from kvasir.unextracted), (select count(*) from kvasir.extracted_mention), (select count(*) from kvasir.extracted);
commit;
begin;
set local role kvasir_engine;
select (select count(*) from kvasir.extraction), (select count(*) from kvasir.unextracted);
select count(*) from kvasir.extracted_mention;
rollback;
begin;
set local role kvasir_engine;
select count(*) from kvasir.extracted;
select reply from kvasir.extracted;
rollback;
\echo replies that nobody asked for in a month the engine sees, to delete them
begin;
set local role kvasir_app;
select kvasir.enter_open('read_a', 'r7', null, 1000);
update kvasir.extracted set used_at = now() - interval '31 days';
set local role kvasir_engine;
select count(*) from kvasir.extracted;
with gone as (delete from kvasir.extracted returning digest) select count(*) from gone;
rollback;

\echo what was read goes with the record, and with the collection all of it
begin;
set local role kvasir_app;
select kvasir.enter_open('read_a', 'r8', null, 1000);
select count(*) from kvasir.extracted_mention;
select kvasir.record_delete('default_database', 'notes', array['a1'], null);
select (select count(*) from kvasir.extracted_mention), (select count(*) from kvasir.relation), (select count(*) from kvasir.extracted);
select kvasir.collection_drop('default_database', 'notes') is not null;
select (select count(*) from kvasir.extraction), (select count(*) from kvasir.extracted);
commit;
