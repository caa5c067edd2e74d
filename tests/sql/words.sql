-- words: one tenant's words, runs, forgotten ones and sets are nothing to another, in any table.
select kvasir.tenant_create('words_a', false) is not null, kvasir.tenant_create('words_b', false) is not null;

\echo tenant a writes, moves and forgets
begin;
set local role kvasir_app;
select kvasir.enter_open('words_a', 'r1', null, 1000);
select made from kvasir.collection_create('default_database', 'notes', null, 'cosine', null, 'english', null, false, '{"title": 2}');
select inserted from kvasir.record_put('default_database', 'notes', array['a1', 'a2', 'a3'],
    array['Ada met Bob.', 'Bob met nobody.', 'The'], array['{"title": "Meetings"}'::jsonb, '{}', '{}'], array[null, null, null::text],
    array[null, null, null::vector], null);
commit;
select number as n, tenant_id as t from kvasir.collection where name = 'notes'
   and tenant_id = (select id from kvasir.tenant where name = 'words_a') \gset
select seq, len, encode(words, 'escape') from kvasir.words_take_for(:'t', :n, 1);
begin;
select seq, len from kvasir.words_take_for(:'t', :n, 1);
select kvasir.words_put_for(:'t', :n, array['ada', 'bob'], array['\x0404', '\x0404']::bytea[], 1, 1, 1, false);
commit;
begin;
set local role kvasir_app;
select kvasir.enter_open('words_a', 'r2', null, 1000);
select kvasir.record_delete('default_database', 'notes', array['a1'], null);
select kind, term, first, second = 'x' as second, encode(bytes, 'escape') as bytes
  from kvasir.words_lookup('default_database', 'notes', array['met bob', 'ad'], array['text', 'prefix'], null);
select count(*) from kvasir.words_lookup('default_database', 'none', array['bob'], array['text'], null);
select kvasir.words_pass('default_database', 'notes', :n, array[1, 2], '$.title == "x"', '{}', '{}');
select kvasir.words_pass('default_database', 'notes', :n, array[1, 2], null, array['met nobody'], '{}');
select (select count(*) from kvasir.run), (select count(*) from kvasir.forgotten), (select count(*) from kvasir.unposted),
       (select count(*) from kvasir.word_set);
commit;

\echo its words become others; phrases are those of the set that they were found in
begin;
set local role kvasir_app;
select kvasir.enter_open('words_a', 'r2', null, 1000);
select kvasir.collection_change('default_database', 'notes', 'simple', '{"title": 1, "tags": 1}') is not null;
select changing from kvasir.collection_describe('default_database', 'notes', 1, 0);
commit;
select number as m from kvasir.word_set where tenant_id = :'t' \gset
select upto, did from kvasir.words_set_step_for(:'t', :m, 1);
begin;
select after as a, upto as u, did from kvasir.words_set_step_for(:'t', :m, 1) \gset
select :a, :u, :'did';
select seq, len, encode(words, 'escape') from kvasir.words_set_read_for(:'t', :m, :a, :u);
commit;
select upto, did from kvasir.words_set_step_for(:'t', :m, 100) \gset
select kvasir.words_set_read_for(:'t', :m, :u, 3);
select upto, did from kvasir.words_set_step_for(:'t', :m, 100);
begin;
set local role kvasir_app;
select kvasir.enter_open('words_a', 'r2', null, 1000);
select language, weights, words, changing from kvasir.collection_describe('default_database', 'notes', 1, 0);
select array(select kvasir.words_pass('default_database', 'notes', :n, array[1, 2], null, array['bobs met'], '{}')) as old,
       array(select kvasir.words_pass('default_database', 'notes', :m, array[1, 2], null, array['bobs met'], '{}')) as new;
select state, language, weights from kvasir.word_set order by number;
commit;

\echo tenant b sees none of it
begin;
set local role kvasir_app;
select kvasir.enter_open('words_b', 'r3', null, 1000);
select (select count(*) from kvasir.run), (select count(*) from kvasir.forgotten), (select count(*) from kvasir.unposted),
       (select count(*) from kvasir.word_set);
select format('select count(*) from kvasir_data.posting_%s', :n) \gexec
select count(*) from kvasir.words_lookup('default_database', 'notes', array['bob'], array['text'], null);
commit;

\echo nor can it write there
begin;
set local role kvasir_app;
select kvasir.enter_open('words_b', 'r4', null, 1000);
insert into kvasir.forgotten (tenant_id, number, seq, run) values (:'t', :n, 1, 1);
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('words_b', 'r5', null, 1000);
insert into kvasir.run (tenant_id, number, run, records, bytes, lo, hi) values (:'t', :n, 1, 1, 1, 1, 1);
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('words_b', 'r6', null, 1000);
select format('insert into kvasir_data.posting_%s values (1, ''x'', ''\x0404'')', :n) \gexec
rollback;

begin;
set local role kvasir_app;
select kvasir.enter_open('words_b', 'r6', null, 1000);
insert into kvasir.word_set (tenant_id, collection, number, language, state) values (:'t', :n, 99, 'simple', 'making');
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('words_b', 'r6', null, 1000);
select kvasir.collection_change('default_database', 'notes', 'german', null);
rollback;

\echo nobody at all: no row
begin;
set local role kvasir_app;
select (select count(*) from kvasir.run), (select count(*) from kvasir.forgotten), (select count(*) from kvasir.unposted),
       (select count(*) from kvasir.word_set);
commit;

\echo a deleted collection takes all along
begin;
set local role kvasir_app;
select kvasir.enter_open('words_a', 'r7', null, 1000);
select kvasir.collection_drop('default_database', 'notes') is not null;
select (select count(*) from kvasir.run), (select count(*) from kvasir.forgotten), (select count(*) from kvasir.unposted),
       (select count(*) from kvasir.word_set);
commit;
