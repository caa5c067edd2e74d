-- sqltool: what becomes of a function's catalogue and comment: a schema, a call, or a reason why not.
create schema "Odd ""schema";
grant usage on schema "Odd ""schema" to kvasir_tool;
set search_path = "Odd ""schema", pg_catalog, public;
create type "Odd ""schema"."Co'lour" as enum ('re''d', 'green');
create function plain(a int, b text default 'x') returns text language sql stable as 'select b';
create function awkward("a""b'c" text, "select" "Co'lour", variadic "--" int[]) returns setof int language sql as 'select 1';
create function lists(a jsonb, b text[], c pg_class) returns void language sql immutable as 'select null::void';
create function one(out answer int) language sql immutable as 'select 42';
create function rows(x int) returns table (a int, b int) language sql as 'select 1, 2';
create function nothing() returns void language sql as 'select null::void';
create procedure no_function() language sql as 'select 1';

\echo comments
select kvasir.sqltool_comment(says) from unnest(array[null, '', 'Only text.',
    E'First.\nSecond.\n\n@title A title \n@scope admin\n@destructive false\n@hidden\n@param a The  first\n@param b\nLast. @title no',
    E'@param "x y" z']) says;
select kvasir.sqltool_flag('{"a": "", "b": "false", "c": "No"}', m) from unnest('{a,b,c,d}'::text[]) m;

\echo types
select t, kvasir.sqltool_type(t), kvasir.sqltool_kind(t)
  from unnest(array['int2', 'int8', 'numeric', 'bool', 'text', 'varchar', 'bpchar', 'jsonb', 'uuid', 'date', 'timestamptz', 'timestamp',
                    'int4[]', 'text[]', 'interval', '"Co''lour"', '"Co''lour"[]', 'pg_class', 'int4range', 'record', 'anyelement',
                    'information_schema.yes_or_no']::regtype[]) t;

\echo calls, made of names in the catalogue
select p.proname, s.why_not, kvasir.sqltool_sql('Odd "schema', p, s, args)
  from (values ('plain', '{"a": 1}'), ('plain', '{"a": 1, "b": "x"}'),
               ('awkward', '{"a\"b''c": "x", "select": "green", "--": [1]}'),
               ('lists', '{"a": 1, "b": [], "c": {}}'), ('one', '{}'), ('rows', '{"x": 1}'), ('nothing', '{}')) c (name, args_text)
 cross join lateral (select args_text::jsonb) a (args)
  join pg_proc p on p.proname = c.name and p.pronamespace = '"Odd ""schema"'::regnamespace
 cross join lateral kvasir.sqltool_shape(p, 'kvasir_tool', 1) s;

\echo mistakes
select kvasir.sqltool_mistake('{a,b,c,d,e}', '{integer,string,array,any,boolean}', 1, args::jsonb)
  from unnest(array['{"a": 1}', '{}', '{"a": 1.0}', '{"a": 1e3}', '{"a": 1.5}', '{"a": "1"}', '{"a": 1, "b": 2}', '{"a": 1, "c": {}}',
                    '{"a": 1, "d": [null]}', '{"a": 1, "e": "true"}', '{"a": 1, "z": 1}']) args;

\echo a role that is above the wall
select kvasir.sqltool_role_check(r) from unnest('{kvasir_tool}'::text[]) r;
select kvasir.sqltool_role_check('kvasir_app');
select kvasir.sqltool_role_check('kvasir_owner');
select kvasir.sqltool_role_check('nobody at all');
select kvasir.sqltool_role_check('admin');

\echo as the app: listed, called, and nothing is left of the role and the mode
begin;
set local role kvasir_app;
select kvasir.enter_open('default_tenant', null, null, 1000);
select tool from kvasir.sqltool_list('Odd "schema', 'kvasir_tool', 50);
select * from kvasir.sqltool_call('Odd "schema', 'kvasir_tool', 'plain', '{"a": 1, "b": "said"}', 50, 1000);
select * from kvasir.sqltool_call('Odd "schema', 'kvasir_tool', 'rows', '{"x": 1}', 50, 1000);
select * from kvasir.sqltool_call('Odd "schema', 'kvasir_tool', 'rows', '{"x": "1"}', 50, 1000);
select current_user, current_setting('transaction_read_only'), current_setting('kvasir.failure');
savepoint s;
select * from kvasir.sqltool_call('Odd "schema', 'kvasir_tool', 'no_function', '{}', 50, 1000);
rollback to s;
select * from kvasir.sqltool_call('pg_catalog', 'kvasir_tool', 'pg_sleep', '{}', 50, 1000);
rollback to s;
select * from kvasir.sqltool_call('', 'kvasir_tool', 'plain', '{}', 50, 1000);
rollback;

\echo statements that are kept, made of names in the catalogue too; none for arguments that a call would refuse
select kvasir.sqltool_kept_sql('Odd "schema', p, 42, s, args)
  from (values ('plain', '{"a": 1, "b": null}'), ('one', '{}'), ('rows', '{"x": 1}'), ('rows', '{"x": null, "limit": 5, "cursor": "x"}'),
               ('awkward', '{"a\"b''c": null, "select": "green", "--": [1]}'),
               ('plain', '{"a": 1, "c": null}'), ('rows', '{"x": 1, "limit": "5"}'), ('rows', '{"x": 1, "cursor": 5}')) c (name, args_text)
 cross join lateral (select args_text::jsonb) a (args)
  join pg_proc p on p.proname = c.name and p.pronamespace = '"Odd ""schema"'::regnamespace
 cross join lateral kvasir.sqltool_shape(p, 'kvasir_tool', 1) s;

\echo kept as the app: only what reads, once, and another one goes
begin;
set local role kvasir_app;
select kvasir.enter_open('default_tenant', null, null, 1000);
select count(*) from kvasir.sqltool_keep('Odd "schema', 'kvasir_tool', 'rows', '{"x": 1}', null);
select scope, said from kvasir.sqltool_keep('Odd "schema', 'kvasir_tool', 'plain', '{"a": 1}', null);
select count(*) from kvasir.sqltool_keep('Odd "schema', 'kvasir_tool', 'plain', '{"a": 2}', null);
select count(*) from pg_prepared_statements where name like 'tool %';
select count(*) from kvasir.sqltool_keep('Odd "schema', 'kvasir_tool', 'plain', '{"a": 2, "b": "x"}',
                                         (select min(name) from pg_prepared_statements where name like 'tool %'));
select count(*) from pg_prepared_statements where name like 'tool %';
select current_user;
select kvasir.sqltool_old();
rollback;
