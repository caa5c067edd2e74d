#!/usr/bin/env -S python3 -B
"""legacy: what clients of the older system send, tool by tool and address by address, and the shape that they read.

A shape is a type, a value that must be, a list of one shape for all its items, or a dictionary of the
members that must be there; more may be.
"""
import json

from stack import Stack
from stage import play

kv = Stack(mode="development", auth="key", threads=2)
KEY, KEY_ID = kv.key("default_tenant")
READER, _ = kv.key("default_tenant", "--scopes", "read")
kv.db.kvasir("tenant", "create", "other_org")
CALLER = {"orgId": "other_org", "userId": "alice", "boardId": "b-1"}  # what a payload says of its caller
NUMBER, TIME, MAYBE = (int, float), str, (str, type(None))
kept = {}  # ids that later rows need


def fits(value, shape, where="result"):
    if isinstance(shape, dict):
        assert isinstance(value, dict), (where, value)
        for name, inner in shape.items():
            assert name in value, (where, name, value)
            fits(value[name], inner, f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), (where, value)
        for item in value:
            fits(item, shape[0], where + "[]")
    elif isinstance(shape, (type, tuple)):
        right = isinstance(value, shape) and (not isinstance(value, bool) or shape is bool)
        assert right, (where, value, shape)
    else:
        assert value == shape, (where, value, shape)


def post(path, body, key=KEY):
    status, _, text = kv.ask("POST", path, json.dumps(body), {
        "Content-Type": "application/json", "Authorization": "Bearer " + key})
    return status, json.loads(text)


def route(tool, payload, key=KEY):
    return post("/api/mcp/route", {"id": "m-1", "traceId": "t-1", "sourceId": "widget", "targetId": "backend",
                                   "tool": tool, "payload": payload, "createdAt": "2025-11-27T10:00:00Z"}, key)


MEMORY = {"id": str, "content": str, "importance": int}
NOTE = {"id": str, "title": str, "body": str, "tags": str, "source": MAYBE, "owner": MAYBE,
        "compliance": str, "retention": str, "attachments": list, "createdAt": TIME, "updatedAt": TIME}
HIT = {"id": str, "content": str, "metadata": dict, "score": NUMBER}
SUGGESTION = {"id": str, "taskType": str, "suggestedAction": str, "confidence": NUMBER, "observedCount": int,
              "estimatedBenefit": str, "requiresApproval": True, "createdAt": TIME}

