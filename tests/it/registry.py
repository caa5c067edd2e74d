#!/usr/bin/env -S python3 -B
"""registry: every tool is called for real and its result fits its schema; toolsets, scopes, search_tools."""
import json
import subprocess

from stack import Stack, wait
from stage import play

kv = Stack(mode="development", auth="open", redis=False, engine_sets=("graph_delay=0",))
TOOLSETS = ["search", "documents", "collections", "graph", "knowledge", "memory", "entities", "notes", "project",
            "facts", "prompts", "system", "sql", "legacy"]


def ask(method, params, path="/mcp", key=None):
    headers = {"Content-Type": "application/json", **({"Authorization": "Bearer " + key} if key else {})}
    status, _, body = kv.ask("POST", path, json.dumps({"jsonrpc": "2.0", "id": 3, "method": method, "params": params}),
                             headers)
    return status, json.loads(body)


def result(method, params, path="/mcp", key=None):
    status, answer = ask(method, params, path, key)
    assert status == 200 and "result" in answer, (method, params, status, answer)
    return answer["result"]


def names(path="/mcp", key=None):
    return [tool["name"] for tool in result("tools/list", {}, path, key)["tools"]]


ALL = result("tools/list", {})["tools"]


def called(name, arguments):
    answer = result("tools/call", {"name": name, "arguments": arguments})
    assert not answer.get("isError"), (name, arguments, answer)
    return answer["structuredContent"]


NOTE = {"title": "Soup", "content": "Onions first.", "tags": ["kitchen"]}
ADA = {"name": "Ada Lovelace", "entityType": "person", "observations": ["wrote of the engine"]}
OWNS = {"from": "Ada Lovelace", "to": "the engine", "relationType": "wrote of"}
FACT = {"factType": "sale", "payload": {"amount": 3}, "text": "Three were sold."}
TEXTS = [{"id": "a", "text": "Ada Lovelace wrote to Charles Babbage in London.", "metadata": {"year": 1843}},
         {"id": "b", "text": "Charles Babbage built the engine with Joseph Clement.", "uri": "x://b"},
         {"text": "Nobody built it in Oslo."}]
