#!/usr/bin/env -S python3 -B
"""prompts: versions are numbered, one is active, and runs are averaged as they were measured."""
import json
from concurrent.futures import ThreadPoolExecutor

from stack import Stack
from stage import play

kv = Stack(auth="key", engine=False, redis=False)
for name in "north", "south":
    kv.db.kvasir("tenant", "create", name)
NORTH, _ = kv.key("north")
SOUTH, _ = kv.key("south")
P = "/v1/prompts/writer"


def need(status, method, path, body=None, key=NORTH):
    return kv.need(status, method, path, body, key=key).json


def tool(called, key=NORTH, ends=200, **payload):
    answer = kv.ask("POST", "/api/mcp/route", json.dumps({"tool": called, "payload": payload}),
                    {"Content-Type": "application/json", "Authorization": "Bearer " + key})
    assert answer[0] == ends, answer
    said = json.loads(answer[2])
    return said["result"] if ends == 200 else said["error"]


def versions():
    """the server numbers versions, and one of them is active"""
    assert "has no prompt" in need(404, "GET", P + "/active")["detail"]
    first = need(201, "POST", P, {"text": "Write.", "active": False})
    assert first["version"] == 1 and first["active"] is True, first
    assert need(201, "POST", P, {"text": "Write well.", "created_by": "me"})["version"] == 2
    assert need(201, "POST", P, {"text": "Draft.", "active": False})["active"] is False
    assert need(200, "GET", P + "/active")["text"] == "Write well."
    assert need(200, "POST", P + "/active", {"version": 3})["active"] is True
    need(404, "POST", P + "/active", {"version": 9})
    listed = need(200, "GET", P)
    assert [(p["version"], p["active"]) for p in listed["prompts"]] == [(3, True), (2, False), (1, False)]
    assert need(200, "GET", P, key=SOUTH) == {"prompts": [], "total": 0}
    need(404, "GET", P + "/active", key=SOUTH)


def runs():
    """the average is of the last ten runs of a version by one measure"""
    for n in range(12):
        said = need(201, "POST", P + "/runs", {"kpi": "speed", "delta": n, "version": 1})
    assert (said["average"], said["runs"], said["needs_refinement"]) == (6.5, 10, False), said
    said = need(201, "POST", P + "/runs", {"kpi": "quality", "delta": -0.5})
    assert said["version"] == 3 and said["average"] == -0.5 and said["needs_refinement"] is True
    need(404, "POST", P + "/runs", {"kpi": "speed", "delta": 1, "version": 9})
    need(404, "POST", P + "/runs", {"kpi": "speed", "delta": 1}, key=SOUTH)
    stats = need(200, "GET", P)["prompts"][2]["runs"]
    assert len(stats) == 1 and stats[0]["count"] == 12 and stats[0]["average"] == 5.5 and \
        (stats[0]["min"], stats[0]["max"]) == (0, 11) and 3.6 < stats[0]["deviation"] < 3.7, stats


def at_once():
    """versions that are added at the same moment have numbers of their own"""
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: need(201, "POST", "/v1/prompts/many", {"text": str(n)}), range(12)))
    assert sorted(p["version"] for p in made) == list(range(1, 13))
    assert [p["active"] for p in need(200, "GET", "/v1/prompts/many")["prompts"]].count(True) == 1


def tools():
    """the tools speak as older clients do"""
    assert tool("evolution.add-prompt", agentId="tester", promptText="Test.")["version"] == 1
    prompt = tool("evolution.get-prompt", agentId="tester")["prompt"]
    assert prompt["promptText"] == "Test." and prompt["agentId"] == "tester", prompt
    run = tool("evolution.report-run", agentId="tester", promptVersion=1, kpiName="k", kpiDelta=-1,
               inputSummary="i", outputSummary="o", runContext={"a": 1})
    assert run["averageKpiDelta"] == -1 and run["needsRefinement"] is True and run["runId"], run
    said = tool("evolution.analyze-prompts", agentId="tester")
    assert said["count"] == 1 and said["prompts"][0]["runs"][0]["average"] == -1, said
    assert said["aiAnalysis"] is None
    assert "has no prompt" in tool("evolution.get-prompt", agentId="nobody", ends=404)
    assert "kpiDelta is required" in tool("evolution.report-run", agentId="x", kpiName="k", ends=400)


def refuses():
    """wrong arguments are explained"""
    for path, said in ((P, {}), (P, {"text": ""}), (P + "/active", {"version": 0}),
                       (P + "/runs", {"kpi": "x", "delta": "1"}), (P + "/runs", {"delta": 1})):
        need(400, "POST", path, said)


play(versions, runs, at_once, tools, refuses)
