#!/usr/bin/env -S python3 -B
"""rounds: sessions, calls in several turns, progress and logs, over two processes that share Postgres alone."""
import hashlib
import json
import os
import subprocess
import threading

from front import Front, UnixHTTP, wait
from stage import Postgres, play

VERSION, META = "2026-07-28", "io.modelcontextprotocol/"
BOTH = "application/json, text/event-stream"
ONE, TWO = Front(), Front()  # each its own nginx and pool


def start():
    home = ONE.home + "/pg"
    os.mkdir(home)
    os.chmod(ONE.home, 0o755)
    database = Postgres(home)
    for front in ONE, TWO:
        front.pool(database=f"host={home} user=kvasir_app dbname=postgres", fixtures="on")
        front.nginx()
    return database


db = start()


def key(name, tenant="default_tenant", scopes="read,write"):
    text = f"kv_{name}_" + "b" * 43
    digest = hashlib.sha256(text.encode()).hexdigest()
    db.psql("-c", f"select kvasir.enter_open('{tenant}', 'r', null, 0);"
                  f" select kvasir.key_create('{name}', '\\x{digest}', '{name}', '{{{scopes}}}', null)")
    return {"Authorization": "Bearer " + text}


def post(front, body, headers=None):
    """Status, headers, and the messages of the answer, be it an object or a stream."""
    status, said, answer = front.ask("POST", "/mcp", json.dumps(body), {
        "Content-Type": "application/json", "Accept": BOTH, **(headers or {})})
    if said.get("Content-Type") == "text/event-stream":
        return status, said, [json.loads(line[6:]) for line in answer.decode().split("\n") if line.startswith("data: ")]
    return status, said, [json.loads(answer)] if answer else []


def newer(front, tool, can=None, headers=None, meta=None, **more):
    params = {"name": tool, "arguments": {}, **more, "_meta": {
        META + "protocolVersion": VERSION,
        META + "clientCapabilities": {"elicitation": {}, "sampling": {}, "roots": {}} if can is None else can, **(meta or {})}}
    return post(front, {"jsonrpc": "2.0", "id": "n", "method": "tools/call", "params": params}, {
        "MCP-Protocol-Version": VERSION, "Mcp-Method": "tools/call", "Mcp-Name": tool, **(headers or {})})


def older(front, session, method, params=None, number=1, headers=None):
    return post(front, {"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}},
                {**({"Mcp-Session-Id": session} if session else {}), "MCP-Protocol-Version": "2025-11-25",
                 **(headers or {})})


def notify(front, session, method, params=None):
    """A notification; the status of its answer."""
    return post(front, {"jsonrpc": "2.0", "method": method, "params": params or {}},
                {"Mcp-Session-Id": session} if session else {})[0]


def greet(front, capabilities=None, headers=None):
    status, said, messages = post(front, {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": capabilities or {},
        "clientInfo": {"name": "t", "version": "1"}}}, headers)
    assert status == 200 and messages[0]["result"]["capabilities"]["logging"] == {}, messages
    return said["Mcp-Session-Id"]


def result(reply):
    status, _, messages = reply
    assert status == 200 and "error" not in messages[-1], reply
    return messages[-1]["result"]


def text(reply):
    return result(reply)["content"][0]["text"]


def refused(reply, code, status=200, says=""):
    got, _, messages = reply
    assert got == status and messages[-1]["error"]["code"] == code, reply
    assert says in messages[-1]["error"]["message"], reply
    return messages[-1]["error"]


def accept(**content):
    return {"action": "accept", "content": content}


