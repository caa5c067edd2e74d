#!/usr/bin/env -S python3 -B
"""trips: how often a request speaks to Postgres, counted on the wire: once, or for words twice."""
import json
import os
import selectors
import socket
import threading

from front import stop
from stack import Stack, wait
from stage import play


class Wire:
    """Stands between the pool and Postgres and counts turns: times that the client speaks again
    after the server has spoken."""

    def __init__(self, folder, server):
        os.makedirs(folder, exist_ok=True)
        self.turns, self.opened, self.server = 0, 0, server
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(folder + "/.s.PGSQL.5432")
        self.listener.listen(8)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            self.opened += 1
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.server)
            threading.Thread(target=self.carry, args=(client, server), daemon=True).start()

    def carry(self, client, server):
        other = {client: server, server: client}
        served = True
        with selectors.DefaultSelector() as ready, client, server:
            for peer in other:
                ready.register(peer, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    data = key.fileobj.recv(1 << 20)
                    if not data:
                        return
                    if key.fileobj is client and served:
                        self.turns += 1
                    served = key.fileobj is server
                    other[key.fileobj].sendall(data)


class Watched(Stack):
    """A stack whose pool has one thread, and reaches Postgres through a wire that is counted."""

    def start_pool(self):
        self.wire = Wire(self.home + "/wire", self.db.home + "/.s.PGSQL.5432")
        self.settings["database"] = f"host={self.home}/wire user=kvasir_app dbname=postgres"
        super().start_pool()

    def trips(self, status, *request, **more):
        """How often one request made the pool speak to Postgres, by the wire and by the metric."""
        counted = self.metric("kvasir_db_round_trips_total")
        self.wire.turns = 0
        self.need(status, *request, **more)
        metric = self.metric("kvasir_db_round_trips_total") - counted
        assert self.wire.turns == metric, (request[:2], self.wire.turns, metric)
        return self.wire.turns


kv = Watched(mode="development", auth="open", threads=1,
             engine_sets=("index_threshold=500", "index_workers=0"))
KEY, _ = kv.key("default_tenant")
V1 = "/v1/collections"
R = V1 + "/trip/records"
BATCH = {"records": [{"id": f"{n}", "text": f"word {n}", "embedding": [1, n, n % 7],
                      "metadata": {"n": n}} for n in range(1000)]}
SEARCH = {"collection": "trip", "k": 5}


def tool(name, **payload):
    return "POST", "/api/mcp/route", {"tool": "vidensarkiv." + name, "payload": payload}


def mcp(method, **params):
    return "POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


ASKED = (  # every route that needs Postgres but to search by words, in an order in which each can be done twice
    (200, "GET", "/readyz"),
    (200, "POST", V1, {"name": "trip", "if_missing": True}),
    (409, "POST", V1, {"name": "trip"}),
    (200, "GET", V1), (200, "GET", V1 + "/trip"), (404, "GET", V1 + "/other"),
    (200, "POST", R, {"records": [{"id": "first", "text": "a word"}]}),
    (200, "POST", R, BATCH),
    (200, "POST", R, {"records": [{"id": "big", "text": "long " * 200000}]}),
    (422, "POST", R, {"records": [{"id": "x", "embedding": [1]}]}),
    (404, "POST", V1 + "/other/records", {"records": [{"id": "x", "text": "x"}]}),
    (200, "PATCH", R, {"records": [{"id": "1", "metadata": {"m": 1}}, {"id": "none"}]}),
    (404, "PATCH", V1 + "/other", {"weights": {}}), (400, "PATCH", V1 + "/trip", {"language": "klingon"}),
    (200, "PATCH", V1 + "/trip", {"weights": {"title": 1}}), (200, "PATCH", V1 + "/trip", {"weights": {}}),
    (200, "POST", R + "/get", {"ids": ["1", "2"], "include": ["embedding"]}),
    (200, "POST", R + "/get", {"where": {"n": {"$gt": 3}}}),
    (200, "GET", R + "/1"), (404, "GET", R + "/none"),
    (200, "POST", "/v1/search", {**SEARCH, "vector": [1, 2, 3], "mode": "vector"}),
    (200, "POST", "/v1/search", {**SEARCH, "vector": [1, 2, 3], "where": {"n": {"$lt": 500}}}),
    (200, *tool("add", id="added", content="a word", namespace="trip")),
    (200, *tool("list")), (200, *tool("list", namespace="trip")),
    (200, *tool("list", namespace="none.such")), (200, *tool("stats")),
    (200, *mcp("resources/list")), (200, *mcp("resources/read", uri="kvasir://collections/trip/records/1")),
    (200, *mcp("resources/read", uri="kvasir://collections/none")), (200, *mcp("prompts/list")),
    (200, "GET", "/api/mcp/resources?uri=kvasir://collections/trip"),
    (200, *mcp("prompts/get", name="none")), (200, *mcp("completion/complete", argument={"name": "id", "value": "1"}, ref={
        "type": "ref/resource", "uri": "kvasir://collections/{name}/records/{id}"}, context={"arguments": {"name": "trip"}})),
    (200, "POST", R + "/delete", {"ids": ["2", "3"]}),
    (200, "POST", R + "/delete", {"where": {"n": 4}}),
    (404, "DELETE", R + "/none"), (404, "DELETE", V1 + "/other"),
)

WORDED = (  # what words stand in is read and scored first: one trip more
    (200, "POST", "/v1/search", {**SEARCH, "query": "word", "mode": "lexical"}),
    (200, "POST", "/v1/search", {**SEARCH, "vector": [1, 2, 3], "query": "word"}),
    (200, "POST", "/v1/search", {**SEARCH, "query": "word"}),
    (404, "POST", "/v1/search", {"collection": "other", "query": "word"}),
    (200, *tool("search", query="word", namespace="trip")),
    (200, *tool("search", query="word", namespace="none.such")),
    (200, *tool("get_related", id="1", namespace="trip")),
    (200, *tool("get_related", id="added", namespace="trip")),
    (200, *tool("get_related", id="1", namespace="none.such")),
    (200, *tool("get_related", content="word", namespace="trip")),
    (200, *tool("get_related", content="word", namespace="none.such")),
    (200, "POST", "/v1/search", {**SEARCH, "vector": [1, 2, 3], "query": "word", "k": 300}),
    (200, "POST", "/v1/search", {**SEARCH, "query": "word", "mode": "graph"}),
    (200, "POST", "/v1/answer", {"collection": "trip", "query": "word"}),
)
FILTERED = (  # what a filter or phrases let through is asked for the best by words: another one
    (200, "POST", "/v1/search", {**SEARCH, "query": "word", "mode": "lexical", "where": {"n": {"$gte": 0}}}),
    (200, "POST", "/v1/search", {**SEARCH, "query": '"word 7"', "mode": "lexical", "operators": True}),
)


def remembers(called, **payload):
    return "POST", "/api/mcp/route", {"tool": called, "payload": payload}


REMEMBERED = (
    (201, "POST", "/v1/memory", {"text": "a word", "user": "me"}),
    (200, "POST", V1 + "/memory/records", {"records": [{"id": "m1", "text": "a word"},
                                                       {"id": "m2", "text": "a word"}]}),
    (200, *remembers("cma.memory.store", id="m1", content="another word")),
    (200, "POST", "/v1/memory/search", {}),
    (200, "POST", "/v1/memory/tags", {"id": "m1", "add": ["t"]}),
    (200, *remembers("cma.memory.relate", sourceId="m1", targetId="m2")),
    (404, "POST", "/v1/memory/relations", {"source": "m1", "target": "none"}),
    (200, "GET", "/v1/memory/m1/relations"), (404, "DELETE", "/v1/memory/none"),
    (200, *remembers("cma.ingest", id="m3", content="word")), (200, *remembers("cma.memory.retrieve")),
    (200, *remembers("cma.memory.relations", id="m1")),
    (200, *remembers("cma.memory.tag", id="m1", remove=["t"])),
    (201, "POST", "/v1/notes", {"title": "a", "content": "b"}), (200, "GET", "/v1/notes"),
    (200, "POST", "/v1/notes/search", {"query": "b"}), (404, "GET", "/v1/notes/none"),
    (404, "PATCH", "/v1/notes/none", {"title": "c"}), (404, "DELETE", "/v1/notes/none"),
    (200, *remembers("notes.create", title="a", content="b")), (200, *remembers("notes.list")),
    (200, *remembers("project.log_event")), (200, *remembers("project.get_events")),
    (200, *remembers("project.add_feature", name="f")), (200, *remembers("project.get_features")),
    (200, *remembers("project.update_feature", name="f", status="completed")),
    (201, "POST", "/v1/facts", {"type": "t", "payload": {"n": 1}, "text": "a word"}),
    (200, "POST", "/v1/facts/query", {"type": "t"}),
    (200, "POST", "/v1/facts/query", {"aggregates": [{"fn": "sum", "path": "n"}]}),
    (200, *remembers("srag.query", factType="t")),
    (200, *remembers("srag.add-fact", factType="t", payload={})),
    (200, *remembers("srag.governance-check", docId="x")),
    (201, "POST", "/v1/prompts/a", {"text": "p"}), (200, "GET", "/v1/prompts/a"),
    (200, "GET", "/v1/prompts/a/active"), (200, "POST", "/v1/prompts/a/active", {"version": 1}),
    (201, "POST", "/v1/prompts/a/runs", {"kpi": "k", "delta": 1}),
    (200, *remembers("evolution.add-prompt", agentId="a", promptText="p")),
    (200, *remembers("evolution.get-prompt", agentId="a")),
    (200, *remembers("evolution.report-run", agentId="a", kpiName="k", kpiDelta=1)),
    (200, *remembers("evolution.analyze-prompts", agentId="a")),
    (200, *remembers("create_entities", entities=[{"name": "e", "entityType": "t", "observations": []}])),
    (200, *remembers("create_relations", relations=[{"from": "e", "to": "f", "relationType": "r"}])),
    (200, *remembers("add_observations", observations=[{"entityName": "e", "contents": ["o"]}])),
    (200, *remembers("read_graph")), (200, *remembers("search_nodes", query="o")), (200, *remembers("open_nodes", names=["e"])),
    (200, *remembers("collections.create", name="made", if_missing=True)), (200, *remembers("collections.list")),
    (200, *remembers("documents.add", collection="made", documents=[{"id": "d", "text": "Ada met Bob."}])),
    (200, *remembers("documents.fetch", collection="made", id="d")),
    (200, *remembers("documents.update", collection="made", documents=[{"id": "d", "metadata": {"m": 1}}])),
    (200, *remembers("graph.entities", collection="made")), (200, *remembers("graph.path", collection="made", **{"from": "a", "to": "b"})),
    (200, *remembers("graph.related", collection="made", id="d")), (200, *remembers("documents.delete", collection="made", ids=["x"])),
    (200, *remembers("system.events")), (200, *remembers("system.health")), (200, *remembers("search_tools", query="note")),
)
REMEMBERED_WORDS = (  # memories are looked at through a filter, and srag.query looks at two collections
    (200, "POST", "/v1/memory/search", {"query": "word"}), (200, *remembers("cma.context", userQuery="word")),
    (200, *remembers("srag.query", query="word")),
)


LISTED = (200, "POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"})


