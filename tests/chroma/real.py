"""real: Chroma's own server for a test, in a folder of its own, gone when it ends."""
import atexit
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 60


def tools():
    """The folder with both client libraries and Chroma's server; the test skips without it."""
    place = os.environ.get("KVASIR_TEST_CHROMA", "")
    if not place or not os.access(place + "/venv/bin/chroma", os.X_OK):
        print("SKIP: KVASIR_TEST_CHROMA names no folder of Chroma's programs; ./dev check has one")
        sys.exit(77)
    return os.path.abspath(place)


class Real:
    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="chroma-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = self.home + "/config.yaml"
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"port: {self.port}\nlisten_address: 127.0.0.1\nallow_reset: true\n"
                       f"persist_path: {self.home}/data\n")
        log = open(self.home + "/log", "w", encoding="utf-8")
        self.process = subprocess.Popen([tools() + "/venv/bin/chroma", "run", config], cwd=self.home,
                                        stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        atexit.register(self.end)
        end = time.monotonic() + PATIENCE
        while not self.answers():
            assert self.process.poll() is None, open(self.home + "/log", encoding="utf-8").read()
            assert time.monotonic() < end, "Chroma's server does not come up"
            time.sleep(0.05)

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def answers(self):
        line = self.connect()
        try:
            line.request("GET", "/api/v2/version")
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


def client_python(program):
    """Go on in the Python that has the client library; skips without it."""
    python = tools() + "/venv/bin/python3"
    if os.path.realpath(sys.prefix) != os.path.realpath(os.path.dirname(os.path.dirname(python))):
        os.execv(python, [python, "-B", os.path.abspath(program)])


def client_node():
    """Node.js and the folder in which it finds the client library; skips without them."""
    libraries, node = tools() + "/node_modules", shutil.which("node")
    if node is None or not os.path.isdir(libraries + "/chromadb"):
        print("SKIP: no Node.js, or KVASIR_TEST_CHROMA holds no JavaScript client")
        sys.exit(77)
    return node, libraries
