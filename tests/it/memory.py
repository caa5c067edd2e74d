#!/usr/bin/env -S python3 -B
"""memory: what agents remember: found by whom it should be, by nobody else, and related."""
import json

from stack import Stack
from stage import play

kv = Stack(auth="key", engine=False, redis=False)
for name in "north", "south":
    kv.db.kvasir("tenant", "create", name)
NORTH, _ = kv.key("north")
SOUTH, _ = kv.key("south")
M = "/v1/memory"


def store(key=NORTH, status=201, **said):
    return kv.need(status, "POST", M, said, key=key).json["id"] if status < 300 else \
        kv.need(status, "POST", M, said, key=key)


def found(key=NORTH, **said):
    return kv.need(200, "POST", M + "/search", said, key=key).json


def ids(key=NORTH, **said):
    return [memory["id"] for memory in found(key, **said)["memories"]]


def tool(name, key=NORTH, status=200, **payload):
    answer = kv.ask("POST", "/api/mcp/route", json.dumps({"tool": name, "payload": payload}),
                    {"Content-Type": "application/json", "Authorization": "Bearer " + key})
    assert answer[0] == status, answer
    said = json.loads(answer[2])
    return said["result"] if status == 200 else said["error"]


def events(subject):
    return [row[0] for row in kv.db.ask(
        "select set_config('kvasir.tenant', (select id::text from kvasir.tenant where name = 'north'),"
        f" false); select type from kvasir.outbox where subject = '{subject}' order by id")[1:]]


def empty():
    """a tenant that never remembered anything finds nothing"""
    assert found(query="anything") == {"memories": []}
    assert tool("cma.memory.retrieve", keywords=["x"])["memories"] == []
    kv.need(404, "GET", M + "/x/relations", key=NORTH)
    kv.need(404, "DELETE", M + "/x", key=NORTH)
    assert "there is no memory x" in tool("cma.memory.tag", id="x", add=["a"], status=404)


def users():
    """a user finds his own and the shared memories, another's never, whatever is asked"""
    store(id="alice", text="the harbour key is blue", user="alice", tags=["keys"], importance=5)
    store(id="bob", text="the harbour key is red", user="bob", tags=["keys"], type="secret")
    store(id="all", text="the harbour key exists", tags=["keys", "sea"])
    for more in ({}, {"query": "harbour key"}, {"tags": ["keys"]}, {"types": ["secret", "note"]},
                 {"query": "red blue harbour", "tags": ["keys"], "types": ["secret", "note"]}):
        assert set(ids(user="alice", **more)) == {"alice", "all"}, more
        assert set(ids(user="bob", **more)) == {"bob", "all"}, more
        assert ids(**more) == ["all"], more
        assert ids(user='x" || "1" == "1', **more) == ["all"], more
        assert ids(SOUTH, user="alice", **more) == [], more
    assert ids(user="bob", types=["secret"]) == ["bob"] and ids(tags=["sea"]) == ["all"]
    assert ids(user="alice", tags=["keys", "sea"]) == ["all"]
    odd = 'a"b\\c', "æ' || true", "$[*]"
    for word in odd:
        made = store(text="odd", user=word, tags=[word], type=word)
        assert ids(user=word, tags=[word], types=[word]) == [made]
        assert made not in ids(tags=[word]) + ids(user="alice")


def other_wires():
    """a memory is an ordinary record, and what another wire wrote oddly is nobody's by mistake"""
    kv.need(200, "POST", "/v1/collections/memory/records", {"records": [
        {"id": "odd", "text": "the harbour key is odd", "metadata": {"user": 7, "importance": "x"}},
        {"id": "null", "text": "the harbour key is null", "metadata": {"user": None}},
        {"id": "bare", "text": "the harbour key is bare"}]}, key=NORTH)
    for user in "alice", "7", "null":
        assert not {"odd", "null"} & set(ids(user=user)), user
        assert "bare" in ids(user=user, query="bare")
    kv.need(200, "POST", "/v1/collections/memory/records/delete",
            {"ids": ["odd", "null", "bare"]}, key=NORTH)


def guarded():
    """nobody replaces, tags, relates or forgets what he does not see"""
    assert "taken" in store(id="alice", text="mine", user="bob", status=409)["detail"]
    store(id="alice", text="mine", status=409)
    kv.need(404, "POST", M + "/tags", {"id": "alice", "user": "bob", "add": ["x"]}, key=NORTH)
    kv.need(404, "POST", M + "/relations",
            {"source": "all", "target": "alice", "user": "bob"}, key=NORTH)
    kv.need(404, "DELETE", M + "/alice?user=bob", key=NORTH)
    kv.need(404, "DELETE", M + "/alice", key=SOUTH)
    kv.need(404, "GET", M + "/alice/relations", key=NORTH)
    kv.need(200, "POST", M, {"id": "alice", "text": "the harbour key is blue", "user": "alice",
                             "importance": 5, "tags": ["keys"]}, key=NORTH)


