-- epoch: whoever sees another graph sees another epoch, who folds changes none, and no tenant sees another's.
select kvasir.tenant_create('epoch_a', false) is not null, kvasir.tenant_create('epoch_b', false) is not null;
set role kvasir_app;
begin;
select kvasir.enter_open('epoch_a', 'r1', null, 1000);
select made from kvasir.collection_create('default_database', 'notes', null, 'cosine', null, 'english', null, false);
select inserted from kvasir.record_put('default_database', 'notes', array['a1', 'a2'], array['Ada met Bob.', 'Cy met Ada.'],
    array['{}'::jsonb, '{}'], array[null, null::text], array[null, null::vector], null);
commit;

-- Has it changed since the last time it was asked, and by how many writes?
create temporary table last (writes bigint, mark bigint);
insert into last values (0, 0);
create function pg_temp.changed() returns text language plpgsql as $$
declare
    was last;
    e   record;
begin
    select * into was from last;
    select * into e from kvasir.graph_epoch(kvasir.collection_need('default_database', 'notes'));
    update last set writes = e.writes, mark = e.mark where true;
    return format('%s more, %s', e.writes - was.writes,
                  case when (e.writes, e.mark) = (was.writes, was.mark) then 'the same' else 'another' end);
end
$$;

\echo records that nothing has been read of yet are no change, their mentions are
begin;
select kvasir.enter_open('epoch_a', 'r2', null, 1000);
select pg_temp.changed();
select kvasir.graph_put(c.number, array_agg(t.seq::text), array_agg(t.stamp), array_agg(t.seq::text), array['ada', 'ada'],
                        array['0', '0'], array['name', 'name'], array['', ''], array['0', '0'], array['0', '0'],
                        array['3', '3'], '{}', '{}')
  from kvasir.collection_need('default_database', 'notes') c cross join lateral kvasir.graph_take(c.number, 2) t
 group by c.number;
select pg_temp.changed() not like '0 more%';
commit;

\echo so are merges, and relations between entities, but not what is said in words
begin;
select kvasir.enter_open('epoch_a', 'r3', null, 1000);
select kvasir.graph_merge('default_database', 'notes', 'ada l', 'ada') is not null, pg_temp.changed();
select kvasir.graph_unmerge('default_database', 'notes', 'ada l') is not null, pg_temp.changed();
select kvasir.relation_put(kvasir.collection_need('default_database', 'notes'), 'user', '[{"subject": "ada", "predicate": "is", "literal": "tall"}]') is not null,
       pg_temp.changed();
select kvasir.relation_put(kvasir.collection_need('default_database', 'notes'), 'user', '[{"subject": "ada", "predicate": "met", "object": "bob"}]') is not null,
       pg_temp.changed();
select kvasir.graph_relation_delete('default_database', 'notes', r.id), pg_temp.changed() from kvasir.relation r where r.object = 'bob';
commit;

\echo what is taken back has not been
begin;
select kvasir.enter_open('epoch_a', 'r4', null, 1000);
select kvasir.record_delete('default_database', 'notes', array['a2'], null);
rollback;
begin;
select kvasir.enter_open('epoch_a', 'r5', null, 1000);
select pg_temp.changed();
savepoint before;
select kvasir.record_delete('default_database', 'notes', array['a2'], null);
rollback to before;
select pg_temp.changed();
select kvasir.record_delete('default_database', 'notes', array['a2'], null);
select pg_temp.changed() not like '0 more%';
commit;

\echo folding leaves one row and changes nothing
begin;
select kvasir.enter_open('epoch_a', 'r6', null, 1000);
select pg_temp.changed();
select kvasir.graph_touch(c.number), kvasir.graph_fold(c.tenant_id, c.number)
  from kvasir.collection_need('default_database', 'notes') c;
select pg_temp.changed(), (select count(*) from kvasir.graph_write);
commit;

\echo a row that a dump brought from elsewhere, of the same number, is added to
begin;
select kvasir.enter_open('epoch_a', 'r7', null, 1000);
update kvasir.graph_write set writer = pg_current_xact_id();
select kvasir.graph_touch(c.number) from kvasir.collection_need('default_database', 'notes') c;
select pg_temp.changed(), (select count(*) from kvasir.graph_write);
rollback;

\echo tenant b sees none of it and writes nothing there, and nobody at all sees none
begin;
select kvasir.enter_open('epoch_b', 'r8', null, 1000);
select count(*) from kvasir.graph_write;
update kvasir.graph_write set mark = 0;
delete from kvasir.graph_write;
insert into kvasir.graph_write (tenant_id, number, mark)
values ((select id from kvasir.tenant where name = 'epoch_a'), 1, 0), (gen_random_uuid(), 1, 0);
rollback;
select count(*) from kvasir.graph_write;
begin;
select kvasir.enter_open('epoch_a', 'r9', null, 1000);
select count(*) from kvasir.graph_write where mark <> 0;
select pg_temp.changed() not like '0 more%', pg_temp.changed();

\echo a collection that goes takes its row with it
select kvasir.collection_drop('default_database', 'notes') is not null;
select count(*) from kvasir.graph_write;
commit;
reset role;
