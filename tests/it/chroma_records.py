#!/usr/bin/env -S python3 -B
"""chroma_records: what Chroma's clients write: add, upsert, update."""
import base64
import json
import struct
import threading

from stack import Stack
from stage import play

kv = Stack(auth="key", threads=8)
db = kv.db
for name in "north", "south":
    db.kvasir("tenant", "create", name)
NORTH, _ = kv.key("north")
SOUTH, _ = kv.key("south")
PARSE = "Failed to parse the request body as JSON: "
SHAPE = "Failed to deserialize the JSON body into the target type: "


def make(name):
    return kv.need(201, "POST", "/v1/collections", {"name": name, "language": "simple"}, NORTH)["id"]


def send(where, body, key=NORTH, tenant="north"):
    """Status and answer of one write; an error has a name and a message."""
    path = f"/api/v2/tenants/{tenant}/databases/default_database/collections/{where}"
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    status, _, text = kv.ask("POST", path, body, {"Authorization": "Bearer " + key,
                                                  "Content-Type": "application/json"})
    answer = json.loads(text)
    if status >= 400:
        assert set(answer) == {"error", "message"}, text
        names = {400: "InvalidArgumentError", 404: "NotFoundError"}
        assert answer["error"] == names.get(status, "ChromaError"), text
        return status, answer["message"]
    assert answer == {}, text
    return status, None


def delete(collection, body, key=NORTH, tenant="north"):
    path = f"/api/v2/tenants/{tenant}/databases/default_database/collections/{collection}/delete"
    status, _, text = kv.ask("POST", path, json.dumps(body).encode(),
                             {"Authorization": "Bearer " + key})
    return status, json.loads(text)


def good(where, **body):
    status, message = send(where, body)
    assert status == (201 if where.endswith("/add") else 200), (status, message)


def held(collection):
    """Records in their order: id to (document, metadata, uri)."""
    found = kv.need(200, "POST", f"/v1/collections/{collection}/records/get",
                    {"limit": 1000}, NORTH)
    return {r["id"]: (r["text"], r["metadata"], r["uri"])
            for r in found["records"]}


def words(collection, query):
    found = kv.need(200, "POST", "/v1/search", {"collection": collection, "query": query}, NORTH)
    return [hit["id"] for hit in found["results"]]


def b64(*floats):
    return base64.b64encode(struct.pack(f"<{len(floats)}f", *floats)).decode()


def embeddings(collection):
    number = db.ask(f"select number from kvasir.collection where id = '{collection}'")[0][0]
    return dict(db.ask(f"select id, embedding from kvasir_data.record_{number} order by seq"))


def adds():
    """add keeps what is there, takes the first of several, reads lists and base64"""
    c = make("adds")
    good(c + "/add", ids=["a", "b", "a"], embeddings=[[1, 2, 3], [4, 5, 6.5], [9, 9, 9]],
         documents=["red fox", None, "blue"], metadatas=[{"n": 1}, None, {}], uris=["u", None, None])
    good(c + "/add", ids=["b", "c"], embeddings=[b64(0, 0, 0), b64(-1.5, 1e-30, 7)], extra={"x": [1]},
         documents=["again", "a fox's den"])
    assert embeddings(c) == {"a": "[1,2,3]", "b": "[4,5,6.5]", "c": "[-1.5,1e-30,7]"}
    rows = held("adds")
    assert list(rows) == ["a", "b", "c"]
    assert rows["a"][:3] == ("red fox", {"n": 1}, "u") and rows["b"][:3] == (None, {}, None)
    assert words("adds", "fox") == ["a", "c"] or words("adds", "fox") == ["c", "a"]
    good(c + "/add", ids=[], embeddings=[])
    good(c + "/add", ids=["d"], embeddings=[[0, 0, 1]], documents=None, metadatas=None, uris=None)
    assert len(held("adds")) == 4


