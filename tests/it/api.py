#!/usr/bin/env -S python3 -B
"""api: collections, records, search and keys, asked through nginx as a client asks."""
import http.client
import json
import math
import random
import threading

from front import UnixHTTP, connect, wait
from stack import Stack
from stage import play

kv = Stack(mode="development", auth="open", threads=8)
db = kv.db
V1 = "/v1/collections"


def content():
    """Everything that a request may leave in the database, as one text."""
    tables = db.psql("-c", "select relname from pg_class where relkind = 'r' and"
                           " relnamespace = 'kvasir_data'::regnamespace order by 1").split()
    parts = ["select (select count(*) from kvasir.outbox),"
             " (select count(*) from kvasir.tally),"
             " (select string_agg(c::text, ' ' order by number) from kvasir.collection c)"]
    parts += [f"select '{name}', count(*), sum(hashtext(t::text)::bigint)"
              f" from kvasir_data.{name} t" for name in tables]
    return db.psql(*[word for part in parts for word in ("-c", part)])


def names(answer):
    return [hit["id"] for hit in answer["results"]]


def near(found, expected):
    assert abs(found - expected) < 1e-5 * max(1, abs(expected)), (found, expected)


def collections():
    """a collection is made once, described, listed in pages and deleted"""
    made = kv.make("first", dimension=3, space="l2", language="simple", metadata={"a": [1, None]})
    assert made["dimension"] == 3 and made["space"] == "l2" and made["metadata"] == {"a": [1, None]}
    assert made["embedder"] is None and made["count"] == 0 and made["index"]["state"] == "none"
    kv.need(409, "POST", V1, {"name": "first"})
    again = kv.need(200, "POST", V1, {"name": "first", "if_missing": True, "dimension": 9})
    assert again["id"] == made["id"] and again["dimension"] == 3
    assert kv.need(200, "GET", f"{V1}/first")["id"] == made["id"]
    assert kv.need(200, "GET", f"{V1}/{made['id']}")["name"] == "first"
    kv.make("second")
    listed = kv.need(200, "GET", V1)["collections"]
    assert [row["name"] for row in listed] == ["first", "second"]
    paged = kv.need(200, "GET", V1 + "?limit=1&offset=1")["collections"]
    assert [row["name"] for row in paged] == ["second"]
    kv.need(400, "GET", V1 + "?limit=-1")
    kv.need(404, "GET", V1 + "?database=other")["detail"]
    kv.need(404, "GET", V1 + "/third")
    for name in "first", "second":
        assert kv.need(204, "DELETE", f"{V1}/{name}").body == b""
        kv.need(404, "DELETE", f"{V1}/{name}")
    assert db.ask("select count(*) from pg_class where relkind = 'r' and"
                  " relnamespace = 'kvasir_data'::regnamespace") == [["0"]]


def refused_collections():
    """what is no collection is refused with its reason"""
    before = content()
    for status, body in (
            (400, {"name": "ab"}), (400, {"name": "with space"}), (400, {"name": "x" * 513}),
            (400, {"name": "127.0.0.1"}), (400, {"name": "abc", "language": "klingon"}),
            (422, {"name": 5}), (422, {}), (422, []), (422, {"name": "abc", "color": "red"}),
            (422, {"name": "abc", "space": "taxi"}), (422, {"name": "abc", "dimension": 0}),
            (422, {"name": "abc", "dimension": 16001}), (422, {"name": "abc", "metadata": [1]}),
            (422, {"name": "abc", "if_missing": "yes"})):
        kv.need(status, "POST", V1, body)
    kv.need(404, "POST", V1 + "?database=nowhere", {"name": "abc"})
    assert content() == before


def get(name, **said):
    return kv.need(200, "POST", f"{V1}/{name}/records/get", said)["records"]


