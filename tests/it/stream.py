#!/usr/bin/env -S python3 -B
"""stream: responses that stay open, in two processes: who hears of what, and how each one ends."""
from http.client import HTTPException
import json
import signal
import socket
import struct
import subprocess
import threading
import time
import uuid

from front import END, PATIENCE, STDOUT, UnixHTTP, connect, request, stop, wait
from stack import Stack
from stage import play

VERSION, META = "2026-07-28", "io.modelcontextprotocol/"
SUBSCRIPTION = META + "subscriptionId"
HEARD = 1  # seconds within which a listener hears

stack = Stack(redis=False, engine=False, stream_keepalive=1, stream_buffer=200000, threads=2)
db = stack.db
STREAM_LOG = stack.home + "/stream.log"


def stream_pool():
    return stack.pool(at=stack.home + "/stream.sock", **{**stack.settings, "log_file": STREAM_LOG})


processes = {"stream": stream_pool(), "pool": stack.pool_process}


def run(tenant, calls):
    """Calls as this tenant, in one transaction."""
    done = subprocess.run(db.command("-f", "-", user="kvasir_app"), text=True, capture_output=True, env=db.environment,
                          input=f"begin; select kvasir.enter_open('{tenant}', 'r', null, 0); {calls} commit;")
    assert done.returncode == 0, done.stderr


def tell(topic, said=None, tenant="default_tenant"):
    words = "null" if said is None else "'" + json.dumps(said) + "'"
    run(tenant, f"select kvasir.stream_tell('{topic}', {words});")


def send(stream, *messages, last=False, tenant="default_tenant"):
    calls = "".join(f"select kvasir.stream_send('{stream}', '{json.dumps(message)}', {last and at == len(messages) - 1});"
                    for at, message in enumerate(messages))
    run(tenant, calls)


class Events:
    """An open response: its events as they come, whatever carries them."""

    def __init__(self):
        self.text, self.events, self.comments, self.ended = b"", [], 0, None
        self.more = threading.Condition()
        threading.Thread(target=self.follow, daemon=True).start()

    def follow(self):
        try:
            for part in self.parts():
                self.take(part)
            end = "in order"
        except (OSError, ValueError, AttributeError, HTTPException) as broken:  # http.client's, closed under its feet
            end = f"broken: {broken}"
        with self.more:
            self.ended = end
            self.more.notify_all()

    def take(self, part):
        with self.more:
            self.text += part
            while b"\n\n" in self.text:
                event, self.text = self.text.split(b"\n\n", 1)
                if event.startswith(b":"):
                    self.comments += 1
                else:
                    self.events.append(dict(line.split(": ", 1) if ": " in line else (line.rstrip(":"), "")
                                            for line in event.decode().splitlines()))
            self.more.notify_all()

    def until(self, what, true, seconds=PATIENCE):
        with self.more:
            assert self.more.wait_for(true, seconds), (what, self.events, self.ended)

    def messages(self):
        return [json.loads(event["data"]) for event in self.events if event.get("data")]

    def methods(self):
        return [message.get("method", "result") for message in self.messages()]

    def hears(self, method, seconds=PATIENCE):
        self.until(method, lambda: method in self.methods(), seconds)
        return next(m for m in self.messages() if m.get("method", "result") == method)

    def ends(self, how="in order"):
        self.until("the end", lambda: self.ended is not None)
        assert self.ended == how, self.ended


class ByNginx(Events):
    def __init__(self, method, body, headers):
        self.connection = UnixHTTP(stack.web)
        self.connection.request(method, "/mcp", body, headers)
        self.answer = self.connection.getresponse()
        self.status, self.headers = self.answer.status, self.answer.headers
        super().__init__()

    def parts(self):
        while True:
            part = self.answer.read1(65536)
            if not part:
                return
            yield part

    def leave(self):
        self.answer.fp.raw._sock.shutdown(socket.SHUT_RDWR)
        self.connection.close()