def upserts():
    """upsert inserts, or replaces what is given and merges metadata, in the order of the batch"""
    c = make("upserts")
    good(c + "/upsert", ids=["a", "b"], embeddings=[[1, 0], [0, 1]], documents=["one", "two"],
         metadatas=[{"x": 1, "y": "k", "gone": None}, {"z": True}], uris=["u1", "u2"])
    assert held("upserts")["a"][1] == {"x": 1, "y": "k"}
    good(c + "/upsert", ids=["a", "c", "a"], embeddings=[[2, 0], [3, 3], [4, 0]],
         documents=["uno", None, None], metadatas=[{"x": 2, "y": None}, None, {"w": 1.0}])
    rows = held("upserts")
    assert list(rows) == ["a", "b", "c"]
    assert rows["a"][:3] == ("uno", {"x": 2, "w": 1.0}, "u1"), rows["a"]
    assert embeddings(c) == {"a": "[4,0]", "b": "[0,1]", "c": "[3,3]"}
    assert words("upserts", "one") == [] and words("upserts", "uno") == ["a"]


def updates():
    """update changes what is given of records that are there, and deletes keys by null"""
    c = make("updates")
    good(c + "/add", ids=["a", "b"], embeddings=[[1, 0], [0, 1]], documents=["one", "two"],
         metadatas=[{"x": 1, "y": 2}, None])
    good(c + "/update", ids=["b", "nobody", "a", "a"], embeddings=[None, [7, 7], [5, 5], None],
         documents=[None, "no", "first", "second"],
         metadatas=[{"n": None, "m": [1, 2.5]}, {"q": 1}, {"x": None}, {"z": "s"}])
    rows = held("updates")
    assert list(rows) == ["a", "b"], rows
    assert rows["a"][:2] == ("second", {"y": 2, "z": "s"})
    assert rows["b"][:2] == ("two", {"m": [1.0, 2.5]})
    assert embeddings(c) == {"a": "[5,5]", "b": "[0,1]"}
    good(c + "/update", ids=["b"], embeddings=[b64(8, 9)])
    good(c + "/update", ids=["b"], metadatas=[{"m": None}])
    good(c + "/update", ids=["b"], embeddings=None)
    assert held("updates")["b"][:2] == ("two", {}) and embeddings(c)["b"] == "[8,9]"


def deletes():
    """delete takes ids, filters or both, and says how many were there"""
    c = make("deletes")
    good(c + "/add", ids=list("abcdefgh"), embeddings=[[n] for n in range(8)],
         documents=[f"text {n}" for n in range(8)],
         metadatas=[{"n": n, "even": n % 2 == 0} for n in range(8)])
    for deleted, left, body in (
            (0, "abcdefgh", {}), (0, "abcdefgh", {"ids": None, "where": None, "limit": None}),
            (1, "bcdefgh", {"ids": ["a", "nobody", "a"]}), (0, "bcdefgh", {"ids": ["a"]}),
            (0, "bcdefgh", {"ids": [], "where": {"n": 1}}),
            (1, "acdefgh"[1:], {"ids": ["b", "c"], "where": {"n": 1}}),
            (1, "defgh", {"where": {"even": True}, "limit": 1}),
            (0, "defgh", {"where": {"even": True}, "limit": 0}),
            (1, "defg", {"where_document": {"$contains": "7"}}),
            (2, "df", {"where": {"even": True}, "where_document": {"$contains": "t"}}),
            (2, "", {"where": {"$and": []}})):
        status, answer = delete(c, body)
        assert (status, answer) == (200, {"deleted": deleted}), (body, answer)
        assert "".join(held("deletes")) == left, (body, left)
    for status, body, message in (
            (400, {"ids": []}, "Validation error: ids, where: Either ids or where must be specified"),
            (400, {"limit": 1}, "Validation error: limit, where: limit can only be specified when a "
                                "where clause is provided"),
            (400, {"where": {}}, "Invalid where clause"), (422, {"ids": [5]}, SHAPE),
            (422, {"where": {"n": 1}, "limit": -1}, SHAPE)):
        found = delete(c, body)
        assert found[0] == status and found[1]["message"].startswith(message), found
    assert delete(c, {"ids": ["x"]}, SOUTH, "south")[0] == 404


