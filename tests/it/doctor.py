#!/usr/bin/env -S python3 -B
"""doctor: kvasir doctor says what is wrong, and only that, and exits accordingly."""
import contextlib
import json
import os
import socket
import subprocess
import threading

from stage import TOP, Engine, Stage, play, wait

READY = '{"status":"%s","version":"0","degraded":false,"checks":{"postgres":{"status":"%s"}}}'
stage = Stage()
db, redis = stage.postgres, stage.redis
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith("KVASIR_")}
CLEAN["KVASIR_CONF"] = "/dev/null"
MODELS = os.environ.get("KVASIR_TEST_MODEL_DIR") or TOP + "/.dev/models"


def conninfo(user, database="doctor"):
    return f"host={stage.home} user={user} dbname={database}"


class Site:
    """Answers every request with what it was told to."""

    def __init__(self):
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.sock.getsockname()[1]
        self.answer, self.asked = (200, READY % ("pass", "pass")), b""
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer, _ = self.sock.accept()
            with peer:
                self.asked = peer.recv(4096)
                peer.sendall(b"HTTP/1.1 %d Said\r\n\r\n%s" % (self.answer[0], self.answer[1].encode()))


site = Site()
GOOD = {"mode": "production", "auth": "key", "database": conninfo("kvasir_app"),
        "database_engine": conninfo("kvasir_engine"), "database_admin": conninfo("owner"),
        "redis": f"unix:{stage.home}/redis.sock", "run_dir": stage.home, "model": "none",
        "url": site.url}


def kvasir(*words, **sets):
    command = ["./kvasir", *words]
    for key, value in {**GOOD, **sets}.items():
        command += ["--set", f"{key}={value}"]
    return subprocess.run(command, capture_output=True, text=True, env=CLEAN)


def doctor(**sets):
    """What it found by name, after a look at what must always hold."""
    done = kvasir("doctor", "--json", **sets)
    said = json.loads(done.stdout)
    found = {check["name"]: check for check in said["checks"]}
    failed = [name for name, check in found.items() if check["state"] == "failed"]
    assert len(found) == 16 and said["failed"] == len(failed), said
    assert done.returncode == (1 if failed else 0), (done.returncode, failed)
    for check in said["checks"]:
        assert check["says"] and (check["state"] in ("ok", "skipped")) == (check["mend"] is None), check
    return found


def only(name, state, words, **sets):
    """This one check is not as in good times, and says why."""
    found = doctor(**sets)
    odd = {n: c["state"] for n, c in found.items() if c["state"] in ("warning", "failed")}
    assert odd == {name: state}, found
    assert words in found[name]["says"], found[name]


@contextlib.contextmanager
def done(sql, undo):
    db.psql("-d", "doctor", "-c", sql)
    try:
        yield
    finally:
        db.psql("-d", "doctor", "-c", undo)


db.psql("-c", "create database doctor")
assert kvasir("migrate").returncode == 0
engine = Engine(stage, "database_engine=" + conninfo("kvasir_engine"))
wait("the engine says that it lives",
     lambda: db.psql("-d", "doctor", "-c", "select pid from kvasir.heartbeat").strip())


def in_order():
    """In good times nothing is wrong; each check was really made"""
    found = doctor()
    assert {n for n, c in found.items() if c["state"] != "ok"} == {"model", "llm"}, found
    assert f"process {engine.process.pid} " in found["engine"]["says"], found["engine"]
    assert "as kvasir_app" in found["database"]["says"]
    assert site.asked.startswith(b"GET /readyz HTTP/1.0\r\n"), site.asked
    plain = kvasir("doctor")
    assert plain.returncode == 0 and len(plain.stdout.splitlines()) == 16, plain.stdout


def settings():
    """Settings that contradict each other fail; open access warns"""
    only("settings", "failed", "forbids auth=open", auth="open")
    only("settings", "warning", "default_tenant", auth="open", mode="development")


def roles():
    """A role that the wall does not hold, or the wrong one, fails"""
    only("database", "failed", "goes through the tenant wall", database=conninfo("owner"))
    only("database", "failed", "is not kvasir_app", database=conninfo("kvasir_engine"))
    only("database_engine", "failed", "is not kvasir_engine", database_engine=conninfo("kvasir_app"))


def schema():
    """A changed file of functions, a database without schema and a hole in the wall fail"""
    with done("update kvasir.migration set checksum = 'x' where name = 'claims.sql'",
              "select 1"):
        only("schema", "failed", "1 files")
    kvasir("migrate")
    assert doctor()["schema"]["state"] == "ok"
    with done("alter table kvasir.outbox no force row level security",
              "alter table kvasir.outbox force row level security"):
        only("wall", "failed", "kvasir.outbox")
    found = doctor(**{k: conninfo(u, "template1") for k, u in (
        ("database", "kvasir_app"), ("database_engine", "kvasir_engine"), ("database_admin", "owner"))})
    assert {n for n, c in found.items() if c["state"] == "failed"} >= {"pgvector", "schema", "wall"}, found


