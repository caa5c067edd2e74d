#!/usr/bin/env -S python3 -B
"""tools: the knowledge archive, called as legacy clients call it, over nginx, FastCGI and Postgres."""
import hashlib
import json
import os

from front import Front
from stage import Postgres, play

front = Front()


def start():
    home = front.home + "/pg"
    os.mkdir(home)
    os.chmod(front.home, 0o755)
    database = Postgres(home)
    front.pool(database=f"host={home} user=kvasir_app dbname=postgres")
    front.nginx()
    return database


db = start()
KEY = "kv_reader00_" + "a" * 43


def ask(body, status=200, headers=None):
    text = body if isinstance(body, str) else json.dumps(body)
    said, _, answer = front.ask("POST", "/api/mcp/route", text,
                                {"Content-Type": "application/json", **(headers or {})})
    assert said == status, (said, answer)
    return json.loads(answer)


def call(tool, payload=None, **more):
    message = {"sourceId": "test", "targetId": "kvasir", "tool": tool, "payload": payload}
    return ask(message, **more)


def result(tool, payload=None):
    answer = call(tool, payload)
    assert answer["success"] is True and answer["messageId"], answer
    return answer["result"]


def refused(status, says, tool, payload=None, **more):
    answer = call(tool, payload, status=status, **more)
    assert answer["success"] is False and says in answer["error"], answer


def events():
    """Events of this tenant since the last look: (transaction, type, data)."""
    found = db.ask("select set_config('kvasir.tenant', (select id::text from kvasir.tenant"
                   " where name = 'default_tenant'), false); select xid, type, data from"
                   " kvasir.outbox order by id")[1:]
    fresh = found[events.seen:]
    events.seen = len(found)
    return [(xid, kind, json.loads(data)) for xid, kind, data in fresh]


events.seen = 0


def lists_tools():
    """GET /api/mcp/tools lists names, aliases and what each tool takes"""
    status, _, body = front.ask("GET", "/api/mcp/tools")
    answer = json.loads(body)
    assert status == 200 and answer["count"] == len(answer["tools"]), answer
    assert "vidensarkiv.search" in answer["tools"] and "knowledge.search" in answer["tools"]
    for tool in answer["definitions"]:
        assert tool["inputSchema"]["type"] == "object" and tool["description"], tool


def refuses():
    """an unknown tool is 404 and a wrong argument 400, each with a reason"""
    refused(404, "did you mean vidensarkiv.search?", "vidensarkiv.serch")
    refused(400, "query is required", "vidensarkiv.search")
    refused(400, "query is required", "vidensarkiv.search", {})
    refused(400, "limit must be a whole number from 1 to 100", "knowledge.search",
            {"query": "x", "limit": 0})
    refused(400, "did you mean limit?", "knowledge.search", {"query": "x", "limt": 1})
    refused(400, "records[1].content is required", "knowledge.batch_add",
            {"records": [{"content": "a"}, {}]})
    refused(400, "payload must be an object", "knowledge.search", [1])
    refused(422, "where.$and[0].year.$gt must be a number", "knowledge.search",
            {"query": "x", "filters": [{"field": "year", "operator": "gt", "value": "1"}]})
    assert "tool is required" in ask({"payload": {}}, status=400)["error"]
    assert "invalid JSON" in ask("{", status=400)["error"]
    assert ask({"id": "m-7", "tool": "none"}, status=404)["messageId"] == "m-7"


def empty():
    """a namespace that nobody has added to is empty"""
    assert result("vidensarkiv.search", {"query": "anything"})["results"] == []
    assert result("vidensarkiv.get_related", {"content": "anything"})["related"] == []
    assert result("vidensarkiv.get_related", {"id": "x"})["related"] == []
    listed = result("vidensarkiv.list", {"namespace": "none.such"})
    assert listed["records"] == [] and listed["pagination"]["total"] == 0, listed
    assert result("vidensarkiv.list") == {"success": True, "namespaces": [], "count": 0}
    stats = result("vidensarkiv.stats")
    assert stats["statistics"]["totalRecords"] == 0 and stats["health"]["status"] == "healthy"


def adds_and_finds():
    """what is added is found, listed, counted and replaced"""
    events()
    added = result("vidensarkiv.add", {"content": "The raven Huginn flies for thought",
                                       "metadata": {"kind": "bird", "year": 1220},
                                       "orgId": "other", "userId": "me"})
    assert added["success"] and added["degraded"] and added["unembedded"] == 1, added
    found = result("knowledge.search", {"query": "who is Huginn"})
    assert found["count"] == 1 and found["mode"] == "lexical" and found["degraded"], found
    hit = found["results"][0]
    assert hit["id"] == added["id"] and hit["content"].startswith("The raven"), hit
    assert hit["metadata"] == {"kind": "bird", "year": 1220} and hit["score"] > 0, hit
    again = result("knowledge.add", {"id": added["id"], "content": "The raven Muninn remembers"})
    assert again["message"] == "The text was replaced.", again
    assert result("knowledge.search", {"query": "Huginn"})["count"] == 0
    assert result("knowledge.stats")["statistics"]["byNamespace"] == {"vidensarkiv": 1}


