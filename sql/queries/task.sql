-- name: claims_task params: 4
-- Binds the transaction to the tenant of a task and to what its key may do, or raises KV401, KV403 or KV409.
-- $1 task, $2 its lease, $3 scope, $4 statement timeout in ms.
select kvasir.enter_task($1::uuid, $2::uuid, $3::text, $4::bigint);

-- name: task_create params: 7
-- $1 kind, $2 name, $3 arguments, $4 what the caller can do, $5 attempts at most, $6 ttl in ms or null, $7 what
-- the first turn finds kept, or null.
select r.* from kvasir.task_create($1::text, $2::text, $3::json, $4::bigint, $5::bigint, $6::bigint, $7::bytea) t
 cross join lateral kvasir.task_row(t) r;

-- name: task_get params: 2
-- $1 id, $2 whether of everybody in the tenant.
select r.* from kvasir.task_need($1::text, $2::boolean) t cross join lateral kvasir.task_row(t) r;

-- name: task_answer params: 2
-- $1 id, $2 answers by the names of their questions.
select r.* from kvasir.task_answer($1::text, $2::jsonb) t cross join lateral kvasir.task_row(t) r;

-- name: task_cancel params: 2
-- $1 id, $2 whether of everybody.
select r.* from kvasir.task_cancel($1::text, $2::boolean) t cross join lateral kvasir.task_row(t) r;

-- name: task_take_back params: 1
-- $1 the label of the call that is taken back.
select kvasir.task_take_back($1::text);

-- name: task_abandon params: 2
-- $1 tenants, $2 streams of theirs whose answers nobody waits for any more.
select kvasir.task_abandon($1::text[]::uuid[], $2::text[]::uuid[]);

-- name: task_page params: 4
-- $1 whether of everybody, $2 status or null, $3 last id of the page before or null, $4 how many.
select r.* from kvasir.task_page($1::boolean, $2::text, $3::text, $4::bigint) t
 cross join lateral kvasir.task_row(t) r;

-- name: task_claim params: 2
-- $1 how many at most, $2 seconds that nobody else may have them.
select * from kvasir.task_claim($1::bigint, $2::double precision);

-- name: task_rest params: 0
-- Milliseconds until some task is due, or null.
select kvasir.task_rest();

-- name: task_beat params: 6
-- $1 ids, $2 leases, $3 seconds more or null, $4 words, $5 done, $6 total.  Ids that are to be left.
select * from kvasir.task_beat($1::text[], $2::text[], $3::double precision, $4::text[], $5::double precision[],
                               $6::double precision[]);

-- name: task_finish params: 6
-- $1 ids, $2 leases, $3 outcomes, $4 bodies, $5 kept, $6 ms to wait.
select kvasir.task_finish($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[]);

-- name: task_purge params: 1
-- $1 how many at most.
select kvasir.task_purge($1::bigint);

-- name: task_mine params: 1
-- $1 ids: those of tasks of the caller, as a JSON array.
select kvasir.task_mine($1::text[]);
