#!/usr/bin/env -S python3 -B
"""importing: `kvasir import chroma` from Chroma's own server: what comes is what was there.

Records are written by Chroma's Python client and compared through both servers' API.  KVASIR_TEST_CHROMA names the folder of both; skips without it.
"""
import http.server
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "chroma"))
from real import Real, client_python  # noqa: E402

client_python(__file__)

import chromadb  # noqa: E402
import numpy  # noqa: E402
from chromadb.config import Settings  # noqa: E402
from stack import Stack, wait  # noqa: E402
from stage import play  # noqa: E402

HOME = "/api/v2/tenants/{}/databases/default_database/collections"
THERE, HERE_TOO = HOME.format("default_tenant"), HOME.format("north")
MANY = 6000

kv = Stack(mode="development", auth="open", threads=4)
real = Real()
URL = f"http://127.0.0.1:{real.port}"
client = chromadb.HttpClient(host="127.0.0.1", port=real.port,
                             settings=Settings(anonymized_telemetry=False))
kv.db.kvasir("tenant", "create", "north")


def run(*words, fails=False):
    said = kv.db.kvasir("import", "--tenant", "north", *words, fails=fails)
    return said if fails else [json.loads(line) for line in said.splitlines()] \
        if "--json" in words else said


def there(method, path, body=None):
    line = real.connect()
    line.request(method, path, None if body is None else json.dumps(body),
                 {"Content-Type": "application/json"})
    answer = line.getresponse()
    said = answer.read()
    assert answer.status == 200, said
    return json.loads(said)


def here(method, path, body=None):
    status, _, said = kv.ask(method, path, None if body is None else json.dumps(body).encode(),
                             {"Content-Type": "application/json"})
    assert status == 200, said
    return json.loads(said)


def collections(ask, base):
    return {one["name"]: one for one in ask("GET", base)}


def records(ask, base, collection):
    return ask("POST", f"{base}/{collection['id']}/get",
               {"include": ["embeddings", "documents", "metadatas", "uris"]})


def same(names):
    theirs, ours = collections(there, THERE), collections(here, HERE_TOO)
    for name in names:
        a, b = theirs[name], ours[name]
        assert a["metadata"] == b["metadata"] and a["dimension"] == b["dimension"], (a, b)
        assert a["configuration_json"].get("embedding_function") == \
            b["configuration_json"].get("embedding_function"), name
        for setting in "space", "ef_search", "ef_construction", "max_neighbors":
            assert a["configuration_json"]["hnsw"][setting] == \
                b["configuration_json"]["hnsw"][setting], (name, setting)
        a, b = records(there, THERE, a), records(here, HERE_TOO, b)
        for column in "ids", "embeddings", "documents", "metadatas", "uris":
            a_text, b_text = (json.dumps(one[column], sort_keys=True) for one in (a, b))
            assert a_text == b_text, (name, column)  # as text, where 2 is not 2.0


def fill():
    random = numpy.random.default_rng(7)
    odd = client.create_collection("odd-values", embedding_function=None,
                                   metadata={"about": "läßt ☂", "n": 3, "x": 1.5, "yes": True},
                                   configuration={"hnsw": {"space": "ip", "ef_search": 77,
                                                           "max_neighbors": 24}})
    odd.add(ids=["a", "b", "c", "ü/d", "e f"],
            embeddings=[[1e-7, 3.4e38, -0.0], [1 / 3, 16777217, 5], [1, 2, 3], [0, 0, 0], [7, 8, 9]],
            documents=["first", None, "", "quote \" and \\ and \n", "☂" * 500],
            metadatas=[{"i": 2 ** 53, "f": 2.0, "s": "x", "b": False}, None,
                       {"list": ["p", "q"], "ints": [1, 2]}, {"k": ""}, {"f": 1e300}],
            uris=["file:///a", None, None, "urn:x", None])
    client.create_collection("older-keys", embedding_function=None,
                             metadata={"hnsw:space": "cosine", "kind": "old"})
    client.create_collection("empty", embedding_function=None)
    many = client.create_collection("many", embedding_function=None,
                                    configuration={"hnsw": {"space": "cosine"}})
    vectors = random.normal(size=(MANY, 96)).astype(numpy.float32)
    for at in range(0, MANY, 2000):
        rows = range(at, at + 2000)
        many.add(ids=[f"r{n}" for n in rows], embeddings=vectors[at:at + 2000],
                 documents=[f"text number {n} of the many" for n in rows],
                 metadatas=[{"n": n, "third": n % 3 == 0} for n in rows])


