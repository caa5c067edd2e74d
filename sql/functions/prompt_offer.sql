-- prompt_offer: stored prompts as clients of MCP see them: a name, arguments, a text to fill in.
--
-- A prompt's name is its agent's, which means the active version, or agent@version.  Where its text
-- has {{name}} it takes the argument of that name; {{name?}} may be left out and is nothing then.

set local role kvasir_owner;

create or replace function kvasir.prompt_mark() returns text
language sql immutable parallel safe
return '\{\{ *([A-Za-z_][A-Za-z0-9_]{0,63})(\?)? *\}\}';

-- The arguments that a text takes, in the order in which they first stand there.
create or replace function kvasir.prompt_arguments(body text) returns jsonb
language sql immutable strict parallel safe as $$
    select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'required', a.required) order by a.place), '[]')
      from (select m[1] as name, bool_or(m[2] is null) as required, min(n) as place
              from regexp_matches(body, kvasir.prompt_mark(), 'g') with ordinality as t (m, n)
             group by 1) a
$$;

create or replace function kvasir.prompt_says(p kvasir.prompt) returns text
language sql immutable parallel safe
return format('Version %s of the prompt of %s%s', p.version, p.agent, ', by ' || p.created_by);

-- The active prompts of all agents, by name.
create or replace function kvasir.prompt_page(after_name text, how_many bigint)
returns table (name text, prompt jsonb)
language sql stable as $$
    select p.agent, jsonb_build_object(
               'name', p.agent, 'description', kvasir.prompt_says(p), 'arguments',
               kvasir.prompt_arguments(p.text))
      from kvasir.prompt p
     where p.tenant_id = (select kvasir.tenant()) and p.active
       and (after_name is null or p.agent > after_name)
     order by p.agent limit how_many
$$;

-- The prompt of a name: an agent's active one, or the version behind an @.  KV404: there is none.
create or replace function kvasir.prompt_named(wanted text) returns kvasir.prompt
language plpgsql stable as $$
declare
    part text[] := regexp_match(wanted, '^(.+)@([1-9][0-9]{0,8})$');
    p    kvasir.prompt;
begin
    select * into p from kvasir.prompt t
     where t.tenant_id = (select kvasir.tenant()) and t.agent = wanted and t.active;
    if not found and part is not null then
        select * into p from kvasir.prompt t
         where t.tenant_id = (select kvasir.tenant()) and t.agent = part[1] and t.version = part[2]::integer;
    end if;
    if p.agent is null then
        raise exception using errcode = 'KV404',
            message = format('there is no prompt %s', left(wanted, 100));
    end if;
    return p;
end
$$;

-- KV400 unless the arguments are texts, all known, and none that is required is missing.
create or replace function kvasir.prompt_check(taken jsonb, args jsonb) returns void
language plpgsql immutable as $$
declare
    odd text;
begin
    select string_agg(a ->> 'name', ', ') into odd from jsonb_array_elements(taken) a
     where (a -> 'required')::boolean and args -> (a ->> 'name') is null;
    if odd is not null then
        raise exception using errcode = 'KV400', message = format('this prompt needs the arguments: %s', odd);
    end if;
    select left(key, 100) into odd from jsonb_each(args)
     where not taken @> jsonb_build_array(jsonb_build_object('name', key)) limit 1;
    if odd is not null then
        raise exception using errcode = 'KV400', message = format(
            'this prompt has no argument %s; it takes: %s', odd,
            coalesce((select string_agg(a ->> 'name', ', ') from jsonb_array_elements(taken) a), 'none'));
    end if;
    select key into odd from jsonb_each(args) where jsonb_typeof(value) <> 'string' limit 1;
    if odd is not null then
        raise exception using errcode = 'KV400', message = format('the argument %s must be a string', odd);
    end if;
end
$$;

-- Its text with the arguments in it.  What they hold is not looked into: a {{name}} in a value
-- stays as it is.
create or replace function kvasir.prompt_fill(wanted text, args jsonb)
returns table (agent text, version integer, says text, body text)
language plpgsql stable rows 1 as $$
#variable_conflict use_column
declare
    p kvasir.prompt := kvasir.prompt_named(wanted);
begin
    perform kvasir.prompt_check(kvasir.prompt_arguments(p.text), args);
    return query
    select p.agent, p.version, kvasir.prompt_says(p),
           string_agg(piece || coalesce(args ->> m[1], ''), '' order by n)
      from rows from (regexp_split_to_table(p.text, kvasir.prompt_mark()),
                      regexp_matches(p.text, kvasir.prompt_mark(), 'g')) with ordinality as t (piece, m, n);
end
$$;

grant execute on function
    kvasir.prompt_mark(),
    kvasir.prompt_arguments(text),
    kvasir.prompt_page(text, bigint),
    kvasir.prompt_says(kvasir.prompt),
    kvasir.prompt_named(text),
    kvasir.prompt_check(jsonb, jsonb),
    kvasir.prompt_fill(text, jsonb)
to kvasir_app;