def records():
    """records are put, read, changed and deleted, by ids and by filter"""
    kv.make("notes")
    done = kv.put("notes", {"id": "a", "text": "one", "embedding": [1, 0.5], "metadata": {"n": 1},
                            "uri": "file:a"}, {"id": "b", "text": "two", "metadata": {"n": 2}})
    assert (done["inserted"], done["updated"]) == (2, 0)
    assert kv.need(200, "GET", f"{V1}/notes")["dimension"] == 2
    one = kv.need(200, "GET", f"{V1}/notes/records/a").json
    assert one["text"] == "one" and one["embedding"] == [1, 0.5] and one["uri"] == "file:a"
    assert one["metadata"] == {"n": 1} and one["created_at"] == one["updated_at"]
    done = kv.put("notes", {"id": "a", "text": "uno"}, {"text": "no id"})
    assert (done["inserted"], done["updated"]) == (1, 1) and done["ids"][0] == "a"
    two = kv.need(200, "GET", f"{V1}/notes/records/a").json
    assert two["text"] == "uno" and two["metadata"] == {} and two.get("embedding") is None
    assert two["created_at"] == one["created_at"] < two["updated_at"]
    done = kv.need(200, "PATCH", f"{V1}/notes/records", {"records": [
        {"id": "b", "metadata": {"n": None, "m": "x"}, "uri": "file:b"}, {"id": "none"}]})
    assert done["updated"] == 1 and done["missing"] == ["none"]
    three = kv.need(200, "GET", f"{V1}/notes/records/b").json
    assert three["metadata"] == {"m": "x"} and three["text"] == "two" and three["uri"] == "file:b"
    assert three["created_at"] < three["updated_at"]
    assert [row["id"] for row in get("notes", ids=["b", "a", "zzz"])] == ["a", "b"]
    assert [row["id"] for row in get("notes", where={"m": "x"})] == ["b"]
    assert get("notes", ids=["a"], where={"m": "x"}) == [] and get("notes", ids=[]) == []
    assert [row["id"] for row in get("notes", limit=1, offset=1)] == ["b"]
    assert "embedding" not in get("notes")[0]
    kv.need(404, "GET", f"{V1}/notes/records/zzz")
    kv.need(400, "POST", f"{V1}/notes/records/delete", {})
    drop = f"{V1}/notes/records/delete"
    assert kv.need(200, "POST", drop, {"ids": []})["deleted"] == 0
    assert kv.need(200, "POST", drop, {"where": {"m": "x"}})["deleted"] == 1
    assert kv.need(200, "POST", drop, {"ids": ["a", "zzz"]})["deleted"] == 1
    kv.need(204, "DELETE", f"{V1}/notes/records/{done_id()}")
    assert get("notes") == [] and kv.need(200, "GET", f"{V1}/notes")["count"] == 0
    kv.need(204, "DELETE", f"{V1}/notes")


def done_id():
    """The one record that is left, whose id was made by the server."""
    (left,) = get("notes")
    assert left["text"] == "no id"
    kv.need(404, "DELETE", f"{V1}/notes/records/other")
    return left["id"]


def odd_names():
    """ids of any characters are found again by path, ids and search"""
    kv.make("odd", language="simple")
    for number, name in enumerate(("a/b", "ä€😀", "100%", "a b", "'; drop table x; --", "%2F",
                                   "\\", '"', "get", "x" * 1024, "\n\t", "..")):
        kv.put("odd", {"id": name, "text": f"word{number}"})
        from urllib.parse import quote
        if name != "..":
            path = f"{V1}/odd/records/{quote(name, safe='')}"
            assert kv.need(200, "GET", path)["id"] == name
        assert [row["id"] for row in get("odd", ids=[name])] == [name]
        assert names(kv.search("odd", query=f"word{number}", mode="lexical")) == [name]
    kv.need(204, "DELETE", f"{V1}/odd")


