-- name: extract_take_any params: 0
-- A record that waits for the language model, locked for this session: tenant, number, seq, stamp, id,
-- document, lock.
select d.tenant, d.number, d.seq, t.stamp, t.id, t.document, t.lock
  from kvasir.extract_due() d
 cross join lateral kvasir.extract_take_for(d.tenant, d.number, d.seq) t;

-- name: extract_unlock params: 1
select kvasir.extract_unlock($1::bigint);

-- name: extract_known params: 3
-- $1 tenant's id, $2 number, $3 SHA-256: the reply, or null.
select kvasir.extract_known_for($1::uuid, $2::bigint, $3::bytea);

-- name: extract_learn params: 5
-- $1 tenant's id, $2 number, $3 SHA-256, $4 extractor, $5 reply.
select kvasir.extract_learn_for($1::uuid, $2::bigint, $3::bytea, $4::text, $5::jsonb);

-- name: extract_put params: 11
-- $1 tenant's id, $2 number, $3 seq, $4 stamp, $5 extractor, of each mention $6 key, $7 name, $8 type, $9
-- start, $10 stop, then $11 relations: how many of these were refused, or null when nothing was stored.
select kvasir.extract_put_for($1::uuid, $2::bigint, $3::bigint, $4::text, $5::text, $6::text[],
                              $7::text[], $8::text[], $9::text[], $10::text[], $11::jsonb);

-- name: extract_fail params: 6
-- $1 tenant's id, $2 number, $3 seq, $4 stamp or null: the whole collection, $5 reason, $6 seconds or null.
select kvasir.extract_fail_for($1::uuid, $2::bigint, $3::bigint, $4::text, $5::text, $6::bigint);

-- name: extraction_tell params: 2
-- $1 database, $2 collection.
select kvasir.extraction_tell($1::text, $2::text);

-- name: extraction_set params: 3
-- $1 database, $2 collection, $3 on or off.
select kvasir.extraction_set($1::text, $2::text, $3::boolean);

-- name: extraction_size params: 2
-- $1 database, $2 collection: records with text, and its bytes.
select records, bytes from kvasir.extraction_size($1::text, $2::text);

-- name: extraction_mentions params: 4
-- $1 database, $2 collection, $3 limit, $4 offset.
select kvasir.extraction_mentions($1::text, $2::text, $3::bigint, $4::bigint);

-- name: extraction_forget params: 3
-- $1 database, $2 collection, $3 extractor.
select kvasir.extraction_forget($1::text, $2::text, $3::text);

-- name: extract_purge params: 1
-- Replies that nobody asked for in a month, $1 at most; returns how many went.
with old as (
    select tenant_id, number, digest from kvasir.extracted
     where used_at < now() - interval '30 days' order by used_at limit $1::bigint),
gone as (
    delete from kvasir.extracted x using old
     where x.tenant_id = old.tenant_id and x.number = old.number and x.digest = old.digest
    returning x.digest)
select count(*) from gone;