def sessions():
    """a session of one process is one at the other, and ends at both"""
    session = greet(ONE)
    assert all(0x21 <= ord(c) <= 0x7e for c in session)
    for front in ONE, TWO:
        assert result(older(front, session, "ping")) == {}
        assert notify(front, session, "notifications/initialized") == 202
    for wrong in session[:-1] + ("A" if session[-1] != "A" else "B"), session + "A", "x", "=", session[1:]:
        refused(older(TWO, wrong, "ping"), -32001, 404, "initialize")
    status, _, body = TWO.ask("DELETE", "/mcp", b"", {"Mcp-Session-Id": session})
    assert (status, body) == (204, b""), (status, body)
    for front in ONE, TWO:  # whatever is asked: with and without work of its own for Postgres
        for method, params in (("ping", {}), ("tools/list", {}), ("tools/call", {"name": "knowledge.stats"}),
                               ("tools/call", {"name": "knowledge.add", "arguments": {"content": "never"}}),
                               ("tools/call", {"name": "test_simple_text"}), ("logging/setLevel", {"level": "info"}),
                               ("tools/call", {"name": "test_tool_with_logging"})):
            refused(older(front, session, method, params), -32001, 404, "ended")
        assert front.ask("DELETE", "/mcp", b"", {"Mcp-Session-Id": session})[0] == 404
        assert notify(front, session, "notifications/initialized") == 404
    assert "never" not in json.dumps(result(older(ONE, None, "tools/call", {"name": "knowledge.list"})))
    assert db.psql("-c", "select count(*) from kvasir.outbox where data::text like '%never%'").strip() == "0"
    status, _, body = ONE.ask("DELETE", "/mcp", b"", {})
    assert status == 400 and b"Mcp-Session-Id" in body, body
    assert result(older(ONE, None, "ping")) == {}, "no session is needed"


def strangers():
    """a session and a state are of him who got them: not of another key, another tenant, or of nobody"""
    db.psql("-c", "insert into kvasir.tenant (name) values ('other_tenant')")
    mine, same, other = key("mine0000"), key("same0000"), key("other000", "other_tenant")
    session = greet(ONE, headers=mine)
    assert result(older(TWO, session, "ping", headers=mine)) == {}
    for them in same, other, {}:
        refused(older(TWO, session, "ping", headers=them), -32001, 404)
        assert TWO.ask("DELETE", "/mcp", b"", {"Mcp-Session-Id": session, **them})[0] == 404
    assert result(older(TWO, session, "ping", headers=mine)) == {}
    state = result(newer(ONE, "test_input_required_result_request_state", headers=mine))["requestState"]
    told = {"inputResponses": {"confirm": accept(ok=True)}, "requestState": state}
    for them in same, other, {}:
        refused(newer(TWO, "test_input_required_result_request_state", headers=them, **told), -32602)
    assert text(newer(TWO, "test_input_required_result_request_state", headers=mine, **told)) == "state-ok"
    bad = {"Authorization": mine["Authorization"][:-1] + "c"}
    assert post(ONE, {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {}}, bad)[0] == 401


def states():
    """a call goes on at another process from what it kept, once, and only as it was asked"""
    tool = "test_input_required_result_request_state"
    asked = result(newer(ONE, tool))
    assert asked["resultType"] == "input_required" and asked["inputRequests"]["confirm"]["method"] == "elicitation/create"
    state, answers = asked["requestState"], {"confirm": accept(ok=True)}
    for wrong in state + "-TAMPERED", state[:-1], state[1:], "", state[:40] + ("A" if state[40] != "A" else "B") + state[41:]:
        refused(newer(TWO, tool, inputResponses=answers, requestState=wrong), -32602, says="requestState")
    for wrong in None, 7, {}:
        refused(newer(TWO, tool, inputResponses=answers, requestState=wrong), -32602)
    refused(newer(TWO, tool, inputResponses=answers, requestState=state, arguments={"x": 1}), -32602)
    refused(newer(TWO, "test_input_required_result_tampered_state", inputResponses=answers, requestState=state), -32602)
    assert text(newer(TWO, tool, inputResponses=answers, requestState=state)) == "state-ok"
    for front in ONE, TWO:
        refused(newer(front, tool, inputResponses=answers, requestState=state), -32602, says="used before")
    state = result(newer(ONE, tool))["requestState"]
    said = []
    racers = [threading.Thread(target=lambda front=front: said.append(
        newer(front, tool, inputResponses=answers, requestState=state)[2][0])) for front in (ONE, TWO) * 4]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted("error" in each for each in said) == [False] + [True] * 7, said
    state = result(newer(ONE, tool))["requestState"]
    db.psql("-c", "update kvasir.mcp_state set expires_at = now() - interval '1 s'")
    assert text(newer(ONE, tool, inputResponses=answers, requestState=state)) == "state-ok"
    assert db.psql("-c", "select count(*) from kvasir.mcp_state").strip() == "1", "what expired is swept"