NINES = b"9" * 200000
BAD = [  # status, a part of what is said, body of a put
    (422, "2 dimensions", {"records": [{"id": "x", "embedding": [1, 2, 3]}]}),
    (422, "", {"records": [{"id": "w", "embedding": [1, 2]}, {"id": "x", "embedding": [1]}]}),
    (422, "32-bit", b'{"records": [{"id": "x", "embedding": [1, 1e999]}]}'),
    (422, "32-bit", b'{"records": [{"id": "x", "embedding": [1, -1e39]}]}'),
    (400, "JSON", b'{"records": [{"id": "x", "embedding": [1, NaN]}]}'),
    (400, "JSON", b'{"records": [{"id": "x", "embedding": [1, Infinity]}]}'),
    (422, "empty", {"records": [{"id": "x", "embedding": []}]}),
    (422, "", {"records": [{"id": "x", "embedding": [1, "2"]}]}),
    (422, "", {"records": [{"id": "x", "embedding": "1,2"}]}),
    (400, "twice", {"records": [{"id": "x", "text": "1"}, {"id": "y", "text": "2"},
                                {"id": "x", "text": "3"}]}),
    (422, "bytes", {"records": [{"id": "x" * 1025, "text": "1"}]}),
    (422, "bytes", {"records": [{"id": "", "text": "1"}]}),
    (422, "", {"records": [{"id": 7, "text": "1"}]}),
    (422, "color", {"records": [{"id": "x", "text": "1", "color": "red"}]}),
    (422, "", {"records": [{"id": "x"}]}),
    (422, "", {"records": [{"id": "x", "text": "1", "metadata": [1]}]}),
    (422, "", {"records": [{"id": "x", "text": 1}]}),
    (422, "", {"records": []}), (422, "", {}), (422, "", []), (422, "", b"null"),
    (422, "", {"records": {"id": "x", "text": "1"}}),
    (422, "", {"records": [{"id": "w", "text": "1"}, None]}),
    (400, "no body", b""), (400, "JSON", b"{"), (400, "JSON", b'{"records": [}'),
    (400, "JSON", b'{"records": [{"id": "x", "text": "1"}]} more'),
    (422, "object", b"[" * 10000), (400, "JSON", b"\xef\xbb\xbf{}"),
    (400, "UTF-8", b'{"records": [{"id": "x", "text": "\xff\xfe"}]}'),
    (400, "UTF-8", b'{"records": [{"id": "x\xc3", "text": "1"}]}'),
    (400, "UTF-8", b'{"records": [{"id": "x", "text": "\xed\xa0\x80"}]}'),
    (400, "", b'{"records": [{"id": "x", "text": "\\ud800"}]}'),
    (400, "U+0000", b'{"records": [{"id": "x", "text": "a\\u0000b"}]}'),
    (400, "U+0000", b'{"records": [{"id": "x\\u0000", "text": "a"}]}'),
    (400, "", b'{"records": [{"id": "x", "text": "a", "metadata": {"k": "\\u0000"}}]}'),
    (400, "", b'{"records": [{"id": "x", "text": "a", "metadata": {"\\u0000": 1}}]}'),
    (400, "UTF-8", b'{"records": [{"id": "x", "text": "a", "metadata": {"k": "\xff"}}]}'),
    (400, "", b'{"records": [{"id": "x", "text": "a", "metadata": {"k": "\\udc00"}}]}'),
    (422, "number", b'{"records": [{"id": "x", "text": "a", "metadata": {"k": 1e400000}}]}'),
    (422, "number", b'{"records": [{"id": "x", "text": "a", "metadata": {"k": 1e-400000}}]}'),
    (422, "number", b'{"records": [{"id": "x", "text": "a", "metadata": {"k": %b}}]}' % NINES),
    (413, "words", {"records": [{"id": "w", "text": "fine"},
                                {"id": "x", "text": " ".join(f"w{n}" for n in range(200000))}]}),
]


def refused_records():
    """each mistake in a batch has its status and reason, and leaves nothing behind"""
    kv.make("strict", dimension=2, metadata={"is": "strict"})
    kv.put("strict", {"id": "there", "text": "here", "embedding": [1, 2]})
    before, wrong = content(), []
    for status, says, body in BAD:
        try:
            kv.need(status, "POST", f"{V1}/strict/records", body)
            answer = kv.need(status, "POST", f"{V1}/strict/records", body)
            assert says in answer["detail"], answer.body
            assert content() == before, "it left something"
        except AssertionError as error:
            wrong.append(f"{status} {str(body)[:80]}: {str(error)[:500]}")
    assert not wrong, "\n".join(wrong)
    kv.need(404, "POST", f"{V1}/unknown/records", {"records": [{"id": "x", "text": "1"}]})
    kv.need(404, "POST", f"{V1}/strict/records?database=no", {"records": [{"id": "x", "text": "1"}]})
    kv.need(422, "PATCH", f"{V1}/strict/records", {"records": [{"text": "no id"}]})
    kv.need(422, "PATCH", f"{V1}/strict/records", {"records": [{"id": "there", "embedding": [1]}]})
    kv.need(405, "PUT", f"{V1}/strict/records", {"records": []})
    assert content() == before
    assert kv.call("POST", f"{V1}/strict/records", b"<a/>").status == 400
    status, headers, body = kv.ask("POST", f"{V1}/strict/records", b"<a/>",
                                   {"Content-Type": "text/xml"})
    assert status == 415 and headers["Content-Type"] == "application/problem+json", body
    kv.need(204, "DELETE", f"{V1}/strict")