def ranks():
    """importance and recency weigh, the parts are told, and scores are finite"""
    for n in 1, 3, 5:
        store(id=f"i{n}", text="whales sing", importance=n, tags=["rank"])
    answer = found(query="whales", tags=["rank"])
    assert [m["id"] for m in answer["memories"]] == ["i5", "i3", "i1"], answer
    assert answer["mode"] == "lexical" and answer["degraded"] and answer["reason"], answer
    best = answer["memories"][0]
    parts = best["explain"]
    assert abs(best["score"] - (0.7 * parts["relevance"] + 0.2 * parts["importance"]
                                + 0.1 * parts["recency"])) < 1e-9, best
    assert parts["importance"] == 1 and 0.99 < parts["recency"] <= 1 and 0 < parts["relevance"] < 1
    kv.db.psql("-c", "select set_config('kvasir.tenant', (select id::text from kvasir.tenant where"
                     " name = 'north'), false);"
                     " update kvasir_data.record_1 set updated_at = now() - interval '60 days'"
                     " where id = 'i5'")
    old = found(tags=["rank"], weights={"importance": 0, "recency": 1})["memories"]
    assert old[-1]["id"] == "i5" and abs(old[-1]["score"] - 0.25) < 0.01, old
    assert "relevance" not in old[0]["explain"]
    none = found(tags=["rank"], weights={"importance": 0, "recency": 0})["memories"]
    assert [m["score"] for m in none] == [0, 0, 0], none
    assert len(found(tags=["rank"], k=2)["memories"]) == 2


def relations():
    """relations are seen from both ends, by who sees both memories, and go with either memory"""
    def related(memory, user="alice", key=NORTH):
        return [(m["id"], m["relation"], m["direction"], m["weight"]) for m in
                kv.need(200, "GET", f"{M}/{memory}/relations?user={user}", key=key)["related"]]
    said = {"source": "alice", "target": "all", "relation": "depends_on", "user": "alice"}
    assert kv.need(201, "POST", M + "/relations", said, key=NORTH)["created"] is True
    assert kv.need(200, "POST", M + "/relations", {**said, "weight": 0.5}, key=NORTH)["created"] is False
    assert related("alice") == [("all", "depends_on", "to", 0.5)]
    assert related("all") == [("alice", "depends_on", "from", 0.5)]
    assert related("all", user="bob") == []
    kv.need(400, "POST", M + "/relations", {**said, "target": "alice"}, key=NORTH)
    kv.need(400, "POST", M + "/relations", {**said, "weight": 2}, key=NORTH)
    kv.need(200, "POST", "/v1/collections/memory/records/delete", {"ids": ["alice"]}, key=NORTH)
    assert related("all") == []
    store(id="again", text="again", user="alice")
    kv.need(201, "POST", M + "/relations", {**said, "source": "again"}, key=NORTH)
    kv.need(204, "DELETE", M + "/again?user=alice", key=NORTH)
    assert related("all") == [] and events("again") == [
        "kvasir.memory.stored", "kvasir.memory.related", "kvasir.memory.forgotten"]


def tags():
    """tags are added and taken away"""
    answer = kv.need(200, "POST", M + "/tags", {"id": "all", "add": ["new", "sea"],
                                                "remove": ["keys"]}, key=NORTH)
    assert answer["tags"] == ["new", "sea"] and ids(tags=["new"]) == ["all"], answer.body
    assert ids(tags=["keys"]) == []


def tools():
    """the tools keep older clients' names, and their userId is whose memory it is"""
    made = tool("cma.memory.store", content="Ship leaves at nine", entityType="plan", importance=5,
                tags=["ship"], userId="alice", orgId="any")
    assert made["success"] and made["id"], made
    assert tool("cma.ingest", content="Ship is green", entityType="plan", userId="bob")["id"]
    hits = tool("memory.retrieve", keywords=["ship"], entityType="plan", userId="alice")
    assert hits["count"] == 1, hits
    hit = hits["memories"][0]
    assert hit["content"] == "Ship leaves at nine" and hit["entityType"] == "plan" and \
        hit["importance"] == 5 and hit["tags"] == ["ship"] and hit["createdAt"] and \
        hit["userId"] == "alice", hit
    assert tool("cma.memory.retrieve", query="ship", entityType="plan")["count"] == 0
    context = tool("cma.context", userQuery="when does the ship leave", userId="alice",
                   tags=["ship"], model="x")
    assert context["context"] == "- Ship leaves at nine\n" and len(context["memories"]) == 1
    assert tool("cma.memory.relate", sourceId=made["id"], targetId="all", userId="alice")["created"]
    other = tool("cma.memory.relations", id="all", userId="alice")["related"]
    assert other[0]["id"] == made["id"] and other[0]["relationType"] == "related_to", other
    assert tool("cma.memory.relations", id="all", userId="bob")["related"] == []
    assert tool("memory.tag", id=made["id"], userId="alice", add=["a"])["tags"] == ["a", "ship"]


def refuses():
    """wrong arguments are explained"""
    for said, says in (({}, "text is required"), ({"text": ""}, "text"),
                       ({"text": "x", "importance": 6}, "importance must be a whole number from 1 to 5"),
                       ({"text": "x", "tags": "a"}, "tags must be a list"),
                       ({"text": "x", "usr": "a"}, "did you mean user?"),
                       ({"text": "x", "metadata": []}, "metadata must be an object")):
        assert says in store(status=400, **said)["detail"], said
    for said in {"k": 0}, {"weights": {"recency": 2}}, {"half_life_days": 0}, {"query": 7}:
        kv.need(400, "POST", M + "/search", said, key=NORTH)
    assert "importance" in tool("cma.memory.store", content="x", importance=0, status=400)
    kv.need(400, "POST", M, b"{", key=NORTH)
    kv.need(400, "POST", M, b"", key=NORTH)


play(empty, users, other_wires, guarded, ranks, relations, tags, tools, refuses)