def types():
    """metadata keeps the types of its values, and the collection knows their kinds"""
    c = make("types")
    given = {"i": 1, "f": 2.0, "big": 2 ** 63 - 1, "least": -2 ** 63, "over": 2 ** 63, "huge": 1e300,
             "tiny": 1e-7, "s": "ä\"\\\n😀", "b": False, "none": None, "empty": [],
             "ints": [1, -2], "mixed": [1, 2.5, 3], "words": ["x", "y"], "flags": [True, False],
             "e": 1e16, "chroma:document": "kept", "sp": {"indices": [0, 7], "values": [1, 0.5]}}
    good(c + "/add", ids=["a"], embeddings=[[1]], metadatas=[given])
    text = db.ask(f"select metadata::text from kvasir_data.record_"
                  f"{db.ask(f'''select number from kvasir.collection where id = '{c}' ''')[0][0]}")
    for piece in ('"i": 1,', '"f": 2.0', f'"big": {2 ** 63 - 1}', f'"least": {-2 ** 63}',
                  '"over": 922337203685477', '"e": 10000000000000000.0', '"mixed": [1.0, 2.5, 3.0]',
                  '"ints": [1, -2]', '"tiny": 0.0000001', '"indices": [0, 7]',
                  '"values": [1.0, 0.5]', '"#type": "sparse_vector"'):
        assert piece in text[0][0], (piece, text)
    assert '"none"' not in text[0][0] and '"empty"' not in text[0][0]
    good(c + "/add", ids=["b"], embeddings=[[1]], metadatas=[{"i": 1.5, "new": "x"}])
    keys = json.loads(db.ask(f"select keys from kvasir.collection where id = '{c}'")[0][0])
    assert keys["i"] == ["float", "int"] and keys["new"] == ["string"], keys
    assert keys["mixed"] == ["float"] and keys["flags"] == ["bool"]
    assert keys["sp"] == ["sparse_vector"] and keys["words"] == ["string"] and "none" not in keys


def errors():
    """what is wrong is told in Chroma's words, and nothing of the batch is written"""
    c = make("errors")
    good(c + "/add", ids=["a"], embeddings=[[1, 2, 3]])
    one = {"ids": ["x"], "embeddings": [[1, 2, 3]]}
    variant = "data did not match any variant of untagged enum "
    cases = [
        (400, {"embeddings": [[1, 2]]}, "Collection expecting embedding with dimension of 3, got 2"),
        (400, {"ids": ["x", "y"], "embeddings": [[1, 2], [1]]},
         "Inconsistent dimensions in provided embeddings"),
        (400, {"embeddings": [[]]},
         "Validation error: embeddings: Each embedding must have at least 1 dimension"),
        (400, {"embeddings": [""]},
         "Validation error: embeddings: Each embedding must have at least 1 dimension"),
        (400, {"ids": ["x", "y"]},
         "Inconsistent number of IDs, embeddings, documents, URIs and metadatas"),
        (400, {"documents": ["d", "e"]},
         "Inconsistent number of IDs, embeddings, documents, URIs and metadatas"),
        (400, {"ids": [""]}, "Empty ID, ID must have at least one character"),
        (400, {"embeddings": ["!!!!"]}, "Invalid base64 string: Invalid symbol 33, offset 0."),
        (400, {"embeddings": ["AAA=AAAA"]}, "Invalid base64 string: Invalid symbol 61, offset 3."),
        (400, {"embeddings": ["YWJj"]}, "Invalid byte length: 3 bytes cannot be converted to f32 "
                                        "values (must be divisible by 4)"),
        (400, {"embeddings": ["AAAAAA"]}, "Invalid base64 string: Invalid padding"),
        (400, {"embeddings": [b64(1, float("nan"), 2)]},
         "Non-finite float value at embedding index 0: NaN"),
        (400, {"embeddings": [[1e39, 1, 1]]}, "Validation error: embeddings: Embeddings must not "
                                              "contain NaN or Infinity values"),
        (400, {"metadatas": [{"": 1}]}, "Validation error: metadatas: Invalid metadata at index 0"),
        (400, {"metadatas": [{"#a": 1}]}, "Validation error: metadatas: Invalid metadata at index 0"),
        (400, {"metadatas": [{"a": {"indices": [2, 1], "values": [1, 2]}}]},
         "Validation error: metadatas: Invalid metadata at index 0"),
        (422, {"metadatas": [{"a": {"b": 1}}]},
         SHAPE + "metadatas[0].a: " + variant + "UpdateMetadataValue"),
        (422, {"metadatas": [{"a": [1, "x"]}]},
         SHAPE + "metadatas[0].a: " + variant + "UpdateMetadataValue"),
        (422, {"metadatas": [{"a": [None]}]},
         SHAPE + "metadatas[0].a: " + variant + "UpdateMetadataValue"),
        (422, {"ids": ["x", "y"], "embeddings": [[1, 2, 3], b64(1, 2, 3)]},
         SHAPE + "embeddings: " + variant + "EmbeddingsPayload"),
        (422, {"embeddings": [None]}, SHAPE), (422, {"embeddings": None}, SHAPE),
        (422, {"ids": None}, SHAPE), (422, {"ids": [1]}, SHAPE), (422, {"documents": [1]}, SHAPE),
        (422, {"embeddings": [["x"]]}, SHAPE), (422, {"metadatas": ["x"]}, SHAPE)]
    for status, change, message in cases:
        found = send(c + "/add", {**one, **change})
        assert found[0] == status, (change, found)
        assert found[1] == message or (message == SHAPE and found[1].startswith(SHAPE)), found
    for body in b"", b"{", b"nonsense", b'{"ids":["\\u0000"],"embeddings":[[1,2,3]]}':
        status, message = send(c + "/add", body)
        assert status == 400 and message.startswith(PARSE), (body, message)
    for body in b"[]", b"1", b"null", b'{"ids":[]}':
        assert send(c + "/add", body)[0] == 422, body
    assert list(held("errors")) == ["a"]
    assert send("name/add", one) == (400, "Collection ID is not a valid UUIDv4")
    nobody = "00000000-0000-4000-8000-000000000000"
    assert send(nobody + "/add", one) == (404, f"Collection [{nobody}] does not exist.")


