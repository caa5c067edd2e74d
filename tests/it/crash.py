#!/usr/bin/env -S python3 -B
"""crash: what was acknowledged stays and is told, whatever is killed while clients write."""
import json
import os
import signal
import threading

from stack import Stack, wait
from stage import play, whole

WRITERS = 4
TENANTS = ("east", "west")
kv = Stack(auth="key", threads=4, request_timeout=5000)
db, redis = kv.db, kv.redis
for name in TENANTS:
    db.kvasir("tenant", "create", name)
KEYS = {name: kv.key(name)[0] for name in TENANTS}
for name in TENANTS:
    kv.need(201, "POST", "/v1/collections", {"name": "kept", "language": "simple"}, key=KEYS[name])


class Writer(threading.Thread):
    """Puts records one after the other and remembers which were acknowledged."""
    stop = threading.Event()

    def __init__(self, number):
        super().__init__(daemon=True)
        self.number, self.tenant = number, TENANTS[number % len(TENANTS)]
        self.acknowledged, self.tried, self.failed, self.faults = [], 0, {}, []

    def run(self):
        while not Writer.stop.is_set():
            self.tried += 1
            record = f"{self.number}-{self.tried}"
            try:
                self.put(record)
            except AssertionError as fault:
                self.faults.append(str(fault))
            except OSError as fault:  # nginx itself is never killed
                self.faults.append(f"nginx: {fault!r}")

    def put(self, record):
        answer = kv.call("POST", "/v1/collections/kept/records", {"records": [
            {"id": record, "text": f"word {record}", "embedding": [1, self.tried % 9]}]},
            key=KEYS[self.tenant])
        if answer.status == 200:
            self.acknowledged.append(record)
            return
        assert answer.status in (502, 503, 504), (answer.status, answer.body)
        self.failed[answer.status] = self.failed.get(answer.status, 0) + 1
        Writer.stop.wait(0.02)  # as Retry-After asks, if less patiently


def acknowledged():
    return sum(len(writer.acknowledged) for writer in writers)


def goes_on(what):
    """Clients are served again."""
    had = acknowledged()
    wait(what, lambda: acknowledged() > had + 20)


def ready():
    """Readiness as it is told: HTTP status, status, and the checks that are not well."""
    answer = kv.ask("GET", "/readyz")
    if answer[1]["Content-Type"] == "application/problem+json":
        return answer[0], "none", set()
    said = json.loads(answer[2])
    return answer[0], said["status"], {name for name, check in said["checks"].items()
                                       if check["status"] != "pass"}


def says(status, *ill):
    wait(f"readiness is {status} for {ill}", lambda: ready()[0] == status and
         set(ill) <= ready()[2])


def healthy():
    wait("all is well", lambda: ready()[2] <= {"model"})


def pool_dies():
    """a pool that is killed and started again loses nothing that it acknowledged"""
    for _ in range(3):
        kv.pool_process.kill()
        kv.pool_process.wait()
        assert kv.ask("GET", "/readyz")[0] == 502
        kv.start_pool()
        goes_on("the new pool serves")


@whole
def engine_dies():
    """without the engine writes go on, readiness says so, and the next one catches up"""
    kv.engine.stop(signal.SIGKILL)
    goes_on("writes go on without the engine")
    says(200, "engine")
    assert db.ask("select count(*) > 0 from kvasir.outbox where published_at is null") == [["t"]]
    kv.start_engine()
    healthy()


@whole
def engine_dies_waiting():
    """what a killed engine had asked is not worked out to its end"""
    def asked():
        return db.ask("select pid from pg_stat_activity where usename = 'kvasir_engine'"
                      " and wait_event_type = 'Lock'")
    holder = db.script("begin; lock table kvasir.heartbeat; select pg_sleep(12); commit;", user="owner")
    wait("the engine waits", asked)
    kv.engine.stop(signal.SIGKILL)
    wait("nobody waits", lambda: not asked())
    assert holder.poll() is None, "the lock was held until then"
    kv.start_engine()
    assert holder.wait(40) == 0
    healthy()


def redis_dies():
    """without Redis writes go on, readiness says so, and the events come later"""
    for _ in range(2):
        redis.stop(signal.SIGKILL)
        goes_on("writes go on without Redis")
        says(200, "redis")
        redis.start()
        healthy()