TOOLS = (  # (names, payload, shape of the result, what of it later rows need)
    (("vidensarkiv.add", "knowledge.add"), {"content": "The ferry to Askov leaves at nine.", "metadata": {"kind": "travel"}},
     {"success": True, "id": str, "message": str}, {"text": "id"}),
    (("vidensarkiv.batch_add", "knowledge.batch_add"), {"records": [
        {"content": "Askov has a harbour.", "metadata": {}}, {"id": "b2", "content": "The harbour is deep.", "metadata": {"n": 1}}]},
     {"success": True, "count": 2, "message": str}, {}),
    (("vidensarkiv.search", "knowledge.search"), {"query": "ferry to Askov", "limit": 10},
     {"success": True, "results": [HIT], "count": int}, {}),
    (("vidensarkiv.search",), {"query": "harbour", "topK": 3, "filters": [{"field": "n", "operator": "eq", "value": 1}]},
     {"success": True, "results": [HIT], "count": 1}, {}),
    (("vidensarkiv.get_related", "knowledge.get_related"), {"id": "b2", "limit": 5},
     {"success": True, "searchedFor": "b2", "related": [HIT]}, {}),
    (("vidensarkiv.get_related",), {"content": "harbours", "limit": 5}, {"success": True, "searchedFor": str, "related": [HIT]}, {}),
    (("vidensarkiv.list", "knowledge.list"), {}, {"success": True, "namespaces": [str], "count": int}, {}),
    (("vidensarkiv.list",), {"namespace": "vidensarkiv", "limit": 2, "offset": 0},
     {"pagination": {"total": int, "limit": 2, "offset": 0, "hasMore": bool}}, {}),
    (("vidensarkiv.stats", "knowledge.stats"), {},
     {"success": True, "statistics": {"totalRecords": int, "namespaces": int, "namespaceList": [str]},
      "health": {"status": str}}, {}),
    (("autonomous.graphrag", "knowledge.answer"), {"query": "When does the ferry to Askov leave?", "maxHops": 3},
     {"answer": MAYBE, "reasoning_path": list, "nodes": [{"id": str, "content": str, "score": NUMBER}], "confidence": NUMBER,
      "sources": [{"id": str, "content": str, "score": NUMBER}]}, {}),
    (("cma.memory.store", "memory.store"), {"content": "Alice likes tea", "entityType": "note", "importance": 3, "tags": ["tea"]},
     {"success": True, "id": str, "message": str}, {"memory": "id"}),
    (("cma.ingest", "memory.ingest"), {"entityType": "decision", "content": "We sail on Monday", "importance": 5, "tags": []},
     {"id": str}, {"other": "id"}),
    (("cma.memory.retrieve", "memory.retrieve"), {"keywords": ["tea"], "limit": 10, "entityType": "note"},
     {"success": True, "count": int, "memories": [{**MEMORY, "entityType": "note", "createdAt": TIME}]}, {}),
    (("cma.context", "memory.context"), {"userQuery": "What does Alice like?", "keywords": ["tea"], "widgetData": {"x": 1},
                                         "model": "any"}, {"response": str, "memories": [MEMORY]}, {}),
    (("cma.memory.relate", "memory.relate"), {"sourceId": "$memory", "targetId": "$other", "relationType": "related_to"},
     {"success": True}, {}),
    (("cma.memory.relations", "memory.relations"), {"id": "$memory"}, {"success": True}, {}),
    (("notes.create",), {"title": "List", "content": "milk", "tags": "home,shop"}, {"id": str}, {"note": "id"}),
    (("notes.list",), {}, {"notes": [NOTE]}, {}),
    (("notes.get",), {"id": "$note"}, {"note": {**NOTE, "tags": "home,shop", "body": "milk", "userId": "alice"}}, {}),
    (("notes.update",), {"id": "$note", "title": "Longer list"}, {"success": True}, {}),
    (("notes.delete",), {"id": "$note"}, {"success": True}, {}),
    (("project.log_event",), {"eventType": "build", "status": "success", "details": {"commit": "abc"}},
     {"success": True, "message": str}, {}),
    (("project.get_events",), {"limit": 50},
     {"success": True, "count": int, "events": [{"eventType": "build", "status": "success", "details": dict, "timestamp": TIME}]}, {}),
    (("project.add_feature",), {"name": "search", "description": "finds", "status": "planned"}, {"success": True, "message": str}, {}),
    (("project.update_feature",), {"name": "search", "status": "completed"}, {"success": True, "message": str}, {}),
    (("project.get_features",), {}, {"success": True, "count": 1, "features": [
        {"name": "search", "description": "finds", "status": "completed", "updatedAt": TIME}]}, {}),
    (("srag.add-fact", "facts.add"), {"factType": "invoice", "jsonPayload": {"amount": 12}, "occurredAt": "2025-11-01T00:00:00Z",
                                      "text": "Invoice for rope"}, {"success": True, "factId": str}, {}),
    (("srag.query", "facts.query"), {"naturalLanguageQuery": "rope"},
     {"type": "semantic", "response": str, "result": list, "sqlQuery": MAYBE, "metadata": {"traceId": str, "docIds": [str]}}, {}),
    (("srag.query",), {"factType": "invoice", "aggregates": [{"fn": "sum", "path": "amount"}]},
     {"type": "analytical", "response": str, "result": list, "sqlQuery": MAYBE, "metadata": {"traceId": str, "docIds": [str]}}, {}),
    (("srag.governance-check", "facts.governance_check"), {"docId": "$text"},
     {"compliant": bool, "hasMetadata": True, "hasClassification": bool, "docId": str}, {}),
    (("evolution.add-prompt", "prompts.add"), {"agentId": "writer", "promptText": "Write well."}, {"success": True}, {}),
    (("evolution.get-prompt", "prompts.get"), {"agentId": "writer"},
     {"prompt": {"agentId": "writer", "version": int, "promptText": str, "createdAt": TIME}}, {}),
    (("evolution.report-run", "prompts.report_run"),
     {"agentId": "writer", "promptVersion": 1, "inputSummary": "in", "outputSummary": "out", "kpiName": "quality", "kpiDelta": -0.5,
      "runContext": {"a": 1}}, {"runId": int, "averageKpiDelta": NUMBER, "needsRefinement": True, "aiAnalysis": MAYBE}, {}),
    (("evolution.analyze-prompts", "prompts.analyze"), {"agentId": "writer"},
     {"prompts": [{"agentId": "writer", "version": int, "promptText": str}], "aiAnalysis": MAYBE}, {}),
    (("ingestion.status",), {}, {"success": True, "totalDocuments": int, "sources": dict, "engineStatus": {
        "running": True, "totalIngested": int, "adapters": list, "enabled": list, "pendingApprovals": list}}, {}),
    (("taskrecorder.get_suggestions",), {}, {"success": True, "suggestions": [SUGGESTION], "count": int}, {}),
    (("taskrecorder.get_patterns",), {}, {"success": True, "count": int, "patterns": [
        {"taskSignature": str, "taskType": str, "frequency": int, "successRate": NUMBER, "averageDuration": NUMBER, "firstSeen": TIME,
         "lastSeen": TIME, "hasSuggestion": bool, "suggestionStatus": MAYBE}]}, {}),
)

