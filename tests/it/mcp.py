#!/usr/bin/env -S python3 -B
"""mcp: both generations of the Model Context Protocol on one address, over nginx and FastCGI."""
import hashlib
import json
import os

from front import Front
from stage import Postgres, play

front = Front()
VERSION, META = "2026-07-28", "io.modelcontextprotocol/"
CLAIM = {META + "protocolVersion": VERSION, META + "clientCapabilities": {}}
KEY = "kv_reader00_" + "a" * 43


def start():
    home = front.home + "/pg"
    os.mkdir(home)
    os.chmod(front.home, 0o755)
    database = Postgres(home)
    front.pool(database=f"host={home} user=kvasir_app dbname=postgres", fixtures="on",
               allowed_origins="https://app.example https://two.example")
    front.nginx()
    return database


db = start()


def post(body, headers=None):
    text = body if isinstance(body, str) else json.dumps(body)
    status, said, answer = front.ask("POST", "/mcp", text, {"Content-Type": "application/json", **(headers or {})})
    return status, said, json.loads(answer) if answer else None


def older(method, params=None, number=0, headers=None):
    message = {"jsonrpc": "2.0", "id": number, "method": method}
    return post({**message, **({"params": params} if params is not None else {})}, headers)


def newer(method, params=None, headers=None, meta=None, number="q-1"):
    params = {**(params or {}), "_meta": CLAIM if meta is None else meta}
    told = {"MCP-Protocol-Version": VERSION, "Mcp-Method": method}
    for key in ("name", "uri"):
        if key in params:
            told["Mcp-Name"] = params[key]
    told = {name: value for name, value in {**told, **(headers or {})}.items() if value is not None}
    return post({"jsonrpc": "2.0", "id": number, "method": method, "params": params}, told)


def good(reply, number):
    status, _, body = reply
    assert status == 200 and body["jsonrpc"] == "2.0" and body["id"] == number and "error" not in body, reply
    return body["result"]


def bad(reply, status, code, number, says=""):
    got, _, body = reply
    assert got == status and body["error"]["code"] == code and body["id"] == number, reply
    assert says in body["error"]["message"] and "result" not in body, reply
    return body["error"]


def greets():
    """initialize agrees on a version that both speak, and an id of 0 is an id"""
    for asked, agreed in (("2025-11-25",) * 2, ("2025-06-18",) * 2, ("2025-03-26",) * 2,
                          ("2024-11-05", "2025-11-25"), ("1999-01-01", "2025-11-25")):
        said = good(older("initialize", {"protocolVersion": asked, "capabilities": {}, "clientInfo": {}}), 0)
        assert said["protocolVersion"] == agreed and said["serverInfo"]["name"] == "kvasir", said
        assert "tools" in said["capabilities"] and "resultType" not in said
    assert post({"jsonrpc": "2.0", "method": "notifications/initialized"})[::2] == (202, None)
    assert post({"jsonrpc": "2.0", "id": 5, "result": {}})[::2] == (202, None)
    assert good(older("ping", number="x"), "x") == {}
    bad(older("ping", headers={"MCP-Protocol-Version": "2024-01-01"}), 400, -32000, 0)
    assert good(older("ping", headers={"MCP-Protocol-Version": "2025-06-18"}), 0) == {}


def discovers():
    """the stateless generation tells what it speaks, and marks each result"""
    said = good(newer("server/discover"), "q-1")
    assert said["resultType"] == "complete" and VERSION in said["supportedVersions"], said
    assert said["_meta"][META + "serverInfo"]["name"] == "kvasir" and said["ttlMs"] >= 0
    for gone in "initialize", "ping", "logging/setLevel", "tasks/list":
        bad(newer(gone), 404, -32601, "q-1")
    bad(older("server/discover"), 200, -32601, 0)


