-- call: who called what is nothing to another tenant, is never changed, and a key is taken once.
select kvasir.tenant_create('call_a', false) is not null, kvasir.tenant_create('call_b', false) is not null;

\echo tenant a calls: its event and its row
begin;
set local role kvasir_app;
select kvasir.enter_open('call_a', 'r1', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 1000);
select kvasir.call_end('notes.get', '{"tool": "notes.get", "success": true}', 5, 'mcp', 'ok', decode(repeat('0a', 32), 'hex'), false);
select caller, wire, tool, outcome, ms >= 5, request_id, trace, encode(digest, 'hex') from kvasir.audit;
select type, subject, data - 'duration', data ? 'duration' from kvasir.outbox where type = 'mcp.tool.executed';
select current_setting('synchronous_commit');
commit;

\echo one that was denied has no event; a failure that a statement found is told
begin;
set local role kvasir_app;
select kvasir.enter_open('call_a', 'r2', null, 1000);
select kvasir.call_end('notes.get', null, 5, 'mcp', 'denied', null, true);
select set_config('kvasir.failure', 'no such id', true);
select kvasir.call_end('notes.get', '{"tool": "notes.get", "success": true}', 5, 'mcp', 'ok', null, true);
select tool, outcome from kvasir.audit order by id;
select data - 'duration' from kvasir.outbox where type = 'mcp.tool.executed' order by id;
rollback;

\echo a key is taken once, and tells what it was taken for
begin;
set local role kvasir_app;
select kvasir.enter_open('call_a', 'r3', null, 1000);
select kvasir.once_take('k', 'notes.create', decode(repeat('0a', 32), 'hex'));
select kvasir.once_keep('k', '{"id":1}', null);
select * from kvasir.once_repeat('k', 'notes.create', decode(repeat('0a', 32), 'hex'));
select current_setting('kvasir.outcome');
select * from kvasir.once_repeat('k', 'notes.create', decode(repeat('0b', 32), 'hex'));
select * from kvasir.once_repeat('k', 'notes.delete', decode(repeat('0a', 32), 'hex'));
select current_setting('kvasir.outcome');
select count(*) from kvasir.once_repeat('other', 'notes.create', decode(repeat('0a', 32), 'hex'));
commit;
begin;
set local role kvasir_app;
select kvasir.enter_open('call_a', 'r4', null, 1000);
select kvasir.once_take('k', 'notes.create', decode(repeat('0a', 32), 'hex'));
rollback;

\echo tenant b sees none of it, without a where, and may take the same key
begin;
set local role kvasir_app;
select kvasir.enter_open('call_b', 'r5', null, 1000);
select (select count(*) from kvasir.audit), (select count(*) from kvasir.once), kvasir.audit_list(null, null, null, null, null, 10);
select count(*) from kvasir.once_repeat('k', 'notes.create', decode(repeat('0a', 32), 'hex'));
select kvasir.once_take('k', 'notes.create', decode(repeat('0a', 32), 'hex'));
update kvasir.once set result = 'mine';
select count(*) from kvasir.once;
commit;

\echo nor can it write for another, change what was written, or take it away
begin;
set local role kvasir_app;
select kvasir.enter_open('call_b', 'r6', null, 1000);
savepoint s;
insert into kvasir.audit (tenant_id, caller, wire, tool, outcome, ms) select id, 'x', 'x', 'x', 'ok', 0 from kvasir.tenant where false union all select '00000000-0000-0000-0000-000000000001', 'x', 'x', 'x', 'ok', 0;
rollback to s;
update kvasir.audit set tool = 'x';
rollback to s;
delete from kvasir.audit;
rollback to s;
delete from kvasir.once;
rollback;

\echo what is done often is suggested to the tenant that does it, and to no other
begin;
set local role kvasir_app;
select kvasir.enter_open('call_a', 'r8', null, 1000);
select kvasir.call_end('notes.create', null, 0, 'mcp', 'ok', decode(repeat('0c', 32), 'hex'), true) from generate_series(1, 3);
select signature, tool, seen, success_rate, suggested, verdict from kvasir.task_patterns();
select suggestion_id as suggestion from kvasir.task_patterns() \gset
select kvasir.task_decide(:'suggestion', 'rejected');
select kvasir.task_suggestion_list(9);
select verdict, decided_by from kvasir.task_verdict;
select kvasir.task_decide('none', 'rejected');
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('call_a', 'r8', null, 1000);
select kvasir.call_end('notes.create', null, 0, 'mcp', 'ok', decode(repeat('0c', 32), 'hex'), true) from generate_series(1, 3);
select suggestion_id as suggestion from kvasir.task_patterns() \gset
select kvasir.task_decide(:'suggestion', 'approved');
commit;
begin;
set local role kvasir_app;
select kvasir.enter_open('call_b', 'r9', null, 1000);
select (select count(*) from kvasir.task_patterns()), (select count(*) from kvasir.task_verdict);
savepoint s;
\set VERBOSITY sqlstate
select kvasir.task_decide(:'suggestion', 'rejected');
\set VERBOSITY terse
rollback to s;
delete from kvasir.task_verdict;
rollback;

\echo nobody sees anything
begin;
set local role kvasir_app;
select (select count(*) from kvasir.audit), (select count(*) from kvasir.once), (select count(*) from kvasir.task_verdict);
rollback;

\echo the engine sees ages and nothing else, and takes nothing that is not old
begin;
set local role kvasir_engine;
select count(*) > 0, count(called_at) > 0 from kvasir.audit;
select count(*) from kvasir.once;
savepoint s;
select tool from kvasir.audit;
rollback to s;
select result from kvasir.once;
rollback;

\echo a tenant goes with its rows
begin;
select kvasir.enter_open('call_a', 'r7', null, 1000);
select kvasir.tenant_drop();
select count(*) from kvasir.audit where tenant_id not in (select id from kvasir.tenant);
rollback;