REFUSED = (  # (tool, payload, status, kind): an error is an error, in the older shape
    ("vidensarkiv.serch", {}, 404, "missing"), ("vidensarkiv.search", None, 400, "input"), ("vidensarkiv.add", {"content": 3}, 400, "input"),
    ("notes.get", {"id": "none"}, 404, "missing"), ("vidensarkiv.get_related", {"id": "none"}, 400, "input"),
    ("ingestion.start", {"source": "mail"}, 501, "unavailable"), ("ingestion.configure", {"any": [1]}, 501, "unavailable"),
    ("taskrecorder.approve", {"suggestionId": "none"}, 404, "missing"), ("taskrecorder.reject", {}, 400, "input"),
    ("taskrecorder.execute", {"suggestionId": "a", "taskSignature": "b", "taskType": "c", "params": {}}, 501, "unavailable"),
    ("cma.memory.relate", {"sourceId": "a", "targetId": "b"}, 404, "missing"), ("evolution.get-prompt", {"agentId": "none"}, 404, "missing"),
)

ADDRESSES = (  # (path, body, shape of the answer, what of it later rows need)
    ("/api/memory/ingest", {"entityType": "note", "content": "Bo prefers coffee", "importance": 4, "tags": ["coffee"]},
     {"success": True, "id": str}, {}),
    ("/api/memory/search", {"keywords": ["coffee"], "entityTypes": ["note"], "limit": 10},
     {"success": True, "count": 1, "memories": [MEMORY]}, {}),
    ("/api/memory/contextual-prompt", {"userQuery": "What does Bo prefer?", "keywords": ["coffee"], "widgetData": {}},
     {"success": True, "prompt": str, "memories": [{**MEMORY, "semanticScore": NUMBER}], "cached": False}, {}),
    ("/api/srag/ingest/document", {"sourceType": "file", "sourcePath": "/a/b.txt", "content": "The lighthouse was built in 1801."},
     {"success": True, "docId": str}, {"doc": "docId"}),
    ("/api/srag/ingest/fact", {"docId": "$doc", "factType": "building", "jsonPayload": {"year": 1801}, "occurredAt": "1801-01-01T00:00:00Z"},
     {"success": True, "factId": str}, {}),
    ("/api/srag/query", {"naturalLanguageQuery": "When was the lighthouse built?"},
     {"type": "semantic", "response": str, "result": [{"id": str, "content": str}], "metadata": {
         "traceId": str, "docIds": [str], "classification": {"type": "semantic", "confidence": 1, "features": ["question mark"]}}}, {}),
    ("/api/srag/query", {"naturalLanguageQuery": "Count of buildings"},
     {"type": "semantic", "response": str, "result": list, "metadata": {
         "traceId": str, "docIds": list, "classification": {"type": "analytical", "confidence": 1, "features": ["count"]}}}, {}),
    ("/api/srag/query", {"factType": "building", "aggregates": [{"fn": "count"}]},
     {"type": "analytical", "response": str, "result": [{}], "metadata": {
         "traceId": str, "docIds": [], "classification": {"type": "analytical", "confidence": 1, "features": ["conditions"]}}}, {}),
)


def filled(payload):
    """The ids that earlier rows made, where a payload names them."""
    return {name: kept[value[1:]] if isinstance(value, str) and value.startswith("$") else value
            for name, value in payload.items()}


def keep(result, wanted):
    for name, member in wanted.items():
        kept[name] = result[member]


def tools():
    """each general tool answers under its older name and its English one, with the members that clients read"""
    for names, payload, shape, wanted in TOOLS:
        for name in names:
            status, answer = route(name, {**filled(payload), **CALLER})
            assert status == 200 and answer["success"] is True and answer["messageId"] == "m-1", (name, answer)
            fits(answer["result"], shape, name)
        keep(answer["result"], wanted)