def questions():
    """answers that lack are asked for again, those that nobody asked for are left, and what is none is refused"""
    tool = "test_input_required_result_multi_round"
    first = result(newer(ONE, tool))
    again = result(newer(TWO, tool, inputResponses={"other": accept(name="x")}, requestState=first["requestState"]))
    assert "step1" in again["inputRequests"] and again["requestState"] != first["requestState"]
    second = result(newer(ONE, tool, inputResponses={"step1": accept(name="x"), "more": accept()},
                          requestState=again["requestState"]))
    assert list(second["inputRequests"]) == ["step2"], second
    refused(newer(ONE, tool, inputResponses={"step1": accept(name="x")}, requestState=again["requestState"]), -32602)
    assert "Both" in text(newer(TWO, tool, inputResponses={"step2": accept(color="red")},
                                requestState=second["requestState"]))
    name = "test_input_required_result_elicitation"
    assert text(newer(ONE, name, inputResponses={"user_name": accept(name="Ada")})) == "Hello, Ada!"
    for wrong in (None, 3, [], {"user_name": 1}, {"user_name": {}}, {"user_name": {"action": "perhaps"}},
                  {"user_name": {"action": "accept", "content": "x"}}, {"k": {"role": "user"}}):
        refused(newer(ONE, name, inputResponses=wrong), -32602, says="inputResponses")


def prompts():
    """a prompt asks as tools do, of both generations"""
    name, can = "test_input_required_result_prompt", {"elicitation": {}}

    def get(front, **more):
        return post(front, {"jsonrpc": "2.0", "id": 1, "method": "prompts/get", "params": {"name": name, **more, "_meta": {
            META + "protocolVersion": VERSION, META + "clientCapabilities": can}}}, {
                "MCP-Protocol-Version": VERSION, "Mcp-Method": "prompts/get", "Mcp-Name": name})
    asked = result(get(ONE))
    said = {"inputResponses": {"user_context": accept(context="a bridge")}, "requestState": asked["requestState"]}
    assert "a bridge" in json.dumps(result(get(TWO, **said))["messages"]), "it goes on elsewhere"
    refused(get(ONE, **said), -32602, says="used before")
    session = greet(ONE, can)
    call = Asked(ONE, session, name, method="prompts/get")
    assert reply(TWO, session, call.next()["id"], accept(context="a bridge")) == 202
    assert "a bridge" in json.dumps(call.end()["messages"])


def capable():
    """only what the client has declared is asked; what cannot be done without is named"""
    data = refused(newer(ONE, "test_missing_capability", can={}), -32021, 400)["data"]
    assert data == {"requiredCapabilities": {"sampling": {}}}, data
    data = refused(newer(ONE, "test_input_required_result_multiple_inputs", can={"roots": {}}), -32021, 400)["data"]
    assert data == {"requiredCapabilities": {"elicitation": {}, "sampling": {}}}, data
    refused(newer(ONE, "test_elicitation", can={"elicitation": {"url": {}}}), -32021, 400)
    for can, method in (({"sampling": {}}, "sampling/createMessage"), ({"roots": {}}, "roots/list"),
                        ({"elicitation": {"form": {}}}, "elicitation/create")):
        asked = result(newer(ONE, "test_input_required_result_capabilities", can=can))["inputRequests"]
        assert [each["method"] for each in asked.values()] == [method], asked


def progress():
    """a call tells how far it is to those who gave a token, and is one object for all others"""
    token = {"progressToken": "t-1"}
    for reply in (newer(ONE, "test_tool_with_progress", meta=token),
                  older(ONE, greet(TWO), "tools/call", {"name": "test_tool_with_progress", "_meta": token}),
                  older(ONE, None, "tools/call", {"name": "test_tool_with_progress", "_meta": token})):
        _, said, messages = reply
        assert said["Content-Type"] == "text/event-stream" and "100 steps" in text(reply), reply
        assert [m["params"] for m in messages[:-1]] == [
            {"progressToken": "t-1", "progress": n, "total": 100, "message": says}
            for n, says in ((0, "Begun"), (50, "Half way"), (100, "Done"))], messages
    for reply in (newer(ONE, "test_tool_with_progress"), newer(ONE, "test_simple_text", meta=token),
                  newer(ONE, "test_tool_with_progress", meta=token, headers={"Accept": "application/json"})):
        assert reply[1]["Content-Type"] == "application/json" and len(reply[2]) == 1, reply
    refused(newer(ONE, "test_tool_with_progress", meta={"progressToken": {}}), -32602)
    assert newer(ONE, "test_tool_with_progress", meta={"progressToken": 7})[2][0]["params"]["progressToken"] == 7
    many = {"records": [{"content": f"text {n}"} for n in range(70)], "namespace": "many"}
    _, said, messages = newer(ONE, "knowledge.batch_add", meta=token, arguments=many)
    told = [m["params"]["progress"] for m in messages[:-1]]
    assert messages[-1]["result"]["structuredContent"]["count"] == 70 and told == sorted(set(told)), messages
    assert told and told[-1] == 70, told


