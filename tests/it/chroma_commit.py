#!/usr/bin/env -S python3 -B
"""chroma_commit: conditional gets and commits: what was read holds, or nothing is written."""
import json
import threading

from stack import Stack
from stage import play

kv = Stack(auth="key", threads=8)
db = kv.db
for name in "north", "south":
    db.kvasir("tenant", "create", name)
NORTH, _ = kv.key("north")
SOUTH, _ = kv.key("south")


def make(name):
    return kv.need(201, "POST", "/v1/collections", {"name": name}, NORTH)["id"]


def ask(where, body, status=200, key=NORTH, tenant="north"):
    path = f"/api/v2/tenants/{tenant}/databases/default_database/collections/{where}"
    found, _, text = kv.ask("POST", path, json.dumps(body).encode(),
                            {"Authorization": "Bearer " + key, "Content-Type": "application/json"})
    assert status is None or found == status, (where, body, found, text)
    return found, json.loads(text)


def read(collection, token=None, **body):
    _, answer = ask(collection + "/conditional/get", {**body, "read_token": token})
    assert isinstance(answer["read_token"], int) and set(answer) == {
        "ids", "embeddings", "documents", "uris", "metadatas", "include", "read_token"}
    return answer


def operation(verb, **payload):
    return {"operation": verb, "payload": payload}


def commit(collection, operations, token=None, read_ids=(), status=200):
    return ask(collection + "/conditional/commit", {"operations": operations, "read_token": token,
                                                    "read_ids": list(read_ids)}, status)[1]


def ids(collection):
    return ask(collection + "/get", {"include": []})[1]["ids"]


def holds():
    """what was read and is as it was lets all operations happen"""
    c = make("holds")
    ask(c + "/add", {"ids": ["a", "b"], "embeddings": [[1, 0], [0, 1]]}, 201)
    seen = read(c, ids=["a", "b", "new"])
    assert seen["ids"] == ["a", "b"]
    done = commit(c, [operation("add", ids=["new"], embeddings=[[1, 1]], documents=["fresh"]),
                      operation("update", ids=["a"], metadatas=[{"n": 1}]),
                      operation("upsert", ids=["x"], embeddings=[[2, 2]]),
                      operation("delete", ids=["b"])], seen["read_token"], ["a", "b", "new"])
    assert done["record_count"] == 4 and isinstance(done["first_inserted_record_offset"], int)
    assert ids(c) == ["a", "new", "x"]
    gone = commit(c, [operation("delete", ids=["x"])], seen["read_token"], ["a"], 412)
    assert gone["error"] == "StaleReadError" and gone["message"], gone
    assert commit(c, []) == {"first_inserted_record_offset": None, "record_count": 0}
    commit(c, [operation("delete", ids=["x"])])
    assert ids(c) == ["a", "new"]


def changed():
    """what was read and has changed, gone or come is a conflict, and nothing is written"""
    c = make("changed")
    start = {"ids": ["a", "b", "c"], "embeddings": [[1], [2], [3]], "metadatas": [{"n": 1}] * 3}
    ask(c + "/add", start, 201)
    change = [("update", {"ids": ["a"], "metadatas": [{"n": 2}]}), ("delete", {"ids": ["a"]}),
              ("upsert", {"ids": ["a"], "embeddings": [[9]]}), ("delete", {"ids": ["a"]}),
              ("add", {"ids": ["a"], "embeddings": [[1]]})]
    for number, (verb, body) in enumerate(change):
        seen = read(c, ids=["a"])
        later = read(c, seen["read_token"], where={"n": 1}, limit=5)
        assert later["read_token"] == seen["read_token"]
        ask(f"{c}/{verb}", body, None)
        refused = commit(c, [operation("upsert", ids=[f"t{number}"], embeddings=[[5]]),
                             operation("delete", ids=["b"])], seen["read_token"], ["a", "b"], 409)
        assert refused["error"] == "ConditionalWriteConflictError", refused
        assert f"t{number}" not in ids(c) and "b" in ids(c)
        commit(c, [operation("update", ids=["c"], documents=["still"])], seen["read_token"], ["c"])
    seen = read(c, ids=["z"])
    again = read(c, seen["read_token"], ids=["z"])
    ask(c + "/update", {"ids": ["z"], "documents": ["nothing there"]})
    commit(c, [operation("add", ids=["z"], embeddings=[[1]])], again["read_token"], ["z"])


def refused():
    """mistakes are told by their kind; tokens hold for what was read with them, and for an hour"""
    c = make("refused")
    ask(c + "/add", {"ids": ["a", "b"], "embeddings": [[1], [2]]}, 201)
    seen = read(c, ids=["a"])
    for status, operations, token, read_ids in (
            (412, [], 987654, ["a"]), (412, [], seen["read_token"], ["b"]), (400, [], None, ["a"]),
            (422, None, None, []), (422, [{"operation": "add"}], None, []),
            (422, [operation("drop", ids=["a"])], None, []), (422, [operation("add")], None, []),
            (400, [operation("delete", ids=["a"], where={"n": 1})], None, []),
            (400, [operation("delete", ids=[])], None, []),
            (400, [operation("add", ids=["x"], embeddings=[[1, 2]])], None, [])):
        commit(c, operations, token, read_ids, status)
    ask(c + "/conditional/get", {}, 400)
    ask(c + "/conditional/get", {"where": {"n": 1}, "limit": 0}, 400)
    ask(c + "/conditional/get", {"ids": ["a"], "read_token": 987654}, 412)
    ask(c + "/conditional/get", {"ids": ["a"]}, 404, SOUTH, "south")
    ask(c + "/conditional/commit", {"operations": []}, 404, SOUTH, "south")
    db.psql("-c", "update kvasir.reading set read_at = read_at - interval '61 minutes'")
    read(c, ids=["a"])
    commit(c, [], seen["read_token"], ["a"], 412)


def counters():
    """eight counters in two records, each raised by many at once, lose no step and never hang"""
    c, failed, steps = make("counters"), [], [0]
    ask(c + "/add", {"ids": ["a", "b"], "embeddings": [[1], [2]],
                     "metadatas": [{"n": 0}, {"n": 0}]}, 201)
    lock = threading.Lock()

    def raise_both(me):
        try:
            for n in range(15):
                order = ["a", "b"][::1 if me % 2 else -1]
                seen = read(c, ids=order)
                old = dict(zip(seen["ids"], seen["metadatas"]))
                status, answer = ask(c + "/conditional/commit", {
                    "operations": [operation("update", ids=[i], metadatas=[{"n": old[i]["n"] + 1}])
                                   for i in order],
                    "read_ids": order, "read_token": seen["read_token"]}, None)
                assert status in (200, 409), answer
                ask(c + "/upsert", {"ids": [f"{me}-{n}", "shared"], "embeddings": [[1], [2]]})
                with lock:
                    steps[0] += status == 200
        except Exception as problem:
            failed.append(problem)

    threads = [threading.Thread(target=raise_both, args=(me,)) for me in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
    _, rows = ask(c + "/get", {"ids": ["a", "b"]})
    assert rows["metadatas"] == [{"n": steps[0]}] * 2 and steps[0] >= 15, (rows, steps)


play(holds, changed, refused, counters)
