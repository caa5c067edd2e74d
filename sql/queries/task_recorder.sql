-- name: task_patterns params: 1
-- Calls that are made again and again, as JSON, $1 at most.
select kvasir.task_pattern_list($1::bigint);

-- name: task_suggestions params: 1
-- Those of them that nobody has decided on yet, $1 at most.
select kvasir.task_suggestion_list($1::bigint);

-- name: task_decide params: 2
-- Decides on the suggestion $1: $2 approved or rejected; returns who decided.
select kvasir.task_decide($1::text, $2::text);
