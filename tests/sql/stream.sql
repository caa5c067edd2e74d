-- stream: what is told and sent is seen by the tenant that said it, and by who names both.
select kvasir.tenant_create('tenant_a', false) is not null, kvasir.tenant_create('tenant_b', false) is not null;
create temporary table of (name text, id uuid);
insert into of select name, id from kvasir.tenant where name like 'tenant_%';
grant select on of to kvasir_app;

\echo tenant a tells, sends and subscribes
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_a', 'r1', null, 1000);
select kvasir.stream_tell('tools'), kvasir.stream_tell('task 1', '{"taskId": "1"}');
select kvasir.stream_send('00000000-0000-0000-0000-00000000000a', 'first', false),
       kvasir.stream_send('00000000-0000-0000-0000-00000000000a', 'second', true);
select kvasir.session_subscribe('s', 'x://a', 2), kvasir.session_subscribe('s', 'x://a', 2);
select kvasir.session_subscribe('s', 'x://b', 2), kvasir.session_topics('s');
select topic, said from kvasir.told order by number;
select number, message, last from kvasir.stream_message order by number;
commit;

\echo a stream has one last message, and a session so many subscriptions
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_a', 'r2', null, 1000);
savepoint before;
select kvasir.stream_send('00000000-0000-0000-0000-00000000000a', 'third', false);
rollback to before;
select kvasir.session_subscribe('s', 'x://c', 2);
rollback to before;
select kvasir.session_unsubscribe('s', 'x://b'), kvasir.session_topics('s');
rollback;

\echo tenant b cannot see any of it, and has numbers of its own for a stream of the same name
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_b', 'r3', null, 1000);
select (select count(*) from kvasir.told), (select count(*) from kvasir.stream_message),
       (select count(*) from kvasir.session_resource), kvasir.session_topics('s');
select kvasir.stream_send('00000000-0000-0000-0000-00000000000a', 'of b', false);
select d.number, d.message from of, kvasir.stream_due(array[of.id],
    array['00000000-0000-0000-0000-00000000000a'::uuid], array[0::bigint]) d where of.name = 'tenant_b';
rollback;

\echo nor can it write there
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_b', 'r4', null, 1000);
savepoint before;
insert into kvasir.told (tenant_id, topic) select id, 'tools' from of where name = 'tenant_a';
rollback to before;
insert into kvasir.stream_message (tenant_id, stream_id, number, message, last)
select id, gen_random_uuid(), 1, 'forged', false from of where name = 'tenant_a';
rollback to before;
insert into kvasir.session_resource (tenant_id, session, uri) select id, 's', 'x://z' from of where name = 'tenant_a';
rollback;

\echo no tenant, no row
begin;
set local role kvasir_app;
select (select count(*) from kvasir.told), (select count(*) from kvasir.stream_message),
       (select count(*) from kvasir.session_resource);
rollback;

\echo who listens for its streams names each together with its tenant
begin;
set local role kvasir_app;
select d.number, d.message, d.last from of, kvasir.stream_due(array[of.id],
    array['00000000-0000-0000-0000-00000000000a'::uuid], array[1::bigint]) d where of.name = 'tenant_a';
select count(*) from of, kvasir.stream_due(array[of.id],
    array['00000000-0000-0000-0000-00000000000a'::uuid], array[0::bigint]) d where of.name = 'tenant_b';
select t.topic, t.said from of, kvasir.stream_told(array[of.id], '0') t where of.name = 'tenant_a' order by t.topic;
select count(*) from of, kvasir.stream_told(array[of.id], '0') t where of.name = 'tenant_b';
select s.said from of, kvasir.stream_said(array[of.id], array['task 1']) s where of.name = 'tenant_a';
select v.uri, v.version from of, kvasir.stream_versions(array[of.id, of.id], array['x://a', 'x://a']) v
 where of.name = 'tenant_a';
select kvasir.tenant() is null;
rollback;

\echo the engine forgets what is old, and keeps the rest
begin;
set local role kvasir_engine;
select kvasir.stream_purge(3600, 100);
select kvasir.stream_purge(-1, 100);
select (select count(*) from kvasir.told), (select count(*) from kvasir.stream_message),
       (select count(*) from kvasir.session_resource);
rollback;
