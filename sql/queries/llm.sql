-- name: llm_reserve params: 7
-- $1 nothing, $2 task, $3 model, $4 attempt, $5 tokens of the prompt, $6 the most it may cost, $7 budget of
-- a month unless the tenant has its own (0: none).  Id of the open call, or null: it is too much.
select kvasir.llm_reserve($2::text, $3::text, $4::bigint, $5::bigint, $6::bigint, $7::bigint)
 where $1::uuid is null;

-- name: llm_reserve_for params: 7
-- The same, $1 being the tenant's id.
select kvasir.llm_reserve_for($1::uuid, $2::text, $3::text, $4::bigint, $5::bigint, $6::bigint,
                              $7::bigint);

-- name: llm_settle params: 8
-- $1 nothing, $2 id of the call, $3 and $4 tokens read and written, $5 cost, $6 whether that is
-- estimated, $7 milliseconds, $8 outcome.
select kvasir.llm_settle($2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::boolean, $7::bigint,
                         $8::text)
 where $1::uuid is null;

-- name: llm_settle_for params: 8
-- The same, $1 being the tenant's id.
select kvasir.llm_settle_for($1::uuid, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::boolean,
                             $7::bigint, $8::text);

-- name: llm_usage params: 2
-- $1 first day of the month or null, $2 budget unless the tenant has its own.
select kvasir.llm_usage($1::date, $2::bigint);

-- name: llm_budget_set params: 1
-- $1 micro-USD a month for the tenant of the claims, or null.
select kvasir.llm_budget_set($1::bigint);

-- name: llm_purge params: 2
-- Calls older than $1 seconds, $2 at most; returns how many went.  What their months cost stays.
with old as (
    select tenant_id, id from kvasir.llm_call
     where called_at < now() - make_interval(secs => $1::bigint) limit $2::bigint),
gone as (
    delete from kvasir.llm_call c using old where c.tenant_id = old.tenant_id and c.id = old.id
    returning c.id)
select count(*) from gone;
