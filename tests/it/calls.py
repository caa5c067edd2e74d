#!/usr/bin/env -S python3 -B
"""calls: what holds for every call of a tool: the audit, limits, traces, and keys that make a call happen once."""
import json
import threading
import time

from front import stop
from stack import Stack, wait
from stage import play

VERSION, META = "2026-07-28", "io.modelcontextprotocol/"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
kv = Stack(mode="development", auth="key", threads=8, fixtures="on",
           tool_rates="notes.list=3 memory.relations=120", engine_sets=("audit_retention=3600", "llm_retention=7200"))
KEY, KEY_ID = kv.key("default_tenant")
READER, READER_ID = kv.key("default_tenant", "--scopes", "read")
ADMIN, _ = kv.key("default_tenant", "--scopes", "admin")
kv.db.kvasir("tenant", "create", "other_tenant")
OTHER, _ = kv.key("other_tenant", "--scopes", "read,write,admin")


def send(path, body, key=KEY, **headers):
    status, said, text = kv.ask("POST", path, json.dumps(body), {
        "Content-Type": "application/json", "Authorization": "Bearer " + key, **headers})
    return status, said, json.loads(text)


def legacy(tool, payload=None, key=KEY, **headers):
    return send("/api/mcp/route", {"tool": tool, "payload": payload or {}}, key, **headers)


def mcp(tool, arguments=None, key=KEY, meta=None, **headers):
    params = {"name": tool, "arguments": arguments or {}, "_meta": {
        META + "protocolVersion": VERSION, META + "clientCapabilities": {}, **(meta or {})}}
    return send("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}, key,
                **{"MCP-Protocol-Version": VERSION, "Mcp-Method": "tools/call", "Mcp-Name": tool, **headers})


def audit(query="", key=ADMIN, status=200):
    return kv.need(status, "GET", "/v1/audit" + query, key=key)["calls"]


def count(sql):
    return int(kv.db.ask(sql)[0][0])


def audits():
    """every call leaves a row with who, by which wire, what, how it ended and the digest of what it was given"""
    assert legacy("notes.create", {"title": "t", "content": "a secret word"})[0] == 200
    assert mcp("notes.create", {"content": "a secret word", "title": "t"})[2]["result"]["structuredContent"]
    assert mcp("test_simple_text")[2]["result"]["content"][0]["text"].startswith("This is")
    assert legacy("notes.get", {"id": "none"})[0] == 404
    assert legacy("notes.create", {})[0] == 400
    assert legacy("notes.create", {"title": "t", "content": "c"}, key=READER)[0] == 403
    rows = audit()
    assert [(r["tool"], r["wire"], r["outcome"], r["caller"]) for r in reversed(rows)] == [
        ("notes.create", "legacy", "ok", KEY_ID), ("notes.create", "mcp", "ok", KEY_ID),
        ("test_simple_text", "mcp", "ok", KEY_ID), ("notes.get", "legacy", "missing", KEY_ID),
        ("notes.create", "legacy", "input", KEY_ID), ("notes.create", "legacy", "denied", READER_ID)], rows
    first, second = rows[-1], rows[-2]
    assert first["arguments_sha256"] == second["arguments_sha256"] != rows[-3]["arguments_sha256"]
    assert len(first["arguments_sha256"]) == 64 and first["ms"] >= 0 and first["request_id"]
    assert "secret" not in json.dumps(rows)
    assert audit("?tool=notes.get&limit=1") == [rows[2]] and audit(f"?before={second['id']}") == [first]
    assert audit("?outcome=denied") == [rows[0]] and audit(f"?caller={READER_ID}") == [rows[0]]
    assert "notes.get" in kv.db.kvasir("audit", "--outcome", "missing")
    kv.need(403, "GET", "/v1/audit", key=KEY)
    kv.need(400, "GET", "/v1/audit?within=soon", key=ADMIN)
    assert audit("?within=3600") == rows
    assert audit(key=OTHER) == [], "another tenant sees none of it"


def unknown_callers():
    """a tool that asks nothing of Postgres answers nobody whom it does not know"""
    wrong = KEY[:-1] + ("a" if KEY[-1] != "a" else "b")
    before = count("select count(*) from kvasir.audit")
    assert mcp("test_simple_text", key=wrong)[0] == 401
    assert count("select count(*) from kvasir.audit") == before