def asked(times, requests=ASKED, count=1, **more):
    for request in requests:
        for time in range(times):
            trips = kv.trips(*request, **more)
            assert trips == count, (request[:3], "cold" if time == 0 else "warm", trips)


def connected():
    """connecting is part of no request"""
    kv.need(200, "GET", "/readyz")
    assert kv.wire.opened == 1
    kv.need(201, "POST", V1, {"name": "trip"})


def once():
    """every kind of request is one trip, when its statement is new and when it is known; for words two"""
    asked(2)
    kv.need(200, "POST", R, BATCH)
    asked(2, WORDED, 2)
    asked(2, FILTERED, 3)


def with_key():
    """an API key costs no trip of its own, nor does a wrong one"""
    asked(1, key=KEY)
    kv.need(200, "POST", R, BATCH)
    asked(1, WORDED, 2, key=KEY)
    asked(2, (LISTED,), key=KEY) # what it may do comes with the answer whether it is one
    asked(1, (LISTED,))          # the addresses of the tenant are asked for
    wrong = KEY[:-1] + ("a" if KEY[-1] != "a" else "b")
    assert kv.trips(401, "GET", V1, key=wrong) == 1


def remembered():
    """so is what agents remember, note and report"""
    asked(2, REMEMBERED)
    asked(2, REMEMBERED_WORDS, 3)


