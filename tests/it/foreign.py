#!/usr/bin/env -S python3 -B
"""foreign: a query is embedded for those collections alone in which it can be compared."""
import atexit
import json
import shutil
import subprocess

from stack import Stack
from stage import play, skip

try:
    MODELS = subprocess.run(["tests/it/write_model"], check=True, capture_output=True, text=True).stdout.strip()
except FileNotFoundError:
    skip("write_model is not built here")
atexit.register(shutil.rmtree, MODELS)
kv = Stack(redis=False, engine=False, threads=1, model="tiny", model_dir=MODELS)  # and so one session
NONE = "the collection has no embedder and no vector was given"
TEXTS = {"a": "the wise odin", "b": "all is wise", "c": "the allfather"}


def fill(name, **more):
    kv.make(name, **more)
    width = more.get("dimension")
    kv.put(name, *({"id": name_, "text": text, **({"embedding": [1.0] * width} if width else {})}
                   for name_, text in TEXTS.items()))


def embedded(count, ask):
    """What comes back, after so many texts were embedded for it."""
    before = kv.metric("kvasir_embeddings_total")
    answer = ask()
    assert kv.metric("kvasir_embeddings_total") == before + count, count
    return answer


def search(name, count, **said):
    """A search that embeds so many texts."""
    return embedded(count, lambda: kv.search(name, query="wise odin", **said)).body


def remembered():
    """in a collection without an embedder one query is embedded; those after it are answered alike without"""
    fill("bare", embedder=None, dimension=3)
    for mode in "vector", "hybrid", "graph", "explore":
        first = search("bare", int(mode == "vector"), mode=mode)
        assert first == search("bare", 0, mode=mode) and NONE.encode() in first, first
    found = kv.search("bare", query="wise odin")
    assert found["degraded"] and found["mode"] == "lexical" and found["reason"] == NONE
    assert [hit["id"] for hit in found["results"]] == ["a", "b"]


def another():
    """nor where another embedder made the embeddings, by any way that asks"""
    fill("other", embedder="somebody's", dimension=3)
    reason = "the collection's embedder somebody's is not the one that runs here"
    assert kv.search("other", query="wise odin")["reason"] == reason
    assert kv.search("other", query="odin")["reason"] == reason
    assert reason.encode() in search("other", 0)
    ask = {"collection": "other", "query": "wise odin"}
    embedded(0, lambda: kv.need(200, "POST", "/v1/answer", ask))


def anew():
    """one that is made anew with this server's embedder is searched by meaning at once"""
    fill("fresh")
    for mode in "vector", "hybrid", "graph", "explore":
        best = kv.search("fresh", query="wise odin", mode=mode)
        assert best["mode"] == mode and not best["degraded"]
        kv.need(204, "DELETE", "/v1/collections/bare")
        fill("bare")
        for _ in range(2):
            assert search("bare", 1, mode=mode) == best.body, best.body
        kv.need(204, "DELETE", "/v1/collections/bare")
        fill("bare", embedder=None, dimension=3)
        assert NONE.encode() in search("bare", 1) and NONE.encode() in search("bare", 0)


def given():
    """a vector that is given says nothing of the embedder, and one is found by it where there is none"""
    kv.make("mine", embedder=None, dimension=3)
    kv.put("mine", {"id": "a", "text": "odin", "embedding": [1, 0, 0]}, {"id": "b", "text": "thor", "embedding": [0, 1, 0]})
    for said in {"vector": [0, 1, 0]}, {"vector": [0, 1, 0]}:
        found = embedded(0, lambda said=said: kv.search("mine", query="odin", **said))
        assert found["mode"] == "hybrid" and not found["degraded"], found.body
    kv.search("mine", query="odin")
    found = kv.search("mine", query="odin", vector=[0, 1, 0], weight=1)
    assert found["mode"] == "hybrid" and found["results"][0]["id"] == "b"


def like():
    """what is like a record is found by its own embedding: nothing is embedded to ask"""
    def route(tool, **payload):
        status, _, answer = kv.ask("POST", "/api/mcp/route", json.dumps({"tool": tool, "payload": payload}).encode(),
                                   {"Content-Type": "application/json"})
        assert status == 200, answer
        return json.loads(answer)["result"]
    records = [{"id": ident, "content": text} for ident, text in TEXTS.items()]
    embedded(3, lambda: route("knowledge.batch_add", records=records))
    found = embedded(0, lambda: route("knowledge.get_related", id="a", limit=5))
    assert {hit["id"] for hit in found["related"]} == {"b", "c"}, found


play(remembered, another, anew, given, like)