def extreme_records():
    """what is extreme and still right is kept as it came"""
    kv.make("extreme")
    text = "ﷺ " * 1000 + "\u0001\u007f\uffff " + "y" * 5000
    deep = {"k": 1.5e-300, "big": 123456789012345678901234567890, "deep": [[[[{"x": [None, True]}]]]],
            "": "", "ä\n\"\\": "😀" * 100}
    kv.put("extreme", {"id": "x", "text": text, "metadata": deep,
                       "embedding": [3.4028234e38, -1.1754944e-38, 1e-45]})
    (one,) = get("extreme", include=["embedding"])
    assert one["text"] == text and one["metadata"] == deep
    assert one["embedding"] == [3.4028235e38, -1.1754944e-38, 1e-45], one["embedding"]
    kv.put("extreme", *[{"id": f"{n}", "text": f"number {n}"} for n in range(20000)])
    assert kv.need(200, "GET", f"{V1}/extreme")["count"] == 20001
    in_order = [row["id"] for row in get("extreme", limit=100000)]
    assert in_order == ["x"] + [f"{n}" for n in range(20000)]
    assert kv.need(200, "POST", f"{V1}/extreme/records/delete",
                   {"ids": [f"{n}" for n in range(20000)]})["deleted"] == 20000
    kv.need(204, "DELETE", f"{V1}/extreme")


def size_limit():
    """a body beyond 64 MiB is refused before it is sent"""
    with connect(kv.web) as peer:
        peer.sendall(b"POST /v1/collections HTTP/1.1\r\nHost: x\r\nContent-Length: 67108865\r\n\r\n")
        answer = http.client.HTTPResponse(peer)
        answer.begin()
        body = json.loads(answer.read())
    assert answer.status == body["status"] == 413 and "application/problem+json" in str(answer.msg)
    assert body["type"] == "urn:kvasir:problem:too-large"


def bm25(texts, query):
    """Okapi BM25 over whitespace words, k1 = 1.2, b = 0.75."""
    words = {name: text.split() for name, text in texts.items()}
    average = sum(map(len, words.values())) / len(words)
    scores = dict.fromkeys(texts, 0.0)
    for term in query.split():
        df = sum(term in list_of for list_of in words.values())
        idf = math.log(1 + (len(words) - df + 0.5) / (df + 0.5))
        for name, list_of in words.items():
            tf = list_of.count(term)
            scores[name] += idf * tf * 2.2 / (
                tf + 1.2 * (0.25 + 0.75 * len(list_of) / average))
    return {name: score for name, score in scores.items() if score > 0}


def ranks_as(texts, query):
    found = kv.search("animals", query=query, mode="lexical", explain=True)
    assert found["mode"] == "lexical" and found["degraded"] is False
    expected = bm25(texts, query)
    assert set(names(found)) == set(expected), (found.json, expected)
    for hit in found["results"]:
        near(hit["score"], expected[hit["id"]])
        near(hit["explain"]["bm25"], expected[hit["id"]])
    scores = [hit["score"] for hit in found["results"]]
    assert scores == sorted(scores, reverse=True)
    return scores


