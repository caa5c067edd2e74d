"""stack: all of Kvasir for one test: Postgres, Redis, pool, engine and nginx, gone when it ends.

Everything lives in temporary folders and speaks through Unix sockets there.  The database is made
by `kvasir migrate`; a test skips (77) when the machine lacks a server program.
"""
import json
import os
import subprocess

from front import CLEAN, Front, UnixHTTP, skip, wait
from stage import Engine, Postgres, Stage

PROBLEM = {"type", "title", "status", "detail", "request_id"}


class Session:
    """A session of psql that stays open."""

    def __init__(self, db, user):
        self.process = subprocess.Popen(db.command("-f", "-", user=user), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, env=db.environment)

    def say(self, sql):
        self.process.stdin.write(sql + "\n\\echo done\n")
        self.process.stdin.flush()
        while (line := self.process.stdout.readline()) != "done\n":
            assert line, "psql has ended"

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Migrated(Postgres):
    programs = ("./kvasir",)

    def migrate(self):
        self.kvasir("migrate")

    def conninfo(self, role):
        return f"host={self.home} user={role} dbname=postgres"

    def session(self, user):
        return Session(self, user)

    def settings(self):
        return {**CLEAN, "KVASIR_CONF": "/dev/null",
                "KVASIR_DATABASE": self.conninfo("kvasir_app"),
                "KVASIR_DATABASE_ADMIN": self.conninfo("owner"), "KVASIR_MODEL": "none"}

    def kvasir(self, *words, fails=False):
        """One verb of the command line; what it printed."""
        done = subprocess.run(["./kvasir", *words], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, env=self.settings())
        assert (done.returncode != 0) == fails, (words, done.stdout, done.stderr)
        return done.stderr if fails else done.stdout


class Answer:
    """What came back; anything from 400 on must be a problem document that fits its status."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.json = json.loads(body) if body else None
        if status >= 400:
            kind = headers["Content-Type"]
            assert kind == "application/problem+json", (status, kind, body)
            assert PROBLEM <= set(self.json) and self.json["status"] == status, body
            assert self.json["type"].startswith("urn:kvasir:problem:"), body
            assert self.json["detail"] and self.json["request_id"], body
            assert status != 500, body

    def __getitem__(self, name):
        return self.json[name]


class Stack(Front):
    def __init__(self, redis=True, engine=True, workers=1, engine_sets=(), tcp=False, processes=1,
                 **settings):
        for program in "./kvasir", "./kvasir-fcgi", "./kvasir-engine":
            if not os.access(program, os.X_OK):
                skip(program[2:] + " is not built here")
        stage = Stage(redis, Migrated)
        self.db, self.redis, self.stage = stage.postgres, stage.redis, stage
        super().__init__()
        self.processes = processes
        self.engine_sets = engine_sets
        self.settings = {"database": self.db.conninfo("kvasir_app"), **settings}
        if redis:
            self.settings["redis"] = "unix:" + stage.redis.path
        self.start_pool()
        self.nginx(workers, tcp)
        if engine:
            self.start_engine()

    def start_pool(self):
        first = self.fcgi
        for number in range(1, self.processes):
            self.fcgi = f"{self.home}/fcgi{number}.sock"
            self.pool(**self.settings)
        self.fcgi = first
        self.pool_process = self.pool(**self.settings)

    def start_engine(self):
        given = self.engine_sets if self.redis else ("redis=", *self.engine_sets)
        self.engine = Engine(self.stage, *given)
        if self.redis:
            wait("the engine relays", lambda: self.engine.said("relay.leads"))

    def call(self, method, path, body=None, key=None, **headers):
        """One request through nginx; `body` is bytes as they are or something that becomes JSON."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if key:
            headers["Authorization"] = "Bearer " + key
        if body is not None:
            headers["Content-Type"] = "application/json"
        return Answer(*self.ask(method, path, body, headers))

    def need(self, status, *request, **more):
        """The same, and it has to end so."""
        answer = self.call(*request, **more)
        assert answer.status == status, (request[:2], answer.status, answer.body[:600])
        return answer

    def make(self, name, **more):
        return self.need(201, "POST", "/v1/collections", {"name": name, **more})

    def put(self, name, *records):
        return self.need(200, "POST", f"/v1/collections/{name}/records",
                         {"records": list(records)})

    def search(self, collection, **said):
        return self.need(200, "POST", "/v1/search", {"collection": collection, **said})

    def key(self, tenant, *more):
        """A new API key: its text and its id."""
        made = json.loads(self.db.kvasir("key", "--json", "--tenant", tenant, *more, "create"))
        return made["key"], made["id"]

    def metric(self, name):
        """The sum of a metric over its labels."""
        _, _, text = self.ask("GET", "/metrics")
        lines = [line for line in text.decode().splitlines()
                 if line.split("{")[0].split(" ")[0] == name]
        assert lines, name
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


__all__ = ["Answer", "Stack", "UnixHTTP", "wait"]
