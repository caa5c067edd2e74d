-- rounds: a state is used by one request, an ended session is over, and neither is another tenant's.
select kvasir.tenant_create('round_a', false) is not null, kvasir.tenant_create('round_b', false) is not null;
\set s '\'00000000-0000-4000-8000-000000000001\''
\set n '\'00000000-0000-4000-8000-000000000002\''

\echo the secret is one, and of 256 bits; only by its function
begin;
set local role kvasir_app;
select length(kvasir.mcp_secret()), kvasir.mcp_secret() = kvasir.mcp_secret();
select * from kvasir.installation;
rollback;

\echo a request may say in each of its transactions that it uses a state; another may not
begin;
set local role kvasir_app;
select kvasir.enter_open('round_a', 'r1', null, 1000);
select kvasir.mcp_state_use(:n, now() + interval '1 h');
select kvasir.mcp_state_use(:n, now() + interval '1 h');
commit;
begin;
set local role kvasir_app;
select kvasir.enter_open('round_a', 'r2', null, 1000);
select kvasir.mcp_state_use(:n, now() + interval '1 h');
rollback;

\echo a rollback gives it back
begin;
set local role kvasir_app;
select kvasir.enter_open('round_a', 'r3', null, 1000);
select kvasir.mcp_state_use(:s, now() + interval '1 h');
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('round_a', 'r4', null, 1000);
select kvasir.mcp_state_use(:s, now() + interval '1 h');
rollback;

\echo a session has the level that it was given last, until it ends
begin;
set local role kvasir_app;
select kvasir.enter_open('round_a', 'r5', null, 1000);
select kvasir.mcp_enter(:s), kvasir.mcp_log_level(:s) is null;
select kvasir.mcp_log_level_set(:s, 'error', now() + interval '1 h');
select kvasir.mcp_log_level_set(:s, 'debug', now() + interval '1 h');
select kvasir.mcp_enter(:s), kvasir.mcp_log_level(:s);
select kvasir.mcp_end(:s, now() + interval '1 h');
select kvasir.mcp_enter(:s);
rollback;

\echo what expired goes when more is written
begin;
set local role kvasir_app;
select kvasir.enter_open('round_a', 'r6', null, 1000);
select kvasir.mcp_end(:s, now() - interval '1 h');
select kvasir.mcp_end(:n, now() + interval '1 h');
select id from kvasir.mcp_session;
commit;

\echo answers of a round: by its session and caller alone, each once; the last one takes the row
begin;
set local role kvasir_app;
select kvasir.enter_open('round_a', 'r8', null, 1000);
select kvasir.mcp_round_open(:n, :s, 'key a', :n, 'tools/call', '{"name":"t"}', '"1"', 'kept', -1, '{one,two}', now() + interval '1 h');
select * from kvasir.mcp_round_answer(:n, 0, :n, 'key a', '{"a":1}', false);
select * from kvasir.mcp_round_answer(:n, 0, :s, 'key b', '{"a":2}', false);
select * from kvasir.mcp_round_answer(:n, 2, :s, 'key a', '{"a":3}', false);
select * from kvasir.mcp_round_answer(:n, 1, :s, 'key a', '{"a":4}', false);
select * from kvasir.mcp_round_answer(:n, 1, :s, 'key a', '{"a":5}', false);
select answers from kvasir.mcp_round;
savepoint open;
select * from kvasir.mcp_round_answer(:n, 0, :s, 'key a', '{"a":6}', false);
select count(*) from kvasir.mcp_round;
rollback to open;
\echo an error takes it at once, a call taken back too, and one that expired is not gone on with
select answers, failure from kvasir.mcp_round_answer(:n, 0, :s, 'key a', '{"code":-1,"message":"no"}', true);
rollback to open;
select kvasir.mcp_round_drop(:n, '"1"'), kvasir.mcp_round_drop(:s, '1'), count(*) from kvasir.mcp_round;
select kvasir.mcp_round_drop(:s, '"1"');
select count(*) from kvasir.mcp_round;
rollback to open;
select kvasir.mcp_end(:n, now() + interval '1 h'), count(*) from kvasir.mcp_round;
select kvasir.mcp_end(:s, now() + interval '1 h');
select count(*) from kvasir.mcp_round;
rollback to open;
update kvasir.mcp_round set expires_at = now() - interval '1 s';
select count(*) from kvasir.mcp_round_answer(:n, 0, :s, 'key a', '{"a":7}', false);
rollback to open;
commit;

\echo another tenant sees none of it, without a where, and is not concerned
begin;
set local role kvasir_app;
select kvasir.enter_open('round_b', 'r7', null, 1000);
select (select count(*) from kvasir.mcp_session), (select count(*) from kvasir.mcp_state),
       (select count(*) from kvasir.mcp_round);
select count(*) from kvasir.mcp_round_answer(:n, 0, :s, 'key a', '{"a":8}', false);
select kvasir.mcp_enter(:n), kvasir.mcp_state_use(:n, now() + interval '1 h');
insert into kvasir.mcp_session (tenant_id, id, expires_at)
select id, gen_random_uuid(), now() from kvasir.tenant union all select gen_random_uuid(), gen_random_uuid(), now();
rollback;
