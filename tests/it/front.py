"""front: a private nginx and kvasir-fcgi for one test, gone when it ends.

Everything lives in a temporary folder and speaks through Unix sockets there.  A test skips (77) when
the machine has no nginx.  TEST_FCGI names another program than the one just built.
"""
import atexit
import http.client
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

TOP = os.path.abspath(os.environ.get("srcdir", "."))
PROGRAM = os.path.abspath(os.environ.get("TEST_FCGI", "./kvasir-fcgi"))
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("KVASIR_")}
PATIENCE = 30  # seconds that anything may take on a busy machine


def skip(why):
    print("SKIP:", why)
    sys.exit(77)


def wait(what, true, patience=PATIENCE):
    """Until true() is; fails the test after that many seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        value = true()
        if value:
            return value
        time.sleep(0.005)
    raise AssertionError("in vain waited until " + what)


def listens(path):
    with socket.socket(socket.AF_UNIX) as sock:
        return sock.connect_ex(path) == 0


class UnixHTTP(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("kvasir", timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Front:
    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="kvasir-")
        self.running = []
        self.processes = 1  # pools behind nginx: fcgi.sock, fcgi1.sock, ...
        self.fcgi = self.home + "/fcgi.sock"
        self.web = self.home + "/http.sock"
        self.log = self.home + "/pool.log"
        atexit.register(self.end)

    def end(self):
        for process in reversed(self.running):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        if os.environ.get("TEST_KEEP"):
            print("kept", self.home)
        else:
            shutil.rmtree(self.home, ignore_errors=True)

    def spawn(self, *command, **more):
        process = subprocess.Popen(command, cwd=self.home, **{"env": CLEAN, **more})
        self.running.append(process)
        return process

    def pool(self, given=(), at=None, **settings):
        """Start kvasir-fcgi and wait until it says READY=1; `given` are more arguments, `at` another socket."""
        said = {"mode": "development", "auth": "open", "model": "none", "run_dir": self.home,
                "database": "host=" + self.home + "/nothing", "log_file": self.log, **settings}
        words = [PROGRAM, "--socket", at or self.fcgi, *given]
        for key, value in said.items():
            words += ["--set", f"{key}={value}"]
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.settimeout(PATIENCE)
        place = f"{self.home}/notify.{len(self.running)}"
        notify.bind(place)
        process = self.spawn(*words, stdin=subprocess.DEVNULL,
                             env={**CLEAN, "NOTIFY_SOCKET": place})
        assert notify.recv(64) == b"READY=1"
        process.notify = notify
        return process

    def nginx(self, workers=1, tcp=False):
        """Start nginx; with `tcp` it listens on self.port of loopback as well."""
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
        if program is None:
            skip("no nginx")
        with open(TOP + "/nginx/kvasir.conf.in", encoding="utf-8") as file:
            conf = file.read()
        line = 'server "unix:@RUN_DIR@/fcgi.sock" max_fails=0;'
        assert line in conf
        conf = conf.replace(line, "".join(line.replace("fcgi.", f"fcgi{n or ''}.") for n in range(self.processes)))
        for old, new in {
                "listen 127.0.0.1:@PORT@ reuseport": "listen unix:" + self.web + self.listen_tcp(tcp),
                "worker_processes 2": f"worker_processes {workers}",
                "@USER@": "user root;" if os.getuid() == 0 else "",
                "@RUN_DIR@": self.home, "@STATE_DIR@": self.home, "@LOG_DIR@": self.home}.items():
            assert old in conf, old
            conf = conf.replace(old, new)
        with open(self.home + "/nginx.conf", "w", encoding="utf-8") as file:
            file.write(conf)
        process = self.spawn(program, "-p", self.home, "-c", self.home + "/nginx.conf",
                             "-e", self.home + "/nginx.log", "-g", "daemon off;")
        wait("nginx listens", lambda: listens(self.web))
        return process

    def listen_tcp(self, wanted):
        if not wanted:
            return ""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        return f"; listen 127.0.0.1:{self.port}"

    def ask(self, method, path, body=None, headers=None):
        """One request through nginx: status, headers, body."""
        connection = UnixHTTP(self.web)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def lines(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read().splitlines()


# FastCGI by hand, for what nginx would never send.
BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6


def record(kind, content=b"", ident=1):
    return struct.pack("!BBHHBx", 1, kind, ident, len(content), 0) + content


def begin(keep=True, role=1):
    return record(BEGIN, struct.pack("!HB5x", role, keep))


def params(**pairs):
    text = b"".join(struct.pack("!II", len(key) | 1 << 31, len(value) | 1 << 31) +
                    key.encode() + value.encode() for key, value in pairs.items())
    return record(PARAMS, text) + record(PARAMS)


def request(method="GET", uri="/livez", body=b"", keep=True, **more):
    more = {"REQUEST_METHOD": method, "REQUEST_URI": uri, "CONTENT_LENGTH": str(len(body)), **more}
    return begin(keep) + params(**more) + (record(STDIN, body) if body else b"") + record(STDIN)


def connect(path):
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(PATIENCE)
    sock.connect(path)
    return sock


def answer(sock):
    """The bytes of STDOUT up to END_REQUEST; None when the connection closed before it."""
    reader, out = sock.makefile("rb"), b""
    while True:
        head = reader.read(8)
        if len(head) < 8:
            return None
        _, kind, _, size, padding = struct.unpack("!BBHHBx", head)
        content = reader.read(size + padding)[:size]
        if kind == END:
            return out
        if kind == STDOUT:
            out += content


def stop(process, sig=signal.SIGTERM):
    """End a process; how many seconds that took."""
    began = time.monotonic()
    process.send_signal(sig)
    assert process.wait(PATIENCE) == 0, process.returncode
    return time.monotonic() - began
