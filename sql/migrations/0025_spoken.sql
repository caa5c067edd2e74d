-- How often a name is spoken of is counted in an index of its own (docs/decisions/0015-a-graph-of-mentions.md).

set local role kvasir_owner;

do $$
declare
    mentions text;
begin
    for mentions in select relname from pg_class
                     where relnamespace = 'kvasir_data'::regnamespace and relkind = 'r'
                       and relname ~ '^mention_[0-9]+$' loop
        execute format('create index on kvasir_data.%I (key, kind)', mentions);
    end loop;
end
$$;