def wall():
    """an id is no way into another tenant's collection"""
    c, one = make("wall"), {"ids": ["x"], "embeddings": [[1]]}
    for verb in "add", "upsert", "update":
        assert send(f"{c}/{verb}", one, SOUTH, "south")[0] == 404
        assert send(f"{c}/{verb}", one, SOUTH, "north")[0] == 404
        assert send(f"{c}/{verb}", one, NORTH, "south")[0] == 404
    assert held("wall") == {}


def crowd():
    """eight writers of one collection neither fail nor lose anything"""
    c, failed = make("crowd"), []

    def write(me):
        try:
            for n in range(12):
                mine = [f"{me}-{n}-{k}" for k in range(10)]
                shared = [f"s{(k * 7 + me) % 30}" for k in range(30)]
                good(c + "/add", ids=mine, embeddings=[b64(me, n, 1)] * 10,
                     documents=["common words here"] * 10, metadatas=[{f"k{me}": n}] * 10)
                good(c + "/upsert", ids=shared, embeddings=[[me, n, 2]] * 30,
                     documents=[f"word{me}"] * 30)
                good(c + "/update", ids=shared[::-1], metadatas=[{"by": me}] * 30)
        except Exception as problem:
            failed.append(problem)

    threads = [threading.Thread(target=write, args=(me,)) for me in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
    described = kv.need(200, "GET", "/v1/collections/crowd", None, NORTH)
    assert described["count"] == 8 * 12 * 10 + 30, described.body
    assert len(db.ask(f"select jsonb_object_keys(keys) from kvasir.collection where id = '{c}'")) == 9


def whole():
    """the largest batch that clients send goes through"""
    c, dims = make("whole"), 1536
    vector = b64(*[n / dims for n in range(dims)])
    good(c + "/add", ids=[f"r{n}" for n in range(5461)], embeddings=[vector] * 5461)
    assert kv.need(200, "GET", "/v1/collections/whole", None, NORTH)["count"] == 5461



play(adds, upserts, updates, deletes, types, errors, wall, crowd, whole)