class ByHand(Events):
    """FastCGI straight to one process."""

    def __init__(self, method, body, headers, path=stack.fcgi):
        self.sock = connect(path)
        self.sock.settimeout(PATIENCE)
        told = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
        self.sock.sendall(request(method, "/mcp", body or b"", CONTENT_TYPE="application/json", **told))
        super().__init__()

    def parts(self):
        reader, head = self.sock.makefile("rb"), b""
        while True:
            start = reader.read(8)
            if len(start) < 8:
                raise ValueError("no END_REQUEST")
            _, kind, _, size, padding = struct.unpack("!BBHHBx", start)
            content = reader.read(size + padding)[:size]
            if kind == END:
                return
            assert kind == STDOUT and padding == 0, kind
            if head is not None:
                head += content
                if b"\r\n\r\n" not in head:
                    continue
                self.head, content = head.split(b"\r\n\r\n", 1)
                head = None
            yield content

    def leave(self):
        self.sock.shutdown(socket.SHUT_RDWR)


def listen(number, by=ByNginx, key=None, headers=(), **wishes):
    body = json.dumps({"jsonrpc": "2.0", "id": number, "method": "subscriptions/listen", "params": {
        "notifications": wishes, "_meta": {META + "protocolVersion": VERSION, META + "clientCapabilities": {
            "extensions": {META + "tasks": {}}}}}}).encode()
    told = {"MCP-Protocol-Version": VERSION, "Mcp-Method": "subscriptions/listen", "Content-Type": "application/json",
            **({"Authorization": "Bearer " + key} if key else {}), **dict(headers)}
    return by("POST", body, told)


def get(by=ByNginx, key=None, **headers):
    return by("GET", None, {"Accept": "text/event-stream", **({"Authorization": "Bearer " + key} if key else {}),
                            **{name.replace("_", "-"): value for name, value in headers.items()}})