def behind():
    """what a tool that asks nothing of Postgres did is written behind: all of it, with who, when and the trace"""
    rows = "select count(*) from kvasir.audit where tool = 'test_simple_text' and outcome = 'ok'"
    told = "select count(*) from kvasir.outbox where type = 'mcp.tool.executed' and subject = 'test_simple_text'"
    key, ident = kv.key("default_tenant")
    wait("what went before is written", lambda: count(rows) == count(told))
    before = count(rows)
    assert mcp("test_simple_text", key=key)[0] == 200 and count(rows) == before + 1, "the first finds out who calls"
    trips = kv.metric("kvasir_db_round_trips_total")
    began = kv.db.ask("select now()")[0][0]
    for n in range(20):
        assert mcp("test_simple_text", key=key, traceparent=TRACE)[0] == 200
    quick = [json.loads(line) for line in kv.lines()[-20:]]
    assert sum(line["db_trips"] for line in quick) <= 2, quick
    wait("all are written", lambda: count(rows) == before + 21 and count(told) == before + 21)
    assert kv.metric("kvasir_db_round_trips_total") - trips <= 20
    last = audit("?limit=1")[0]
    assert last["caller"] == ident and last["trace"] == TRACE and last["wire"] == "mcp" and last["request_id"]
    assert last["arguments_sha256"] == audit("?tool=test_simple_text&limit=1")[0]["arguments_sha256"]
    assert count(f"select count(*) from kvasir.audit where called_at > '{began}' and called_at <= now()"
                 " and tool = 'test_simple_text'") >= 20
    event = json.loads(kv.db.ask("select data from kvasir.outbox where subject = 'test_simple_text'"
                                 " order by id desc limit 1")[0][0])
    assert event["success"] is True and event["tool"] == "test_simple_text" and event["duration"] >= 0, event


def behind_the_end():
    """what waits to be written is written before the process ends, and when Postgres comes back"""
    rows = "select count(*) from kvasir.audit where tool = 'test_simple_text'"
    assert mcp("test_simple_text")[0] == 200
    wait("what went before is written", lambda: (count(rows), time.sleep(0.1))[0] == count(rows))
    before = count(rows)
    for _ in range(5):
        assert mcp("test_simple_text")[0] == 200
    stop(kv.pool_process)
    assert count(rows) == before + 5
    kv.start_pool()
    assert mcp("test_simple_text")[0] == 200
    kv.db.stop()
    statuses = [mcp("test_simple_text")[0] for _ in range(3)]
    kv.db.start()
    wait("all that was answered is written", lambda: count(rows) == before + 6 + statuses.count(200))
    assert statuses[0] == 200, "a caller that was let in a moment ago is answered"
    wait("calls are let in again", lambda: mcp("test_simple_text")[0] == 200)


def revoked():
    """a key that is revoked is good for a second at most"""
    key, ident = kv.key("default_tenant")
    assert mcp("test_simple_text", key=key)[0] == 200
    kv.db.kvasir("key", "revoke", ident)
    began = time.monotonic()
    wait("the key is good no more", lambda: mcp("test_simple_text", key=key)[0] == 401)
    assert time.monotonic() - began < 3
    assert legacy("notes.list", key=key)[0] == 401


def traces():
    """a trace that came in a header or in _meta is in the event, in the audit and in the log"""
    assert legacy("project.log_event", {"details": 1}, traceparent=TRACE)[0] == 200
    other = TRACE.replace("b7ad", "aaaa")
    assert mcp("project.log_event", {"details": 2}, meta={"traceparent": other}, traceparent=TRACE)[0] == 200
    # By the tool's name: what earlier calls without SQL did may be written only now.
    assert [row["trace"] for row in audit("?tool=project.log_event&limit=2")] == [other, TRACE]
    told = ("select trace from kvasir.outbox where type = 'mcp.tool.executed'"
            " and data ->> 'tool' = 'project.log_event' order by id desc limit 2")
    assert kv.db.ask(told) == [[other], [TRACE]]
    assert any(json.loads(line).get("trace") == other for line in kv.lines())
    assert mcp("project.log_event", meta={"traceparent": "00-nonsense"})[0] == 200
    assert audit("?tool=project.log_event&limit=1")[0]["trace"] is None


