#!/usr/bin/env -S python3 -B
"""http_tools: addresses as tools: called by the engine for their tenant alone, and never inside somebody's house."""
import base64
import http.server
import json
import os
import socket
import socketserver
import threading
import time

from front import UnixHTTP
from stack import Stack
from stage import Engine, play, wait

VERSION, META, TASKS = "2026-07-28", "io.modelcontextprotocol/", "io.modelcontextprotocol/tasks"
kv = Stack(auth="key", engine=False, redis=False, fixtures="on", tool_answer=1000)
SECRETS = kv.home + "/secrets"
SETS = ["redis=", "fixtures=on", "mode=development", "model=none", "task_lease=5", "tool_answer=20000",
        "database=" + kv.db.conninfo("kvasir_app"), "tool_secrets=" + SECRETS]
for name in "north", "south":
    kv.db.kvasir("tenant", "create", name)
    os.makedirs(f"{SECRETS}/{name}")
    with open(f"{SECRETS}/{name}/api", "w", encoding="ascii") as file:
        file.write(f"of-{name}\n")
NORTH, _ = kv.key("north", "--scopes", "read,write")
READER, _ = kv.key("north", "--scopes", "read")
ADMIN, _ = kv.key("north", "--scopes", "admin")
SOUTH, _ = kv.key("south", "--scopes", "admin")
held = threading.Event()
seen, fails = [], []  # requests that came; statuses to answer first
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")


