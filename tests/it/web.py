#!/usr/bin/env python3
"""web: the responder behind nginx, from the first answer to the last connection.

No Postgres is needed: what is asked here is answered without one, and where a request must last, a
socket that accepts and says nothing plays it.
"""
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time

import front
from front import answer, begin, connect, params, record, request


class Stall:
    """A Postgres that takes connections and never says a word."""

    def __init__(self, home):
        self.home = home + "/stall"
        os.mkdir(self.home)
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.bind(self.home + "/.s.PGSQL.5432")
        self.sock.listen(64)
        self.taken = []

    def take(self):
        """Wait for a connection and keep it open."""
        self.taken.append(self.sock.accept())


def case_answers(place):
    place.pool(max_body=100000)
    place.nginx()
    status, headers, body = place.ask("GET", "/livez")
    assert (status, json.loads(body)) == (200, {"status": "pass"})
    assert headers["Content-Type"] == "application/json" and len(headers["X-Request-Id"]) == 32
    status, headers, body = place.ask("HEAD", "/livez")
    assert (status, body, headers["Content-Length"]) == (200, b"", "17")
    status, headers, _ = place.ask("OPTIONS", "/livez")
    assert (status, headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    status, _, body = place.ask("GET", "/readyz")
    ready = json.loads(body)
    assert status == 503 and ready["status"] == "fail", ready
    assert ready["checks"]["postgres"]["status"] == "fail" and "redis" not in ready["checks"]
    status, headers, body = place.ask("GET", "/metrics")
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert b'kvasir_requests_total{status="2xx"} 3' in body, body
    status, _, body = place.ask("GET", "/")
    assert status == 200 and json.loads(body)["name"] == "kvasir"


def case_openapi(place):
    """Every route stands in the document, once, with a parameter for each part that varies."""
    place.pool()
    place.nginx()
    _, _, body = place.ask("GET", "/openapi.json")
    document = json.loads(body, object_pairs_hook=no_twice)
    told = subprocess.run(["./kvasir", "reference", "routes"], capture_output=True, check=True,
                          text=True).stdout
    rows = re.findall(r"^\| `(\w+) ([^`]+)` \| ([^|]+) \|", told, re.MULTILINE)
    ids = set()
    for method, path, who in rows:
        part = document["paths"][re.sub(r":(\w+)", r"{\1}", path)]
        assert [one["name"] for one in part["parameters"]] == re.findall(r":(\w+)", path)
        operation = part[method.lower()]
        assert operation.get("x-scope", "public") == who.split()[-1], (path, who)
        assert operation["summary"] and "default" in operation["responses"]
        ids.add(operation["operationId"])
    assert len(ids) == len(rows) == sum(len(part) - 1 for part in document["paths"].values())
    assert document["openapi"].startswith("3.1")


def no_twice(pairs):
    assert len({name for name, _ in pairs}) == len(pairs), pairs
    return dict(pairs)


def problem(reply, status, kind):
    got, headers, body = reply
    body = json.loads(body)
    assert got == status == body["status"], (got, body)
    assert headers["Content-Type"] == "application/problem+json", headers
    assert body["type"] == "urn:kvasir:problem:" + kind and len(body["request_id"]) == 32, body
    return headers


def case_refuses(place):
    place.pool(max_body=100000)
    place.nginx()
    text = {"Content-Type": "text/plain"}
    problem(place.ask("GET", "/no/such"), 404, "missing")
    assert problem(place.ask("PUT", "/livez"), 405, "method")["Allow"] == "GET, HEAD, OPTIONS"
    problem(place.ask("GET", "/livez%00"), 400, "input")  # refused by nginx
    problem(place.ask("GET", "/livez%ff"), 400, "input")
    problem(place.ask("GET", "/livez?a=%zz"), 400, "input")
    problem(place.ask("GET", "/livez", b"x" * 100001), 413, "too-large")
    problem(place.ask("GET", "/livez", b"{}", text), 415, "media")
    assert place.ask("GET", "/livez", b"{}", {"Content-Type": "application/json"})[0] == 200
    problem(place.ask("POST", "/livez", b"", {"Content-Length": "99999999"}), 413, "too-large")  # by nginx
    problem(place.ask("GET", "/" + "x" * 20000), 414, "too-large")


def chroma_error(reply, status, name):
    got, headers, body = reply
    assert got == status and headers["Content-Type"] == "application/json", (got, headers)
    assert json.loads(body).keys() == {"error", "message"} and json.loads(body)["error"] == name, body
    return headers


def case_refuses_as_chroma(place):
    place.pool(max_body=100000)
    place.nginx()
    below = "/api/v2/heartbeat"
    chroma_error(place.ask("GET", below + "%00"), 400, "InvalidArgumentError")  # by nginx, as all but the next
    chroma_error(place.ask("GET", below + "%ff"), 400, "InvalidArgumentError")
    chroma_error(place.ask("POST", below, b"", {"Content-Length": "99999999"}), 413, "ChromaError")
    chroma_error(place.ask("GET", below + "x" * 20000), 414, "ChromaError")
    problem(place.ask("GET", "/api/v20%00"), 400, "input")


def case_away(place):
    place.nginx()
    headers = problem(place.ask("GET", "/livez"), 502, "busy")
    assert headers["Retry-After"] == "1"
    headers = chroma_error(place.ask("GET", "/api/v2/heartbeat"), 502, "ChromaError")
    assert headers["Retry-After"] == "1"
    place.pool()
    assert place.ask("GET", "/livez")[0] == 200


def case_access(place):
    place.pool(auth="key")
    for uri, status in (("/livez", b"200"), ("/no", b"404")):
        sock = connect(place.fcgi)
        sock.sendall(request(uri=uri))
        assert answer(sock).startswith(b"Status: " + status)
    bad = subprocess.run([front.PROGRAM, "--socket", place.home + "/x", "--set", "auth=open", "--set",
                          "mode=production", "--set", "run_dir=" + place.home],
                         capture_output=True, check=False, text=True)
    assert bad.returncode == 1 and "set auth=key" in bad.stderr, bad
    listener = socket.create_server(("0.0.0.0", 0))
    bad = subprocess.run([front.PROGRAM, "--set", "auth=open", "--set", "mode=development", "--set",
                          "run_dir=" + place.home], stdin=listener, capture_output=True,
                         check=False, text=True)
    assert bad.returncode == 1 and "other machines" in bad.stderr, bad


def case_idle_connections_pin_no_thread(place):
    place.pool(threads=2)
    idle = [connect(place.fcgi) for _ in range(64)]
    for sock in idle:
        sock.sendall(request())
        assert answer(sock).endswith(b'{"status":"pass"}')
    silent = [connect(place.fcgi) for _ in range(64)]
    fresh = connect(place.fcgi)
    began = time.monotonic()
    fresh.sendall(request())
    assert answer(fresh) is not None
    assert time.monotonic() - began < 1
    for sock in idle + silent:  # and each of them still answers
        sock.sendall(request())
        assert answer(sock) is not None


def case_stalled_peers_free_their_thread(place):
    place.pool(threads=2)
    stalled = [connect(place.fcgi) for _ in range(2)]
    for sock in stalled:
        sock.sendall(request()[:20])
    fresh = connect(place.fcgi)
    fresh.sendall(request())
    assert answer(fresh) is not None  # once a stalled one was dropped
    front.wait("both are dropped", lambda: all(sock.recv(1) == b"" for sock in stalled))


def case_bodies(place):
    place.pool(max_body=1000)
    rows = [(b"{}", {}, b"200"), (b"{}", {"CONTENT_LENGTH": "3"}, b"400"),
            (b"{}", {"CONTENT_LENGTH": "1"}, b"400"), (b"{}", {"CONTENT_LENGTH": "x"}, b"400"),
            (b"x" * 1001, {}, b"413"), (b"", {"CONTENT_LENGTH": ""}, b"200")]
    for body, more, status in rows:
        sock = connect(place.fcgi)
        sock.sendall(request(body=body, **more))
        got = answer(sock)
        assert got.startswith(b"Status: " + status), (body, more, got)
    sock = connect(place.fcgi)  # refused by its length alone, before it was sent
    sock.sendall(begin() + params(REQUEST_METHOD="POST", REQUEST_URI="/livez",
                                  CONTENT_LENGTH="1001"))
    assert answer(sock).startswith(b"Status: 413")


def case_malformed_bytes(place):
    process = place.pool(threads=2)
    rng = random.Random(1)
    whole = request("POST", "/livez", b"{}")
    rows = [b"GET / HTTP/1.0\r\n\r\n", b"\0" * 64, b"\xff" * 64, begin(role=2) + params(),
            begin() + record(front.STDIN, b"x"), record(front.PARAMS, b"x"),
            begin() + record(front.PARAMS, b"\xff\xff\xff\xff\xff\xff\xff\xff"),
            begin() + begin() + params(), record(9, b"\x0f\x00FCGI_MPXS_CONNS", 0), whole[:-9]]
    for _ in range(200):
        broken = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        rows.append(bytes(broken))
    for row in rows:
        sock = connect(place.fcgi)
        sock.sendall(row)
        sock.shutdown(socket.SHUT_WR)
        try:
            while sock.recv(4096):
                pass
        except ConnectionResetError:
            pass
        sock.close()
    assert process.poll() is None
    sock = connect(place.fcgi)
    sock.sendall(request())
    assert answer(sock) is not None


def case_client_leaves(place):
    stall = Stall(place.home)
    process = place.pool(threads=1, database="host=" + stall.home)
    sock = connect(place.fcgi)
    sock.sendall(request(uri="/readyz"))
    stall.take()
    sock.close()
    sock = connect(place.fcgi)
    sock.sendall(request())
    assert answer(sock) is not None and process.poll() is None


def case_log(place):
    process = place.pool(auth="key")
    for more in ({"HTTP_AUTHORIZATION": "Bearer secret-token"}, {"HTTP_X_CHROMA_TOKEN": "secret-token"}):
        sock = connect(place.fcgi)
        sock.sendall(request(uri="/no?key=secret-token", QUERY_STRING="key=secret-token",
                             REQUEST_ID="r-1\n", **more))
        answer(sock)
    lines = [json.loads(line) for line in front.wait("it is logged", lambda: [
        line for line in place.lines() if '"request"' in line])]
    assert lines[0]["path"] == "/no" and lines[0]["status"] == 404 and lines[0]["db_trips"] == 0
    assert "secret-token" not in "".join(place.lines())
    os.rename(place.log, place.log + ".1")
    process.send_signal(front.signal.SIGUSR1)
    sock = connect(place.fcgi)

    def logged():
        sock.sendall(request())
        answer(sock)
        return os.path.exists(place.log) and place.lines()
    front.wait("the log is opened again", logged)


def case_leaves_at_once_when_idle(place):
    took = front.stop(place.pool())
    assert took < 0.1 * slack(), took
    process = place.pool()
    sock = connect(place.fcgi)
    sock.sendall(request())
    answer(sock)
    time.sleep(0.6)  # quiet for longer than the grace that SIGTERM gives to kept connections
    took = front.stop(process)
    assert took < 0.1 * slack(), took
    assert sock.recv(1) == b""
    assert process.notify.recv(64) == b"STOPPING=1"


def slack():
    """Sanitizers and a busy machine make the same work last longer."""
    return float(os.environ.get("TEST_SLACK", "4"))


def case_finishes_what_runs(place):
    stall = Stall(place.home)
    process = place.pool(threads=1, database="host=" + stall.home)
    running, waiting = connect(place.fcgi), connect(place.fcgi)
    running.sendall(request(uri="/readyz"))
    stall.take()
    waiting.sendall(request())  # accepted or not, it has reached us
    process.send_signal(front.signal.SIGTERM)
    assert answer(running).startswith(b"Status: 503")
    assert answer(waiting).startswith(b"Status: 200")
    assert process.wait(front.PATIENCE) == 0


def case_cuts_what_lasts(place):
    stall = Stall(place.home)
    process = place.pool(threads=1, database="host=" + stall.home, drain_timeout=200)
    running = connect(place.fcgi)
    running.sendall(request(uri="/readyz"))
    stall.take()
    process.send_signal(front.signal.SIGTERM)
    process.wait(front.PATIENCE)  # with 1 when the thread did not notice in time
    assert running.recv(1) == b""


def case_inherits_its_socket(place):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place.fcgi)
    listener.listen(8)

    words = [front.PROGRAM, "--set", "mode=development", "--set", "auth=open", "--set", "model=none",
             "--set", "run_dir=" + place.home]
    systemd = ["sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3<&0 </dev/null', "sh", *words]
    for command in (words, systemd):
        process = place.spawn(*command, stdin=listener)
        sock = connect(place.fcgi)
        sock.sendall(request(keep=False))
        assert answer(sock) is not None
        front.stop(process)


def load(place, seconds_over, failures, count):
    connection = front.UnixHTTP(place.web)
    while not seconds_over.is_set():
        try:
            connection.request("GET", "/livez")
            reply = connection.getresponse()
            reply.read()
            if reply.status != 200:
                failures.append(reply.status)
        except OSError as error:
            failures.append(repr(error))
            connection.close()
        count[0] += 1


def case_reload_fails_no_get(place):
    process = place.pool(drain_timeout=1500)
    place.nginx(workers=2)
    over, failures, counts = threading.Event(), [], [[0] for _ in range(8)]
    threads = [threading.Thread(target=load, args=(place, over, failures, count)) for count in counts]
    for thread in threads:
        thread.start()
    olds = []
    for _ in range(8):
        before = sum(map(sum, counts))
        successor = place.pool(drain_timeout=1500)
        process.send_signal(front.signal.SIGTERM)
        olds.append(process)
        process = successor
        front.wait("the load goes on", lambda: sum(map(sum, counts)) > before + 500)
    for old in olds:
        assert old.wait(front.PATIENCE) == 0
    over.set()
    for thread in threads:
        thread.join()
    print(f"  {sum(map(sum, counts))} GETs over 8 reloads, {len(failures)} failed")
    assert not failures, failures[:5]


def main():
    names = sys.argv[1:] or [name[5:] for name in globals() if name.startswith("case_")]
    for name in names:
        began = time.monotonic()
        place = front.Front()
        globals()["case_" + name](place)
        place.end()
        print(f"ok {name} {time.monotonic() - began:.2f} s", flush=True)


if __name__ == "__main__":
    main()
