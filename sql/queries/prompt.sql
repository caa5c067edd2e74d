-- name: prompt_add params: 5
-- $1 agent, $2 text, $3 whether it is active at once, $4 by whom or null, $5 names of older clients.
select p.version, kvasir.prompt_json(p, $5::boolean)
  from kvasir.prompt_add($1::text, $2::text, $3::boolean, $4::text) p;

-- name: prompt_get params: 3
-- $1 agent, $2 version or null for the active one, $3 names of older clients.
select p.version, kvasir.prompt_json(p, $3::boolean)
  from kvasir.prompt_need($1::text, $2::bigint) p;

-- name: prompt_activate params: 3
-- $1 agent, $2 version, $3 names of older clients.
select p.version, kvasir.prompt_json(p, $3::boolean)
  from kvasir.prompt_activate($1::text, $2::bigint) p;

-- name: prompt_report params: 7
-- $1 agent, $2 version or null for the active one, $3 measure, $4 delta, $5 summary of the input,
-- $6 of the output, $7 context.
select run_id, version, average, runs, needs_refinement
  from kvasir.prompt_report($1::text, $2::bigint, $3::text, $4::double precision, $5::text, $6::text,
                            $7::jsonb);

-- name: prompt_list params: 3
-- $1 agent, $2 limit, $3 names of older clients.
select prompts, total
  from kvasir.prompt_list($1::text, $2::bigint, $3::boolean);
