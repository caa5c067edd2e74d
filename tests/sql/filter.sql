-- filter: the role that serves requests has its filters answered by an index, behind the wall.
select kvasir.tenant_create('filtering', false) is not null;

begin;
set local role kvasir_app;
select kvasir.enter_open('filtering', 'r1', null, 1000);
select made from kvasir.collection_create('default_database', 'notes', 3, 'cosine', null, 'simple', null, false);
select inserted from kvasir.record_put('default_database', 'notes', array(select 'r' || n from generate_series(1, 3000) n),
    null, array(select jsonb_build_object('n', n, 'tenth', n % 10, 'l', array[n, n + 1]) from generate_series(1, 3000) n),
    null, null, null);
commit;

select number as number from kvasir.collection where name = 'notes' \gset
analyze kvasir_data.record_:number;

create function pg_temp.plan(statement text) returns text
language plpgsql as $$
declare
    line text;
begin
    for line in execute 'explain (costs off) ' || statement loop
        if line ~ 'Index Scan|Seq Scan' then
            return substring(line from '(Bitmap Index Scan|Index Scan|Seq Scan)');
        end if;
    end loop;
    return 'none';
end
$$;

begin;
set local role kvasir_app;
select kvasir.enter_open('filtering', 'r2', null, 1000);
set local enable_seqscan = off; -- as every session of ours
\echo equality and membership by the index, with our operator alone
select pg_temp.plan(format('select id from kvasir_data.record_%s where metadata operator(kvasir.@@) ''$.n == 7''', :number));
select pg_temp.plan(format('select id from kvasir_data.record_%s where metadata operator(kvasir.@@) ''$.l[*] == 7''', :number));
select pg_temp.plan(format('select id from kvasir_data.record_%s where metadata operator(kvasir.@@) ''$.n == 7 || $.n == 8''', :number));
select pg_temp.plan(format('select id from kvasir_data.record_%s where metadata @@ ''$.n == 7''', :number));
\echo and they find the same
select id from kvasir.record_get('default_database', 'notes', null, '$.l[*] == 7', 10, 0, false);
\echo what goes wrong inside a row is no error, so nothing tells of it
select count(*) from kvasir.record_get('default_database', 'notes', null, '1 / ($.n - 7) > 0', 5000, 0, false);
select count(*) from kvasir.record_get('default_database', 'notes', null, '$.n', 5000, 0, false);
\echo every part of a tree
select kvasir.filter_sql('r', '$.n == 1', '$1',
    '["and", ["or", ["not", ["contains", "a''b"]], ["regex", "x"]], ["id", ["a"]], ["in", "k", [1]], ["float", "k", true], ["path", "$.n == 1"], ["or"]]', '$2');
rollback;

\echo nobody else reads a row of it
begin;
set local role kvasir_app;
select count(*) from kvasir.tenant;
select (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from kvasir_data.record_%s where metadata operator(kvasir.@@) ''$.n == 7''', :number), false, true, '')))[1];
rollback;
