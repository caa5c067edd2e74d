#!/usr/bin/env python3
"""chroma: Kvasir and the real Chroma server, side by side in one run, asked by the same client.

Same records, same requests, same number of clients; the servers take turns, so that what else the
machine does touches both.  Prints a table of both figures and their ratio beside the goal.
Usage: ./dev bench chroma [RECORDS [SECONDS [ROUNDS]]]; the real server is
$KVASIR_TEST_CHROMA/venv/bin/chroma, which ./dev brings.
"""
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
DATABASE = "/api/v2/tenants/default_tenant/databases/default_database/collections"
RECORDS = int(sys.argv[1]) if len(sys.argv) > 1 else 50000
SECONDS = sys.argv[2] if len(sys.argv) > 2 else "5"
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
# name, what is better, how much: ratio of ours to theirs
GOALS = {"query": 3, "filtered": 20, "single": 6, "add": 6, "until indexed": 0.5, "memory": 0.1}


def call(base, method, path, body=None):
    request = urllib.request.Request(base + path, method=method,
                                     data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.load(answer)


def is_there(base):
    try:
        call(base, "GET", "/api/v2/heartbeat")
        return True
    except (urllib.error.URLError, ConnectionError):
        return False


class Server:
    """One of the two, with its collection."""

    def __init__(self, name, base, pids):
        self.name, self.base, self.pids = name, base, pids
        self.path = ""

    def fresh(self, name):
        try:
            call(self.base, "DELETE", f"{DATABASE}/{name}")
        except urllib.error.HTTPError:
            pass
        made = call(self.base, "POST", DATABASE,
                    {"name": name, "configuration": {"hnsw": {"space": "cosine"}}})
        self.path = f"{DATABASE}/{made['id']}"

    def phase(self, load, phase):
        at = urlsplit(self.base)
        said = subprocess.run([load, phase, at.hostname, str(at.port), self.path, str(RECORDS),
                               SECONDS, "8"], check=True, capture_output=True, text=True).stdout
        rate, recall = map(float, said.split())
        return rate, recall

    def settle(self):
        """Until a question is answered from a finished index."""
        question = {"query_embeddings": [[1.0] + [0.0] * 383], "n_results": 10}
        while True:
            call(self.base, "POST", self.path + "/query", question)
            if self.name == "chroma":
                return
            if call(self.base, "GET", self.path + "/indexing_status")["op_indexing_progress"] == 1:
                return
            time.sleep(0.1)

    def memory(self):
        """MB of private and shared pages, without the model's file, which is mapped by all."""
        return sum(resident(pid) for pid in self.pids)


def resident(pid):
    total, skip = 0.0, False
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as smaps:
        for line in smaps:
            if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                skip = line.rstrip().endswith(".safetensors")
            elif line.startswith("Rss:") and not skip:
                total += int(line.split()[1])
    return total / 1024


def start_chroma(home):
    program = os.path.join(os.environ.get("KVASIR_TEST_CHROMA", ""), "venv/bin/chroma")
    if not os.path.exists(program):
        sys.exit("failed: KVASIR_TEST_CHROMA names no installed Chroma\nmend:   ./dev bench chroma brings one")
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    process = subprocess.Popen([program, "run", "--path", home, "--port", str(port)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = Server("chroma", f"http://127.0.0.1:{port}", [process.pid])
    until = time.time() + 60
    while not is_there(server.base):
        assert time.time() < until and process.poll() is None, "chroma did not start"
        time.sleep(0.2)
    return server, process


def ours():
    run = os.environ["KVASIR_RUN_DIR"] if "KVASIR_RUN_DIR" in os.environ else sys.exit("no run dir")
    pids = []
    for name in ("pool", "engine"):
        with open(f"{run}/{name}.pid", encoding="utf-8") as file:
            pids.append(int(file.read().split()[0]))
    return Server("kvasir", os.environ["KVASIR_URL"], pids)


def build(home):
    load = home + "/chroma_load"
    subprocess.run([os.environ.get("CC", "cc"), "-O3", "-march=native", "-D_GNU_SOURCE", "-o", load,
                    HERE + "/chroma_load.c", HERE + "/load.c", "-lpthread", "-lm"], check=True)
    return load


def fill(server, load, table):
    server.fresh("bench")
    began = time.time()
    rate, _ = server.phase(load, "add")
    server.settle()
    table.setdefault("add", {})[server.name] = rate
    table.setdefault("until indexed", {})[server.name] = time.time() - began


def rounds(servers, load, table, phase):
    """Turn by turn; the median of each, and of the rounds' ratios."""
    seen = {server.name: [] for server in servers}
    for turn in range(ROUNDS):
        for server in servers if turn % 2 == 0 else reversed(servers):
            rate, recall = server.phase(load, phase)
            seen[server.name].append((rate, recall))
    row = table.setdefault(phase, {})
    for name, each in seen.items():
        row[name] = statistics.median(rate for rate, _ in each)
        row[name + " recall"] = min(recall for _, recall in each)
    row["ratio"] = statistics.median(
        a[0] / b[0] for a, b in zip(seen["kvasir"], seen["chroma"]))


def show(table):
    units = {"until indexed": "s", "memory": "MB"}
    missed = 0
    print(f"{'':16} {'kvasir':>10} {'chroma':>10} {'ratio':>8} {'goal':>8}  recall@10 of each")
    for name, row in table.items():
        ratio = row.get("ratio", row["kvasir"] / row["chroma"])
        goal = GOALS[name]
        good = ratio <= goal if goal < 1 else ratio >= goal
        missed += not good
        recall = (f"{row['kvasir recall']:.4f} {row['chroma recall']:.4f}"
                  if name in ("query", "filtered") else "")
        print(f"{name:16} {row['kvasir']:10.1f} {row['chroma']:10.1f} {ratio:8.2f} "
              f"{('<=' if goal < 1 else '>=') + str(goal):>8}  {recall} {units.get(name, '1/s')}"
              f"{'' if good else '  FALLS SHORT'}")
    return missed


def main():
    table = {}
    with tempfile.TemporaryDirectory() as home:
        load = build(home)
        chroma, process = start_chroma(home + "/data")
        try:
            servers = [ours(), chroma]
            for server in servers:
                fill(server, load, table)
            for phase in ("query", "filtered", "single"):
                rounds(servers, load, table, phase)
            table["memory"] = {server.name: server.memory() for server in servers}
        finally:
            process.terminate()
            process.wait(30)
    sys.exit(show(table) > 0)


if __name__ == "__main__":
    main()
