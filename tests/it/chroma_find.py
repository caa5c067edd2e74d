#!/usr/bin/env -S python3 -B
"""chroma_find: what Chroma's clients read: get, count, query, and each filter as the real server means it."""
import json
import os
import time

from stack import Stack
from stage import play

kv = Stack(auth="key", threads=4, redis=False, engine=False)
db = kv.db
for name in "north", "south":
    db.kvasir("tenant", "create", name)
NORTH, _ = kv.key("north")
SOUTH, _ = kv.key("south")
HERE = os.path.dirname(os.path.abspath(__file__))


def send(verb, body, collection, method="POST", key=NORTH, tenant="north"):
    path = f"/api/v2/tenants/{tenant}/databases/default_database/collections/{collection}/{verb}"
    headers = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    status, _, text = kv.ask(method, path, body, headers)
    answer = json.loads(text)
    if status >= 400:
        assert set(answer) == {"error", "message"} and status < 500, text
        return status, answer["message"]
    return status, text.decode()


def get(collection, **said):
    status, text = send("get", said, collection)
    assert status == 200, (said, text)
    return json.loads(text)


def query(collection, *embeddings, **said):
    status, text = send("query", {"query_embeddings": embeddings, **said}, collection)
    assert status == 200, (said, text)
    return json.loads(text)


def make(name, space="l2"):
    return kv.need(201, "POST", "/v1/collections", {"name": name, "space": space}, NORTH)["id"]


DOCUMENTS = ["hello world", "line one\nline two", None, "ünïcode STRASSE straße ", "a.b%c_d\\e'f\"g", "",
             "foo123 bar_baz", "Kelvin \u212a k K", "e\u0301 ٣ ５", "a" * 28 + "c"]
METADATAS = [{"i": 1, "s": "x", "b": True, "f": 2.0},
             {"i": 2, "ai": [1, 2], "af": [1.0, 2.5], "as": ["p", "q"], "ab": [True]}, None, {"i": 1.5},
             {"s": "1"}, {"i": -3, "f": 2}, {"x y": 1}, {"i": 9007199254740993, "f": 1e300}, {"i": "1"},
             {"i": True}]
FIRST = make("first")


def fill():
    """records go in, and are counted"""
    assert send("upsert", {"ids": [f"r{n}" for n in range(10)],
                           "embeddings": [[n, 1] for n in range(10)], "documents": DOCUMENTS,
                           "metadatas": METADATAS}, FIRST)[0] == 200
    for level in "", "?read_level=index_and_wal", "?read_level=index_only", "?foo=1":
        assert send("count" + level, None, FIRST, "GET") == (200, "10")
    assert send("count?read_level=x", None, FIRST, "GET")[0] == 400


def filters():
    """each filter finds what it finds in the real server"""
    seen = 0
    for line in open(HERE + "/chroma_where.txt", encoding="utf-8"):
        clause, rest = line.split(" ", 1)
        text, found = rest.rstrip("\n").rsplit(" -> ", 1) if " -> " in rest else (rest[:-4], "")
        said = {clause: json.loads(text), "include": []}
        status, answer = send("get", said, FIRST)
        if found == "refused":
            assert status == 400, (line, answer)
            assert answer.startswith(("Invalid where clause" if clause == "where" else
                                      "Invalid where document clause", "Regex syntax errror: ")), answer
        else:
            assert status == 200, (line, answer)
            got = " ".join(name[1:] for name in json.loads(answer)["ids"])
            assert got == found.strip(), (line, got)
        seen += 1
    assert seen > 200, seen
    assert get(FIRST, where={"#id": {"$in": ["r3", "r1", "no"]}})["ids"] == ["r1", "r3"]
    assert len(get(FIRST, where={"#id": {"$ne": "r1"}})["ids"]) == 9
    assert get(FIRST, where={"i": {"$in": list(range(2, 1200))}})["ids"] == ["r1"]
    assert len(get(FIRST, where={"i": {"$nin": list(range(2, 1200))}})["ids"]) == 9
    assert get(FIRST, where={"ai": {"$in": list(range(1200))}})["ids"] == []


def patterns():
    """no pattern holds a server up, and what would is refused"""
    c = make("patterns")
    assert send("add", {"ids": ["a", "b"], "embeddings": [[1], [2]], "documents": [
        "a" * 20000 + "b", "der Fluß, κόσμος and 2\u00bd kilo " * 200]}, c)[0] == 201
    for pattern in ("(a+)+c", "(a|aa)+c", "(a*)*c", "(.*)(.*)(.*)(.*)(.*)c", "((a{0,50}){0,50})c", r"(\w+\s?)+!",
                    r"(?:\b\w){100}c", "(a|b)*a(a|b){20}c", "((((((((a*)*)*)*)*)*)*)*)*c", "(?i)(ß|ſ)+x",
                    "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$", r"[\w--a]{250}" * 4):
        began = time.monotonic()
        status, answer = send("get", {"where_document": {"$regex": pattern}, "include": []}, c)
        took = time.monotonic() - began
        assert status in (200, 400) and took < 5, (pattern, status, took, answer[:200])
        if took > 1:
            print(f"   {pattern[:40]}: {took:.1f} s")
    for pattern in ("(a{200}){200}", "((a{99}){99}){99}", "(" * 100 + ")" * 100, "[" * 100):
        status, answer = send("get", {"where_document": {"$regex": pattern}}, c)
        assert status == 400 and answer.startswith("Regex syntax errror: "), (pattern, answer)
    for pattern, ids in (("(?i)FLUSS", []), ("(?i)FLUẞ", ["b"]), (r"κ\w+ς\b", ["b"]), ("(?i)ΚΌΣΜΟΣ", ["b"]),
                         (r"\d½", ["b"]), (r"^a{255}a*b$", ["a"]), (r"kilo\s$", ["b"]), (r"\p{Greek}", None)):
        status, answer = send("get", {"where_document": {"$regex": pattern}, "include": []}, c)
        assert (status, ids) == (400, None) or json.loads(answer)["ids"] == ids, (pattern, answer)


