#!/usr/bin/env -S python3 -B
"""proof: nothing is embedded for a key that is not known, and a known one is looked up for it once a minute."""
import atexit
import json
import shutil
import subprocess
import uuid

from stack import Stack
from stage import play, skip, wait

try:
    MODELS = subprocess.run(["tests/it/write_model"], check=True, capture_output=True, text=True).stdout.strip()
except FileNotFoundError:
    skip("write_model is not built here")
atexit.register(shutil.rmtree, MODELS)
kv = Stack(redis=False, engine=False, auth="key", model="tiny", model_dir=MODELS)
KEY, ident = kv.key("default_tenant")
READER, _ = kv.key("default_tenant", "--scope", "read")
MADE_UP = KEY[:-4] + ("aaaa" if KEY[-4:] != "aaaa" else "bbbb")
EMBEDDINGS = ("POST", "/v1/embeddings", {"input": ["the wise"]})
BATCH = ("POST", "/v1/collections/wise/records", {"records": [{"id": "a", "text": "the wise"}]})
SEARCH = ("POST", "/v1/search", {"collection": "wise", "query": "all"})
ALL = [EMBEDDINGS, BATCH, SEARCH,
       ("PATCH", BATCH[1], BATCH[2]),
       ("POST", "/v1/answer", {"collection": "wise", "query": "all"}),
       ("POST", "/v1/memory", {"text": "the wise"}),
       ("POST", "/v1/memory/search", {"query": "all"}),
       ("POST", "/v1/facts", {"type": "wise", "payload": {"n": 1}, "text": "the wise"}),
       ("POST", "/api/mcp/route", {"tool": "cma.ingest", "payload": {"content": "the wise"}}),
       ("POST", f"/api/v2/tenants/default_tenant/databases/default_database/collections/{uuid.uuid4()}/search",
        {"searches": [{"rank": {"$knn": {"query": "the wise"}}, "limit": {"limit": 1}}]})]


def embedded():
    return kv.metric("kvasir_embeddings_total")


def trips(request):
    """Those of a request that has to go well."""
    mine = kv.need(200, *request, key=KEY).headers["X-Request-Id"]

    def logged():
        with open(kv.log, encoding="utf-8") as log:
            said = [json.loads(line) for line in log if mine in line and line.endswith("\n")]
        return [line["db_trips"] for line in said if line["event"] == "request"]
    return wait("the request is logged", logged)[0]


def ask(key, method, path, body):
    """The status."""
    return kv.ask(method, path, json.dumps(body).encode(),
                  {"Authorization": "Bearer " + key, "Content-Type": "application/json"})[0]


def made_up():
    """a key that nobody made is refused before a text is embedded, in every way that embeds"""
    for request in ALL:
        assert ask(MADE_UP, *request) == 401, request
    assert embedded() == 0


def every_way():
    """each of these ways does embed for a key that is known"""
    for request in ALL:
        before = embedded()
        ask(KEY, *request)
        assert embedded() == before + 1, request


def known():
    """one that is known is looked up once, and then has what it asks for in the trips of its statements"""
    assert [trips(EMBEDDINGS), trips(EMBEDDINGS)] == [1, 0] and embedded() == 2
    kv.need(201, "POST", "/v1/collections", {"name": "wise"}, key=KEY)
    assert [trips(BATCH), trips(BATCH)] == [2, 1] and embedded() == 4


def scopes():
    """what is known to read may not have texts embedded to write"""
    kv.need(200, *SEARCH, key=READER)
    before = embedded()
    kv.need(403, *BATCH, key=READER)
    assert embedded() == before


def revoked():
    """a key that is revoked within the minute gets no more than the work"""
    kv.db.kvasir("key", "--tenant", "default_tenant", "revoke", ident)
    kv.need(401, *SEARCH, key=KEY)
    kv.need(401, *BATCH, key=KEY)


play(made_up, known, every_way, scopes, revoked)