def one_transaction():
    """each call leaves its event in the transaction of what it did"""
    events()
    result("knowledge.add", {"content": "a", "namespace": "other:space"})
    told = events()
    assert len({xid for xid, _, _ in told}) == 1, told
    assert [kind for _, kind, _ in told] == ["kvasir.collection.created", "kvasir.records.put",
                                             "mcp.tool.executed"], told
    data = told[-1][2]
    assert data["tool"] == "vidensarkiv.add" and data["success"] is True, data
    assert 0 <= data["duration"] < 60000, data
    assert "other.space" in result("knowledge.list")["namespaces"]


def all_or_nothing():
    """a batch that fails leaves nothing but its event"""
    events()
    refused(400, "id a stands twice", "knowledge.batch_add",
            {"namespace": "halfway", "records": [{"id": "a", "content": "1"},
                                                 {"id": "a", "content": "2"}]})
    told = events()
    assert [kind for _, kind, _ in told] == ["mcp.tool.executed"], told
    assert told[0][2]["success"] is False and "stands twice" in told[0][2]["error"], told
    assert "halfway" not in result("knowledge.list")["namespaces"]


def filters():
    """filters choose by metadata, in both forms, and related texts leave out the text itself"""
    records = [{"id": f"r{n}", "content": f"saga of the north number{n}",
                "metadata": {"n": n, "even": n % 2 == 0, "tags": ["t", f"t{n}"]}}
               for n in range(20)]
    batch = result("knowledge.batch_add", {"records": records, "namespace": "sagas"})
    assert batch["count"] == 20 and batch["ids"][3] == "r3", batch

    def ids(**more):
        found = result("knowledge.search", {"query": "saga", "namespace": "sagas", "limit": 100,
                                            **more})
        return sorted(int(hit["id"][1:]) for hit in found["results"])
    assert ids() == list(range(20))
    assert ids(where={"n": {"$gte": 15}, "even": True}) == [16, 18]
    assert ids(filters=[{"field": "n", "operator": "lt", "value": 3},
                        {"field": "even", "operator": "ne", "value": True}]) == [1]
    assert ids(filters=[{"field": "tags", "operator": "contains", "value": "t7"}]) == [7]
    assert ids(filters=[{"field": "n", "operator": "in", "value": [4, 5]}],
               where={"even": True}) == [4]
    assert len(ids(topK=4)) == 4
    related = result("knowledge.get_related", {"id": "r5", "namespace": "sagas", "limit": 3})
    assert len(related["related"]) == 3 and related["searchedFor"] == "r5", related
    assert "r5" not in [hit["id"] for hit in related["related"]], related
    assert related["mode"] == "lexical" and "relation" not in related["related"][0], related
    events()
    refused(400, "id nobody is not in this namespace", "knowledge.get_related",
            {"id": "nobody", "namespace": "sagas"})
    told = events()
    assert len(told) == 1 and told[0][2]["success"] is False, told
    assert told[0][2]["error"] == "id nobody is not in this namespace", told


def pages():
    """a namespace is listed page by page in the order of adding"""
    first = result("knowledge.list", {"namespace": "sagas", "limit": 15})
    second = result("knowledge.list", {"namespace": "sagas", "limit": 15, "offset": 15})
    assert [r["id"] for r in first["records"] + second["records"]] == [f"r{n}" for n in range(20)]
    assert first["pagination"] == {"total": 20, "limit": 15, "offset": 0, "hasMore": True}, first
    assert second["pagination"]["hasMore"] is False, second


def scopes():
    """a key that may only read cannot add, and one that is unknown can do nothing"""
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    db.psql("-c", "select kvasir.enter_open('default_tenant', 'r', null, 0);"
                  f" select kvasir.key_create('reader00', '\\x{digest}', 'reader', '{{read}}', null)")
    bearer = {"Authorization": "Bearer " + KEY}
    assert call("knowledge.list", headers=bearer)["success"]
    refused(403, "does not have the scope", "knowledge.add", {"content": "x"}, headers=bearer)
    refused(401, "not known", "knowledge.list", headers={"Authorization": "Bearer " + KEY[:-1] + "b"})


play(lists_tools, refuses, empty, adds_and_finds, one_transaction, all_or_nothing, filters, pages,
     scopes)