DEEP = {"collection": "deep", "query": "who wrote to Charles Babbage"}
# Calls in an order in which each succeeds; several for a tool where its result has several forms.
CALLS = [
    ("vidensarkiv.search", {"query": "nothing is there yet"}), ("vidensarkiv.list", {}), ("vidensarkiv.stats", {}),
    ("vidensarkiv.add", {"id": "k", "content": "The key hangs in the pantry.", "metadata": {"room": "pantry"}}),
    ("vidensarkiv.batch_add", {"records": [{"content": "The pantry is cold."}, {"content": "Onions keep there."}]}),
    ("vidensarkiv.search", {"query": "where is the key"}), ("vidensarkiv.list", {"namespace": "vidensarkiv"}),
    ("vidensarkiv.stats", {}), ("vidensarkiv.get_related", {"id": "k"}), ("vidensarkiv.get_related", {"content": "key"}),
    ("autonomous.graphrag", {"query": "where does the key hang"}), ("autonomous.graphrag", {"query": "zzz"}),
    ("cma.memory.retrieve", {}), ("cma.context", {"userQuery": "tea"}),
    ("cma.memory.store", {"id": "m", "content": "Likes tea.", "tags": ["drinks"], "importance": 4, "userId": "u"}),
    ("cma.ingest", {"id": "n", "content": "Drinks it hot.", "userId": "u"}),
    ("cma.memory.retrieve", {"query": "tea", "userId": "u"}), ("cma.context", {"userQuery": "tea", "userId": "u"}),
    ("cma.memory.relate", {"sourceId": "m", "targetId": "n", "relationType": "explains", "userId": "u"}),
    ("cma.memory.relations", {"id": "m", "userId": "u"}), ("cma.memory.tag", {"id": "m", "add": ["hot"], "userId": "u"}),
    ("notes.create", NOTE), ("notes.list", {}), ("notes.get", {"id": "$note"}), ("notes.update", {"id": "$note", "title": "Stew"}),
    ("notes.delete", {"id": "$note"}),
    ("project.log_event", {"eventType": "build"}), ("project.get_events", {}),
    ("project.add_feature", {"name": "f", "description": "d"}), ("project.update_feature", {"name": "f", "status": "completed"}),
    ("project.get_features", {}),
    ("srag.add-fact", FACT), ("srag.query", {"query": "what was sold"}), ("srag.query", {"factType": "sale"}),
    ("srag.query", {"factType": "sale", "aggregates": [{"fn": "sum", "path": "payload.amount"}]}),
    ("srag.governance-check", {"docId": "k"}), ("srag.governance-check", {"docId": "none"}),
    ("evolution.add-prompt", {"agentId": "g", "promptText": "Be brief.", "active": True}), ("evolution.get-prompt", {"agentId": "g"}),
    ("evolution.report-run", {"agentId": "g", "promptVersion": 1, "kpiName": "k", "kpiDelta": 0.5}),
    ("evolution.analyze-prompts", {"agentId": "g"}),
    ("collections.create", {"name": "deep", "metadata": {"of": "letters"}}), ("collections.create", {"name": "deep", "if_missing": True}),
    ("documents.add", {"collection": "deep", "documents": TEXTS}), ("collections.list", {}), ("collections.describe", {"name": "deep"}),
    ("documents.fetch", {"collection": "deep", "id": "a"}), ("documents.fetch", {"collection": "deep", "ids": ["b", "none"]}),
    ("documents.update", {"collection": "deep", "documents": [{"id": "b", "metadata": {"year": 1837}}, {"id": "none"}]}),
    ("documents.search", DEEP), ("documents.search", {**DEEP, "mode": "lexical", "explain": True, "k": 2}),
    ("documents.search", {**DEEP, "where": {"year": {"$lt": 1840}}}), ("documents.search", {**DEEP, "k": None}),
    ("documents.search", {"collection": "deep", "query": "+Babbage -London", "operators": True, "highlight": True}),
    ("$linked", {}),
    ("graph.query", DEEP), ("graph.query", {**DEEP, "hops": 2, "explain": True}), ("graph.explore", DEEP),
    ("graph.entities", {"collection": "deep"}), ("graph.entities", {"collection": "deep", "prefix": "Ada"}),
    ("graph.entity", {"collection": "deep", "entity": "Charles Babbage"}),
    ("graph.neighbours", {"collection": "deep", "entity": "CHARLES BABBAGE"}),
    ("graph.path", {"collection": "deep", "from": "Ada Lovelace", "to": "Joseph Clement"}),
    ("graph.path", {"collection": "deep", "from": "Ada Lovelace", "to": "Oslo"}),
    ("graph.related", {"collection": "deep", "id": "a"}),
    ("collections.change", {"name": "deep", "weights": {"year": 2}}), ("collections.change", {"name": "deep", "weights": {}}),
    ("documents.delete", {"collection": "deep", "ids": ["a"]}), ("documents.delete", {"collection": "deep", "where": {"year": 1837}}),
    ("collections.delete", {"name": "deep"}),
    ("create_entities", {"entities": [ADA]}), ("create_relations", {"relations": [OWNS]}),
    ("add_observations", {"observations": [{"entityName": "Ada Lovelace", "contents": ["knew Babbage"]}]}),
    ("read_graph", {}), ("search_nodes", {"query": "engine"}), ("open_nodes", {"names": ["Ada Lovelace"]}),
    ("delete_observations", {"deletions": [{"entityName": "Ada Lovelace", "observations": ["knew Babbage"]}]}),
    ("delete_relations", {"relations": [OWNS]}), ("delete_entities", {"entityNames": ["Ada Lovelace"]}),
    ("search_tools", {"query": "delete a collection", "limit": 3}), ("system.health", {}),
    ("system.events", {"limit": 50}), ("system.events", {"type": "kvasir.records", "before": 40, "limit": 5}),
    ("$task", {}), ("tasks.list", {}), ("tasks.get", {"id": "$task"}), ("tasks.cancel", {"id": "$task"}),
    *[("vidensarkiv.list", {})] * 4, ("ingestion.status", {}), ("taskrecorder.get_patterns", {}), ("taskrecorder.get_suggestions", {}),
    ("taskrecorder.approve", {"suggestionId": "$suggestion"}), ("taskrecorder.reject", {"suggestionId": "$suggestion"}),
]


def linked():
    """Until the graph of the collection is whole."""
    wait("all documents are linked",
         lambda: kv.need(200, "GET", "/v1/collections/deep/graph?limit=1")["waiting"] == 0)
    return {}


def waiting_task():
    """A task that no engine here takes."""
    said = kv.db.psql("-c", "select kvasir.enter_open('default_tenant', 'r', null, 0);"
                            " select id from kvasir.task_create('of nobody', 'wait', '{}', 0, 1, null)")
    return {"$task": said.split()[-1]}