def arrives():
    """what is told arrives while the tool works, not at its end"""
    connection, seen = UnixHTTP(ONE.web), len(ONE.lines())
    connection.request("POST", "/mcp", json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "test_tool_with_progress", "_meta": {"progressToken": 1}}}), {
            "Content-Type": "application/json", "Accept": BOTH})
    answer = connection.getresponse()
    assert b"progress" in answer.readline() + answer.readline()
    assert '"path":"/mcp"' not in "".join(ONE.lines()[seen:]), "the request is logged at its end"
    assert answer.read().count(b"data: ") == 3
    connection.close()


def logs():
    """messages of the log come from the level that was asked for, which every process knows"""
    def heard(reply):
        return [m["params"]["level"] for m in reply[2][:-1] if m["method"] == "notifications/message"]
    call = {"name": "test_tool_with_logging"}
    session = greet(ONE)
    assert heard(older(TWO, session, "tools/call", call)) == ["info"] * 3
    assert result(older(ONE, session, "logging/setLevel", {"level": "warning"})) == {}
    assert heard(older(TWO, session, "tools/call", call)) == []
    assert result(older(TWO, session, "logging/setLevel", {"level": "debug"})) == {}
    assert heard(older(ONE, session, "tools/call", call)) == ["info"] * 3
    assert heard(older(ONE, greet(ONE), "tools/call", call)) == ["info"] * 3
    refused(older(ONE, session, "logging/setLevel", {"level": "loud"}), -32602)
    refused(older(ONE, None, "logging/setLevel", {"level": "info"}), -32000)
    assert heard(newer(ONE, "test_logging_tool")) == []
    assert heard(newer(ONE, "test_logging_tool", meta={META + "logLevel": "info"})) == ["info"] * 3
    assert heard(newer(ONE, "test_logging_tool", meta={META + "logLevel": "notice"})) == []
    refused(newer(ONE, "test_logging_tool", meta={META + "logLevel": "loud"}), -32602)


class Asked:
    """A call of an older client whose response stays open: what is asked on it, and what comes last."""

    def __init__(self, front, session, tool, version="2025-11-25", last=None, method="tools/call", **params):
        self.connection, self.ids = UnixHTTP(front.web), []
        headers = {"Accept": BOTH, "Mcp-Session-Id": session, "MCP-Protocol-Version": version}
        if last is None:
            self.connection.request("POST", "/mcp", json.dumps({
                "jsonrpc": "2.0", "id": "call", "method": method, "params": {"name": tool, **params}}),
                {**headers, "Content-Type": "application/json"})
        else:
            self.connection.request("GET", "/mcp", headers={**headers, "Last-Event-ID": last})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200 and self.answer.headers["Content-Type"] == "text/event-stream", self.answer.read()

    def next(self):
        """The next message; None at the end."""
        while line := self.answer.readline().decode():
            if line.startswith("id: "):
                self.ids.append(line[4:].strip())
            if line.startswith("data: ") and line.strip() != "data:":
                return json.loads(line[6:])
        return None

    def end(self):
        """The result, which is the last message."""
        said = self.next()
        assert said["id"] == "call" and self.next() is None, said
        self.connection.close()
        return said["result"]


def reply(front, session, number, outcome, kind="result", headers=None):
    return post(front, {"jsonrpc": "2.0", "id": number, kind: outcome},
                {"Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-11-25", **(headers or {})})[0]


CAN = {"elicitation": {}, "sampling": {}, "roots": {"listChanged": True}}


