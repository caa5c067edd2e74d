-- task: a task is its tenant's and its principal's, and is worked on by one at a time.
select kvasir.tenant_create('task_a', false) is not null, kvasir.tenant_create('task_b', false) is not null;
begin;
select kvasir.enter_open('task_a', null, null, 0);
select kvasir.key_create('worker', sha256('worker'), 'a key', array['read'], null);
commit;

\echo tenant a makes one by a key and one by open access
begin;
set local role kvasir_app;
select kvasir.enter_key('worker', sha256('worker'), 'read', 'r1', 't1', 0);
select t.id as by_key from kvasir.task_create('tool', 'a', '{"b": 1,  "a": 2}', 1, 2, 60000) t \gset
select kvasir.enter_open('task_a', 'r2', null, 0);
select t.id as by_open from kvasir.task_create('tool', 'b', '{}', 0, 2, null) t \gset
commit;

\echo each sees its own, and all when all are asked for
begin;
set local role kvasir_app;
select kvasir.enter_open('task_a', null, null, 0);
select name, principal, status, ttl_ms from kvasir.task_seen(false);
select name from kvasir.task_seen(true) order by name;
select kvasir.enter_key('worker', sha256('worker'), 'read', null, null, 0);
select name, principal, key_id, request_id, trace, arguments from kvasir.task_seen(false);
rollback;

\echo tenant b sees none, without a where, and makes none there
begin;
set local role kvasir_app;
select kvasir.enter_open('task_b', null, null, 0);
select count(*) from kvasir.task;
update kvasir.task set status = 'cancelled' where true;
\set VERBOSITY sqlstate
select kvasir.task_need(:'by_open', true);
\set VERBOSITY default
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('task_b', null, null, 0);
insert into kvasir.task (tenant_id, kind, name, principal, arguments, attempts_most)
select gen_random_uuid(), 'tool', 'forged', 'open', '{}', 1;
rollback;

\echo nobody at all: no row; and requests neither claim nor end
begin;
set local role kvasir_app;
select count(*) from kvasir.task;
select * from kvasir.task_claim(1, 1);
rollback;
begin;
set local role kvasir_app;
select kvasir.task_finish(array[:'by_open'], array[:'by_open'], '{completed}', '{1}', array[null::bytea], '{0}');
rollback;

\echo the engine claims both, once
begin;
set local role kvasir_engine;
create temporary table claimed as select * from kvasir.task_claim(9, 60);
select name, kind, arguments, client, answers, attempt from claimed order by name;
select count(*) from kvasir.task_claim(9, 60);
select id as task, lease from claimed where name = 'a' \gset
select lease as other_lease from claimed where name = 'b' \gset
commit;

\echo by its lease it acts for the tenant and the principal, as far as the key goes
begin;
set local role kvasir_app;
select kvasir.enter_task(:'task', :'lease', 'read', 1234);
select name, kvasir.principal(), current_setting('kvasir.request'), current_setting('kvasir.trace'),
       current_setting('statement_timeout') from kvasir.tenant;
rollback;
\set VERBOSITY sqlstate
begin;
set local role kvasir_app;
select kvasir.enter_task(:'task', :'lease', 'write', 0);
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_task(:'task', :'other_lease', 'read', 0);
rollback;
begin;
select kvasir.enter_open('task_a', null, null, 0);
select kvasir.key_revoke('worker');
set local role kvasir_app;
select kvasir.enter_task(:'task', :'lease', 'read', 0);
rollback;
\set VERBOSITY default

\echo a question, an answer, and the same name again: a new one on the wire, the same for the tool
begin;
set local role kvasir_engine;
select kvasir.task_finish(array[:'task'], array[:'lease'], '{asked}', '{"{\"sure\": {\"method\": \"m\"}}"}', array['\x6b'::bytea], '{0}');
select status, requests, state, round, lease from kvasir.task where id = :'task';
set local role kvasir_app;
select kvasir.enter_key('worker', sha256('worker'), 'read', null, null, 0);
select status, answers from kvasir.task_answer(:'task', '{"sure": {"action": "accept"}, "x": 1}');
set local role kvasir_engine;
create temporary table second as select * from kvasir.task_claim(9, 60);
select answers, state, attempt from second;
select lease as second_lease from second \gset
select kvasir.task_finish(array[:'task'], array[:'second_lease'], '{asked}', '{"{\"sure\": {\"method\": \"m\"}}"}', array[null::bytea], '{0}');
select status, requests, state, round from kvasir.task where id = :'task';
set local role kvasir_app;
select kvasir.enter_key('worker', sha256('worker'), 'read', null, null, 0);
select status, answers from kvasir.task_answer(:'task', '{"sure": {"action": "accept"}}');
select status, answers from kvasir.task_answer(:'task', '{"sure-2": {"action": "decline"}}');
set local role kvasir_engine;
select answers from kvasir.task_claim(9, 60);
rollback;

