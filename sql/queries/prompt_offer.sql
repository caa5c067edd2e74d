-- name: prompt_page params: 2
-- $1 the name after which to begin or null, $2 how many.
select name, prompt
  from kvasir.prompt_page($1::text, $2::bigint);

-- name: prompt_fill params: 2
-- $1 name or name@version, $2 arguments.
select agent, version, says, body
  from kvasir.prompt_fill($1::text, $2::jsonb);