def postgres_dies():
    """when all of Postgres is killed requests fail as 503 until it is back"""
    for _ in range(2):
        db.kill()
        says(503, "postgres")
        for path in "/v1/collections", "/v1/collections/kept":
            answer = kv.call("GET", path, key=KEYS["east"])
            assert answer.status == 503 and answer.headers["Retry-After"], answer.body
        db.start()
        goes_on("writes go on with the recovered Postgres")
        healthy()


def backend_dies():
    """when one session of Postgres is killed all restart, and nobody has to help"""
    victim = db.ask("select min(pid) from pg_stat_activity where usename = 'kvasir_app'")[0][0]
    os.kill(int(victim), signal.SIGKILL)
    goes_on("writes go on after the crash of a session")
    healthy()


@whole
def locked():
    """what somebody's lock holds up ends as 504 in time and leaves nothing behind"""
    record = db.ask("select 'kvasir_data.record_' || number from kvasir.collection c join"
                    " kvasir.tenant t on t.id = c.tenant_id where t.name = 'east'")[0][0]
    holder = db.script(f"begin; lock table {record}; select pg_sleep(9); commit;", user="owner")
    wait("the lock is held", lambda: db.ask(
        f"select 1 from pg_locks where relation = '{record}'::regclass and granted"
        " and mode = 'AccessExclusiveLock'"))
    late = {"records": [{"id": "late", "text": "late"}]}
    wait("one is late", lambda: kv.call("POST", "/v1/collections/kept/records", late,
                                        key=KEYS["east"]).status == 504)
    assert holder.wait(30) == 0
    kv.need(404, "GET", "/v1/collections/kept/records/late", key=KEYS["east"])
    goes_on("writes go on without the lock")


def all_there():
    """every acknowledged record is there, and none twice"""
    Writer.stop.set()
    for writer in writers:
        writer.join()
        assert not writer.faults, writer.faults[:5]
    failures = {}
    for writer in writers:
        for status, count in writer.failed.items():
            failures[status] = failures.get(status, 0) + count
    print(f"   {acknowledged()} acknowledged of {sum(w.tried for w in writers)}, failed: {failures}")
    for name in TENANTS:
        found = kv.need(200, "POST", "/v1/collections/kept/records/get", {"limit": 100000},
                        key=KEYS[name])["records"]
        there = [record["id"] for record in found]
        assert len(there) == len(set(there))
        for writer in writers:
            if writer.tenant == name:
                lost = set(writer.acknowledged) - set(there)
                assert not lost, (len(lost), sorted(lost)[:5])
        described = kv.need(200, "GET", "/v1/collections/kept", key=KEYS[name])
        assert described["count"] == described["embedded"] == len(there)
        some = there[len(there) // 2]
        hits = kv.need(200, "POST", "/v1/search", {"collection": "kept", "mode": "lexical",
                                                   "query": some, "k": 1}, key=KEYS[name])
        assert [hit["id"] for hit in hits["results"]] == [some]


def all_told():
    """every event of every write is in the stream, each tenant's in the order of its transactions"""
    wait("all events are relayed", lambda: db.ask(
        "select count(*) from kvasir.outbox where published_at is null") == [["0"]])
    written = {name: [] for name in TENANTS}
    for name, event in db.ask("select t.name, o.event_id from kvasir.outbox o join kvasir.tenant t"
                              " on t.id = o.tenant_id order by o.xid, o.id"):
        written[name].append(event)
    arrived, seen, repeats = {name: [] for name in TENANTS}, set(), 0
    for entry in redis.entries():
        if entry["id"] in seen:
            repeats += 1
        else:
            seen.add(entry["id"])
            arrived[entry["tenant"]].append(entry["id"])
    for name in TENANTS:
        assert arrived[name] == written[name], (name, len(arrived[name]), len(written[name]))
        mine = sum(len(writer.acknowledged) for writer in writers if writer.tenant == name)
        assert len(written[name]) >= mine + 1  # and the collection's own
    print(f"   {len(seen)} events, {repeats} of them repeated")


writers = [Writer(number) for number in range(WRITERS)]
for writer in writers:
    writer.start()
goes_on("writes begin")
healthy()
play(pool_dies, engine_dies, engine_dies_waiting, redis_dies, postgres_dies, backend_dies, locked,
     all_there, all_told)