def greet():
    """The id of a new session of the older generation."""
    status, headers, _ = stack.ask("POST", "/mcp", json.dumps({
        "jsonrpc": "2.0", "id": 0, "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}}),
        {"Content-Type": "application/json"})
    assert status == 200, status
    return headers["Mcp-Session-Id"]


def open_streams():
    return stack.metric("kvasir_streams_open")


def no_streams():
    wait("no stream is open", lambda: open_streams() == 0)


def said(log, why):
    with open(log, encoding="utf-8") as lines:
        return [line for line in map(json.loads, lines) if line["event"] == "stream.end" and line["why"] == why]


def hears():
    """listeners in two processes hear what they asked for, within a second, and nothing else"""
    t1 = stack.db.ask("select kvasir.enter_open('default_tenant', null, null, 0); "
                      "select id from kvasir.task_create('none', 'none', '{}', 0, 1, null)")[-1][0]
    one = listen(2 ** 52, toolsListChanged=True, resourceSubscriptions=["x://a"], taskIds=[t1, "unknown"])
    two = listen("q-2", ByHand, promptsListChanged=True, toolsListChanged=False)
    assert one.status == 200 and one.headers["Content-Type"] == "text/event-stream", one.status
    for events, number in ((one, 2 ** 52), (two, "q-2")):
        first = events.hears("notifications/subscriptions/acknowledged")
        assert first["params"]["_meta"] == {SUBSCRIPTION: number}, first
    assert one.messages()[0]["params"]["notifications"] == {
        "toolsListChanged": True, "resourceSubscriptions": ["x://a"], "taskIds": [t1]}
    assert two.messages()[0]["params"]["notifications"] == {"promptsListChanged": True}
    assert b"X-Accel-Buffering: no" in two.head
    tell("tools")
    one.hears("notifications/tools/list_changed", HEARD)
    tell("task " + t1, {"taskId": t1, "status": "completed"})
    tell("task t2", {"taskId": "t2", "status": "completed"})
    tell("resource x://b")
    tell("resource x://a")
    tell("prompts")
    two.hears("notifications/prompts/list_changed", HEARD)
    updated = one.hears("notifications/resources/updated", HEARD)
    assert updated["params"] == {"_meta": {SUBSCRIPTION: 2 ** 52}, "uri": "x://a"}, updated
    task = one.hears("notifications/tasks", HEARD)
    assert task["params"] == {"_meta": {SUBSCRIPTION: 2 ** 52}, "taskId": t1, "status": "completed"}, task
    assert len(one.messages()) == 4 and len(two.messages()) == 2, (one.messages(), two.messages())
    assert open_streams() == 2
    one.leave()
    two.leave()
    no_streams()
    assert said(STREAM_LOG, "the client left") and said(stack.log, "the client left")


def costs_no_thread():
    """ten listeners in a process of two threads, and requests are answered; quiet ones get comments"""
    many = [listen(at, ByHand, toolsListChanged=True) for at in range(10)]
    for one in many:
        one.hears("notifications/subscriptions/acknowledged")
    assert stack.ask("GET", "/livez")[0] == 200
    tell("tools")
    for one in many:
        one.hears("notifications/tools/list_changed", HEARD)
        one.until("comments", lambda one=one: one.comments >= 3)
        one.leave()
    no_streams()


def refuses():
    """wrong wishes and wrong headers are refused, and what nginx refuses is an error of JSON-RPC"""
    def answer(status, method="POST", body=b"", **headers):
        got, told, text = stack.ask(method, "/mcp", body, {"Content-Type": "application/json", **{
            name.replace("_", "-"): value for name, value in headers.items()}})
        assert got == status and told["Content-Type"].startswith("application/json"), (got, text)
        return json.loads(text)
    call = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {
        META + "protocolVersion": VERSION, META + "clientCapabilities": {"extensions": {META + "tasks": {}}}}}}).encode()
    listening = call.replace(b"tools/list", b"subscriptions/listen")
    for body, header in (call, "subscriptions/listen"), (listening, "tools/list"):
        error = answer(400, body=body, MCP_Protocol_Version=VERSION, Mcp_Method=header)
        assert error["error"]["code"] == -32020 and error["id"] == 1, error
    for wrong in ({"toolsListChanged": 1}, {"resourceSubscriptions": "x"}, {"resourceSubscriptions": [1]},
                  {"resourceSubscriptions": ["x"] * 101}, {"taskIds": [""]}):
        body = listening.replace(b'"params": {', b'"params": {"notifications": ' + json.dumps(wrong).encode() + b", ")
        error = answer(200, body=body, MCP_Protocol_Version=VERSION, Mcp_Method="subscriptions/listen")
        assert error["error"]["code"] == -32602, (wrong, error)
    assert answer(406, "GET", Accept="application/json")["error"]["code"] == -32000
    assert answer(400, "GET", Last_Event_ID="nonsense")["error"]["code"] == -32000
    assert answer(413, body=b" " * (65 << 20))["id"] is None
    no_streams()


def messages():
    """messages of a stream come in order from any process, and again to who lost the connection"""
    stream = str(uuid.uuid4())
    one = get(Last_Event_ID=stream + ":0")
    send(stream, {"n": 1}, {"n": 2})
    one.until("two", lambda: len(one.events) == 2)
    one.leave()
    send(stream, {"n": 3})
    again = get(ByHand, Last_Event_ID=stream + ":1")
    again.until("two", lambda: len(again.events) == 2)
    send(stream, {"n": 4, "text": "å" * 70000}, last=True)
    again.ends()
    assert [(e["id"], json.loads(e["data"])["n"]) for e in one.events + again.events] == [
        (f"{stream}:{n}", n) for n in (1, 2, 2, 3, 4)]
    assert json.loads(again.events[-1]["data"])["text"] == "å" * 70000
    assert get(Last_Event_ID=stream + ":4").status == 204
    try:
        send(stream, {"n": 5})
        raise SystemExit("a stream went on after its last message")
    except AssertionError as refused:
        assert "has had its last message" in str(refused)
    no_streams()