def lexical():
    """words are scored by BM25, exactly, before and after changes"""
    texts = {"a": "red fox jumps", "b": "red red apple", "c": "blue sky"}
    kv.make("animals", language="simple")
    kv.put("animals", *[{"id": key, "text": text} for key, text in texts.items()])
    # fox: ln(1 + 2.5 / 1.5), red: ln(1 + 1.5 / 2.5); a has 3 words of 8 / 3 on average:
    # (0.980829 + 0.470004) * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 9 / 8)) = 1.380252
    near(ranks_as(texts, "red fox")[0], 1.380252)
    for changed in ({"b": "green apple pie with green sauce"}, {"c": "red"}, {"d": "fox fox"}):
        texts.update(changed)
        kv.put("animals", *[{"id": key, "text": text} for key, text in changed.items()])
        ranks_as(texts, "red fox")
    kv.need(200, "PATCH", f"{V1}/animals/records", {"records": [{"id": "a", "text": "grey fox"}]})
    texts["a"] = "grey fox"
    ranks_as(texts, "red fox grey")
    kv.need(204, "DELETE", f"{V1}/animals/records/d")
    del texts["d"]
    ranks_as(texts, "red fox grey green")
    assert names(kv.search("animals", query="nothing of it", mode="lexical")) == []
    for odd in "", "  ", "!!! & | ( ' :*", "a" * 3000, "🦊":
        kv.search("animals", query=odd, mode="lexical")
    kv.need(204, "DELETE", f"{V1}/animals")


def vector():
    """vectors are scored exactly in each space, nearest first"""
    a, b, c, probe = [1.0, 0, 0], [0.6, 0.8, 0], [0, -3, 4.0], [1.0, 1, 0.5]
    length = lambda v: math.sqrt(sum(x * x for x in v))
    dot = lambda v, w: sum(x * y for x, y in zip(v, w))
    similar = {"cosine": lambda v: dot(v, probe) / length(v) / length(probe),
               "l2": lambda v: 1 / (1 + length([x - y for x, y in zip(v, probe)])),
               "ip": lambda v: dot(v, probe)}
    for space, formula in similar.items():
        kv.make("space", space=space, dimension=3)
        kv.put("space", *[{"id": key, "embedding": v} for key, v in zip("abc", (a, b, c))],
               {"id": "bare", "text": "found by words only"})
        found = kv.search("space", vector=probe, mode="vector", explain=True)
        expected = sorted(((formula(v), key) for key, v in zip("abc", (a, b, c))), reverse=True)
        assert names(found) == [key for _, key in expected] and found["mode"] == "vector"
        for hit, (score, _) in zip(found["results"], expected):
            near(hit["score"], score)
            near(hit["explain"]["similarity"], score)
        least = expected[1][0] - 1e-6
        assert len(names(kv.search("space", vector=probe, min_score=least))) == 2
        kv.need(422, "POST", "/v1/search", {"collection": "space", "vector": [1, 2]})
        kv.need(422, "POST", "/v1/search", {"collection": "space", "vector": [1, 2],
                                            "mode": "vector", "query": "x"})
        kv.need(204, "DELETE", f"{V1}/space")


def filters():
    """a search with a filter finds what passes it, by words and by vector"""
    kv.make("things", dimension=2, language="simple")
    rows = [{"id": f"r{n}", "text": "same", "embedding": [1, n / 10],
             "metadata": {"n": n, "even": n % 2 == 0, "tags": ["all", f"t{n % 3}"]} |
                         ({"x": "y"} if n == 7 else {})} for n in range(10)]
    kv.put("things", *rows)
    for where, passes in (
            ({"n": 3}, lambda n: n == 3), ({"n": {"$gte": 4, "$lt": 8}}, lambda n: 4 <= n < 8),
            ({"even": True}, lambda n: n % 2 == 0), ({"even": {"$ne": True}}, lambda n: n % 2),
            ({"n": {"$in": [1, 5, 99]}}, lambda n: n in (1, 5)),
            ({"n": {"$nin": [1, 5]}}, lambda n: n not in (1, 5)),
            ({"x": {"$ne": "y"}}, lambda n: n != 7), ({"x": "y"}, lambda n: n == 7),
            ({"tags": {"$contains": "t1"}}, lambda n: n % 3 == 1),
            ({"tags": {"$not_contains": "t1"}}, lambda n: n % 3 != 1),
            ({"$or": [{"n": 0}, {"$and": [{"even": False}, {"n": {"$gt": 6}}]}]},
             lambda n: n == 0 or n in (7, 9)), ({}, lambda n: True), (None, lambda n: True),
            ({"n": "3"}, lambda n: False)):
        expected = {f"r{n}" for n in range(10) if passes(n)}
        for said in ({"query": "same", "mode": "lexical"}, {"vector": [1, 0]},
                     {"query": "same", "vector": [1, 0], "mode": "hybrid"}):
            found = kv.search("things", where=where, **said)
            assert set(names(found)) == expected and len(names(found)) == len(expected), \
                (where, said, names(found))
        assert {row["id"] for row in get("things", where=where)} == expected, where
    for status, where in ((422, {"n": {"$near": 1}}), (422, {"$or": {}}), (422, "n"),
                          (422, {"n": {"$gt": "1"}}), (422, [])):
        answer = kv.call("POST", "/v1/search", {"collection": "things", "query": "same",
                                                "where": where})
        assert answer.status == status, (where, answer.body)
    kv.need(422, "POST", "/v1/search", b'{"collection": "things", "query": "same",'
                                       b' "where": {"n": 1e400000}}')
    kv.need(204, "DELETE", f"{V1}/things")


