#!/usr/bin/env -S python3 -B
"""conform: MCP's official conformance suite, both revisions, through nginx against four processes.

No request finds the process that answered the one before but by chance.  expected.txt names the
scenarios that must pass with at least so many checks; one that passes and is not named there is told, to
be added.  KVASIR_TEST_MCP names the folder of the suite; words of the command line choose scenarios.
"""
import glob
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "it"))
from front import skip  # noqa: E402
from stack import Stack  # noqa: E402
from stage import Engine  # noqa: E402

REVISIONS = "2026-07-28", "2025-11-25"
ROW = re.compile(r"^([✓✗]) ([\w.-]+): (\d+) passed, (\d+) failed", re.M)
LISTED = re.compile(r"^  - ([\w.-]+) \[([\w.,-]+)\]", re.M)


def suite():
    """Node.js and the suite's program in KVASIR_TEST_MCP."""
    place = os.path.abspath(os.environ.get("KVASIR_TEST_MCP") or "/nowhere")
    program = place + "/node_modules/.bin/conformance"
    nodes = glob.glob(place + "/node_modules/node-linux-*/bin/node")
    if not nodes or not os.path.exists(program):
        skip("KVASIR_TEST_MCP names no folder of MCP's conformance suite; ./dev check has one")
    return [nodes[0], program]


def say(*words, patience=600):
    done = subprocess.run([*SUITE, *words], capture_output=True, text=True, check=False,
                          timeout=patience, cwd=kv.home)
    return done.stdout + done.stderr


def extensions():
    """Scenarios of tasks, which belong to no revision's own list."""
    return [name for name, where in LISTED.findall(say("list", "--server"))
            if where == "extension" and name.startswith("tasks-")]


def scenarios(revision):
    """{scenario: (checks passed, failed)} of one revision."""
    common = "server", "--url", URL, "--timeout", "20000", "--spec-version", revision
    if len(sys.argv) > 1:
        told = "".join(say(*common, "--verbose", "--force", "--scenario", name) for name in sys.argv[1:])
        print(told)
        return {}
    told = say(*common, "--suite", "all")
    found = {name: (int(passed), int(failed)) for _, name, passed, failed in ROW.findall(told)}
    assert len(found) >= 30, told[-3000:]
    return found


def tasks(revision):
    found = {}
    for name in extensions():
        told = say("server", "--url", URL, "--timeout", "20000", "--spec-version", revision, "--force",
                   "--scenario", name)
        count = re.search(r"Passed: (\d+)/\d+, (\d+) failed", told)
        found[name] = (int(count[1]), int(count[2])) if count else (0, 1)
    return found


def expected():
    """{(revision, scenario): checks} that must pass, and the words above them."""
    rows, head = {}, []
    with open(HERE + "/expected.txt", encoding="utf-8") as file:
        for line in file:
            if line.startswith("#"):
                head.append(line)
            elif line.strip():
                revision, name, checks = line.split()
                rows[revision, name] = int(checks)
    return rows, head


def write(rows, head):
    """What passes now is expected from now on; nothing is taken away."""
    with open(HERE + "/expected.txt", "w", encoding="utf-8") as file:
        file.writelines(head)
        for (revision, name), checks in sorted(rows.items()):
            file.write(f"{revision} {name} {checks}\n")


def judge(got, wanted):
    """Each scenario as a line; the names of those that pass no longer."""
    lost = [name for revision, name in wanted if (revision, name) not in got]
    for (revision, name), (passed, failed) in got.items():
        must = wanted.get((revision, name), 0)
        fine, word = failed == 0 and passed >= max(must, 1), ""
        if must and not fine:
            lost.append(name)
            word = "  LOST"
        elif fine and passed > must:
            word = "  GAINED: KVASIR_TEST_WRITE=1 adds it to expected.txt"
        print(f"{revision} {name:50} {passed:3} passed {failed:3} failed{word}")
    return lost


SUITE = suite()
kv = Stack(mode="development", auth="open", fixtures="on", threads=4, tcp=True, processes=4, engine=False)
kv.engine = Engine(kv.stage, "mode=development", "fixtures=on", "model=none", "database=" + kv.db.conninfo("kvasir_app"))
URL = f"http://localhost:{kv.port}/mcp"
got = {}
for revision in REVISIONS:
    found = scenarios(revision)
    if revision == REVISIONS[0] and found:
        found.update(tasks(revision))
    got.update({(revision, name): counts for name, counts in found.items()})
if len(sys.argv) > 1:
    sys.exit(0)
wanted, head = expected()
lost = judge(got, wanted)
print(f"{len(wanted)} scenarios are expected: {len(wanted) - len(lost)} pass, {len(lost)} lost {lost}")
if os.environ.get("KVASIR_TEST_WRITE"):
    write({**wanted, **{key: max(passed, wanted.get(key, 0)) for key, (passed, failed) in got.items()
                        if failed == 0 and passed > 0}}, head)
sys.exit(1 if lost else 0)
