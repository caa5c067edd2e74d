#!/usr/bin/env -S python3 -B
"""tasks: work that outlives its request: begun at once, asked, cancelled, kept through crashes, and nobody else's."""
import json
import time

from stack import Stack, UnixHTTP
from stage import Engine, play, wait, whole

VERSION, META, TASKS = "2026-07-28", "io.modelcontextprotocol/", "io.modelcontextprotocol/tasks"
kv = Stack(auth="key", engine=False, redis=False, fixtures="on", task_attempts=2)
SETS = ("redis=", "fixtures=on", "mode=development", "model=none", "task_lease=2",
        "database=" + kv.db.conninfo("kvasir_app"))
for name in "north", "south", "many", "single":
    kv.db.kvasir("tenant", "create", name)
NORTH, NORTH_ID = kv.key("north")
OTHER, OTHER_ID = kv.key("north")
ADMIN, _ = kv.key("north", "--scopes", "admin")
SOUTH, _ = kv.key("south")
ENDS = "completed", "failed", "cancelled"


def start():
    kv.engine = Engine(kv.stage, *SETS)


def call(method, params, key=NORTH, tasks=True, status=200):  # one request of 2026-07-28
    can = {"elicitation": {}, **({"extensions": {TASKS: {}}} if tasks else {})}
    meta = {META + "protocolVersion": VERSION, META + "clientCapabilities": can}
    heads = {"Content-Type": "application/json", "Authorization": "Bearer " + key, "Mcp-Method": method,
             "MCP-Protocol-Version": VERSION, "Mcp-Name": params.get("name") or params["taskId"]}
    got, _, body = kv.ask("POST", "/mcp", json.dumps({"jsonrpc": "2.0", "id": 1, "method": method,
                                                      "params": {**params, "_meta": meta}}), heads)
    assert got == status, (got, body)
    return json.loads(body)


def run(tool, key=NORTH, **args):
    said = call("tools/call", {"name": tool, "arguments": args}, key)["result"]
    assert said["resultType"] == "task" and said["status"] == "working" and said["ttlMs"] == 86400000, said
    return said["taskId"]


def get(task, key=NORTH):
    return call("tasks/get", {"taskId": task}, key)["result"]


def update(task, **answers):
    said = call("tasks/update", {"taskId": task, "inputResponses": answers})["result"]
    assert said["resultType"] == "complete" and "status" not in said, said


def comes(task, *statuses):
    return wait("the task is " + "/".join(statuses), lambda: (lambda t: t if t["status"] in statuses else None)(get(task)))


def text(task):
    ended = comes(task, *ENDS)
    assert ended["status"] == "completed", ended
    return ended["result"]["content"][0]["text"]


def row(task, column):
    return kv.db.ask(f"select {column} from kvasir.task where id = '{task}'")[0][0]


def fair():
    """one task of a tenant does not wait behind all those that another one has waiting"""
    keys = [kv.key(name)[0] for name in ("many", "single")]
    many = [run("slow_compute", keys[0], seconds=0, label=str(at)) for at in range(50)]
    task = run("slow_compute", keys[1], seconds=0, label="single")
    kv.engine = Engine(kv.stage, *SETS, "task_threads=1")
    wait("all have ended", lambda: kv.db.ask("select count(*) from kvasir.task where status = 'completed'") == [["51"]])
    ended = [line[0] for line in kv.db.ask("select id from kvasir.task order by updated_at")]
    assert ended.index(task) <= 2, ended.index(task)
    assert [one for one in ended if one != task] == many, "tasks of one tenant come in their order"
    kv.engine.stop()


def counted():
    """a task is one call of a tool, wherever and however often it is worked on"""
    kv.engine = Engine(kv.stage, *SETS, "run_dir=" + kv.home)  # so that one answer has the counts of both
    before = kv.metric("kvasir_tools_called_total")
    task = run("slow_compute", seconds=0, label="counted")
    assert text(task)
    assert kv.metric("kvasir_tools_called_total") == before + 1
    assert kv.metric("kvasir_tasks_ended_total") == 1, "the engine's counts are among these"
    kv.engine.stop()