def gets():
    """get answers in columns, in the order of insertion"""
    status, text = send("get", {"ids": ["r7", "r0", "r7", "zz"], "include": ["metadatas", "embeddings"]}, FIRST)
    assert status == 200
    assert text == ('{"ids":["r0","r7"],"embeddings":[[0.0,1.0],[7.0,1.0]],"documents":null,"uris":null,'
                    '"metadatas":[{"b":true,"f":2.0,"i":1,"s":"x"},{"f":1e300,"i":9007199254740993}],'
                    '"include":["metadatas","embeddings"]}'), text
    whole = get(FIRST)
    assert whole["ids"] == [f"r{n}" for n in range(10)] and whole["documents"] == DOCUMENTS
    assert whole["metadatas"] == METADATAS and whole["include"] == ["documents", "metadatas"]
    assert whole["embeddings"] is None and whole["uris"] is None
    for said, names in (({"ids": []}, []), ({"ids": None}, range(10)), ({"limit": 0}, []), ({"ids": [""]}, []),
                        ({"limit": 2, "offset": 1}, [1, 2]), ({"offset": 8}, [8, 9]),
                        ({"limit": None, "offset": None, "where": None, "where_document": None}, range(10)),
                        ({"ids": ["r1", "r4"], "where": {"i": 2}}, [1])):
        assert get(FIRST, **said)["ids"] == [f"r{n}" for n in names], said
    assert get(FIRST, include=["distances", "uris", "uris"])["include"] == ["distances", "uris", "uris"]
    for said in ({"limit": -1}, {"limit": 1.5}, {"limit": 2 ** 32}, {"include": None}, {"include": ["foo"]},
                 {"ids": "r1"}, {"ids": [1]}, {"offset": "1"}):
        status, message = send("get", said, FIRST)
        assert status == 422, (said, message)
        assert message.startswith("Failed to deserialize the JSON body into the target type: ")


def queries():
    """query finds the nearest to each embedding"""
    found = query(FIRST, [1, 1], [8.2, 1], n_results=2)
    assert found["ids"] == [["r1", "r0"], ["r8", "r9"]], found
    assert found["include"] == ["documents", "metadatas", "distances"] and found["embeddings"] is None
    assert found["distances"][0] == [0.0, 1.0] and found["documents"][0] == [DOCUMENTS[1], DOCUMENTS[0]]
    assert found["metadatas"][1] == [METADATAS[8], METADATAS[9]]
    assert [len(query(FIRST, [1, 1], **said)["ids"][0]) for said in (
        {}, {"n_results": 0}, {"n_results": 99}, {"n_results": None}, {"ids": []}, {"ids": ["r3", "zz"]},
        {"where": {"i": {"$gt": 1}}}, {"where_document": {"$contains": "l"}})] == [10, 0, 10, 10, 0, 1, 3, 3]
    assert query(FIRST, n_results=1)["ids"] == []
    bare = query(FIRST, [1, 1], n_results=1, include=["uris", "embeddings"])
    assert bare["uris"] == [[None]] and bare["embeddings"] == [[[1.0, 1.0]]] and bare["distances"] is None
    for said, status in (({"query_embeddings": [[1]]}, 400), ({"query_embeddings": [[1, 2], [1]]}, 400),
                         ({"query_embeddings": [[]]}, 400), ({"query_embeddings": [[1, 1e39]]}, 400),
                         ({"query_embeddings": [1, 2]}, 422), ({"query_embeddings": None}, 422),
                         ({"query_embeddings": ["AAAA"]}, 422), ({}, 422),
                         ({"query_embeddings": [[1, 1]], "n_results": -1}, 422),
                         ({"query_embeddings": [[1, 1]], "where": {}}, 400)):
        assert send("query", said, FIRST)[0] == status, said
    assert query(make("empty"), [1, 2, 3])["ids"] == [[]]


def spaces():
    """distances are those of each space"""
    for space in "l2", "cosine", "ip":
        c = make("space-" + space, space)
        assert send("add", {"ids": ["zero", "side", "same"], "embeddings": [[0, 0], [-1, 1], [3, 4]]}, c)[0] == 201
        found = query(c, [3, 4] if space != "cosine" else [1.5, 2])
        near = dict(zip(found["ids"][0], found["distances"][0]))
        if space == "l2":
            assert near == {"same": 0.0, "zero": 25.0, "side": 25.0}, near
        elif space == "ip":
            assert near == {"same": -24.0, "zero": 1.0, "side": 0.0}, near
        else:
            assert abs(near["same"]) < 1e-6 and near["zero"] == 1.0, near
            assert abs(near["side"] - (1 - 1 / (5 * 2 ** 0.5))) < 1e-6, near


def wall():
    """nobody else sees any of it"""
    for key, tenant in ((SOUTH, "south"), (SOUTH, "north")):
        assert send("get", {}, FIRST, key=key, tenant=tenant)[0] == 404
        assert send("query", {"query_embeddings": [[1, 1]]}, FIRST, key=key, tenant=tenant)[0] == 404
        assert send("count", None, FIRST, "GET", key=key, tenant=tenant)[0] == 404
    assert send("get", {}, "first")[0] == 400
    assert send("query", {"query_embeddings": [[1]]}, "00000000-0000-0000-0000-000000000009")[0] == 404


play(fill, filters, patterns, gets, queries, spaces, wall)