def all_of_it():
    told = run("--dry-run", "--json", "chroma", URL)
    assert {one["collection"]: one["found"] for one in told} == \
        {"odd-values": 5, "older-keys": 0, "empty": 0, "many": MANY} and told[0]["dry_run"]
    assert not collections(here, HERE_TOO)
    told = {one["collection"]: one for one in run("--json", "chroma", URL + "/")}
    assert told["many"]["written"] == told["many"]["new"] == MANY, told
    same(("odd-values", "older-keys", "empty", "many"))


def again():
    """A second run changes nothing, and brings what is new there."""
    client.get_collection("odd-values", embedding_function=None).add(
        ids=["later"], embeddings=[[4, 5, 6]], documents=["came later"])
    told = run("--json", "--collection", "odd-values", "chroma", URL)
    assert [(one["written"], one["new"]) for one in told] == [(6, 1)], told
    same(("odd-values", "many"))
    assert "6 records, 0 of them new" in run("--collection", "odd-values", "chroma", URL)


def cut_off():
    """Killed amid the copying, and run again."""
    ours = collections(here, HERE_TOO)["many"]
    kv.ask("DELETE", HERE_TOO + "/many", None, {})
    process = subprocess.Popen(["./kvasir", "import", "--tenant", "north", "--collection", "many",
                                "chroma", URL], env=kv.db.settings(), stdout=subprocess.DEVNULL)

    def begun():
        now = collections(here, HERE_TOO).get("many")
        return now and here("GET", f"{HERE_TOO}/{now['id']}/count") > 0 or process.poll() is not None
    wait("records come", begun)
    process.send_signal(signal.SIGKILL)
    process.wait()
    run("chroma", URL)
    assert collections(here, HERE_TOO)["many"]["id"] != ours["id"]
    same(("many",))


def interrupted():
    """The first SIGTERM ends it after a page, says so, and leaves whole pages."""
    kv.ask("DELETE", HERE_TOO + "/many", None, {})
    process = subprocess.Popen(["./kvasir", "import", "--tenant", "north", "--collection", "many",
                                "chroma", URL], env=kv.db.settings(), stderr=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, text=True)
    wait("the collection is made", lambda: "many" in collections(here, HERE_TOO)
         or process.poll() is not None)
    process.send_signal(signal.SIGTERM)
    said = process.communicate()[1]
    assert process.returncode == 0 or "stopped; run it again to go on" in said, said
    run("--collection", "many", "chroma", URL)
    same(("many",))


def refusals():
    assert "no collection nowhere" in run("--collection", "nowhere", "chroma", URL, fails=True)
    assert "cannot be reached" in run("chroma", "http://127.0.0.1:1", fails=True)
    assert "Usage" in run("chroma", "ftp://127.0.0.1", fails=True)
    assert "Usage" in run("sqlite", URL, fails=True)
    assert "no collection in database not_there" in run("--database", "not_there", "chroma", URL, fails=True)
    assert "3-512 characters" in run("--database", "a/../b", "chroma", URL, fails=True)
    here("POST", HERE_TOO, {"name": "older-keys-2", "configuration": {"hnsw": {"space": "l2"}}})
    client.create_collection("older-keys-2", embedding_function=None,
                             configuration={"hnsw": {"space": "cosine"}})
    assert "is here with space l2, not cosine" in run("--collection", "older-keys-2", "chroma", URL,
                                                      fails=True)
    client.delete_collection("older-keys-2")
    made = collections(here, HERE_TOO)["empty"]
    status, _, _ = kv.ask("POST", f"{HERE_TOO}/{made['id']}/add",
                          b'{"ids":["mine"],"embeddings":[[1,2]]}',
                          {"Content-Type": "application/json"})
    assert status == 201
    assert "0 records there and 1 here" in run("--collection", "empty", "chroma", URL, fails=True)


class Locked(http.server.BaseHTTPRequestHandler):
    """A server that wants a key, and one whose answers make no sense."""
    seen = []

    def do_GET(self):
        self.seen.append(self.headers.get("X-Chroma-Token"))
        known = self.headers.get("X-Chroma-Token") == "sesame" and \
            self.headers.get("Authorization") == "Bearer sesame"
        body = b'[{"id":"../../x","name":"abc"}]' if known else b'{"error":"Unauthorized"}'
        self.send_response(200 if known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def keys():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Locked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        assert "wants a key" in run("chroma", url, fails=True)
        with tempfile.NamedTemporaryFile("w", suffix=".key") as file:
            file.write("sesame\n")
            file.flush()
            assert "without an id" in run("--key-file", file.name, "chroma", url, fails=True)
        assert Locked.seen == [None, "sesame"]
    finally:
        server.shutdown()


play(fill, all_of_it, again, cut_off, interrupted, refusals, keys)