def begins():
    """a task begins when it is there, not when somebody looks; its result is that of the call"""
    start()
    text(run("slow_compute", seconds=0, label="first"))
    took = []
    for _ in range(9):
        task = run("slow_compute", seconds=0, label="quick")
        assert text(task) == "quick: the sum is 0"
        took.append(float(row(task, "extract(epoch from updated_at - created_at)")))
    print(f"from made to ended: median {sorted(took)[4] * 1000:.1f} ms, most {max(took) * 1000:.1f} ms")
    assert sorted(took)[4] < 5, took  # looking now and then would take a minute
    failed = comes(run("failing_job"), *ENDS)
    assert failed["status"] == "completed" and failed["result"]["isError"] is True, failed
    broken = comes(run("protocol_error_job"), *ENDS)
    assert broken["status"] == "failed" and broken["error"]["code"] == -32603 and "result" not in broken, broken
    assert "always breaks" not in json.dumps(broken), "our own words are for the log"
    wrong = call("tools/call", {"name": "slow_compute", "arguments": {}})["result"]
    assert wrong["isError"] is True and wrong["resultType"] == "complete", wrong


def undeclared():
    """a client that cannot come again gets the result itself, or hears what it lacks"""
    said = call("tools/call", {"name": "slow_compute", "arguments": {"seconds": 0}}, tasks=False)["result"]
    assert said["resultType"] == "complete" and said["content"], said
    for method, params in (("tools/call", {"name": "failing_job"}), ("tasks/get", {"taskId": "x"}),
                           ("tasks/update", {"taskId": "x"}), ("tasks/cancel", {"taskId": "x"})):
        error = call(method, params, tasks=False, status=400)["error"]
        assert error["code"] == -32021 and error["data"]["requiredCapabilities"]["extensions"] == {TASKS: {}}, error


def asks():
    """questions are answered one by one; strange names are passed over; then the work goes on"""
    task = run("multi_input")
    asked = comes(task, "input_required")
    assert set(asked["inputRequests"]) == {"name", "confirm"}, asked
    update(task, strange={"action": "accept"})
    update(task, name={"action": "accept", "content": {"name": "Ada"}})
    assert set(get(task)["inputRequests"]) == {"confirm"}
    error = call("tasks/update", {"taskId": task, "inputResponses": {"confirm": True}})["error"]
    assert error["code"] == -32602, error
    update(task, name={"action": "decline"}, confirm={"action": "accept", "content": {"confirm": True}})
    assert text(task) == "Ada is sure."
    update(task, confirm={"action": "decline"})  # it has ended
    assert text(task) == "Ada is sure."
    task = run("confirm_delete", filename="a.txt")
    comes(task, "input_required")
    said = kv.need(200, "POST", f"/v1/tasks/{task}/answers", {"answers": {"confirm": {"action": "decline"}}}, key=NORTH)
    assert said["status"] == "queued" and text(task) == "Kept a.txt."


def escalates():
    """a tool may ask in rounds and then go on as a task, with what it learnt; a state serves once"""
    for tasks in True, False:
        said = call("tools/call", {"name": "test_tool_with_task"}, tasks=tasks)["result"]
        assert said["resultType"] == "input_required", said
        again = {"name": "test_tool_with_task", "requestState": said["requestState"],
                 "inputResponses": {"user_name": {"action": "accept", "content": {"name": "Ada"}}}}
        said = call("tools/call", again, tasks=tasks)["result"]
        if tasks:
            assert said["resultType"] == "task" and text(said["taskId"]) == "Hello, Ada, from a task!", said
        else:
            assert said["content"][0]["text"] == "Hello, Ada, at once!", said
            continue
        assert "error" in call("tools/call", again), "the state was used"


def listen(key, *ids):
    """An open stream of what is told of tasks; the first event is the acknowledgement."""
    meta = {META + "protocolVersion": VERSION, META + "clientCapabilities": {"extensions": {TASKS: {}}}}
    wire = UnixHTTP(kv.web)
    wire.request("POST", "/mcp", json.dumps({"jsonrpc": "2.0", "id": 9, "method": "subscriptions/listen", "params": {
        "notifications": {"taskIds": list(ids)}, "_meta": meta}}), {
            "Content-Type": "application/json", "Authorization": "Bearer " + key, "MCP-Protocol-Version": VERSION,
            "Mcp-Method": "subscriptions/listen", "Accept": "text/event-stream"})
    for line in wire.getresponse():
        if line.startswith(b"data:") and line[5:].strip():
            yield json.loads(line[5:])