def pushed():
    """an older client is asked on the stream of its call and answers at another process; the result comes on the stream"""
    session = greet(ONE, CAN)
    call = Asked(ONE, session, "test_elicitation", arguments={"message": "Who \"are\" you?"})
    asked = call.next()
    assert asked["method"] == "elicitation/create" and asked["params"]["message"] == 'Who "are" you?', asked
    assert call.ids[0].endswith(":0") and call.ids[1].endswith(":1"), call.ids
    assert reply(TWO, session, asked["id"], accept(response="me")) == 202
    assert 'action=accept, content={"response":"me"}' in call.end()["content"][0]["text"]
    assert reply(TWO, session, asked["id"], accept(response="again")) == 202, "nobody asks any more"
    call = Asked(ONE, session, "test_input_required_result_multi_round")  # each turn at another process
    for step, front in (1, TWO), (2, ONE):
        asked = call.next()
        assert f"Step {step}" in asked["params"]["message"], asked
        assert reply(front, session, asked["id"], accept(name="x")) == 202
    assert "Both steps" in call.end()["content"][0]["text"]
    call = Asked(TWO, session, "test_input_required_result_multiple_inputs")  # three questions, in any order
    asked = {each["method"]: each["id"] for each in (call.next(), call.next(), call.next())}
    for front, method, outcome in (
            (ONE, "roots/list", {"roots": [{"uri": "file:///a"}]}), (TWO, "elicitation/create", {"action": "decline"}),
            (ONE, "sampling/createMessage", {"role": "assistant", "model": "m", "content": {"type": "text", "text": "hi"}})):
        assert reply(front, session, asked[method], outcome) == 202
    assert "All three" in call.end()["content"][0]["text"]
    assert db.psql("-c", "select count(*) from kvasir.mcp_round").strip() == "0"


def pushed_wrongly():
    """answers of others, or of no form, count for nothing; what the client cannot answer ends the call"""
    session, other, theirs = greet(ONE, CAN), greet(TWO, CAN), key("theirs00")
    strange = greet(ONE, CAN, theirs)
    call = Asked(ONE, session, "test_sampling", arguments={"prompt": "Hello?"})
    number = call.next()["id"]
    good = {"role": "assistant", "model": "m", "content": {"type": "text", "text": "mine"}}
    bad = {**good, "content": {"type": "text", "text": "theirs"}}
    assert reply(TWO, other, number, bad) == 202
    assert reply(TWO, strange, number, bad, headers=theirs) == 202
    assert reply(TWO, session, number, bad, headers=theirs) == 404
    for wrong in number[:-1] + "1", number[:-1] + "-1", number + "0", number[:-2], "x", 7:
        assert reply(TWO, session, wrong, bad) == 202
    assert reply(TWO, session, number, {"role": "assistant"}) == 400
    assert reply(TWO, session, number, good) == 202
    assert call.end()["content"][0]["text"] == "LLM response: mine"
    call = Asked(ONE, session, "test_sampling", arguments={"prompt": "Hello?"})
    assert reply(TWO, session, call.next()["id"], {"code": -1, "message": "User rejected it"}, "error") == 202
    said = call.end()
    assert said["isError"] is True and "User rejected it" in said["content"][0]["text"], said
    large = result(older(ONE, session, "tools/call", {"name": "test_sampling", "arguments": {"prompt": "x" * (1 << 20)}}))
    assert large["isError"] is True and "keeps no call" in large["content"][0]["text"], large
    call = Asked(ONE, session, "test_sampling", arguments={"prompt": "Hello?"})
    number = call.next()["id"]
    assert TWO.ask("DELETE", "/mcp", b"", {"Mcp-Session-Id": session})[0] == 204
    assert reply(ONE, session, number, good) == 404 and db.psql("-c", "select count(*) from kvasir.mcp_round").strip() == "0"
    call.connection.close()
    session = greet(ONE, CAN)
    for unable, headers in ((greet(ONE), {}), (None, {}), (session, {"Accept": "application/json"})):
        said = result(older(ONE, unable, "tools/call", {"name": "test_sampling"}, headers=headers))
        assert said["isError"] is True and "asks back" in said["content"][0]["text"], said