\echo what cannot be stored fails, alone; another lease changes nothing
begin;
set local role kvasir_engine;
select kvasir.task_finish(array[:'task', :'by_open'], array[:'lease', :'other_lease'], '{completed,completed}', '{"{}","no json"}', array[null, null]::bytea[], '{0,0}');
select name, status, result, error ->> 'code' from kvasir.task order by name;
rollback;
begin;
set local role kvasir_engine;
select kvasir.task_finish(array[:'task'], array[:'other_lease'], '{completed}', '{"{}"}', array[null::bytea], '{0}');
select name, status from kvasir.task order by name;
rollback;

\echo cancelled while it is worked on: the beat tells, and no result counts
begin;
set local role kvasir_app;
select kvasir.enter_open('task_a', null, null, 0);
select status, cancel from kvasir.task_cancel(:'by_open', false);
set local role kvasir_engine;
select kvasir.task_beat(array[:'by_open', :'task'], array[:'other_lease', :'lease'], 60, array[null, 'half'], array[null, 1]::double precision[], array[null, 2]::double precision[]) = :'by_open';
select says, done, total from kvasir.task where id = :'task';
select kvasir.task_finish(array[:'by_open'], array[:'other_lease'], '{completed}', '{"{}"}', array[null::bytea], '{0}');
select status, result from kvasir.task where id = :'by_open';
rollback;

\echo what may pass is tried again later, and fails when no attempt is left; so does what was lost
begin;
set local role kvasir_engine;
select kvasir.task_finish(array[:'by_open'], array[:'other_lease'], '{again}', '{"{\"code\": 1}"}', array[null::bytea], '{0}');
select status, attempt, run_at between now() + '0.4 s' and now() + '1.1 s', error from kvasir.task where id = :'by_open';
update kvasir.task set run_at = now() where id = :'by_open';
select lease as other_lease from kvasir.task_claim(1, -1) \gset
select kvasir.task_recover();
select status, attempt, error ->> 'code' from kvasir.task where id = :'by_open';
rollback;

\echo tenants alternate, and tasks of one tenant come in their order: a single one does not wait behind five
begin;
delete from kvasir.task;
set local role kvasir_app;
select kvasir.enter_open('task_a', null, null, 0);
select count(kvasir.task_create('tool', 'a' || n, '{}', 0, 2, null)) from generate_series(1, 5) n;
select kvasir.enter_open('task_b', null, null, 0);
select count(kvasir.task_create('tool', 'b' || n, '{}', 0, 2, null)) from generate_series(1, 2) n;
set local role kvasir_engine;
create temporary table first as select * from kvasir.task_claim(2, 60);
create temporary table second as select * from kvasir.task_claim(2, 60);
select (select string_agg(name, ' ' order by name) from first), (select string_agg(name, ' ' order by name) from second);
\echo who comes later has saved nothing up: a1, a2 and b1, b2 are worked on, and b3 stands beside a3
set local role kvasir_app;
select count(kvasir.task_create('tool', 'b' || n, '{}', 0, 2, null)) from generate_series(3, 5) n;
set local role kvasir_engine;
select string_agg(name, ' ' order by name) from kvasir.task_claim(3, 60);
\echo what is tried again is not looked at before its time, and stands behind its own then
select kvasir.task_finish(array(select id from first), array(select lease from first), '{again,again}', '{"{}","{}"}',
                          '{null,null}', '{0,0}');
select name, ready from kvasir.task where attempt = 1 and status = 'queued' order by name;
select count(*) from kvasir.task_claim(0, 60);
update kvasir.task set run_at = now() where not ready;
select kvasir.task_ready(), kvasir.task_rest();
select name, turn from kvasir.task where status = 'queued' and ready order by turn, name;
rollback;