def spoken():
    """MCP: the first of a process asks for what it seals with; then each request is one trip, in a session or not"""
    both = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}

    def said(trips, method, params=None, **headers):
        kv.wire.turns = 0
        status, got, body = kv.ask("POST", "/mcp", json.dumps({"jsonrpc": "2.0", "id": 1, "method": method,
                                                               "params": params or {}}), {**both, **headers})
        assert status == 200 and "error" not in json.loads(body) and kv.wire.turns == trips, (kv.wire.turns, body)
        return got, json.loads(body)["result"]

    call = {"name": "knowledge.stats", "arguments": {}}
    said(2, "initialize")
    session = {"Mcp-Session-Id": said(1, "initialize")[0]["Mcp-Session-Id"]}
    for trips, headers in (0, {}), (1, session):
        said(trips, "ping", **headers)
    for headers in {}, session:
        said(1, "tools/list", **headers)
        said(1, "tools/call", call, **headers)
    said(1, "logging/setLevel", {"level": "info"}, **session)


def told():
    """a tool that does not find the record, or is called wrongly, tells its event in a trip that it makes anyway"""
    for name, given, turns in ("get_related", {"id": "none", "namespace": "trip"}, 2), ("search", {}, 1):
        events = "select count(*) from kvasir.outbox where data ->> 'success' = 'false'"
        before = int(kv.db.ask(events)[0][0])
        kv.wire.turns = 0
        method, path, said = tool(name, **given)
        status, _, body = kv.ask(method, path, json.dumps(said),
                                 {"Content-Type": "application/json"})
        assert status == 400 and kv.wire.turns == turns, (name, status, kv.wire.turns, body)
        assert int(kv.db.ask(events)[0][0]) == before + 1, name