def judged(pairs):
    """Letters of tests/it/judge_schema for (schema, value)."""
    lines = ["{}"] + [json.dumps({"schema": schema, "values": [value]}) for schema, value in pairs]
    done = subprocess.run(["tests/it/judge_schema"], input="\n".join(lines) + "\n", text=True, capture_output=True, check=True)
    answers = done.stdout.rstrip("\n").split("\n")
    assert len(answers) == len(pairs), answers
    return answers


def fits():
    """each tool is called, and what it answers fits the schema of its result"""
    schemas = {tool["name"]: tool["outputSchema"] for tool in ALL if "outputSchema" in tool}
    untold = {tool["name"] for tool in ALL} - set(schemas)
    assert untold == {"ingestion.start", "ingestion.configure", "taskrecorder.execute"}, untold  # which answer 501
    untold = set(schemas) - {name for name, _ in CALLS}
    assert not untold, ("no call here", untold)
    pairs, ids = [], {}
    for name, arguments in CALLS:
        if name.startswith("$"):
            ids.update({"$linked": linked, "$task": waiting_task}[name]())
            continue
        arguments = {key: ids.get(value, value) if isinstance(value, str) else value for key, value in arguments.items()}
        answer = called(name, arguments)
        if name == "notes.create":
            ids["$note"] = answer["id"]
        if name == "taskrecorder.get_suggestions":
            ids["$suggestion"] = answer["suggestions"][0]["id"]
        pairs.append((name, arguments, answer))
    for (name, arguments, answer), said in zip(pairs, judged([(schemas[name], answer) for name, _, answer in pairs])):
        assert said.startswith("y"), (name, arguments, answer, said)
    assert all(said[0] == "n" for said in judged([(schema, {}) for schema in schemas.values()])), "no schema takes anything"
    graph = {name: answer for name, _, answer in pairs if name.startswith("graph.")}
    assert any(row["entity"] == "joseph clement" for row in graph["graph.neighbours"]["neighbours"]), graph["graph.neighbours"]
    assert graph["graph.path"]["path"] is None and graph["graph.entities"]["entities"][0]["entity"] == "ada lovelace", graph


def described():
    """each tool tells title, description, schemas that are schemas, and hints that go together"""
    for tool in ALL:
        hints = tool["annotations"]
        assert tool["title"] and len(tool["description"]) > 20, tool
        assert tool["inputSchema"]["type"] == "object" == tool.get("outputSchema", tool["inputSchema"])["type"], tool
        assert set(hints) == {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}, tool
        assert not (hints["readOnlyHint"] and hints["destructiveHint"]), tool
        assert hints["idempotentHint"] or not hints["readOnlyHint"], tool
    meta = {"$ref": "https://json-schema.org/draft/2020-12/schema"}
    for said in judged([(meta, tool[key]) for tool in ALL for key in ("inputSchema", "outputSchema") if key in tool]):
        assert said.startswith("y"), said
    assert names() == names() == [tool["name"] for tool in ALL], "the order is stable"


def toolsets():
    """an address names a toolset: its tools are listed and called there, and no others"""
    seen = set()
    for name in TOOLSETS:
        listed = names("/mcp/" + name)
        assert (0 < len(listed) or name == "sql") and len(listed) < len(ALL) and len(set(listed)) == len(listed), (name, listed)
        seen |= set(listed)
    assert seen == {tool["name"] for tool in ALL}, "every tool is in one"
    assert names("/mcp/notes") == ["notes.list", "notes.get", "notes.create", "notes.update", "notes.delete"]
    assert result("tools/call", {"name": "notes.list", "arguments": {}}, "/mcp/notes")["structuredContent"]["success"]
    status, answer = ask("tools/call", {"name": "documents.delete", "arguments": {}}, "/mcp/notes")
    assert status == 200 and answer["error"]["code"] == -32602 and "notes" in answer["error"]["message"], answer
    status, answer = ask("tools/list", {}, "/mcp/nots")
    assert status == 404 and answer["id"] == 3, (status, answer)
    assert all(name in answer["error"]["message"] for name in TOOLSETS), answer
    status, said, _ = kv.ask("POST", "/mcp/notes", json.dumps({"jsonrpc": "2.0", "id": 3, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}}),
        {"Content-Type": "application/json"})
    session = {"Mcp-Session-Id": said["Mcp-Session-Id"], "Accept": "text/event-stream"}
    assert kv.ask("DELETE", "/mcp/nots", b"", session)[0] == kv.ask("GET", "/mcp/nots", b"", session)[0] == 404
    assert [kv.ask("DELETE", "/mcp/notes", b"", session)[0] for _ in range(2)] == [204, 404]
    assert kv.ask("GET", "/mcp/notes", b"", session)[0] == 404, "whose session has ended"