def limits():
    """more calls than the limit get 429 and when to come again; others and other tools are not concerned"""
    assert [legacy("notes.list")[0] for _ in range(4)] == [200, 200, 200, 429]
    status, said, body = legacy("notes.list")
    assert status == 429 and 1 <= int(said["Retry-After"]) <= 20 and body["kind"] == "limited", body
    status, said, body = mcp("notes.list")
    assert status == 429 and body["error"]["code"] == 429, body
    assert body["error"]["data"]["retryAfter"] == int(said["Retry-After"]), body
    assert legacy("notes.list", key=READER)[0] == 200 and legacy("notes.get", {"id": "x"})[0] == 404
    assert len(audit("?outcome=limited&tool=notes.list")) == 1, "a flood is no flood of rows"
    assert kv.metric("kvasir_tools_ended_total") >= 3
    key = [k for k in kv.redis.say("KEYS", "kvasir:limit:*notes.list") if KEY_ID in k]
    assert len(key) == 1 and KEY not in key[0] and kv.redis.say("DEL", key[0]) == "1"
    assert legacy("notes.list")[0] == 200, "it is Redis that counts, for all processes"


def made_up():
    """names that mean nothing have one bucket together; what turned out to be there has its own"""
    for number in range(9):
        assert legacy(f"made.up.{number}")[0] == 404
        assert mcp(f"made.up.{number}")[2]["error"]["code"] == -32602

    def buckets():
        return {name.split(":", 4)[-1] for name in kv.redis.say("KEYS", "kvasir:limit:*") if KEY_ID in name}
    assert "?" in buckets() and not any("made.up" in name for name in buckets()), buckets()
    kv.need(201, "POST", "/v1/tools", {"name": "far.away", "description": "Far away.", "url": "http://far.example/"}, key=ADMIN)
    can = {META + "clientCapabilities": {"extensions": {META + "tasks": {}}}}
    for there in False, True:
        assert ("far.away" in buckets()) == there, buckets()
        for _ in range(2):
            assert mcp("far.away", meta=can)[2]["result"]["resultType"] == "task"


def limits_without_redis():
    """while Redis is away each process counts by itself and says so, and goes back when Redis is there"""
    kv.redis.stop()
    asked = [legacy("notes.list", key=OTHER)[0] for _ in range(5)]
    assert asked == [200, 200, 200, 429, 429], asked
    assert legacy("notes.get", {"id": "x"})[0] == 404
    ready = kv.need(200, "GET", "/readyz")
    assert ready["degraded"] and "each process" in ready["checks"]["redis"]["reason"], ready.body
    assert any(json.loads(line)["event"] == "limit.local" for line in kv.lines())
    kv.redis.start()
    wait("limits are counted in Redis again", lambda: legacy("notes.get", {"id": "x"})[0] == 404 and any(
        json.loads(line)["event"] == "limit.redis" for line in kv.lines()))


def once():
    """a key makes the same call happen once: its first answer is given again; another call with it is refused"""
    given = {"title": "once", "content": "c"}
    first = legacy("notes.create", given, **{"Idempotency-Key": '"k-1"'})
    notes = "select count(*) from kvasir.note where title = 'once'"
    assert first[0] == 200
    for again in (legacy("notes.create", given, **{"Idempotency-Key": "k-1"}),
                  legacy("notes.create", {"content": "c", "title": "once"}, **{"Idempotency-Key": '"k-1"'})):
        assert again[0] == 200 and again[2]["result"] == first[2]["result"], again
    by_meta = mcp("notes.create", given, meta={"io.kvasir/idempotencyKey": "k-1"})
    assert by_meta[2]["result"]["structuredContent"] == first[2]["result"], by_meta
    assert count(notes) == 1
    assert [r["outcome"] for r in audit("?tool=notes.create&limit=4")] == ["repeated"] * 3 + ["ok"]
    told = "select count(*) from kvasir.outbox where type = 'mcp.tool.executed' and request_id in" \
           " (select request_id from kvasir.audit where outcome = 'repeated')"
    assert count(told) == 0, "a repetition is no call anew"
    other = legacy("notes.create", {**given, "content": "d"}, **{"Idempotency-Key": "k-1"})
    assert other[0] == 409 and "another call" in other[2]["error"], other
    other = mcp("project.log_event", meta={"io.kvasir/idempotencyKey": "k-1"})
    assert other[0] == 200 and other[2]["error"]["code"] == -32602, other
    assert count(notes) == 1 and audit("?tool=project.log_event&limit=1")[0]["outcome"] == "conflict"
    theirs = legacy("notes.create", given, key=OTHER, **{"Idempotency-Key": "k-1"})
    assert theirs[0] == 200 and theirs[2]["result"]["id"] != first[2]["result"]["id"], "keys are their sender's own"
    for wrong in '""', "x" * 201, "caf\u00e9":
        assert legacy("notes.create", given, **{"Idempotency-Key": wrong})[0] == 400, wrong
    kept = "select count(*) from kvasir.once"
    before = count(kept)
    assert legacy("notes.get", {"id": first[2]["result"]["id"]}, **{"Idempotency-Key": "k-2"})[0] == 200
    assert legacy("notes.update", {"id": "none", "title": "x"}, **{"Idempotency-Key": "k-3"})[0] == 404
    assert count(kept) == before, "reading keeps nothing, nor does a failure"
    assert legacy("notes.create", given, **{"Idempotency-Key": "k-3"})[0] == 200


