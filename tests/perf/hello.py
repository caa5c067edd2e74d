#!/usr/bin/env python3
"""hello: our cheapest route against a bare libfcgi program with as many threads.

Both stand behind one nginx in one run and are asked in turn by wrk; the bare program with kept
connections and without, of which the better counts.  Prints each round and the median of the
rounds' ratios; fails below the goal.  Ours parses, routes, counts and logs; the bare one does not.
Usage: make perf-hello (ROUNDS=7 SECONDS=2)
"""
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "it"))
import front  # pylint: disable=wrong-import-position

GOAL = 0.85
THREADS = 8
BARE = os.path.abspath("tests/perf/bare_fcgi")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def conf_for(place, ports):
    """The shipped site once for each program."""
    with open(front.TOP + "/nginx/kvasir.conf.in", encoding="utf-8") as file:
        head, site = file.read().split("# SITE\n", 1)
    site, tail = site.split("# END OF SITE", 1)
    sites = ""
    for name, port in ports.items():
        mine = site.replace("upstream kvasir", "upstream " + name)
        mine = mine.replace("fastcgi_pass kvasir", "fastcgi_pass " + name)
        mine = mine.replace("@PORT@", str(port))
        mine = mine.replace("fcgi.sock", "fcgi.sock" if name == "ours" else name + ".sock")
        if name == "plain":
            mine = mine.replace("fastcgi_keep_conn on;", "").replace("keepalive 32;", "")
        sites += mine
    conf = head + sites + tail
    for old, new in {"@USER@": "user root;" if os.getuid() == 0 else "", "@RUN_DIR@": place.home,
                     "@STATE_DIR@": place.home, "@LOG_DIR@": place.home,
                     "worker_processes 2": "worker_processes 1"}.items():
        conf = conf.replace(old, new)
    return conf


def start(place, ports):
    place.pool(threads=THREADS)
    for name in ("kept", "plain"):  # apart, or the kept connections would starve the others
        place.spawn(BARE, f"{place.home}/{name}.sock", str(THREADS))
    with open(place.home + "/nginx.conf", "w", encoding="utf-8") as file:
        file.write(conf_for(place, ports))
    place.spawn(shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"), "-p", place.home, "-c",
                place.home + "/nginx.conf", "-e", place.home + "/nginx.log", "-g", "daemon off;")
    for port in ports.values():
        front.wait("nginx listens", lambda at=port: socket.socket().connect_ex(("127.0.0.1", at)) == 0)


def rate(port, seconds):
    said = subprocess.run(["wrk", "-t1", "-c8", f"-d{seconds}s", f"http://127.0.0.1:{port}/livez"],
                          capture_output=True, check=True, text=True).stdout
    assert "Non-2xx" not in said and "Socket errors" not in said, said
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def main():
    if shutil.which("wrk") is None:
        front.skip("no wrk")
    seconds, rounds = int(os.environ.get("SECONDS", "2")), int(os.environ.get("ROUNDS", "7"))
    place = front.Front()
    ports = {name: free_port() for name in ("ours", "kept", "plain")}
    start(place, ports)
    ratios = []
    for turn in range(rounds + 1):
        got = {name: rate(port, seconds) for name, port in sorted(
            ports.items(), reverse=turn % 2 == 1)}
        ratio = got["ours"] / max(got["kept"], got["plain"])
        print("  ".join(f"{name} {value:8.0f}/s" for name, value in sorted(got.items())),
              f"  ratio {ratio:.3f}", "(warming up)" if turn == 0 else "", flush=True)
        if turn > 0:
            ratios.append(ratio)
    median = statistics.median(ratios)
    print(f"hello: {median:.3f} of bare libfcgi (goal {GOAL})")
    sys.exit(median < GOAL)


if __name__ == "__main__":
    main()