def pushed_on():
    """what is told goes to the stream from every turn, and a lost connection is taken up elsewhere"""
    session = greet(ONE, CAN)
    call = Asked(ONE, session, "test_streaming_elicitation", _meta={"progressToken": 5})
    assert call.next()["params"]["progress"] == 1
    asked = call.next()
    assert asked["method"] == "elicitation/create", asked
    assert reply(TWO, session, asked["id"], accept(ok=True)) == 202
    assert call.next()["params"] == {"progressToken": 5, "progress": 2, "total": 2, "message": "Answered"}
    assert "completed" in call.end()["content"][0]["text"]
    call = Asked(ONE, session, "test_elicitation")
    number = call.next()["id"]
    call.connection.close()
    assert reply(ONE, session, number, accept(response="late")) == 202
    again = Asked(TWO, session, None, last=call.ids[0])
    assert again.next()["id"] == number and "late" in again.end()["content"][0]["text"]
    again = Asked(TWO, session, None, last=call.ids[1])
    assert "late" in again.end()["content"][0]["text"]
    call = Asked(ONE, session, "test_elicitation", version="2025-06-18")
    asked = call.next()
    assert len(call.ids) == 1, "no priming event for who would read it as a message"
    assert notify(TWO, session, "notifications/cancelled", {"requestId": "call"}) == 202
    assert reply(TWO, session, asked["id"], accept(response="too late")) == 202
    assert db.psql("-c", "select count(*) from kvasir.stream_message where message like '%too late%'").strip() == "0"
    call.connection.close()


class Lock:
    """Nobody can write an event meanwhile, so that what writes waits in Postgres."""

    def __enter__(self):
        self.psql = subprocess.Popen(db.command(), stdin=subprocess.PIPE, text=True, env=db.environment)
        self.psql.stdin.write("begin; lock table kvasir.outbox in access exclusive mode;\n")
        self.psql.stdin.flush()
        wait("the table is locked", lambda: db.psql("-c", "select count(*) from pg_locks where granted and "
             "mode = 'AccessExclusiveLock' and relation = 'kvasir.outbox'::regclass").strip() == "1")

    def __exit__(self, *why):
        self.psql.communicate("commit;\n")


def waiting():
    return int(db.psql("-c", "select count(*) from pg_stat_activity where usename = 'kvasir_app' "
                             "and wait_event_type = 'Lock'").strip())


def add(front, content, session=None, number=1):
    """A call that waits at the lock."""
    params = {"name": "knowledge.add", "arguments": {"content": content, "namespace": "patience"}}
    headers = {"Content-Type": "application/json", "Accept": BOTH}
    if session is None:
        params["_meta"] = {META + "protocolVersion": VERSION, META + "clientCapabilities": {}}
        headers |= {"MCP-Protocol-Version": VERSION, "Mcp-Method": "tools/call", "Mcp-Name": "knowledge.add"}
    else:
        headers |= {"Mcp-Session-Id": session}
    connection = UnixHTTP(front.web)
    connection.request("POST", "/mcp", json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call",
                                                   "params": params}), headers)
    wait("the call waits", lambda: waiting() == 1)
    return connection


def stored(content):
    listed = result(older(TWO, None, "tools/call", {"name": "knowledge.list", "arguments": {"namespace": "patience"}}))
    return content in json.dumps(listed)


def patience():
    """hanging up cancels for the newer generation; for the older one only its notification does, at any process"""
    session, other = greet(ONE), greet(ONE)
    with Lock():
        add(ONE, "newer").close()
        wait("the newer call is cancelled", lambda: waiting() == 0)
        wait("and its end is in the log", lambda: any('"gone"' in line for line in ONE.lines()))
        add(ONE, "older", session).close()
        notes = len(ONE.lines())
        assert result(older(ONE, session, "ping")) == {} and waiting() == 1
    wait("the older call is done", lambda: '"error"' not in "".join(ONE.lines()[notes:]) and stored("older"))
    assert not stored("newer")
    with Lock():
        connection = add(ONE, "taken back", session, "id-9")
        for whose, number in (other, "id-9"), (None, "id-9"), (session, 9):
            assert notify(TWO, whose, "notifications/cancelled", {"requestId": number}) == 202
        assert waiting() == 1, "neither another session nor another id"
        assert notify(TWO, session, "notifications/cancelled", {"requestId": "id-9"}) == 202
        wait("the call is cancelled", lambda: waiting() == 0)
        assert "cancelled" in connection.getresponse().read().decode()
        connection.close()
    assert not stored("taken back")


play(sessions, strangers, states, questions, prompts, capable, progress, arrives, logs, patience, pushed, pushed_wrongly, pushed_on)