def walls():
    """a tenant hears and reads nothing of another, and what a key has opened ends with the key"""
    db.kvasir("tenant", "create", "other_tenant")
    mine, _ = stack.key("default_tenant", "--scopes", "read")
    other, other_id = stack.key("other_tenant", "--scopes", "read")
    stream = str(uuid.uuid4())
    one = listen(1, key=mine, toolsListChanged=True)
    two = listen(2, key=other, toolsListChanged=True)
    stolen = get(ByHand, key=other, Last_Event_ID=stream + ":0")
    for events in one, two:
        events.hears("notifications/subscriptions/acknowledged")
    send(stream, {"secret": 1}, last=True)
    tell("tools")
    one.hears("notifications/tools/list_changed", HEARD)
    tell("tools", tenant="other_tenant")
    two.hears("notifications/tools/list_changed", HEARD)
    assert len(one.messages()) == len(two.messages()) == 2 and not stolen.messages()
    db.kvasir("key", "--tenant", "other_tenant", "revoke", other_id)
    two.ends()
    stolen.ends()
    assert one.ended is None and not stolen.messages()
    one.leave()
    no_streams()


def greet():
    """A session of an older client."""
    status, said, _ = stack.ask("POST", "/mcp", json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}}}).encode(), {"Content-Type": "application/json"})
    assert status == 200, status
    return said["Mcp-Session-Id"]


def sessions():
    """an older client hears of every list, and of the resources that its session subscribed to"""
    session = {"Mcp-Session-Id": greet()}

    def change(method, uri):
        status, _, text = stack.ask("POST", "/mcp", json.dumps({
            "jsonrpc": "2.0", "id": 1, "method": "resources/" + method, "params": {"uri": uri}}).encode(),
            {"Content-Type": "application/json", **session})
        assert status == 200 and json.loads(text)["result"] == {}, text
    change("subscribe", "x://before")
    one = get(Mcp_Session_Id=session["Mcp-Session-Id"])
    wait("it is open", lambda: open_streams() == 1)
    change("subscribe", "x://after")
    change("unsubscribe", "x://before")
    one.until("its first comment", lambda: one.comments >= 2)
    for topic in "resource x://before", "resource x://after", "tools":
        tell(topic)
    one.hears("notifications/tools/list_changed")
    assert [m["params"] for m in one.messages()] == [{"uri": "x://after"}, {}], one.messages()
    assert stack.ask("DELETE", "/mcp", b"", session)[0] == 204
    one.ends()
    no_streams()


def ends_with_session():
    """what is open of a session ends with it, in whichever process: calls that wait, and what was come again for"""
    session, other = greet(), greet()
    stack.need(201, "POST", "/v1/tools", {"name": "far", "description": "Far away.", "url": "http://far.example/"})
    ask = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "far", "arguments": {}}})

    def call(by, session):  # which nobody works on here: no engine runs
        return by("POST", ask.encode(), {"Content-Type": "application/json", "Mcp-Session-Id": session,
                                         "Accept": "application/json, text/event-stream"})
    mine = [call(ByNginx, session), call(ByHand, session), get(Mcp_Session_Id=session),
            get(ByHand, Mcp_Session_Id=session, Last_Event_ID=f"{uuid.uuid4()}:0")]
    theirs = [call(ByHand, other), get(ByHand, Mcp_Session_Id=other)]
    wait("all are open", lambda: open_streams() == 6)
    for one in mine[:2]:
        one.until("it is primed", lambda one=one: len(one.events) == 1)
    assert stack.ask("DELETE", "/mcp", b"", {"Mcp-Session-Id": session})[0] == 204
    for one in mine:
        one.ends()
    wait("two are open", lambda: open_streams() == 2)
    for one in theirs:
        assert one.ended is None, one.ended
        one.leave()
    no_streams()
    stack.need(204, "DELETE", "/v1/tools/far")


