#!/usr/bin/env -S python3 -B
"""ingest: files become records once, again when they change, and never by halves."""
import json
import os
import signal
import subprocess
import time

from stage import Stage, play

stage = Stage(redis=False)
db = stage.postgres
tree = stage.home + "/tree"
os.makedirs(tree + "/docs")
program = os.path.abspath("./kvasir")


def command(*words):
    return [program, "ingest", *words, "--json", "--set", "model=none", "--set",
            f"database=host={stage.home} user=kvasir_app dbname=postgres"]


def environment():
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KVASIR_")}
    return {**kept, "KVASIR_CONF": "/dev/null"}


def ingest(*words, status=0):
    done = subprocess.run(command(*words), cwd=tree, env=environment(), capture_output=True,
                          text=True)
    assert done.returncode == status, (done.returncode, done.stderr)
    return json.loads(done.stdout or done.stderr)


def write(path, text):
    os.makedirs(os.path.dirname(f"{tree}/{path}"), exist_ok=True)
    with open(f"{tree}/{path}", "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def records(name="docs"):
    """{id: (document, metadata)} as its tenant sees it."""
    rows = db.psql("-c", f"""
        begin;
        select kvasir.enter_open('default_tenant', 'r', null, 0);
        select json_build_array(id, document, metadata)
          from kvasir.record_get('default_database', '{name}', null, null, 1000000, 0, false);
        commit""", user="kvasir_app")
    found = [json.loads(line) for line in rows.splitlines() if line.startswith("[")]
    return {id: (document, metadata) for id, document, metadata in found}


def fresh():
    """files become passages with their places"""
    write("docs/a.md", "# A\n\nfirst\n\n## B\n\nsecond ü\n\n## C\n\nthird\n")
    write("docs/b.html", "<title>T</title><p>one &amp; two<script>no()</script>")
    write("docs/bad.txt", b"caf\xe9")
    said = ingest("docs")
    assert said["files"] == {"found": 3, "new": 2, "changed": 0, "unchanged": 0, "removed": 0}
    assert said["passages"] == {"written": 4, "kept": 0, "removed": 0}
    assert said["skipped"] == [{"path": "docs/bad.txt", "reason": "not UTF-8 (byte 3)"}]
    found = records()
    source = open(tree + "/docs/a.md", "rb").read()
    for part in range(3):
        document, metadata = found[f"docs/a.md#{part}"]
        assert source[metadata["begin"]:metadata["end"]].decode() == document
        assert metadata["part"] == part and metadata["parts"] == 3
    assert found["docs/a.md#1"][1]["heading"] == "A > B"
    assert found["docs/b.html#0"][0] == "one & two"
    assert found["docs/b.html#0"][1]["title"] == "T"


def again():
    """a second run writes nothing"""
    before = db.ask("select count(*) from kvasir.outbox")
    said = ingest("docs")
    assert said["files"]["unchanged"] == 2 and said["passages"]["written"] == 0
    assert db.ask("select count(*) from kvasir.outbox") == before


def change():
    """a change writes what is new and removes what vanished"""
    write("docs/a.md", "# A\n\nfirst\n\n## New\n\nnew\n\n## C\n\nthird\n")
    said = ingest("docs", "--dry-run")
    assert said["passages"]["written"] == 1 and "docs/a.md#1" in records()
    said = ingest("docs")
    assert said["passages"] == {"written": 1, "kept": 2, "removed": 0}
    found = records()
    assert found["docs/a.md#1"][0] == "## New\n\nnew"
    assert found["docs/a.md#2"][0] == "## C\n\nthird"
    write("docs/a.md", "# A\n\nfirst\n")
    assert ingest("docs")["passages"] == {"written": 0, "kept": 1, "removed": 2}


def sync():
    """records of a file that is gone stay until --sync"""
    os.remove(tree + "/docs/b.html")
    assert ingest("docs")["files"]["removed"] == 0 and "docs/b.html#0" in records()
    assert ingest("docs", "--sync")["files"]["removed"] == 1
    assert set(records()) == {"docs/a.md#0"}


def interrupted():
    """Ctrl-C leaves whole files, and the next run goes on"""
    for n in range(400):
        write(f"many/{n:03}.md", "".join(f"# {n} {m}\n\ntext {m}\n\n" for m in range(20)))
    process = subprocess.Popen(command("many", "--collection", "many"), cwd=tree,
                               env=environment(), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    while process.poll() is None and db.ask(
            "select count(*) from kvasir.outbox where type = 'kvasir.records.put'"
            " and subject = 'many'") == [["0"]]:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    said = json.loads(out)
    sources = [metadata["source"] for _, metadata in records("many").values()]
    assert all(sources.count(source) == 20 for source in set(sources))
    assert said["passages"]["written"] == len(sources)
    if process.returncode == 1:
        assert said["stopped"] and "run it again" in err and len(sources) < 8000
    assert ingest("many", "--collection", "many")["files"]["unchanged"] == len(set(sources))
    assert len(records("many")) == 8000


def refused():
    """what cannot be done is said by the exit status"""
    assert "nowhere" in ingest("nowhere", status=4)["message"]
    assert "Tenant" in ingest("docs", "--tenant", "nobody", status=4)["message"]
    assert "name" in ingest("docs", "--collection", "a", status=1)["message"]


play(fresh, again, change, sync, interrupted, refused)