def listed():
    """GET /api/mcp/tools lists the names of all of them"""
    status, _, body = kv.ask("GET", "/api/mcp/tools", headers={"Authorization": "Bearer " + KEY})
    names = set(json.loads(body)["tools"])
    assert status == 200 and json.loads(body)["count"] == len(names)
    for row in TOOLS:
        assert set(row[0]) <= names, row[0]
    assert {row[0] for row in REFUSED} - names == {"vidensarkiv.serch"}


def refusals():
    """what fails has its status and a body that older clients read; what is not there does not pretend to be"""
    for tool, payload, status, kind in REFUSED:
        said, answer = route(tool, payload if payload is None else {**payload, **CALLER})
        assert said == status, (tool, said, answer)
        fits(answer, {"success": False, "messageId": "m-1", "error": str, "kind": kind}, tool)
    said, answer = route("notes.create", {"title": "t", "content": "c"}, READER)
    assert said == 403 and answer["success"] is False and answer["kind"] == "denied", answer
    for path in "/api/mcp/route", "/api/memory/ingest", "/api/srag/query":
        said, answer = post(path, {}, "kv_nobody00_" + "a" * 43)
        assert said in (400, 401) and answer["success"] is False and answer["error"], (path, answer)
        said, _, text = kv.ask("POST", path, "{}", {"Content-Type": "application/json"})
        assert said == 401 and json.loads(text)["success"] is False, text
        said, answer = post(path, [1])
        assert said == 400 and answer["success"] is False and answer["error"], (path, answer)


def addresses():
    """the addresses of memory and facts answer as they did"""
    for path, body, shape, wanted in ADDRESSES:
        status, answer = post(path, {**filled(body), **CALLER})
        assert status == 200, (path, answer)
        fits(answer, shape, path)
        keep(answer, wanted)
    stored = kv.need(200, "GET", f"/v1/collections/vidensarkiv/records/{kept['doc']}", key=KEY)
    assert stored["metadata"] == {"sourceType": "file", "sourcePath": "/a/b.txt"}, stored.body
    status, answer = post("/api/memory/ingest", {"content": ""})
    assert status == 400 and answer["success"] is False, answer
    assert post("/api/memory/ingest", {"content": "x", "entityType": "note"}, READER)[0] == 403


def tenants():
    """orgId chooses no tenant: all of this is the caller's own, and the other one is empty"""
    owners = kv.db.ask("select distinct t.name from kvasir.tenant t join kvasir.collection c on c.tenant_id = t.id"
                       " union select t.name from kvasir.tenant t join kvasir.note n on n.tenant_id = t.id"
                       " union select t.name from kvasir.tenant t join kvasir.fact f on f.tenant_id = t.id"
                       " union select t.name from kvasir.tenant t join kvasir.audit a on a.tenant_id = t.id")
    assert owners == [["default_tenant"]], owners


def recorder():
    """a call that is made again and again is suggested once; who decides is known by the key, and it is remembered"""
    def suggested(tool):
        return [one for one in route("taskrecorder.get_suggestions", {"limit": 1000})[1]["result"]["suggestions"]
                if one["taskType"] == tool]
    given = {"name": "weekly", "status": "planned"}
    for times in range(1, 4):
        assert suggested("project.add_feature") == [], times
        assert route("project.add_feature", given)[0] == 200
    found = suggested("project.add_feature")
    assert len(found) == 1 and found[0]["observedCount"] == 3 and found[0]["confidence"] == 1, found
    assert suggested("project.add_feature") == found, "the same by each look"
    status, answer = route("taskrecorder.reject", {"suggestionId": found[0]["id"], **CALLER})
    assert status == 200 and answer["result"]["rejectedBy"] == KEY_ID, answer
    assert route("project.add_feature", given)[0] == 200 and suggested("project.add_feature") == []
    status, answer = route("taskrecorder.approve", {"suggestionId": found[0]["id"]})
    assert status == 200 and answer["result"]["approvedBy"] == KEY_ID and "message" in answer["result"], answer
    pattern = [one for one in route("taskrecorder.get_patterns", {})[1]["result"]["patterns"]
               if one["taskSignature"] == found[0]["taskSignature"]]
    assert pattern[0]["frequency"] == 4 and pattern[0]["suggestionStatus"] == "approved", pattern
    other, _ = kv.key("other_org", "--scopes", "read,write")
    assert route("taskrecorder.get_patterns", {}, other)[1]["result"]["count"] == 0
    assert route("taskrecorder.approve", {"suggestionId": found[0]["id"]}, other)[0] == 404


play(tools, listed, refusals, addresses, tenants, recorder)
