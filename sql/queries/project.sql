-- name: project_log params: 3
-- $1 type, $2 status, $3 details.
select kvasir.project_log($1::text, $2::text, $3::jsonb);

-- name: project_events params: 3
-- $1 type or null, $2 status or null, $3 limit.
select e, jsonb_array_length(e)
  from kvasir.project_events($1::text, $2::text, $3::bigint) e;

-- name: project_feature_put params: 3
-- $1 name, $2 description or null, $3 status or null.
select kvasir.project_feature_put($1::text, $2::text, $3::text);

-- name: project_features params: 1
-- $1 status or null.
select f, jsonb_array_length(f)
  from kvasir.project_features($1::text) f;