def listens():
    """who listens for a task hears of each of its states, and nobody hears of another's"""
    task = run("confirm_delete", filename="heard")
    comes(task, "input_required")
    stream, other = listen(NORTH, task, "unknown"), listen(OTHER, task)
    assert next(stream)["params"]["notifications"] == {"taskIds": [task]}
    assert next(other)["params"]["notifications"] == {"taskIds": []}
    update(task, confirm={"action": "accept", "content": {"confirm": True}})
    heard = []
    while not heard or heard[-1]["status"] != "completed":
        said = next(stream)
        assert said["method"] == "notifications/tasks" and said["params"]["taskId"] == task, said
        heard.append(said["params"])
    assert heard[0]["ttlMs"] == 86400000 and heard[-1]["lastUpdatedAt"] >= heard[0]["createdAt"], heard


def apart():
    """a task is there for the key that made it, and for an admin who asks for all"""
    task = run("confirm_delete", filename="mine")
    comes(task, "input_required")
    for key in OTHER, SOUTH:
        for method, params in (("tasks/get", {}), ("tasks/cancel", {}), ("tasks/update", {"inputResponses": {}})):
            assert call(method, {"taskId": task, **params}, key)["error"]["code"] == -32602, method
        kv.need(404, "GET", f"/v1/tasks/{task}", key=key)
        kv.need(404, "DELETE", f"/v1/tasks/{task}", key=key)
        assert kv.need(200, "GET", "/v1/tasks", key=key)["tasks"] == []
    for unknown in "x", "00000000-0000-0000-0000-000000000000", "%":
        assert call("tasks/get", {"taskId": unknown})["error"]["code"] == -32602
    kv.need(403, "GET", "/v1/tasks?all=true", key=NORTH)
    assert task in [t["id"] for t in kv.need(200, "GET", "/v1/tasks?all=true", key=ADMIN)["tasks"]]
    assert kv.need(200, "GET", "/v1/tasks?all=true", key=ADMIN)["tasks"][0]["name"] == "confirm_delete"
    waiting = kv.need(200, "GET", "/v1/tasks?status=input_required", key=NORTH)["tasks"]
    assert [t["id"] for t in waiting] == [task], waiting
    listed = kv.db.kvasir("tasks", "--tenant", "north", "--status", "input_required")
    assert task in listed and "confirm_delete" in listed, listed
    assert "there is no task" in kv.db.kvasir("tasks", "--tenant", "south", "show", task, fails=True)
    assert json.loads(kv.db.kvasir("tasks", "--tenant", "north", "show", task))["questions"]["confirm"]
    assert "cancelled" in kv.db.kvasir("tasks", "--tenant", "north", "cancel", task)
    assert get(task)["status"] == "cancelled"


def pages():
    """the list goes on after the last task of a page"""
    ids = [t["id"] for t in kv.need(200, "GET", "/v1/tasks?limit=1000", key=NORTH)["tasks"]]
    found, after = [], ""
    while True:
        page = [t["id"] for t in kv.need(200, "GET", "/v1/tasks?limit=3" + after, key=NORTH)["tasks"]]
        if not page:
            break
        found += page
        after = "&after=" + page[-1]
    assert found == ids and len(ids) > 10, (found, ids)
    said = call("tools/call", {"name": "tasks.list", "arguments": {"limit": 2}})["result"]["structuredContent"]
    assert [t["id"] for t in said["tasks"]] == ids[:2], said
    said = call("tools/call", {"name": "tasks.get", "arguments": {"id": ids[0]}})["result"]["structuredContent"]
    assert said["id"] == ids[0] and said["status"] == "cancelled", said


def sleeps():
    return kv.db.ask("select usename from pg_stat_activity where query like '%pg_sleep%' and state = 'active'"
                     " and pid <> pg_backend_pid()")


def cancels():
    """cancelling ends the statement that Postgres runs for it, which runs as the role of requests"""
    task = run("slow_query", seconds=100)
    assert wait("the statement runs", sleeps) == [["kvasir_app"]]
    assert call("tasks/cancel", {"taskId": task})["result"]["resultType"] == "complete"
    assert comes(task, *ENDS)["status"] == "cancelled"
    wait("the statement is gone", lambda: sleeps() == [])
    call("tasks/cancel", {"taskId": task})
    task = run("slow_compute", seconds=100)
    wait("it works", lambda: row(task, "status") == "working")
    said = call("tools/call", {"name": "tasks.cancel", "arguments": {"id": task}})["result"]["structuredContent"]
    assert said["status"] in ("working", "cancelled") and comes(task, *ENDS)["status"] == "cancelled"


