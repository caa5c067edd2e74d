-- http_tool: an HTTP tool is its tenant's alone, to see, to call and to remove.
select kvasir.tenant_create('http_a', false) is not null, kvasir.tenant_create('http_b', false) is not null;

\echo tenant a declares one, and another in its place
begin;
set local role kvasir_app;
select kvasir.enter_open('http_a', null, null, 0);
select kvasir.http_tool_put('t', null, 'says', 'GET', 'https://a.example/', '{"type": "object"}', '{}', 1000, 2, true, 1);
select kvasir.http_tool_put('t', 'T', 'says more', 'POST', 'https://a.example/x', '{"type":  "object"}', '{}', 1000, 0, false, 1);
select name, title, description, method, url, schema, retries, read_only from kvasir.http_tool_list();
commit;

\echo no more than it may have
begin;
set local role kvasir_app;
select kvasir.enter_open('http_a', null, null, 0);
select kvasir.http_tool_put('u', null, 'says', 'GET', 'https://a.example/', '{}', '{}', 1000, 2, true, 1);
rollback;

\echo a call is a task with as many attempts as it may have
begin;
set local role kvasir_app;
select kvasir.enter_open('http_a', null, null, 0);
select kind, name, arguments, attempts_most from kvasir.http_tool_call('t', '{"a": 1}', 0, 1000);
rollback;

\echo tenant b sees none, without a where, and neither calls nor removes it
begin;
set local role kvasir_app;
select kvasir.enter_open('http_b', null, null, 0);
select count(*) from kvasir.http_tool;
select count(*) from kvasir.http_tool_list();
delete from kvasir.http_tool where true;
select kvasir.http_tool_call('t', '{}', 0, 1000);
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('http_b', null, null, 0);
select kvasir.http_tool_drop('t');
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('http_b', null, null, 0);
insert into kvasir.http_tool (tenant_id, name, description, method, url, schema, timeout_ms, retries, read_only)
select gen_random_uuid(), 'forged', 'says', 'GET', 'https://b.example/', '{}', 1, 0, true;
rollback;

\echo nobody at all: no row
begin;
set local role kvasir_app;
select count(*) from kvasir.http_tool;
rollback;

\echo it is still there
begin;
select kvasir.enter_open('http_a', null, null, 0);
select name from kvasir.http_tool_list();
rollback;