class Server(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        seen.append((self.command, self.path, dict(self.headers), body))
        status, kind, more, said = 200, "application/json", {}, json.dumps({"path": self.path}).encode()
        if fails:
            status, more = fails.pop(0)
        elif self.path.startswith("/away"):
            status, more = 302, {"Location": f"http://127.0.0.1:{PORT}/inside"}
        elif self.path.startswith("/late"):
            held.wait(60)
        elif self.path.startswith("/slow"):
            time.sleep(60)
        elif self.path.startswith("/huge"):
            said = b"x" * 50000
        elif self.path.startswith("/png"):
            kind, said = "image/png", PNG
        elif self.path.startswith("/text"):
            kind, said = "text/plain; charset=utf-8", "grød".encode()
        elif self.path.startswith("/bytes"):
            kind, said = "application/octet-stream", b"\x00\xff\x01"
        elif self.path.startswith("/wrong"):
            status, said = 422, b'{"error": "no such colour"}'
        elif self.path.startswith("/echo"):
            said = body
        self.send_response(status)
        for key, value in {"Content-Type": kind, "Content-Length": len(said), **more}.items():
            self.send_header(key, str(value))
        self.end_headers()
        try:
            self.wfile.write(said)
        except OSError:  # who asked has gone
            pass

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


class Serving(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


server = Serving(("127.0.0.1", 0), Server)
PORT = server.server_port
HERE = f"http://127.0.0.1:{PORT}"
threading.Thread(target=server.serve_forever, daemon=True).start()


def start(*more):
    kv.engine = Engine(kv.stage, *SETS, *more)


def rpc(method, params, key=NORTH, tasks=False, accept="application/json, text/event-stream", wanted=200):
    can = {"extensions": {TASKS: {}}} if tasks else {}
    meta = {META + "protocolVersion": VERSION, META + "clientCapabilities": can}
    heads = {"Content-Type": "application/json", "Authorization": "Bearer " + key, "Mcp-Method": method,
             "MCP-Protocol-Version": VERSION, "Accept": accept}
    if params:
        heads["Mcp-Name"] = params.get("name") or params["taskId"]
    status, said, body = kv.ask("POST", "/mcp", json.dumps({"jsonrpc": "2.0", "id": "one", "method": method,
                                                            "params": {**params, "_meta": meta}}), heads)
    assert status == wanted, (status, body)
    streamed = said["Content-Type"] == "text/event-stream"
    message = json.loads(events(body)[-1] if streamed else body)
    assert message["id"] == "one", message
    return {**message, "streamed": streamed}


def events(body):
    """The data of a stream's events."""
    return ["".join(line[5:].strip() for line in event.splitlines() if line.startswith("data:"))
            for event in body.decode().split("\n\n") if "data:" in event]


def call(tool, key=NORTH, **args):
    return rpc("tools/call", {"name": tool, "arguments": args}, key)["result"]


def names(key):
    return [t["name"] for t in rpc("tools/list", {}, key)["result"]["tools"]]


def add(status=201, key=ADMIN, **said):
    properties = {word: {} for word in "abcq"}
    said = {"description": "A tool.", "schema": {"type": "object", "properties": properties}, **said}
    return kv.need(status, "POST", "/v1/tools", said, key=key)


def declares():
    """an admin declares a tool, and then it is there for its tenant, on both routes, and for nobody else"""
    start("tool_private=on")
    add(name="weather", url=HERE + "/weather/{a}?q={q}",
        schema={"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "q": {"type": "string"}}})
    add(200, name="weather", url=HERE + "/w/{a}?q={q}", title="Weather",
        schema={"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "q": {"type": "string"}}})
    kv.need(403, "POST", "/v1/tools", {"name": "x", "description": "x", "url": HERE}, key=NORTH)
    assert "weather" in names(NORTH) and "weather" not in names(SOUTH)
    listed = kv.need(200, "GET", "/v1/tools", key=NORTH)["tools"]
    assert [t["name"] for t in listed] == ["weather"] and listed[0]["url"].endswith("/w/{a}?q={q}"), listed
    assert kv.need(200, "GET", "/v1/tools", key=SOUTH)["tools"] == []
    old = json.loads(kv.ask("GET", "/api/mcp/tools", None, {"Authorization": "Bearer " + NORTH})[2])
    assert "weather" in old["tools"] and "weather" in [d["name"] for d in old["definitions"]]
    said = rpc("tools/call", {"name": "weather", "arguments": {"a": "x"}}, SOUTH)["error"]
    assert said["code"] == -32602 and "no tool weather" in said["message"], said
    assert not seen


def calls():
    """a call is a request of the engine; its arguments are data in it"""
    said = call("weather", a="../Aal borg", q="&x=#")
    assert said["structuredContent"] == {"path": "/w/..%2FAal%20borg?q=%26x%3D%23"}, said
    assert json.loads(said["content"][0]["text"]) == said["structuredContent"] and said["resultType"] == "complete"
    assert "isError" not in said and seen[-1][0] == "GET"
    wrong = call("weather", b=1)
    assert wrong["isError"] and "a is required" in wrong["content"][0]["text"], wrong
    assert call("weather", a="..")["isError"] and len(seen) == 1
    status, _, body = kv.ask("POST", "/api/mcp/route", json.dumps({"tool": "weather", "payload": {"a": "old"}}),
                             {"Content-Type": "application/json", "Authorization": "Bearer " + NORTH})
    assert status == 200 and json.loads(body)["result"] == {"path": "/w/old?q="}, body
    for accept, streamed in ("application/json", False), ("application/json, text/event-stream", True):
        told = rpc("tools/call", {"name": "weather", "arguments": {"a": "s"}}, accept=accept)
        assert told["result"]["structuredContent"] == {"path": "/w/s?q="} and told["streamed"] == streamed, told
    made = rpc("tools/call", {"name": "weather", "arguments": {"a": "later"}}, tasks=True)["result"]
    assert made["resultType"] == "task", made
    ended = wait("the task has ended", lambda: (lambda t: t if t["status"] == "completed" else None)(
        rpc("tasks/get", {"taskId": made["taskId"]}, tasks=True)["result"]))
    assert ended["result"]["structuredContent"] == {"path": "/w/later?q="}, ended


def told():
    """each call leaves the event that every call of a tool leaves"""
    wait("both kinds are told", lambda: {row[0] for row in kv.db.ask(
        "select data ->> 'success' from kvasir.outbox where type = 'mcp.tool.executed' and subject = 'weather'")} ==
        {"true", "false"})


def bodies():
    """what the address does not name goes into the query, or into a JSON body"""
    add(name="rest", url=HERE + "/rest/{a}")
    assert call("rest", a="1", b="x y", c=2)["structuredContent"] == {"path": "/rest/1?b=x%20y&c=2"}
    add(name="post", url=HERE + "/echo/{a}", method="POST")
    said = call("post", a="1", b={"deep": [1]}, c=None)["structuredContent"]
    assert said == {"b": {"deep": [1]}, "c": None} and seen[-1][1] == "/echo/1", said
    assert seen[-1][2]["Content-Type"] == "application/json"
    denied = rpc("tools/call", {"name": "post", "arguments": {"a": "1"}}, READER, wanted=403)["error"]
    assert denied["code"] == -32000 and "scope" in denied["message"], denied


def kinds():
    """an answer becomes content of its type"""
    for word in "png", "text", "bytes":
        add(name=word, url=f"{HERE}/{word}")
    image = call("png")["content"][0]
    assert image["type"] == "image" and image["mimeType"] == "image/png" and base64.b64decode(image["data"]) == PNG
    assert call("text")["content"] == [{"type": "text", "text": "grød"}]
    blob = call("bytes")["content"][0]["resource"]
    assert base64.b64decode(blob["blob"]) == b"\x00\xff\x01" and blob["mimeType"] == "application/octet-stream", blob


def secrets():
    """a header may hold a secret of the tenant, which nothing stores and nobody is told"""
    add(name="keyed", url=HERE + "/keyed", headers={"Authorization": {"secret": "api", "prefix": "Bearer "},
                                                    "X-Plain": "text"})
    call("keyed")
    assert seen[-1][2]["Authorization"] == "Bearer of-north" and seen[-1][2]["X-Plain"] == "text", seen[-1]
    add(key=SOUTH, name="keyed", url=HERE + "/keyed", headers={"X-Key": {"secret": "api"}})
    call("keyed", SOUTH)
    assert seen[-1][2]["X-Key"] == "of-south"
    add(name="none", url=HERE + "/none", headers={"X-Key": {"secret": "other"}})
    before = len(seen)
    said = call("none")
    assert said["isError"] and "no secret other" in said["content"][0]["text"] and len(seen) == before, said
    assert "of-north" not in kv.need(200, "GET", "/v1/tools", key=ADMIN).body.decode()
    assert "of-north" not in kv.db.psql("-c", "select * from kvasir.http_tool", "-c", "select * from kvasir.task",
                                        "-c", "select * from kvasir.outbox")
    assert "of-north" not in json.dumps(kv.engine.log())


def refused():
    """what would reach where it should not is not declared"""
    for wrong in ({"url": "file:///etc/passwd"}, {"url": "http://{a}/"}, {"url": "http://u:p@h/"}, {"url": "gopher://h/"},
                  {"url": HERE + "/{z}"}, {"name": "knowledge.add"}, {"name": "a b"}, {"name": "x" * 65},
                  {"method": "TRACE"}, {"headers": {"Host": "other"}}, {"headers": {"X-A": "a\r\nX-B: b"}},
                  {"headers": {"Authorization": "Bearer abc"}}, {"headers": {"X-Api-Key": "abc"}},
                  {"headers": {"X-A": {"secret": "../south/api"}}}, {"headers": {"X-A": {"secret": "api", "more": 1}}},
                  {"headers": {"Content-Length": "1"}}, {"timeout_ms": 0}, {"retries": 11}, {"strange": 1},
                  {"schema": {"type": "array"}}):
        add(400, **{"name": "wrong", "url": HERE + "/", **wrong})


def failing():
    """wrong answers are results that tell; another address is not followed, too much not read, too late not waited for"""
    add(name="wrong", url=HERE + "/wrong")
    said = call("wrong")
    assert said["isError"] and "422" in said["content"][0]["text"] and "colour" in said["content"][1]["text"], said
    add(name="away", url=HERE + "/away")
    before = len(seen)
    said = call("away")
    assert said["isError"] and "not followed" in said["content"][0]["text"] and len(seen) == before + 1, said
    add(name="huge", url=HERE + "/huge")
    said = call("huge")
    assert said["isError"] and "larger" in said["content"][0]["text"], said
    add(name="slow", url=HERE + "/slow", timeout_ms=300, retries=0)
    began = time.monotonic()
    said = call("slow")
    assert said["isError"] and "in time" in said["content"][0]["text"] and time.monotonic() - began < 20, said
    add(name="nobody", url="http://127.0.0.1:1/", retries=0)
    said = call("nobody")
    assert said["isError"] and "could not be reached" in said["content"][0]["text"], said


def older():
    """a client of the older generation gets the answer on the response of its call, while the pool's threads are free"""
    ask = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "late", "arguments": {}}})
    heads = {"Content-Type": "application/json", "Authorization": "Bearer " + NORTH,
             "Accept": "application/json, text/event-stream"}
    add(name="late", url=HERE + "/late")
    answers, before = [], len(seen)
    threads = [threading.Thread(target=lambda: answers.append(kv.ask("POST", "/mcp", ask, heads))) for _ in range(12)]
    held.clear()
    for thread in threads:
        thread.start()
    wait("some are called", lambda: len(seen) - before >= 8)  # task_threads
    kv.need(200, "GET", "/v1/tools", key=NORTH)  # with four threads that twelve calls would hold
    held.set()
    for thread in threads:
        thread.join()
    assert len(answers) == 12
    for status, said, body in answers:
        message = json.loads(events(body)[-1])
        assert status == 200 and message["id"] == 7, body
        assert message["result"]["structuredContent"] == {"path": "/late"}, message


def repeats():
    """what may pass is tried again if it may be done twice, and not before the server says"""
    add(name="busy", url=HERE + "/busy", retries=2)
    before, began = len(seen), time.monotonic()
    fails[:] = [(503, {}), (429, {"Retry-After": "2"})]
    assert call("busy")["structuredContent"] == {"path": "/busy"} and len(seen) == before + 3
    assert time.monotonic() - began >= 2
    fails[:] = [(503, {})] * 3
    said = call("busy")
    assert said["isError"] and "503" in said["content"][0]["text"] and len(seen) == before + 6, said
    before = len(seen)
    fails[:] = [(503, {})]
    said = call("post", a="1")
    assert said["isError"] and len(seen) == before + 1, "a POST is not repeated unless it is said"


def cancels():
    """cancelling a call ends the engine's request"""
    add(name="long", url=HERE + "/slow", timeout_ms=60000)
    task = rpc("tools/call", {"name": "long", "arguments": {}}, tasks=True)["result"]["taskId"]
    wait("it is called", lambda: seen[-1][1] == "/slow")
    began = time.monotonic()
    rpc("tasks/cancel", {"taskId": task}, tasks=True)
    wait("it is cancelled", lambda: rpc("tasks/get", {"taskId": task}, tasks=True)["result"]["status"] == "cancelled")
    assert time.monotonic() - began < 20


def leave(path, message, **headers):
    """Ask, and hang up when the engine has sent its request."""
    before, connection = len(seen), UnixHTTP(kv.web)
    connection.request("POST", path, json.dumps(message), {
        "Content-Type": "application/json", "Authorization": "Bearer " + NORTH,
        **{name.replace("_", "-"): value for name, value in headers.items()}})
    wait("it is called", lambda: len(seen) > before)
    connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()


def status():
    """How the newest call goes on."""
    return kv.db.ask("select status from kvasir.task order by created_at desc limit 1")[0][0]


def left():
    """a client that closes the response of its call ends the engine's request, but an older one, which has words for it"""
    add(name="left", url=HERE + "/late", timeout_ms=60000, retries=0)
    call, events = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "left", "arguments": {}}}, "text/event-stream"
    modern = {**call, "params": {**call["params"], "_meta": {META + "protocolVersion": VERSION, META + "clientCapabilities": {}}}}
    heads = {"MCP_Protocol_Version": VERSION, "Mcp_Method": "tools/call", "Mcp_Name": "left"}
    held.clear()
    for path, message, headers in (("/mcp", modern, {**heads, "Accept": f"application/json, {events}"}),
                                   ("/mcp", modern, {**heads, "Accept": "application/json"}),
                                   ("/api/mcp/route", {"tool": "left", "payload": {}}, {})):
        leave(path, message, **headers)
        wait("it is cancelled", lambda: status() == "cancelled")
    _, said, _ = kv.ask("POST", "/mcp", json.dumps({**call, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}}),
        {"Content-Type": "application/json", "Authorization": "Bearer " + NORTH})
    session = said["Mcp-Session-Id"]
    older = {"Mcp_Session_Id": session, "Accept": f"application/json, {events}"}
    leave("/mcp", {**call, "id": "taken back"}, **older)
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "taken"}}
    for name in "taken", "taken back":
        assert status() == "working", status()
        cancel["params"]["requestId"] = name
        assert kv.ask("POST", "/mcp", json.dumps(cancel), {
            "Content-Type": "application/json", "Authorization": "Bearer " + NORTH, "Mcp-Session-Id": session})[0] == 202
    wait("it is cancelled", lambda: status() == "cancelled")
    leave("/mcp", {**call, "id": "goes on"}, **older)
    wait("the stream is gone", lambda: kv.metric("kvasir_streams_open") == 0)
    assert status() == "working"
    held.set()
    wait("it has ended", lambda: status() == "completed")


