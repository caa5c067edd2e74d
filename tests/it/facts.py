#!/usr/bin/env -S python3 -B
"""facts: structured facts: typed conditions, real aggregates, and nothing of another tenant."""
import json

from stack import Stack
from stage import play

kv = Stack(auth="key", engine=False, redis=False)
for name in "north", "south":
    kv.db.kvasir("tenant", "create", name)
NORTH, _ = kv.key("north")
SOUTH, _ = kv.key("south")
SALES = [{"n": 9, "amount": 10, "place": {"city": "Oslo"}, "due": "2024-02-01", "paid": True},
         {"n": 10, "amount": 2.5, "place": {"city": "Oslo"}, "due": "2024-01-15T12:00:00Z"},
         {"n": 11, "amount": 100, "place": {"city": "Bergen"}, "due": "2023-12-31"},
         {"n": 12, "amount": "unknown", "place": {"city": "Bergen"}, "due": "soon"}]


def query(status=200, key=NORTH, **said):
    return kv.need(status, "POST", "/v1/facts/query", said, key=key).json


def tool(called, key=NORTH, ends=200, **payload):
    answer = kv.ask("POST", "/api/mcp/route", json.dumps({"tool": called, "payload": payload}),
                    {"Content-Type": "application/json", "Authorization": "Bearer " + key})
    assert answer[0] == ends, answer
    said = json.loads(answer[2])
    return said["result"] if ends == 200 else said["error"]


def numbers(*conditions, **more):
    where = [{"path": path, "op": op, "value": value} for path, op, value in conditions]
    return sorted(f["payload"]["n"] for f in query(type="sale", where=where, **more)["facts"])


def stored():
    """facts are stored with their type and time"""
    for day, sale in enumerate(SALES, 1):
        kv.need(201, "POST", "/v1/facts", {"type": "sale", "payload": sale,
                                           "occurred_at": f"2024-0{1 + day // 3}-0{day}"}, key=NORTH)
    kv.need(201, "POST", "/v1/facts", {"type": "storm", "payload": {"n": 1}}, key=NORTH)
    kv.need(201, "POST", "/v1/facts", {"type": "sale", "payload": {"n": 9, "amount": 7}}, key=SOUTH)
    all_sales = query(type="sale")
    assert all_sales["total"] == 4 and all_sales["facts"][0]["payload"] == SALES[3], all_sales
    assert all_sales["facts"][0]["occurred_at"] == "2024-02-04T00:00:00.000000Z"
    assert query(type="sale", key=SOUTH)["total"] == 1 and query()["total"] == 5


def typed():
    """numbers compare as numbers, dates as dates, and what cannot be compared does not fit"""
    assert numbers(("n", "gt", 9)) == [10, 11, 12] and numbers(("n", "lte", 9)) == [9]
    assert numbers(("amount", "gte", 2.5)) == [9, 10, 11]
    assert numbers(("amount", "ne", 10)) == [10, 11, 12] and numbers(("amount", "eq", "10")) == []
    assert numbers(("due", "lt", "2024-01-15T13:00:00+01:00")) == [11]
    assert numbers(("due", "lte", "2024-01-15T13:00:00+01:00")) == [10, 11]
    assert numbers(("place.city", "eq", "Oslo"), ("amount", "lt", 10)) == [10]
    assert numbers(("place.city", "in", ["Oslo", "x"])) == [9, 10] and numbers(("n", "in", [])) == []
    assert numbers(("paid", "eq", True)) == [9] and numbers(("paid", "ne", True)) == [10, 11, 12]
    assert numbers(("@month", "eq", "2024-01")) == [9, 10]
    assert numbers(("@occurred_at", "gte", "2024-02-03")) == [11, 12]
    assert numbers(("n'; drop table kvasir.fact; --", "eq", "x")) == []
    assert numbers(("due", "gt", "2024-99-99")) == [12]