def pages(size, **said):
    seen = []
    for offset in range(0, 200, size):
        page = names(kv.search("many", k=size, offset=offset, **said))
        seen += page
        if len(page) < size:
            return seen
    return seen


def paging():
    """pages put together are the whole answer: nothing twice, nothing missing"""
    kv.make("many", dimension=2, language="simple")
    kv.put("many", *[{"id": f"m{n}", "text": "same word" + " more" * (n % 4),
                      "embedding": [1, (n % 5) / 7]} for n in range(150)])
    for said in ({"query": "same more", "mode": "lexical"}, {"vector": [1, 0]},
                 {"query": "same more", "vector": [1, 0.3], "mode": "hybrid"},
                 {"query": "more", "vector": [1, 0.3], "mode": "hybrid", "weight": 0.9}):
        seen = pages(20, **said)
        expected = 112 if said == {} else 150
        assert len(seen) == len(set(seen)) == expected, (said, len(seen), len(set(seen)))
        assert seen[:7] == names(kv.search("many", k=7, **said))
        assert seen[:90] == names(kv.search("many", k=90, **said))
    for status, said in ((422, {"k": 0}), (422, {"k": 1001}), (422, {"offset": -1}),
                         (422, {"k": "5"}), (422, {"weight": 1.5}), (422, {"mode": "magic"}),
                         (422, {"min_score": "x"}), (422, {"colour": 1})):
        kv.need(status, "POST", "/v1/search", {"collection": "many", "query": "same", **said})
    kv.need(204, "DELETE", f"{V1}/many")


def degraded():
    """without a model a search by meaning says that it went by words, or that it cannot be"""
    kv.make("plain", language="simple")
    kv.put("plain", {"id": "a", "text": "some words"})
    found = kv.search("plain", query="words")
    assert found["mode"] == "lexical" and names(found) == ["a"]
    assert found["degraded"] is True and found["reason"], found.json
    answer = kv.need(503, "POST", "/v1/search",
                     {"collection": "plain", "query": "words", "mode": "vector"})
    assert answer.headers["Retry-After"], answer.body
    kv.need(422, "POST", "/v1/search", {"collection": "plain"})
    kv.need(422, "POST", "/v1/search", {"collection": "plain", "vector": [1]})
    kv.need(422, "POST", "/v1/search", {"query": "x"})
    kv.need(404, "POST", "/v1/search", {"collection": "nothing", "query": "x"})
    assert kv.call("POST", "/v1/embeddings", {"input": "x"}).status in (501, 503)
    kv.need(204, "DELETE", f"{V1}/plain")


def at_once(count, work):
    """Runs work(n) in threads; the statuses that they returned."""
    found, threads = [], []
    for n in range(count):
        threads.append(threading.Thread(target=lambda n=n: found.extend(work(n))))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return found


def first_embeddings():
    """many first writers agree on one dimension, and nobody is turned away for being first"""
    for turn in range(3):
        kv.make("fresh")
        body = lambda n, i: {"records": [{"id": f"{n}-{i}", "text": "t"} |
                                         ({"embedding": [n, i, 1]} if n % 3 else {})]}
        found = at_once(8, lambda n: [kv.call("POST", f"{V1}/fresh/records", body(n, i)).status
                                      for i in range(5)])
        assert set(found) == {200} and len(found) == 40, found
        described = kv.need(200, "GET", f"{V1}/fresh")
        assert described["count"] == 40 and described["dimension"] == 3
        kv.need(204, "DELETE", f"{V1}/fresh")


