-- name: index_due params: 1
-- What is to be done about indexes; $1 how many vectors make an index worth its cost.
select number, action, tenant, collection, vectors from kvasir.index_due($1::bigint);

-- name: index_claim params: 1
select kvasir.index_claim($1::bigint);

-- name: index_release params: 1
select kvasir.index_release($1::bigint);

-- name: index_steps params: 3
-- $1 number of the collection, $2 most memory in MB, $3 parallel workers.
select step from kvasir.index_steps($1::bigint, $2::bigint, $3::bigint) as step;

-- name: index_state params: 3
-- $1 number of the collection, $2 none, building or ready, $3 a note for people or null.
update kvasir.collection
   set index_state = $2::text, index_note = $3::text
 where number = $1::bigint;

-- name: index_outcome params: 1
-- Whether the index of collection $1 can be used now; null: there is none.
select kvasir.index_is_valid($1::bigint);

-- name: index_give_way params: 0
-- Cancels builds whose table somebody wants to himself, to delete it most likely: without this he
-- would wait until the index is there.  Returns how many.
select count(pg_cancel_backend(p.pid))
  from pg_stat_progress_create_index p
 where p.datname = current_database()
   and exists (select from pg_locks l
                where l.database = p.datid and l.relation = p.relid and not l.granted
                  and l.mode = 'AccessExclusiveLock');