def related():
    """the answer compares a record by its own embedding, and by its words when it has none"""
    for record, mode in ("1", "vector"), ("added", "lexical"):
        found = kv.need(200, *tool("get_related", id=record, namespace="trip", limit=3))["result"]
        hits = found["related"]
        assert found["mode"] == mode and len(hits) == 3, found
        assert record not in [hit["id"] for hit in hits], found
        assert all(("relation" in hit) == (mode == "vector") for hit in hits), found


def never():
    """what can be refused without Postgres, or needs none, does not trouble it"""
    for request in ((400, "POST", R, b"{"), (422, "POST", R, {"records": []}),
                    (422, "POST", "/v1/search", {"collection": "trip"}), (404, "GET", "/nothing"),
                    (200, "GET", "/livez"), (405, "PUT", V1)):
        assert kv.trips(*request) == 0, request


def indexed():
    """a search that its index answers is one trip too: when found out, when planned, when known"""
    wait("the index is ready", lambda: kv.need(200, "GET", V1 + "/trip")["index"]["state"] == "ready")
    for more in ({}, {"k": 20}, {"where": {"n": {"$gte": 0}}}, {"query": "word"}):
        for _ in range(3):
            said = {**SEARCH, "vector": [1, 5, 2], **more}
            assert kv.trips(200, "POST", "/v1/search", said) == (2 if "query" in more else 1), said


def replaced():
    """what was planned for a collection that is gone misleads no search of its successor"""
    search = {"collection": "trip", "vector": [1, 5, 2]}
    kv.need(200, "POST", "/v1/search", search)
    kv.need(204, "DELETE", V1 + "/trip")
    kv.need(404, "POST", "/v1/search", search)
    kv.need(404, "POST", "/v1/search", search)
    kv.need(201, "POST", V1, {"name": "trip", "space": "l2"})
    kv.need(422, "POST", "/v1/search", search)
    kv.need(200, "POST", R, {"records": [{"id": "new", "embedding": [1, 5]}]})
    kv.need(422, "POST", "/v1/search", search)
    found = kv.need(200, "POST", "/v1/search", {**search, "vector": [1, 5]})["results"]
    assert [hit["id"] for hit in found] == ["new"] and found[0]["score"] == 1
    assert kv.wire.opened == 1, kv.wire.opened


def ends():
    """making and deleting are one trip; all of this was one connection"""
    for _ in range(2):
        assert kv.trips(204, "DELETE", V1 + "/trip") == 1
        assert kv.trips(201, "POST", V1, {"name": "trip"}) == 1
    assert kv.trips(200, "POST", R, {"records": [{"id": "a", "text": "x", "embedding": [1]}]}) == 1
    for record in "a", "b":
        assert kv.trips(204 if record == "a" else 404, "DELETE", f"{R}/{record}") == 1
    assert kv.wire.opened == 1, kv.wire.opened


def without_schema():
    """a database that was not set up is told by readiness, in one trip, and to who asks"""
    kv.db.ask("create database empty")
    stop(kv.pool_process)
    kv.settings["database"] = kv.settings["database"].replace("dbname=postgres", "dbname=empty")
    kv.pool(**kv.settings)
    kv.ask("GET", "/readyz")
    kv.wire.turns = 0
    status, _, body = kv.ask("GET", "/readyz")
    check = json.loads(body)["checks"]["postgres"]
    assert status == 503 and kv.wire.turns == 1, (status, kv.wire.turns)
    assert "kvasir migrate" in check["reason"] and check["version"], check
    assert "kvasir migrate" in kv.need(501, "GET", V1)["detail"]


play(connected, once, with_key, remembered, spoken, told, related, never, indexed, replaced, ends, without_schema)