def redis_away():
    """Without Redis things go on, and it says so; an address that is none fails"""
    redis.stop()
    only("redis", "warning", "")
    redis.start()
    only("redis", "failed", "", redis="http://nowhere")
    assert doctor(redis="")["outbox"]["state"] == "skipped"


def engine_away():
    """An engine that has not been seen for a while fails, and so does one that was never there"""
    assert engine.stop()[0] == 0
    only("engine", "failed", "no engine runs")
    beat = "insert into kvasir.heartbeat values ('kvasir-engine', 'there', 7, now() - interval '%s')"
    with done(beat % "40 s", "delete from kvasir.heartbeat"):
        only("engine", "failed", "there was last seen 4")
    with done(beat % "2 s", "select 1"):
        doctor()


def lag():
    """Events that nobody relays warn when they are older than a minute"""
    row = ("insert into kvasir.outbox (tenant_id, type, data, created_at) "
           "select id, 'test', '{}', now() - interval '%s' from kvasir.tenant")
    with done(row % "10 s", "delete from kvasir.outbox"):
        assert doctor()["outbox"]["says"].startswith("1 events wait")
    with done(row % "2 min", "delete from kvasir.outbox"):
        only("outbox", "warning", "1 events wait")


def words():
    """Words that are made anew are told, with a warning when they have waited for a minute to begin"""
    row = ("insert into kvasir.word_set (tenant_id, collection, number, language, state, since, read, records, asked)"
           " select id, 1, 1, 'simple', 'making', now() - interval '%s', 30, 50, '9999999' from kvasir.tenant")
    with done(row % "10 s", "delete from kvasir.word_set"):
        assert "1 collections are made anew, 30 of 50 records" in doctor()["words"]["says"]
    with done(row % "2 min", "delete from kvasir.word_set"):
        only("words", "warning", "30 of 50")


def folders():
    """A run_dir that is not there fails"""
    found = doctor(run_dir=stage.home + "/no")
    assert found["run_dir"]["state"] == "failed" and found["disk"]["state"] == "skipped", found
    only("run_dir", "failed", "no folder", run_dir=stage.home + "/redis.log")
    only("model", "warning", "", model="all-MiniLM-L6-v2", model_dir=stage.home)


def products():
    """A model that opens embeds nothing when its OpenBLAS cannot be loaded"""
    if not os.path.isdir(MODELS + "/all-MiniLM-L6-v2"):
        print("SKIP: there is no embedding model below " + MODELS)
        return
    sets = {"model": "all-MiniLM-L6-v2", "model_dir": MODELS}
    assert doctor(**sets)["model"]["state"] == "ok"
    other = stage.home + "/library"
    os.mkdir(other)
    with open(other + "/libopenblas.so.0", "wb") as file:
        file.write(b"not a library")
    CLEAN["LD_LIBRARY_PATH"] = other
    only("model", "warning", "libopenblas", **sets)
    del CLEAN["LD_LIBRARY_PATH"]


def sites():
    """Readiness counts as it is answered; somebody else's page, or nobody, fails"""
    for answer, state in (((200, READY % ("warn", "pass")), "warning"),
                          ((503, READY % ("fail", "fail")), "failed"),
                          ((200, "<html>welcome</html>"), "failed")):
        site.answer = answer
        only("url", state, "")
    site.answer = (200, READY % ("pass", "pass"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    only("url", "failed", "does not answer", url=f"http://127.0.0.1:{port}")
    assert doctor(url="https://example.org")["url"]["state"] == "skipped"


def language_model():
    """A language model is asked which models there are; settings that contradict each other fail"""
    other = Site()
    sets = {"llm_url": other.url + "/v1", "llm_model": "small-1"}
    other.answer = (200, '{"object": "list", "data": [{"id": "small-1"}]}')
    assert "has small-1" in doctor(**sets)["llm"]["says"]
    assert other.asked.startswith(b"GET /v1/models HTTP/1.1\r\n"), other.asked
    other.answer = (404, "{}")
    assert "was not tried" in doctor(**sets)["llm"]["says"]
    for answer, words in (((200, '{"data": [{"id": "small-10"}]}'), "does not list a model small-1"),
                          ((401, "{}"), "refuses the key"), ((503, "{}"), "answers 503")):
        other.answer = answer
        only("llm", "warning", words, **sets)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    only("llm", "warning", "does not answer", **{**sets, "llm_url": f"http://127.0.0.1:{port}/v1"})
    only("llm", "failed", "set llm_model", llm_url=other.url)


def postgres_away():
    """Without Postgres what needs it is skipped, and no secret is printed"""
    nowhere = "host=" + stage.home + "/no password=hunter2xyz"
    sets = {key: nowhere for key in ("database", "database_engine", "database_admin")}
    found = doctor(**sets)
    states = {n: c["state"] for n, c in found.items()}
    assert all(states[n] == "failed" for n in sets) and all(
        states[n] == "skipped" for n in ("pgvector", "schema", "wall", "engine", "outbox", "words")), states
    assert "hunter2xyz" not in json.dumps(found)
    assert doctor(database="")["database"]["says"] == "the setting database is empty"


play(in_order, settings, roles, schema, redis_away, engine_away, lag, words, folders, products, sites, language_model, postgres_away)
