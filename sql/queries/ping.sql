-- name: ping params: 0
-- Postgres answers, and says when: the cheapest proof that a connection is alive.
select clock_timestamp();
