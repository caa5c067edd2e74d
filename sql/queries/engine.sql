-- name: engine_beat params: 3
-- $1 program, $2 host, $3 process id: it lives.
insert into kvasir.heartbeat (program, host, pid)
values ($1::text, $2::text, $3::integer)
on conflict (program, host, pid) do update set seen_at = now();

-- name: engine_leave params: 3
-- The same program ends in good order.
delete from kvasir.heartbeat
 where program = $1::text and host = $2::text and pid = $3::integer;

-- name: engine_forget params: 0
-- Programs that died without a word.
delete from kvasir.heartbeat where seen_at < now() - interval '1 day';

-- name: tally_compact params: 1
-- $1 how many rows a collection's tally may have before they are folded into one.
select kvasir.tally_compact($1::bigint);
