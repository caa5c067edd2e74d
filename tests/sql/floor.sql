-- floor: one stream of a session has the floor: the newest of a process that is there.
select kvasir.tenant_create('tenant_a', false) is not null, kvasir.tenant_create('tenant_b', false) is not null;
create temporary table of (name text, id uuid);
insert into of select name, id from kvasir.tenant where name like 'tenant_%';
grant select on of to kvasir_app;
create function pg_temp.floor(tenant text, session text) returns text language sql as $$
    select right((kvasir.floor_newest(of.id, session)).stream::text, 1) from of where name = tenant $$;
create function pg_temp.join(tenant text, stream text, holder text) returns void language sql as $$
    select kvasir.stream_join(array[of.id], array['session s'], array[('00000000-0000-0000-0000-00000000000' || stream)::uuid],
                              ('10000000-0000-0000-0000-00000000000' || holder)::uuid) from of where name = tenant $$;
create function pg_temp.leave(tenant text, stream text) returns void language sql as $$
    select kvasir.stream_leave(array[of.id], array['session s'], array[('00000000-0000-0000-0000-00000000000' || stream)::uuid],
                               array[1000::bigint]) from of where name = tenant $$;

\echo the newest has it, then the one before
set role kvasir_app;
select kvasir.stream_hold('10000000-0000-0000-0000-000000000001');
select pg_temp.join('tenant_a', '1', '1'), pg_temp.join('tenant_a', '2', '1'), pg_temp.join('tenant_b', '3', '1');
reset role;
select pg_temp.floor('tenant_a', 'session s'), pg_temp.floor('tenant_b', 'session s'), pg_temp.floor('tenant_a', 'session t');
set role kvasir_app;
select pg_temp.leave('tenant_a', '2');
reset role;
select pg_temp.floor('tenant_a', 'session s');

\echo who comes with the holder of a process that is gone is taken away by the next look
set role kvasir_app;
select pg_temp.join('tenant_a', '4', '9');
reset role;
select pg_temp.floor('tenant_a', 'session s');
set role kvasir_app;
select kvasir.stream_check(array[of.id], array['session s']) from of;
reset role;
select pg_temp.floor('tenant_a', 'session s'), pg_temp.floor('tenant_b', 'session s');

\echo a stream whose process listens anew keeps its place
set role kvasir_app;
select kvasir.stream_hold('10000000-0000-0000-0000-000000000002');
select pg_temp.join('tenant_a', '1', '2');
reset role;
select right(stream::text, 1), right(holder::text, 1) from kvasir.session_stream s, of
 where of.id = s.tenant_id and of.name = 'tenant_a' order by number;

\echo nobody sees or changes the rows but by these functions, and no tenant that is gone gets one
set role kvasir_app;
select count(*) from kvasir.session_stream;
insert into kvasir.session_stream (tenant_id, session, stream, holder)
select id, 'session s', gen_random_uuid(), gen_random_uuid() from of limit 1;
select kvasir.stream_join(array[gen_random_uuid()], array['session s'], array[gen_random_uuid()], gen_random_uuid());
reset role;
select count(*) from kvasir.session_stream;

\echo the engine forgets what is held by nobody
begin;
set local role kvasir_engine;
select kvasir.floor_purge(100), kvasir.floor_purge(100); -- the one of tenant b: this session has changed holders
select count(*) from kvasir.session_stream;
rollback;