def sums():
    """aggregates are calculated, by groups, and say over how many values"""
    said = query(type="sale", group_by=["place.city"], aggregates=[
        {"fn": "count"}, {"fn": "sum", "path": "amount"}, {"fn": "avg", "path": "amount"},
        {"fn": "min", "path": "amount"}, {"fn": "max", "path": "due"}])
    values = {g["group"]["place.city"]: [(v["value"], v["over"]) for v in g["values"]]
              for g in said["groups"]}
    assert values == {
        "Oslo": [(2, 2), (12.5, 2), (6.25, 2), (2.5, 2), ("2024-02-01", 2)],
        "Bergen": [(2, 2), (100, 1), (100, 1), (100, 1), ("soon", 2)]}, said
    total = query(type="sale", aggregates=[{"fn": "sum", "path": "amount"}])
    assert total["groups"] == [{"group": {}, "count": 4, "values": [
        {"fn": "sum", "path": "amount", "value": 112.5, "over": 3}]}], total
    kv.need(201, "POST", "/v1/facts", {"type": "tiny", "payload": {"n": 1e-15}}, key=NORTH)
    tiny = query(type="tiny", aggregates=[{"fn": "avg", "path": "n"}])["groups"][0]["values"][0]
    assert tiny["value"] == 1e-15, tiny
    none = query(type="nothing", aggregates=[{"fn": "count"}])
    assert none["groups"][0]["count"] == 0, none
    by_type = query(group_by=["@type"])
    assert [(g["group"]["@type"], g["count"]) for g in by_type["groups"]] == [("sale", 4), ("storm", 1), ("tiny", 1)]


def tools():
    """srag.query searches for a question and calculates what is asked for, never both"""
    assert tool("srag.add-fact", factType="storm", jsonPayload={"force": 12}, occurredAt="2020-01-01",
                text="A storm took the roof of the boathouse")["factId"]
    tool("knowledge.add", content="Boathouse roof plans", id="plans", metadata={"classification": "open"})
    found = tool("srag.query", query="boathouse roof")
    assert found["type"] == "semantic" and {hit["source"] for hit in found["result"]} == \
        {"facts", "documents"} and found["mode"] == "lexical" and found["degraded"], found
    added = tool("srag.query", factType="sale", aggregates=[{"fn": "sum", "path": "amount"}])
    assert added["type"] == "analytical" and added["result"][0]["values"][0]["value"] == 112.5, added
    assert tool("facts.query", factType="storm", where=[{"path": "force", "op": "gt", "value": 11}])[
        "result"][0]["occurredAt"].startswith("2020-01-01")
    assert "give either query" in tool("srag.query", ends=400)
    assert "give either query" in tool("srag.query", query="sum", factType="sale", ends=400)
    assert tool("srag.query", query="boathouse", key=SOUTH)["result"] == []
    assert tool("srag.governance-check", docId="plans") == {
        "compliant": True, "hasMetadata": True, "hasClassification": True, "docId": "plans"}
    assert tool("srag.governance-check", docId="plans", key=SOUTH)["compliant"] is False


def refuses():
    """wrong arguments are explained"""
    for said in {}, {"type": "x"}, {"type": "x", "payload": []}, \
            {"type": "x", "payload": {}, "occurred_at": "soon"}, \
            {"type": "x", "payload": {}, "occurred_at": "2024-13-01"}:
        kv.need(400, "POST", "/v1/facts", said, key=NORTH)
    kv.need(422, "POST", "/v1/facts", b'{"type": "x", "payload": {"n": 1e999}}', key=NORTH)
    for said in ({"where": [{"path": "a", "op": "like", "value": 1}]}, {"aggregates": [{"fn": "sum"}]},
                 {"where": [{"path": "a", "op": "in", "value": 1}]},
                 {"where": [{"path": "a", "op": "eq", "value": [1]}]},
                 {"where": [{"path": "a", "op": "eq", "value": {}}]}, {"group_by": []},
                 {"aggregates": [{"fn": "median", "path": "a"}]}):
        assert query(400, **said)["detail"], said


play(stored, typed, sums, tools, refuses)