def headers_repeat():
    """what a header and the body tell differently is refused, whichever of them is wrong"""
    call = {"name": "knowledge.list", "arguments": {}}
    for wrong in ({"Mcp-Method": None}, {"Mcp-Method": "tools/list"}, {"Mcp-Method": "Tools/Call"},
                  {"Mcp-Name": None}, {"Mcp-Name": "knowledge.add"}, {"Mcp-Name": "=?base64?a25vd2xlZGdlLmxpc3Q?="},
                  {"MCP-Protocol-Version": None}, {"MCP-Protocol-Version": "2025-11-25"}):
        bad(newer("tools/call", call, headers=wrong), 400, -32020, "q-1")
    good(newer("tools/call", call, headers={"Mcp-Name": "=?base64?a25vd2xlZGdlLmxpc3Q=?="}), "q-1")
    bad(newer("tools/list", meta={META + "protocolVersion": VERSION}), 400, -32602, "q-1")
    bad(newer("tools/list", meta={META + "clientCapabilities": {}}), 400, -32602, "q-1")
    data = bad(newer("tools/list", meta={**CLAIM, META + "protocolVersion": "v999"},
                     headers={"MCP-Protocol-Version": "v999"}), 400, -32022, "q-1")["data"]
    assert data["requested"] == "v999" and VERSION in data["supported"], data
    bad(older("tools/list", headers={"MCP-Protocol-Version": VERSION}), 400, -32602, 0)


def tools():
    """the same tools by both generations; what is wrong with arguments is told as a result"""
    listed = good(newer("tools/list"), "q-1")
    assert [t["name"] for t in listed["tools"]] == [t["name"] for t in good(older("tools/list"), 0)["tools"]]
    assert listed["cacheScope"] == "private" and len(listed["tools"]) > 25
    for tool in listed["tools"]:
        assert tool["description"] and tool["inputSchema"]["type"] == "object", tool
    made = good(older("tools/call", {"name": "knowledge.add", "arguments": {
        "content": "The bridge at Dunmore was closed.", "namespace": "mcp"}}), 0)
    assert json.loads(made["content"][0]["text"]) == made["structuredContent"], made
    found = good(newer("tools/call", {"name": "knowledge.search", "arguments": {
        "query": "Dunmore bridge", "namespace": "mcp"}}), "q-1")
    assert "Dunmore" in found["content"][0]["text"] and found["resultType"] == "complete", found
    wrong = good(older("tools/call", {"name": "knowledge.search", "arguments": {"limt": 1}}), 0)
    assert wrong["isError"] is True and "limit" in wrong["content"][0]["text"], wrong
    assert good(older("tools/call", {"name": "knowledge.stats"}), 0)["structuredContent"], "no arguments are {}"
    for params in ({"name": "no.such"}, {}, {"name": 3}, {"name": "knowledge.list", "arguments": []}):
        bad(older("tools/call", params), 200, -32602, 0)


