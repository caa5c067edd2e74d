#!/usr/bin/env -S python3 -B
"""notes: notes and what is known of a project: whose they are, how long they stay, what is refused."""
import json

from stack import Stack
from stage import play

kv = Stack(auth="key", engine=False, redis=False)
for name in "north", "south":
    kv.db.kvasir("tenant", "create", name)
NORTH, _ = kv.key("north")
SOUTH, _ = kv.key("south")
N = "/v1/notes"


def need(status, method, path, body=None, key=NORTH):
    return kv.need(status, method, path, body, key=key).json


def tool(called, key=NORTH, ends=200, **payload):
    answer = kv.ask("POST", "/api/mcp/route", json.dumps({"tool": called, "payload": payload}),
                    {"Content-Type": "application/json", "Authorization": "Bearer " + key})
    assert answer[0] == ends, answer
    said = json.loads(answer[2])
    return said["result"] if ends == 200 else said["error"]


def titles(path, key=NORTH):
    return [note["title"] for note in need(200, "GET", path, key=key)["notes"]]


def notes():
    """a note is written, read, changed and deleted by who sees it"""
    note = need(201, "POST", N, {"title": "Tides", "content": "High water at noon", "user": "alice",
                                 "tags": ["sea", "time"], "risk_score": 0.5})
    path = f"{N}/{note['id']}"
    assert note["user"] == "alice" and note["tags"] == ["sea", "time"] and note["expires_at"] is None
    assert need(200, "GET", path + "?user=alice") == note
    for other in path, path + "?user=bob", N + "/none?user=alice":
        need(404, "GET", other), need(404, "DELETE", other)
    need(404, "GET", path + "?user=alice", key=SOUTH)
    need(404, "PATCH", path, {"title": "x", "user": "bob"})
    changed = need(200, "PATCH", path, {"title": "Low tides", "user": "alice"})
    assert changed["title"] == "Low tides" and changed["content"] == "High water at noon"
    need(201, "POST", N, {"title": "Shared", "content": "for all"})
    assert titles(N + "?user=alice") == ["Shared", "Low tides"]
    assert titles(N) == titles(N + "?user=bob") == ["Shared"] and titles(N, SOUTH) == []
    assert titles(N + "?user=alice&limit=1&offset=1") == ["Low tides"]
    for said, count in (({"query": "waters"}, 1), ({"query": "nothing"}, 0), ({"tags": ["sea"]}, 1),
                        ({"tags": ["sea", "x"]}, 0)):
        assert need(200, "POST", N + "/search", {"user": "alice", **said})["total"] == count, said
    need(204, "DELETE", path + "?user=alice")
    need(404, "GET", path + "?user=alice")


def retention():
    """a note is gone when its time is over"""
    note = need(201, "POST", N, {"title": "Brief", "content": "x", "retention": "30d"})
    assert note["expires_at"] > note["created_at"]
    kv.db.psql("-c", "select set_config('kvasir.tenant', (select id::text from kvasir.tenant where"
                     " name = 'north'), false);"
                     " update kvasir.note set expires_at = now() where retention = '30d'")
    need(404, "GET", f"{N}/{note['id']}")
    assert "Brief" not in titles(N)


def note_tools():
    """the tools speak as older clients do"""
    made = tool("notes.create", title="Old", content="body", tags="a, b", userId="alice")
    note = tool("notes.get", id=made["id"], userId="alice")["note"]
    assert note["body"] == "body" and note["tags"] == "a,b" and note["userId"] == "alice", note
    assert note["compliance"] == "clean" and note["retention"] == "archive" and note["createdAt"]
    assert tool("notes.list", userId="alice", tags="a")["count"] == 1
    assert "Old" not in [n["title"] for n in tool("notes.list")["notes"]]
    assert tool("notes.update", id=made["id"], title="New", userId="alice")["note"]["title"] == "New"
    assert "there is no note" in tool("notes.update", id=made["id"], title="x", ends=404)
    assert "there is no note" in tool("notes.delete", id=made["id"], ends=404)
    assert tool("notes.delete", id=made["id"], userId="alice") == {"success": True}
    assert "content is required" in tool("notes.create", title="x", ends=400)
    assert "compliance must be" in tool("notes.create", title="x", content="", compliance="no", ends=400)


def project():
    """events and features of a project are kept for one tenant"""
    assert tool("project.log_event", eventType="build", details={"n": 1})["success"]
    assert tool("project.log_event", eventType="deploy", status="failure", details="why")["success"]
    events = tool("project.get_events")
    assert events["count"] == 2 and events["events"][0]["details"] == "why", events
    assert events["events"][1]["status"] == "success" and events["events"][1]["timestamp"]
    assert tool("project.get_events", limit=1, eventType="build")["events"][0]["details"] == {"n": 1}
    assert "eventType must be" in tool("project.log_event", eventType="x", ends=400)
    tool("project.add_feature", name="search", description="finds")
    tool("project.add_feature", name="tools")
    tool("project.update_feature", name="search", status="completed")
    features = tool("project.get_features")
    assert [(f["name"], f["status"], f["description"]) for f in features["features"]] == [
        ("search", "completed", "finds"), ("tools", "planned", "tools")], features
    assert tool("project.get_features", status="planned")["count"] == 1
    assert tool("project.get_events", key=SOUTH)["count"] == 0
    assert tool("project.get_features", key=SOUTH)["features"] == []


def refuses():
    """wrong arguments are explained"""
    for said in {}, {"title": "x"}, {"title": "", "content": ""}, {"title": "x", "content": "", "nr": 1}, \
            {"title": "x", "content": "", "retention": "2d"}:
        need(400, "POST", N, said)
    need(400, "GET", N + "?limit=0")
    need(400, "POST", N + "/search", {"limit": 0})


play(notes, retention, note_tools, project, refuses)