def once_at_once():
    """of many calls with one key at the same moment one has an effect, and all get its answer"""
    given = {"title": "race", "content": "c"}
    for turn in range(5):
        start, answers = threading.Barrier(8), []

        def one():
            start.wait()
            answers.append(legacy("notes.create", given, **{"Idempotency-Key": f"race-{turn}"}))
        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [status for status, _, _ in answers] == [200] * 8, answers
        assert len({answer["result"]["id"] for _, _, answer in answers}) == 1, answers
        assert count("select count(*) from kvasir.note where title = 'race'") == turn + 1


def once_waits():
    """a call whose key another one holds waits, and is refused when that one does not end"""
    held = kv.db.script("begin; select kvasir.enter_open('default_tenant', null, null, 0);"
                        f" select set_config('kvasir.caller', '{KEY_ID}', true);"
                        " select kvasir.once_take('held', 'notes.create', decode(repeat('00', 32), 'hex'));"
                        " select pg_sleep(300);")
    wait("the key is held", lambda: count("select count(*) from pg_stat_activity where query like '%pg_sleep(300)%'"
                                          " and pid <> pg_backend_pid()"))
    began = time.monotonic()
    status, _, body = legacy("notes.create", {"title": "held", "content": ""}, **{"Idempotency-Key": "held"})
    assert status == 409 and "under way" in body["error"] and time.monotonic() - began > 4, body
    kv.db.ask("select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(300)%'"
              " and pid <> pg_backend_pid()")
    held.wait()
    assert legacy("notes.create", {"title": "held", "content": ""}, **{"Idempotency-Key": "held"})[0] == 200


def append_only():
    """the program cannot change or take away what the audit says; the engine takes what is old"""
    for sql in ("update kvasir.audit set tool = 'x'", "delete from kvasir.audit", "truncate kvasir.audit"):
        try:
            kv.db.psql("-c", "select kvasir.enter_open('default_tenant', null, null, 0); " + sql, user="kvasir_app")
        except AssertionError as refused:
            assert "permission denied" in str(refused), refused
        else:
            raise AssertionError(sql)
    kv.db.ask("update kvasir.audit set called_at = now() - interval '2 hours' where tool = 'notes.get';"
              " update kvasir.once set expires_at = now() - interval '1 second' where key = 'k-1'")
    kv.db.ask("insert into kvasir.llm_call (tenant_id, month, task, model, prompt_tokens, cost_microusd, attempt, called_at)"
              " select id, '2020-01-01', 'answer', 'm', 1, 1, 1, now() - make_interval(hours => h)"
              " from kvasir.tenant, (values (1), (3), (9)) x (h) where name = 'default_tenant'")
    kept = count("select count(*) from kvasir.audit where tool <> 'notes.get'")
    kv.engine.stop()
    kv.start_engine()
    wait("what is old went", lambda: count("select count(*) from kvasir.audit where tool = 'notes.get'") == 0 and
         count("select count(*) from kvasir.once where key = 'k-1'") == 0 and
         count("select count(*) from kvasir.llm_call") == 1)
    assert count("select count(*) from kvasir.audit") == kept


play(audits, unknown_callers, behind, behind_the_end, revoked, traces, limits, made_up, limits_without_redis, once, once_at_once, once_waits, append_only)