def joined(count):
    wait(f"{count} take turns", lambda: db.ask("select count(*) from kvasir.session_stream") == [[str(count)]])


def turns():
    """of the streams of a session the newest is told, in whichever process; when it ends, the one before goes on"""
    session = greet()
    one = get(Mcp_Session_Id=session)
    joined(1)
    tell("resources")
    one.hears("notifications/resources/list_changed", HEARD)
    before = len(one.messages())  # the scene before may be heard of late
    two, other = get(ByHand, Mcp_Session_Id=session), get(ByHand, Mcp_Session_Id=greet())
    joined(3)
    tell("prompts")
    for events in two, other:
        events.hears("notifications/prompts/list_changed", HEARD)
    quiet = one.comments + 2  # so long that what two was told is not told again
    one.until("comments", lambda: one.comments >= quiet)
    two.leave()
    tell("tools")

    def comes(what, times):
        one.until(what, lambda: one.methods()[before:].count(f"notifications/{what}/list_changed") == times)
    comes("tools", 1)
    joined(2)
    tell("resources")
    comes("resources", 1)
    assert one.methods()[before:] == ["notifications/tools/list_changed", "notifications/resources/list_changed"], one.methods()
    assert two.methods() == ["notifications/prompts/list_changed"], two.methods()
    for what in "prompts", "tools", "resources":
        other.hears(f"notifications/{what}/list_changed")
    path = stack.home + "/killed.sock"
    killed = stack.pool(at=path, **stack.settings)
    three = get(lambda *request: ByHand(*request, path=path), Mcp_Session_Id=session)
    joined(3)
    tell("prompts")
    three.hears("notifications/prompts/list_changed", HEARD)
    killed.kill()
    killed.wait(PATIENCE)
    tell("resources")
    comes("resources", 2)
    for events in one, other:
        events.leave()
    no_streams()
    joined(0)


def loses_nothing():
    """whatever is told while streams of a session come and go is heard on one of them"""
    session, uris = greet(), [f"x://{number}" for number in range(60)]
    for uri in uris:
        status, _, text = stack.ask("POST", "/mcp", json.dumps({
            "jsonrpc": "2.0", "id": 1, "method": "resources/subscribe", "params": {"uri": uri}}).encode(),
            {"Content-Type": "application/json", "Mcp-Session-Id": session})
        assert status == 200 and json.loads(text)["result"] == {}, text
    everyone, there = [get(Mcp_Session_Id=session)], []
    there += everyone
    joined(1)
    for at, uri in enumerate(uris):
        tell("resource " + uri)
        if at % 4 == 1:
            there.append(get(ByHand if at % 8 == 1 else ByNginx, Mcp_Session_Id=session))
            everyone.append(there[-1])
        if at % 4 == 3:
            there.pop(-1 if at % 8 == 3 else 0).leave()

    def heard():
        return {message["params"]["uri"] for events in everyone for message in events.messages()}
    wait("all is heard", lambda: heard() == set(uris))
    for events in there:
        events.leave()
    no_streams()
    joined(0)


def resources():
    """who watches a record or a collection hears of its changes, and nobody of other ones"""
    stack.make("watched", dimension=2)
    stack.put("watched", {"id": "a b", "text": "one"}, {"id": "c", "text": "one"})
    record, collection = "kvasir://collections/watched/records/a%20b", "kvasir://collections/watched"
    one = listen(1, resourceSubscriptions=[record], resourcesListChanged=True)
    two = listen(2, ByHand, resourceSubscriptions=[collection, "kvasir://collections/nothing"])
    for events in one, two:
        events.hears("notifications/subscriptions/acknowledged")
    stack.put("watched", {"id": "c", "text": "two"})
    assert two.hears("notifications/resources/updated")["params"]["uri"] == collection
    assert len(one.messages()) == 1, one.messages()
    stack.put("watched", {"id": "a b", "text": "two"})
    assert one.hears("notifications/resources/updated")["params"]["uri"] == record
    two.until("the second change", lambda: len(two.messages()) == 3)
    stack.need(204, "DELETE", "/v1/collections/watched")
    one.hears("notifications/resources/list_changed", HEARD)
    one.until("the record went", lambda: one.methods().count("notifications/resources/updated") == 2)
    for events in one, two:
        events.leave()
    no_streams()