def same_records():
    """writers of the same records in any order all come through, and leave whole records"""
    kv.make("shared", language="simple")

    def work(n):
        chance, said = random.Random(n), []
        for i in range(12):
            ids = [f"s{j}" for j in chance.sample(range(60), 40)]
            whole = {"records": [{"id": name, "text": f"from{n} " * 20, "metadata": {"n": n}}
                                 for name in ids]}
            said.append(kv.call("PATCH" if i % 3 == 1 else "POST", f"{V1}/shared/records",
                                whole).status)
            if i % 3 == 2:
                said.append(kv.call("POST", f"{V1}/shared/records/delete",
                                    {"ids": ids[:20]}).status)
        return said
    found = at_once(6, work)
    assert set(found) == {200}, found
    kept = get("shared", limit=1000)
    assert len(kept) == len({row["id"] for row in kept}) <= 60
    for n in range(6):
        mine = {row["id"] for row in kept if row["metadata"]["n"] == n}
        assert {row["id"] for row in kept if row["text"] == f"from{n} " * 20} == mine
        assert set(names(kv.search("shared", query=f"from{n}", mode="lexical", k=100))) == mine
    assert kv.need(200, "GET", f"{V1}/shared")["words"] == 20 * len(kept)
    kv.need(204, "DELETE", f"{V1}/shared")


def deleted_meanwhile():
    """who reads or writes while a collection is deleted gets 200 or 404, never another fault"""
    def work(n):
        said = []
        for i in range(60):
            if n == 0:
                made = kv.call("POST", V1, {"name": "brief", "if_missing": True})
                said.append((n, made.status, made.body))
                answer = kv.call("GET", f"{V1}/brief")
            elif n == 1:
                answer = kv.call("DELETE", f"{V1}/brief")
            elif n % 2:
                answer = kv.call("POST", f"{V1}/brief/records", {"records": [
                    {"id": f"{n}-{i}", "text": "t", "embedding": [1, 2]}]})
            else:
                answer = kv.call("POST", "/v1/search", {"collection": "brief", "query": "t",
                                                        "mode": "lexical"})
            said.append((n, answer.status, answer.json and answer.json.get("detail")))
        return said
    kv.need(201, "POST", V1, {"name": "brief"})
    found = at_once(6, work)
    kv.call("DELETE", f"{V1}/brief")
    assert 204 in {status for _, status, _ in found}  # only one of them deletes, and it was there
    assert {status for _, status, _ in found} <= {200, 201, 204, 404}, \
        [row for row in found if row[1] not in (200, 201, 204, 404)]


def client_leaves():
    """a statement that nobody waits for any more is cancelled at once, and its thread is free"""
    kv.make("left")
    table = "kvasir_data.record_" + db.ask(
        "select number from kvasir.collection where name = 'left'")[0][0]
    holder = db.script(f"begin; lock table {table}; select pg_sleep(5); commit;", user="owner")
    waiting = ("select count(*) from pg_stat_activity where application_name = 'kvasir-fcgi'"
               " and wait_event_type = 'Lock'")
    wait("the lock is held", lambda: db.ask(
        f"select 1 from pg_locks where relation = '{table}'::regclass and granted"
        " and mode = 'AccessExclusiveLock'"))
    before = kv.metric("kvasir_db_cancels_total")
    client = UnixHTTP(kv.web)
    client.request("GET", f"{V1}/left/records/none")
    wait("the statement waits for the lock", lambda: db.ask(waiting) == [["1"]])
    client.close()
    wait("the statement is cancelled", lambda: db.ask(waiting) == [["0"]])
    assert holder.poll() is None, "the lock was gone before the statement"
    assert kv.metric("kvasir_db_cancels_total") == before + 1
    assert holder.wait(30) == 0
    kv.need(204, "DELETE", f"{V1}/left")


play(collections, refused_collections, records, odd_names, refused_records, extreme_records,
     size_limit, lexical, vector, filters, paging, degraded, first_embeddings, same_records,
     deleted_meanwhile, client_leaves)