def scopes():
    """lists show a key what it may call"""
    kv.db.kvasir("tenant", "create", "readers")
    for scope, more, less in (("read", "documents.search", "documents.add"), ("write", "documents.add", "documents.search"),
                              ("admin", "documents.add", None)):
        key, _ = kv.key("readers", "--scopes", scope)
        listed = names(key=key)
        assert more in listed and less not in listed and (less or len(listed) == len(ALL)), (scope, listed)
        found = result("tools/call", {"name": "search_tools", "arguments": {"query": "documents", "limit": 50}}, key=key) \
            if scope != "write" else {"structuredContent": {"tools": [{"name": more}]}}
        found = [tool["name"] for tool in found["structuredContent"]["tools"]]
        assert more in found and less not in found, (scope, found)
    status, answer = ask("tools/list", {}, key="kv_nobody00_" + "a" * 43)
    assert status == 401 and answer["error"]["code"] == -32000, (status, answer)


def searches():
    """search_tools finds a tool by what it is for, the same way each time"""
    for query, wanted in (("delete a collection", "collections.delete"), ("remember something about a user", "cma.memory.store"),
                          ("shortest way between two entities", "graph.path"), ("is the server healthy?", "system.health"),
                          ("add observations", "add_observations"), ("knowledge search", "vidensarkiv.search"),
                          ("write a note", "notes.create"), ("search through the graph", "graph.query")):
        found = called("search_tools", {"query": query})
        assert wanted in [tool["name"] for tool in found["tools"][:2]], (query, [t["name"] for t in found["tools"]])
        assert found == called("search_tools", {"query": query}) and found["count"] == len(found["tools"]) <= 5
        scores = [tool["score"] for tool in found["tools"]]
        assert scores == sorted(scores, reverse=True), scores
        (listed,) = [tool for tool in ALL if tool["name"] == found["tools"][0]["name"]]
        assert found["tools"][0]["inputSchema"] == listed["inputSchema"]
    assert called("search_tools", {"query": "zzzz ??"}) == {"tools": [], "count": 0}


def events():
    """events are the caller's own, newest first, and are chosen by type and number"""
    called("notes.create", NOTE)
    told = called("system.events", {"limit": 200})["events"]
    assert [e["number"] for e in told] == sorted((e["number"] for e in told), reverse=True)
    assert told[0]["type"] == "mcp.tool.executed" and told[0]["data"]["tool"] == "notes.create", told[0]
    notes = called("system.events", {"type": "kvasir.note", "limit": 1})["events"]
    assert [e["type"] for e in notes] == ["kvasir.note.created"], notes
    older = called("system.events", {"before": notes[0]["number"], "limit": 3})["events"]
    assert len(older) == 3 and all(e["number"] < notes[0]["number"] for e in older), older
    key, _ = kv.key("readers", "--scopes", "read")
    theirs = result("tools/call", {"name": "system.events", "arguments": {"type": "kvasir.note"}}, key=key)
    assert theirs["structuredContent"] == {"events": []}, theirs


def wrong():
    """what does not fit is told so that a model can mend it"""
    for name, arguments, says in (
            ("documents.fetch", {"collection": "c", "id": "a", "ids": ["b"]}, "one form only"),
            ("documents.fetch", {"collection": "c"}, "id is required; or ids is required"),
            ("documents.delete", {"collection": "c"}, "ids is required; or where is required"),
            ("documents.search", {"collection": "none.such", "query": "x"}, "none.such"),
            ("documents.search", {"collection": "c", "query": "x", "mod": "lexical"}, "did you mean mode?"),
            ("graph.entity", {"collection": "vidensarkiv", "entity": "?!"}, "letters or digits"),
            ("collections.change", {"name": "deep"}, "say language, weights, or both"),
            ("collections.create", {"name": "c", "space": "cosin"}, "one of cosine, l2, ip")):
        answer = result("tools/call", {"name": name, "arguments": arguments})
        assert answer["isError"] is True and says in answer["content"][0]["text"], (name, arguments, answer)


play(described, fits, toolsets, scopes, searches, events, wrong)
