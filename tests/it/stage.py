"""stage: a private Postgres, Redis and engine for one test, gone when it ends.

Everything lives in a temporary folder and speaks through Unix sockets there; a test skips (77) when
the machine has no Postgres with pgvector or no Redis.  KVASIR_PG_BIN names another Postgres; KEEP
in the environment leaves the folder, with its logs, where it is.
"""
import atexit
import glob
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import seed

TOP = os.path.abspath(os.environ.get("srcdir", "."))
PATIENCE = 60
WHOLE = "KVASIR_TEST_WHOLE" in os.environ
SQL = sorted(glob.glob(TOP + "/sql/migrations/*.sql")) + sorted(glob.glob(TOP + "/sql/functions/*.sql"))
running = []  # processes to end, oldest first


def skip(why):
    print("SKIP:", why)
    sys.exit(77)


def unpacked():
    """Folders of server programs that ./dev has unpacked."""
    places = [os.environ.get("KVASIR_TEST_SYS", ""), TOP + "/.dev/sys"]
    return [os.path.abspath(place) for place in places if place]


def surroundings(program):
    """The environment for a program: an unpacked one has its libraries beside it."""
    environment = dict(os.environ)
    for root in unpacked():
        if program.startswith(root + "/"):
            environment["LD_LIBRARY_PATH"] = ":".join(
                glob.glob(root + "/usr/lib/*-linux-gnu*") + glob.glob(root + "/lib/*-linux-gnu*"))
    return environment


def postgres_bin():
    places = [os.environ.get("KVASIR_PG_BIN", "")]
    for root in unpacked() + [""]:
        places += sorted(glob.glob(root + "/usr/lib/postgresql/*/bin"), reverse=True)
    for place in filter(None, places):
        root, version = place.rsplit("/usr/lib/postgresql/", 1)
        version = version.split("/")[0]
        if os.path.exists(f"{root}/usr/share/postgresql/{version}/extension/vector.control"):
            return place
    return skip("no Postgres with pgvector")


def redis_program():
    for name in "redis-server", "valkey-server":
        for place in [shutil.which(name)] + [f"{root}/usr/bin/{name}" for root in unpacked()]:
            if place and os.access(place, os.X_OK):
                return place
    return skip("no Redis")