def progresses():
    """a tool that tells how far it is tells it through the task"""
    task = run("slow_compute", seconds=3)
    said = wait("it tells", lambda: (lambda t: t if "statusMessage" in t else None)(get(task)))
    assert said["statusMessage"] == "computing" and said["lastUpdatedAt"] > said["createdAt"], said
    progress = kv.need(200, "GET", f"/v1/tasks/{task}", key=NORTH)["progress"]
    assert progress["total"] == 60 and 0 < progress["done"] < 60, progress
    assert text(task).startswith(": the sum is 1770"), "and longer than its lease, which the heartbeat keeps"
    assert row(task, "attempt") == "1"


def killed():
    """an engine that is killed loses its lease: the task is done again, and given up after some attempts"""
    first, second = run("slow_compute", seconds=2, label="again"), run("slow_compute", seconds=100)
    for task in first, second:
        wait("it works", lambda task=task: row(task, "status") == "working")
    kv.engine.stop(9)
    assert get(first)["status"] == "working"
    start()
    assert text(first) == "again: the sum is 780" and row(first, "attempt") == "2"
    wait("it works again", lambda: row(second, "attempt") == "2" and row(second, "status") == "working")
    kv.engine.stop(9)
    start()
    ended = comes(second, *ENDS)
    assert ended["status"] == "failed" and "lost" in ended["error"]["message"], ended


def ends():
    """an engine that ends in good order gives back what it has, and that counts for nothing"""
    task = run("slow_compute", seconds=3, label="moved")
    wait("it works", lambda: row(task, "status") == "working")
    status, seconds = kv.engine.stop()
    assert status == 0 and seconds < 8, (status, seconds)
    assert (row(task, "status"), row(task, "attempt")) == ("queued", "0")
    start()
    assert text(task) == "moved: the sum is 1770" and row(task, "attempt") == "1"


def revoked():
    """a task runs by the key that made it, as that key is when it runs"""
    kv.engine.stop()
    task = run("slow_compute", OTHER, seconds=0)
    kv.db.kvasir("key", "--tenant", "north", "revoke", OTHER_ID)
    start()
    wait("it has failed", lambda: row(task, "status") == "failed")
    assert "revoked" in row(task, "error::text"), row(task, "error::text")


@whole
def restarts():
    """Postgres may go while a task is worked on: its end is told when it is back, and new ones are heard of"""
    task = run("slow_compute", seconds=1, label="through")
    wait("it works", lambda: row(task, "status") == "working")
    kv.db.kill()
    time.sleep(1.5)  # it ends meanwhile
    kv.db.start()
    ended = wait("the task has ended", lambda: row(task, "status") == "completed")
    assert ended and "through" in row(task, "result::text")
    wait("requests are served", lambda: kv.call("GET", "/v1/tasks", key=NORTH).status == 200)
    began = time.monotonic()
    text(run("slow_compute", seconds=0))
    assert time.monotonic() - began < 30


def expires():
    """what is past its time is not there any more, and goes"""
    task = run("slow_compute", seconds=0)
    text(task)
    kv.db.ask(f"update kvasir.task set expires_at = now() - interval '1 second' where id = '{task}'")
    assert call("tasks/get", {"taskId": task})["error"]["code"] == -32602
    assert kv.db.ask("select kvasir.task_purge(10)", user="kvasir_engine") == [["1"]]
    assert kv.db.ask(f"select from kvasir.task where id = '{task}'") == []


def told():
    """each task leaves events of its begin and its end"""
    kinds = dict(kv.db.ask("select type, count(*) from kvasir.outbox group by type"))
    for kind in "created", "completed", "failed", "cancelled":
        assert int(kinds[f"kvasir.task.{kind}"]) > 0, kinds
    made = int(kv.db.ask("select count(*) from kvasir.task")[0][0])
    assert int(kinds["kvasir.task.created"]) == made + 1, (kinds, made)  # one was purged


play(fair, counted, begins, undeclared, asks, escalates, listens, apart, pages, cancels, progresses, killed, ends, revoked, restarts, expires, told)
