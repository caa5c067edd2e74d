\set ECHO all
-- where: what each operator of a filter means on real rows.
--
-- Each "-- where:" line is a filter as a client sends it; the statement below it is what
-- src/store/where.c makes of it (tests/unit/test_where.c compares), run over the rows here.

create temporary table record (id integer, metadata jsonb);
insert into record values
    (1, '{"s": "x", "i": 1, "f": 1.5, "b": true, "l": [1, 2, "a"]}'),
    (2, '{"s": "y", "i": 2, "f": 2.0, "b": false, "l": [3]}'),
    (3, '{"s": "2", "i": 3, "f": -0.25, "l": []}'),
    (4, '{"s": "", "i": -2, "f": 2e10, "l": 2}'),
    (5, '{"s": 5, "i": "2", "b": "true", "big": 9223372036854775807}'),
    (6, '{}'),
    (7, '{"i": true, "a \"quoted\" \\ key": "v \"q\" \\ ''); drop table record; --", "k$y": "$x",
         "\u00e6\u0001\n\u20ac": "\u0007\t\ud83d\ude00", "": "empty", "k.y": 1, "k": {"y": 1}}');

create function pg_temp.ids(filter jsonpath) returns text
    language sql as $$
    select coalesce(string_agg(id::text, ' ' order by id), 'none')
      from record where metadata @@ filter
$$;

-- where: {"s": "x"}
select pg_temp.ids($where$($."s" == "x" && $."s".type() != "array")$where$);

-- where: {"s": {"$eq": "x"}}
select pg_temp.ids($where$($."s" == "x" && $."s".type() != "array")$where$);

-- where: {"s": {"$ne": "x"}}
select pg_temp.ids($where$!exists($ ? ($."s" == "x" && $."s".type() != "array"))$where$);

-- where: {"i": 2}
select pg_temp.ids($where$($."i" == 2 && $."i".type() != "array")$where$);

-- where: {"i": 2.0}
select pg_temp.ids($where$($."i" == 2.0 && $."i".type() != "array")$where$);

-- where: {"i": "2"}
select pg_temp.ids($where$($."i" == "2" && $."i".type() != "array")$where$);

-- where: {"i": true}
select pg_temp.ids($where$($."i" == true && $."i".type() != "array")$where$);

-- where: {"i": {"$ne": 2}}
select pg_temp.ids($where$!exists($ ? ($."i" == 2 && $."i".type() != "array"))$where$);

-- where: {"i": {"$ne": "2"}}
select pg_temp.ids($where$!exists($ ? ($."i" == "2" && $."i".type() != "array"))$where$);

-- where: {"i": {"$gt": 1.5}}
select pg_temp.ids($where$($."i" > 1.5 && $."i".type() != "array")$where$);

-- where: {"i": {"$gte": 2}}
select pg_temp.ids($where$($."i" >= 2 && $."i".type() != "array")$where$);

-- where: {"i": {"$lt": 2}}
select pg_temp.ids($where$($."i" < 2 && $."i".type() != "array")$where$);

-- where: {"i": {"$lte": 2}}
select pg_temp.ids($where$($."i" <= 2 && $."i".type() != "array")$where$);

-- where: {"i": {"$gte": -1, "$lt": 3}}
select pg_temp.ids($where$(($."i" >= -1 && $."i".type() != "array") && ($."i" < 3 && $."i".type() != "array"))$where$);

-- where: {"f": 2}
select pg_temp.ids($where$($."f" == 2 && $."f".type() != "array")$where$);

-- where: {"f": {"$gt": 2}}
select pg_temp.ids($where$($."f" > 2 && $."f".type() != "array")$where$);

-- where: {"f": {"$lt": -1.5e-3}}
select pg_temp.ids($where$($."f" < -0.0015 && $."f".type() != "array")$where$);

-- where: {"b": true}
select pg_temp.ids($where$($."b" == true && $."b".type() != "array")$where$);

-- where: {"b": {"$ne": true}}
select pg_temp.ids($where$!exists($ ? ($."b" == true && $."b".type() != "array"))$where$);

-- where: {"i": {"$in": [1, 2.0, 7]}}
select pg_temp.ids($where$(($."i" == 1 || $."i" == 2.0 || $."i" == 7) && $."i".type() != "array")$where$);

-- where: {"i": {"$nin": [1, 2]}}
select pg_temp.ids($where$!exists($ ? (($."i" == 1 || $."i" == 2) && $."i".type() != "array"))$where$);

-- where: {"s": {"$in": ["x", "y"]}}
select pg_temp.ids($where$(($."s" == "x" || $."s" == "y") && $."s".type() != "array")$where$);

-- where: {"s": {"$nin": ["x", "2"]}}
select pg_temp.ids($where$!exists($ ? (($."s" == "x" || $."s" == "2") && $."s".type() != "array"))$where$);

-- where: {"l": {"$contains": 2}}
select pg_temp.ids($where$($."l"[*] == 2 && $."l".type() == "array")$where$);

-- where: {"l": {"$contains": "a"}}
select pg_temp.ids($where$($."l"[*] == "a" && $."l".type() == "array")$where$);

-- where: {"l": {"$not_contains": 2}}
select pg_temp.ids($where$!exists($ ? ($."l"[*] == 2 && $."l".type() == "array"))$where$);

-- where: {"s": {"$contains": "x"}}
select pg_temp.ids($where$($."s"[*] == "x" && $."s".type() == "array")$where$);