def wait(what, true):
    """Until true() is; fails the test after PATIENCE."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = true()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError("in vain waited until " + what)


def end_all():
    for process in reversed(running):
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Postgres:
    programs = ()  # of ours, that make the database

    def __init__(self, home):
        self.bin, self.home = postgres_bin(), home
        self.environment = surroundings(self.bin)
        self.user = []
        if os.getuid() == 0:
            try:
                account = pwd.getpwnam("postgres")
            except KeyError:
                account = pwd.getpwnam("nobody")
            os.chown(home, account.pw_uid, account.pw_gid)
            self.user = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}",
                         "--clear-groups"]
        seed.plant(type(self).__name__, [self.bin + "/postgres", *self.programs, *SQL], home + "/db", self.make)
        self.start()

    def make(self):
        subprocess.run(self.user + [self.bin + "/initdb", "-D", self.home + "/db", "-A", "trust", "-U",
                                    "owner", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], check=True, cwd="/",
                       stdout=subprocess.DEVNULL, env=self.environment)
        self.start()
        self.migrate()
        self.stop()

    def migrate(self):
        for file in SQL:
            self.psql("-1", "-f", file)

    def start(self):
        log = open(self.home + "/pg.log", "a")
        self.process = subprocess.Popen(
            self.user + [self.bin + "/postgres", "-D", self.home + "/db", "-k", self.home, "-c",
                         "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=64MB",
                         "-c", "max_connections=40", "-c", "max_locks_per_transaction=512"],
            stdout=log, stderr=log, cwd="/", env=self.environment)
        running.append(self.process)
        wait("Postgres answers", lambda: subprocess.run(
            self.command("-c", "select 1"), capture_output=True,
            env=self.environment).returncode == 0)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)

    def kill(self):
        """All of it at once, without a chance to tidy up."""
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            family = [pid, *map(int, file.read().split())]
        for each in family:
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        wait("the killed have gone", lambda: not any(os.path.exists(f"/proc/{each}")
                                                     for each in family))

    def command(self, *words, user="owner"):
        return [self.bin + "/psql", "-X", "-q", "-At", "-h", self.home, "-U", user, "-d",
                "postgres", "-v", "ON_ERROR_STOP=1", *words]

    def psql(self, *words, **more):
        done = subprocess.run(self.command(*words, **more), capture_output=True, text=True,
                              env=self.environment)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return done.stdout

    def ask(self, sql, **more):
        return [line.split("|") for line in self.psql("-c", sql, **more).splitlines()]

    def script(self, sql, user="kvasir_app"):
        """psql reading `sql`, running by itself."""
        process = subprocess.Popen(self.command("-f", "-", user=user), stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, env=self.environment)
        process.stdin.write(sql.encode())
        process.stdin.close()
        running.append(process)
        return process


class Refusal(Exception):
    """An error that Redis answers."""


class Redis:
    def __init__(self, home):
        self.path, self.home = home + "/redis.sock", home + "/redis"
        self.program = redis_program()
        os.mkdir(self.home)
        self.start()

    def start(self):
        log = open(self.home + ".log", "a")
        self.process = subprocess.Popen(
            [self.program, "--port", "0", "--unixsocket", self.path, "--dir", self.home,
             "--save", "", "--appendonly", "yes", "--appendfsync", "always"],
            stdout=log, stderr=log, env=surroundings(self.program))
        running.append(self.process)
        wait("Redis answers", self.answers)

    def answers(self):
        try:
            return self.say("PING") == "PONG"
        except (OSError, Refusal):  # not there yet, or still reading its file
            return False

    def stop(self, how=signal.SIGTERM, forget=False):
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        if forget:
            shutil.rmtree(self.home)
            os.mkdir(self.home)

    def say(self, *words):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(self.path)
            peer.settimeout(PATIENCE)
            out = b"*%d\r\n" % len(words)
            for word in words:
                out += b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode())
            peer.sendall(out)
            with peer.makefile("rb") as lines:
                return self.read(lines)

    def read(self, lines):
        line = lines.readline()
        kind, rest = line[:1], line[1:-2].decode()
        if kind == b"":
            raise ConnectionError("Redis hung up")
        if kind == b"*":
            return [self.read(lines) for _ in range(int(rest))]
        if kind == b"$":
            return None if rest == "-1" else lines.read(int(rest) + 2)[:-2].decode()
        if kind == b"-":
            raise Refusal(rest)
        return rest

    def entries(self, key="kvasir:events"):
        """The entries of the stream as dictionaries, oldest first."""
        found = []
        for _, fields in self.say("XRANGE", key, "-", "+"):
            found.append(dict(zip(fields[::2], fields[1::2])))
        return found


class Engine:
    count = 0

    def __init__(self, stage, *sets):
        Engine.count += 1
        self.log_path = f"{stage.home}/engine{Engine.count}.log"
        run_dir = stage.home + "/run"
        os.makedirs(run_dir, exist_ok=True)
        settings = [f"database_engine=host={stage.home} user=kvasir_engine dbname=postgres",
                    f"redis=unix:{stage.home}/redis.sock", f"run_dir={run_dir}", *sets]
        command = ["./kvasir-engine"]
        for setting in settings:
            command += ["--set", setting]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("KVASIR_")}
        environment["KVASIR_CONF"] = "/dev/null"
        self.process = subprocess.Popen(command, stderr=open(self.log_path, "w"), env=environment)
        running.append(self.process)

    def log(self):
        with open(self.log_path) as log:
            return [json.loads(line) for line in log if line.endswith("\n")]

    def said(self, event):
        return [line for line in self.log() if line["event"] == event]

    def stop(self, how=signal.SIGTERM):
        """Ends it and returns (exit status, seconds)."""
        began = time.monotonic()
        self.process.send_signal(how)
        return self.process.wait(PATIENCE), time.monotonic() - began


class Stage:
    def __init__(self, redis=True, postgres=Postgres):
        if not os.access("./kvasir-engine", os.X_OK):
            skip("kvasir-engine is not built here")
        self.home = tempfile.mkdtemp(prefix="kvasir-it-")
        if "KEEP" not in os.environ:
            atexit.register(shutil.rmtree, self.home, ignore_errors=True)
        atexit.register(end_all)
        os.chmod(self.home, 0o755)
        self.redis = Redis(self.home) if redis else None
        self.postgres = postgres(self.home)


def whole(scene):
    """Mark a scene that takes too long for every day: played where KVASIR_TEST_WHOLE is set, as by ./dev check."""
    scene.is_long = True
    return scene


def play(*scenes):
    """Run scenes in order; each prints what held."""
    for scene in scenes:
        if getattr(scene, "is_long", False) and not WHOLE:
            print(f"left out: {scene.__doc__} (KVASIR_TEST_WHOLE=1 plays it)", flush=True)
            continue
        began = time.monotonic()
        scene()
        print(f"ok: {scene.__doc__} ({time.monotonic() - began:.1f} s)", flush=True)