def malformed():
    """what is no message is refused with the code that JSON-RPC has for it"""
    for body, code in (("{", -32700), ("", -32700), ("\"\u0000", -32700), ("[]", -32600), ("3", -32600), ("{}", -32600),
                       ('{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600),
                       ('{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600)):
        bad(post(body), 400, code, None)
    bad(post('{"jsonrpc":"2.0","id":7,"method":"ping","params":[1]}'), 400, -32600, 7)
    bad(post('{"jsonrpc":"1.0","id":1,"method":"ping"}'), 400, -32600, 1)
    for method in ("PUT",):
        status, said, body = front.ask(method, "/mcp", b"", {})
        assert status == 405 and "POST" in said["Allow"] and json.loads(body)["error"]["code"] == -32000, body
    status, _, body = front.ask("POST", "/mcp", b"{}", {"Content-Type": "text/plain"})
    assert status == 415 and json.loads(body)["id"] is None, body


def batches():
    """clients of 2025-03-26 may send several messages at once; each is served as if it had come alone"""
    def message(method, number=None, **params):
        return {"jsonrpc": "2.0", "method": method, **({} if number is None else {"id": number}), "params": params}

    calls = [message("ping", 1), message("notifications/initialized"), message("no/such", "b"), 7,
             message("tools/call", 3, name="knowledge.add", arguments={"content": "Batched rain.", "namespace": "batch"}),
             message("tools/call", 4, name="knowledge.search", arguments={"query": "rain", "namespace": "batch"}),
             message("tools/call", 5, name="knowledge.search", arguments={"limt": 1}), [message("ping", 6)]]
    for headers in None, {"MCP-Protocol-Version": "2025-03-26"}, {"Accept": "application/json, text/event-stream"}:
        status, said, answers = post(json.dumps(calls), headers)
        assert status == 200 and said["Content-Type"] == "application/json", (status, answers)
        assert [answer["id"] for answer in answers] == [1, "b", None, 3, 4, 5, None], answers
        assert [answer.get("error", {}).get("code") for answer in answers] == [None, -32601, -32600, None, None, None, -32600]
        assert "Batched rain." in answers[4]["result"]["content"][0]["text"] and answers[5]["result"]["isError"], answers
    assert post(json.dumps([message("notifications/initialized"), {"jsonrpc": "2.0", "id": 9, "result": {}}]))[::2] == (202, None)
    bad(post(json.dumps([message("ping", 1)]), {"MCP-Protocol-Version": "2025-11-25"}), 400, -32600, None, "one message")
    bad(post(json.dumps([message("ping", 1), message("initialize", 2)])), 400, -32600, None, "alone")
    bad(post(json.dumps([message("ping", 1)] * 101)), 400, -32600, None, "100")
    bad(post(json.dumps([message("tools/list", 1)]), {"Authorization": "Bearer kv_nobody00_" + "b" * 43}), 401, -32000, 1)


def origins():
    """a page of another origin may not speak through somebody's browser"""
    for origin in ("http://localhost:3000", "http://127.0.0.1", "http://[::1]:8", "https://app.example",
                   "https://two.example"):
        assert good(older("ping", headers={"Origin": origin}), 0) == {}, origin
    for origin in ("http://evil.example", "http://localhost.evil.example", "null", "https://app.example.evil", ""):
        bad(older("ping", headers={"Origin": origin}), 403, -32000, None, "allowed_origins")


def scopes():
    """a key that may only read calls what reads, and is told of the rest by the status"""
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    db.psql("-c", "select kvasir.enter_open('default_tenant', 'r', null, 0);"
                  f" select kvasir.key_create('reader00', '\\x{digest}', 'reader', '{{read}}', null)")
    bearer = {"Authorization": "Bearer " + KEY}
    good(older("tools/call", {"name": "knowledge.list", "arguments": {}}, headers=bearer), 0)
    bad(older("tools/call", {"name": "knowledge.add", "arguments": {"content": "x"}}, headers=bearer),
        403, -32000, 0, "scope")
    bad(older("tools/call", {"name": "knowledge.list", "arguments": {}},
              headers={"Authorization": "Bearer " + KEY[:-1] + "b"}), 401, -32000, 0)


def params_repeat():
    """an argument that the schema marks is repeated in a header, or the call is refused"""
    def call(arguments, **headers):
        return newer("tools/call", {"name": "test_custom_headers", "arguments": arguments},
                     headers={"Mcp-Param-" + name: value for name, value in headers.items()})

    for value, header in (("Hello", "Hello"), ("Hello", "=?base64?SGVsbG8=?="), ("SGVsbG8=", "SGVsbG8="), ("a b", " a b\t"),
                          ("=?base64?SGVsbG8=", "=?base64?SGVsbG8="), ("æ ", "=?base64?w6Yg?="), ("", "=?base64??=")):
        good(call({"region": value}, Region=header), "q-1")
    for value, header in (("Hello", "hello"), ("Hello", "=?base64?SGVsbG8?="), ("Hello", "=?base64?SGVs!!!bG8=?="),
                          ("Hello", None), ("Hello", ""), (" Hello", " Hello")):
        bad(call({"region": value}, Region=header), 400, -32020, "q-1", "Mcp-Param-Region")
    good(call({"region": "a", "priority": 42, "urgent": False}, Region="a", Priority="42", Urgent="false"), "q-1")
    good(call({"region": "a", "priority": 42}, Region="a", Priority="42.0"), "q-1")
    good(call({"region": "a", "priority": None}, Region="a"), "q-1")
    bad(call({"region": "a", "priority": 42}, Region="a", Priority="43"), 400, -32020, "q-1", "Mcp-Param-Priority")
    bad(call({"region": "a", "priority": 42}, Region="a"), 400, -32020, "q-1", "Mcp-Param-Priority")
    bad(call({"region": "a"}, Region="a", Urgent="true"), 400, -32020, "q-1", "Mcp-Param-Urgent")
    wrong = good(call({"region": ["a"]}, Region="a"), "q-1")
    assert wrong["isError"] and "region must be a string" in wrong["content"][0]["text"], wrong
    good(older("tools/call", {"name": "test_custom_headers", "arguments": {"region": "a"}}), 0)
    wrong = good(older("tools/call", {"name": "json_schema_2020_12_tool",
                                      "arguments": {"contactMethod": "phone", "email": "a@b"}}), 0)
    assert wrong["isError"] and wrong["content"][0]["text"] == "phone is required", wrong


play(greets, discovers, headers_repeat, tools, malformed, batches, origins, scopes, params_repeat)