-- where: {"s": {"$not_contains": "x"}}
select pg_temp.ids($where$!exists($ ? ($."s"[*] == "x" && $."s".type() == "array"))$where$);

-- where: {"l": 2}
select pg_temp.ids($where$($."l" == 2 && $."l".type() != "array")$where$);

-- where: {"l": {"$ne": 2}}
select pg_temp.ids($where$!exists($ ? ($."l" == 2 && $."l".type() != "array"))$where$);

-- where: {"l": {"$gt": 0}}
select pg_temp.ids($where$($."l" > 0 && $."l".type() != "array")$where$);

-- where: {"l": {"$in": [2]}}
select pg_temp.ids($where$($."l" == 2 && $."l".type() != "array")$where$);

-- where: {"l": {"$nin": [2]}}
select pg_temp.ids($where$!exists($ ? ($."l" == 2 && $."l".type() != "array"))$where$);

-- where: {"s": "x", "i": 2}
select pg_temp.ids($where$(($."s" == "x" && $."s".type() != "array") && ($."i" == 2 && $."i".type() != "array"))$where$);

-- where: {"$and": [{"s": "x"}, {"i": {"$gt": 1}}]}
select pg_temp.ids($where$(($."s" == "x" && $."s".type() != "array") && ($."i" > 1 && $."i".type() != "array"))$where$);

-- where: {"$or": [{"s": "y"}, {"i": {"$gt": 2}}]}
select pg_temp.ids($where$(($."s" == "y" && $."s".type() != "array") || ($."i" > 2 && $."i".type() != "array"))$where$);

-- where: {"$or": [{"s": 5}, {"b": false}]}
select pg_temp.ids($where$(($."s" == 5 && $."s".type() != "array") || ($."b" == false && $."b".type() != "array"))$where$);

-- where: {"$and": [{"$or": [{"i": 1}, {"i": 2}]}, {"s": {"$ne": "y"}}]}
select pg_temp.ids($where$((($."i" == 1 && $."i".type() != "array") || ($."i" == 2 && $."i".type() != "array")) && !exists($ ? ($."s" == "y" && $."s".type() != "array")))$where$);

-- where: {"$or": [{"$and": [{"s": "x"}, {"b": true}]}, {"missing": {"$ne": 1}, "i": 3}]}
select pg_temp.ids($where$((($."s" == "x" && $."s".type() != "array") && ($."b" == true && $."b".type() != "array")) || (!exists($ ? ($."missing" == 1 && $."missing".type() != "array")) && ($."i" == 3 && $."i".type() != "array")))$where$);

-- where: {"$and": []}
select pg_temp.ids($where$1 == 1$where$);

-- where: {"$or": []}
select pg_temp.ids($where$1 == 0$where$);

-- where: {"missing": {"$ne": 1}}
select pg_temp.ids($where$!exists($ ? ($."missing" == 1 && $."missing".type() != "array"))$where$);

-- where: {"missing": {"$gt": 0}}
select pg_temp.ids($where$($."missing" > 0 && $."missing".type() != "array")$where$);

-- where: {"a \"quoted\" \\ key": "v \"q\" \\ '); drop table record; --"}
select pg_temp.ids($where$($."a \"quoted\" \\ key" == "v \"q\" \\ '); drop table record; --" && $."a \"quoted\" \\ key".type() != "array")$where$);

-- where: {"k$y": "$x"}
select pg_temp.ids($where$($."k$y" == "$x" && $."k$y".type() != "array")$where$);

-- where: {"æ\u0001\n€": "\u0007\t😀"}
select pg_temp.ids($where$($."æ\u0001\n€" == "\u0007\t😀" && $."æ\u0001\n€".type() != "array")$where$);

-- where: {"": "empty"}
select pg_temp.ids($where$($."" == "empty" && $."".type() != "array")$where$);

-- where: {"k.y": 1}
select pg_temp.ids($where$($."k.y" == 1 && $."k.y".type() != "array")$where$);

-- where: {"big": 9223372036854775807}
select pg_temp.ids($where$($."big" == 9223372036854775807 && $."big".type() != "array")$where$);

-- where: {"big": {"$gt": 9223372036854775806}}
select pg_temp.ids($where$($."big" > 9223372036854775806 && $."big".type() != "array")$where$);

-- A filter of one equality is found through the index that every collection has.
create temporary table many as
    select n as id, jsonb_build_object('n', n, 's', 'x' || n) as metadata
      from generate_series(1, 20000) as n;
create index many_metadata on many using gin (metadata jsonb_path_ops);
analyze many;
create function pg_temp.uses_index(filter jsonpath) returns boolean
    language plpgsql as $$
declare
    line text;
    found boolean := false;
begin
    for line in execute format('explain (costs off) select id from many where metadata @@ %L', filter)
    loop
        found := found or line like '%many_metadata%';
    end loop;
    return found;
end
$$;
-- where: {"s": "x77"}
select pg_temp.uses_index($where$($."s" == "x77" && $."s".type() != "array")$where$);

-- where: {"n": 77}
select pg_temp.uses_index($where$($."n" == 77 && $."n".type() != "array")$where$);

-- where: {"n": {"$in": [77, 78]}}
select pg_temp.uses_index($where$(($."n" == 77 || $."n" == 78) && $."n".type() != "array")$where$);

-- where: {"$and": [{"s": "x77"}, {"n": {"$ne": 5}}]}
select pg_temp.uses_index($where$(($."s" == "x77" && $."s".type() != "array") && !exists($ ? ($."n" == 5 && $."n".type() != "array")))$where$);