def slow_reader():
    """a client that does not read is cut, and nobody else notices"""
    stream, other = str(uuid.uuid4()), listen(1, ByHand, toolsListChanged=True)
    sock = connect(stack.fcgi)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.sendall(request("GET", "/mcp", HTTP_LAST_EVENT_ID=stream + ":0"))
    wait("both are open", lambda: open_streams() == 2)
    for _ in range(12):
        send(stream, {"text": "x" * 100000})
    wait("it is cut", lambda: open_streams() == 1)
    assert said(stack.log, "the client reads too slowly")
    sock.close()
    silent = connect(stack.fcgi)
    stream = str(uuid.uuid4())
    silent.sendall(request("GET", "/mcp", HTTP_LAST_EVENT_ID=stream + ":0"))
    wait("both are open", lambda: open_streams() == 2)
    send(stream, {"text": "x" * 190000})
    send(stream, {"text": "x" * 190000})
    wait("it is cut", lambda: open_streams() == 1)
    assert said(stack.log, "the client does not read") or len(said(stack.log, "the client reads too slowly")) > 1
    silent.close()
    tell("tools")
    other.hears("notifications/tools/list_changed", HEARD)
    other.leave()
    no_streams()


def postgres_dies():
    """what is told while Postgres was away is heard when it is back"""
    stream, session = str(uuid.uuid4()), greet()
    events = [listen(1, toolsListChanged=True), listen(2, ByHand, toolsListChanged=True),
              get(ByHand, Last_Event_ID=stream + ":0"), get(ByHand, Mcp_Session_Id=session)]
    wait("all are open", lambda: open_streams() == 4)
    for one in events[:2]:
        one.hears("notifications/subscriptions/acknowledged")
    db.kill()
    for at, log in ("stream", STREAM_LOG), ("pool", stack.log):
        with open(log, encoding="utf-8") as lines:
            wait(at + " noticed", lambda lines=lines: "stream.deaf" in lines.read())
    db.start()
    tell("tools")
    send(stream, {"n": 1}, last=True)
    for one in events[:2] + events[3:]:
        one.hears("notifications/tools/list_changed")
        one.leave()
    events[2].ends()
    assert [m["n"] for m in events[2].messages()] == [1]
    no_streams()


def ends():
    """a process that is asked to end tells its listeners so, and ends at once"""
    one, two = listen("last", toolsListChanged=True), get()
    three = listen(3, ByHand, toolsListChanged=True)
    for events in one, three:
        events.hears("notifications/subscriptions/acknowledged")
    two.until("its first comment", lambda: two.comments > 0)
    seconds = stop(processes["stream"], signal.SIGTERM)
    assert one.hears("result") == {"jsonrpc": "2.0", "id": "last", "result": {
        "resultType": "complete", "_meta": {SUBSCRIPTION: "last"}}}, one.messages()
    one.ends()
    two.ends()
    assert seconds < 5 and three.ended is None, seconds
    alone = listen(4, toolsListChanged=True)  # the other pool holds it, as no process of its own does
    alone.hears("notifications/subscriptions/acknowledged")
    stop(processes["pool"])
    for events in three, alone:
        assert events.hears("result")["id"] == events.messages()[-1]["id"]
        events.ends()
    began = time.monotonic()
    status, _, body = stack.ask("POST", "/mcp", b"{}", {"Content-Type": "application/json"})
    assert status == 502 and json.loads(body)["error"]["code"] == -32603, body
    assert time.monotonic() - began < 5


play(hears, costs_no_thread, refuses, messages, walls, sessions, ends_with_session, turns, loses_nothing, resources, slow_reader, postgres_dies, ends)
