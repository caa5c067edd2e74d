"""mcp: a tool without SQL, called through nginx, and the same tool in the official Node.js SDK's servers.

wrk asks each in turn, with 1 and with 8 kept connections; the median of the rounds counts.  Processor
time is that of all processes while they are asked, memory the private and shared (proportional) pages
after it.  "with stores" adds Postgres, Redis and the engine, which write the event and the audit of each
call; Node's servers write nothing, check no key and count nobody.
Usage: ./dev up --fixtures; ./dev bench mcp (ROUNDS=3 SECONDS=3 TOOL=test_simple_text)
"""
import glob
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "3")), int(os.environ.get("SECONDS", "3"))
TOOL = os.environ.get("TOOL", "test_simple_text")
TICK = os.sysconf("SC_CLK_TCK")
GOAL = 10
MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


def message(modern):
    params = {"name": TOOL, "arguments": {}, **({"_meta": MODERN} if modern else {})}
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
               "MCP-Protocol-Version": "2026-07-28" if modern else "2025-11-25"}
    if modern:
        headers.update({"Mcp-Method": "tools/call", "Mcp-Name": TOOL})
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}), headers


class Server:
    """One that is measured: its address, its processes, and those that only store for it."""

    def __init__(self, name, url, pids, stores=(), modern=True):
        self.name, self.url, self.pids, self.stores = name, url, pids, list(stores)
        self.body, self.headers = message(modern)
        self.seen = {}

    def try_once(self):
        request = urllib.request.Request(self.url, self.body.encode(), self.headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            said = json.load(answer)
        assert said["result"]["content"][0]["text"], said

    def script(self, home):
        path = f"{home}/{self.name.replace(' ', '-')}.lua"
        with open(path, "w", encoding="utf-8") as file:
            file.write('wrk.method = "POST"\nwrk.body = [==[' + self.body + "]==]\n")
            for name, value in self.headers.items():
                file.write(f'wrk.headers["{name}"] = "{value}"\n')
        return path

    def measure(self, script, connections, seconds=SECONDS):
        before, stored = cpu(self.pids), cpu(self.stores)
        said = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script, self.url],
                              check=True, capture_output=True, text=True).stdout
        assert "Non-2xx" not in said, said
        done = int(re.search(r"(\d+) requests in", said)[1])
        rate = float(re.search(r"Requests/sec: *([\d.]+)", said)[1])
        own = (cpu(self.pids) - before) / done * 1e6
        return rate, own, own + (cpu(self.stores) - stored) / done * 1e6

    def memory(self, stores=False):
        return sum(resident(pid) for pid in family(self.pids + (self.stores if stores else [])))


def family(pids):
    found = []
    for pid in pids:
        found.append(pid)
        for children in glob.glob(f"/proc/{pid}/task/*/children"):
            with open(children, encoding="ascii") as file:
                found += family([int(child) for child in file.read().split()])
    return found


def cpu(pids):
    """Seconds of user and system time so far."""
    ticks = 0
    for pid in family(pids):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        except OSError:
            pass  # it has just ended
    return ticks / TICK


def resident(pid):
    """MB; pages that several share are divided among them; a model's file, mapped by all, is left out."""
    total, skip = 0, False
    try:
        with open(f"/proc/{pid}/smaps", encoding="utf-8") as smaps:
            for line in smaps:
                if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                    skip = line.rstrip().endswith(".safetensors")
                elif line.startswith("Pss:") and not skip:
                    total += int(line.split()[1])
    except OSError:
        return 0
    return total / 1024


def running(name):
    with open(f"{os.environ['KVASIR_RUN_DIR']}/{name}.pid", encoding="utf-8") as file:
        return int(file.read().split()[0])


def ours():
    server = Server("kvasir", os.environ["KVASIR_URL"] + "/mcp", [running("pool"), running("nginx")],
                    [running(name) for name in ("postgres", "redis", "engine")])
    try:
        server.try_once()
    except (KeyError, OSError):
        sys.exit(f"failed: there is no tool {TOOL}\nmend:   ./dev up --fixtures")
    return server


def theirs(version, home):
    place = os.environ["KVASIR_TEST_MCP"]
    node = glob.glob(place + "/node_modules/node-linux-*/bin/node")[0]
    shutil.copy(HERE + "/mcp_server.mjs", home)  # a module finds its libraries beside itself
    if not os.path.exists(home + "/node_modules"):
        os.symlink(place + "/node_modules", home + "/node_modules")
    process = subprocess.Popen([node, home + "/mcp_server.mjs", version], stdout=subprocess.PIPE, text=True)
    port = int(process.stdout.readline())
    server = Server(f"node sdk {version}", f"http://127.0.0.1:{port}/mcp", [process.pid], modern=version == "v2")
    server.try_once()
    return server, process


def play(servers, home):
    """Turn by turn, so that what else the machine does meets all alike."""
    for server in servers:
        server.path = server.script(home)
        server.measure(server.path, 8, 2)  # warm
    for _ in range(ROUNDS):
        for connections in 1, 8:
            for server in servers:
                server.seen.setdefault(connections, []).append(server.measure(server.path, connections))
    return {server.name: {connections: [statistics.median(column) for column in zip(*rows)]
                          for connections, rows in server.seen.items()} for server in servers}


def tell(servers, medians):
    print(f"{'server':14} {'calls/s, 1':>11} {'calls/s, 8':>11} {'us CPU, 1':>10} {'us CPU, 8':>10}"
          f" {'with stores':>12} {'MB':>8} {'with stores':>12}")
    for server in servers:
        one, eight = medians[server.name][1], medians[server.name][8]
        print(f"{server.name:14} {one[0]:11.0f} {eight[0]:11.0f} {one[1]:10.0f} {eight[1]:10.0f}"
              f" {eight[2]:12.0f} {server.memory():8.1f} {server.memory(True):12.1f}")
    mine, met = medians["kvasir"][8], True
    for other in servers[1:]:
        that = medians[other.name][8]
        for what, ratio, counts in (("calls a second", mine[0] / that[0], True),
                                    ("processor per call", that[1] / mine[1], True),
                                    ("processor per call, with stores", that[2] / mine[2], False),
                                    ("memory", other.memory() / servers[0].memory(), True)):
            met = met and (ratio >= GOAL or not counts)
            print(f"{what} against {other.name}: {ratio:.1f} times better"
                  + (f" (goal {GOAL}: {'met' if ratio >= GOAL else 'NOT met'})" if counts else ""))
    return met


def main():
    if shutil.which("wrk") is None:
        sys.exit("failed: there is no wrk\nmend:   install wrk")
    home, processes = tempfile.mkdtemp(prefix="bench-mcp-"), []
    try:
        servers = [ours()]
        for version in "v1", "v2":
            server, process = theirs(version, home)
            servers.append(server)
            processes.append(process)
        began = time.time()
        met = tell(servers, play(servers, home))
        print(f"{ROUNDS} rounds of {SECONDS} s in {time.time() - began:.0f} s")
    finally:
        for process in processes:
            process.terminate()
            process.wait()
        shutil.rmtree(home, ignore_errors=True)
    sys.exit(0 if met else 1)


main()