def guarded():
    """without the setting for development no address of this machine or a private network is connected to"""
    kv.engine.stop()
    start()
    before = len(seen)
    for i, host in enumerate((f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"[::1]:{PORT}", f"[::ffff:127.0.0.1]:{PORT}",
                              f"2130706433:{PORT}", f"0x7f.1:{PORT}", f"0.0.0.0:{PORT}", "10.1.2.3", "192.168.0.1",
                              "169.254.169.254", "[fe80::1]", "[fd00::1]")):
        add(name=f"inside{i}", url=f"http://{host}/", retries=0, timeout_ms=5000)
        said = call(f"inside{i}")
        assert said["isError"] and "not one of a public network" in said["content"][0]["text"], (host, said)
    assert len(seen) == before
    kv.engine.stop()
    start("tool_private=on", "tool_hosts=api.example *.example.org")
    said = call("weather", a="x")
    assert said["isError"] and "tool_hosts" in said["content"][0]["text"] and len(seen) == before, said


def by_command():
    """the command line declares, lists and removes; what is removed is there no more"""
    path = kv.home + "/tool.json"
    with open(path, "w", encoding="ascii") as out:
        json.dump({"name": "by.file", "description": "From a file.", "url": "https://api.example/x"}, out)
    assert "is declared" in kv.db.kvasir("tools", "--tenant", "north", "add", path)
    assert "by.file" in kv.db.kvasir("tools", "--tenant", "north") and "by.file" in names(NORTH)
    assert "by.file" not in kv.db.kvasir("tools", "--tenant", "south")
    assert "removed" in kv.db.kvasir("tools", "--tenant", "north", "remove", "by.file")
    assert "by.file" not in names(NORTH)
    kv.need(204, "DELETE", "/v1/tools/weather", key=ADMIN)
    kv.need(404, "DELETE", "/v1/tools/weather", key=ADMIN)
    assert rpc("tools/call", {"name": "weather", "arguments": {"a": "x"}})["error"]["code"] == -32602


play(declares, calls, told, bodies, kinds, secrets, refused, failing, older, repeats, cancels, left, guarded, by_command)
