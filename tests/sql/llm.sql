-- llm: what one tenant's model costs is nothing to another, and a budget holds.
select kvasir.tenant_create('llm_a', false) is not null, kvasir.tenant_create('llm_b', false) is not null;

\echo tenant a spends: a call takes its highest price and gives back what it did not cost
begin;
select kvasir.enter_open('llm_a', 'r1', null, 1000);
select kvasir.llm_budget_set(100);
set local role kvasir_app;
select kvasir.llm_reserve('answer', 'm', 1, 10, 60, 0) as call \gset
select spent_microusd from kvasir.llm_month;
select kvasir.llm_settle(:call, 8, 2, 25, false, 7, 'ok');
select kvasir.llm_settle(:call, 9, 9, 99, false, 7, 'twice');
select spent_microusd from kvasir.llm_month;
select prompt_tokens, completion_tokens, cost_microusd, estimated, latency_ms, attempt, outcome, request_id from kvasir.llm_call;
commit;

\echo what the budget does not hold is not reserved and leaves no row; its last micro-USD is
begin;
set local role kvasir_app;
select kvasir.enter_open('llm_a', 'r2', null, 1000);
select kvasir.llm_reserve('answer', 'm', 1, 10, 76, 0) is null;
select kvasir.llm_reserve('answer', 'm', 1, 10, 75, 0) is not null;
select kvasir.llm_reserve('answer', 'm', 1, 10, 1, 1000) is null;
select count(*), sum(cost_microusd), (select spent_microusd from kvasir.llm_month) from kvasir.llm_call;
rollback;

\echo a rollback leaves nothing
begin;
set local role kvasir_app;
select kvasir.enter_open('llm_a', 'r3', null, 1000);
select count(*), (select spent_microusd from kvasir.llm_month) from kvasir.llm_call;
select kvasir.llm_usage(null, 7) - 'month';
commit;

\echo tenant b sees none of it, without a where
begin;
set local role kvasir_app;
select kvasir.enter_open('llm_b', 'r4', null, 1000);
select (select count(*) from kvasir.llm_call), (select count(*) from kvasir.llm_month), (select count(*) from kvasir.llm_budget);
select kvasir.llm_usage(null, 7) - 'month';
select kvasir.llm_settle(:call, 1, 1, 1, false, 1, 'theirs');
rollback;

\echo nor can it write there, and no request sets a budget
begin;
set local role kvasir_app;
select kvasir.enter_open('llm_b', 'r5', null, 1000);
insert into kvasir.llm_month (tenant_id, month) select gen_random_uuid(), current_date;
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('llm_b', 'r6', null, 1000);
insert into kvasir.llm_call (tenant_id, month, task, model, prompt_tokens, cost_microusd, attempt)
values (gen_random_uuid(), current_date, 't', 'm', 1, 1, 1);
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('llm_b', 'r7', null, 1000);
select kvasir.llm_budget_set(1);
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('llm_b', 'r8', null, 1000);
insert into kvasir.llm_budget select kvasir.tenant(), 1;
rollback;

\echo nobody at all: no row
begin;
set local role kvasir_app;
select (select count(*) from kvasir.llm_call), (select count(*) from kvasir.llm_month), (select count(*) from kvasir.llm_budget);
commit;

\echo the engine reserves for a tenant that it names, and sees no cost of it
begin;
select id as a from kvasir.tenant where name = 'llm_a' \gset
set local role kvasir_engine;
select kvasir.llm_reserve_for(:'a', 'extract', 'm', 1, 10, 75, 0) is not null, kvasir.llm_reserve_for(:'a', 'extract', 'm', 1, 10, 1, 0) is null;
select sum(cost_microusd) from kvasir.llm_call;
rollback;
