#!/usr/bin/env -S python3 -B
"""tenants: who may ask, for what, and that nobody sees what is another's."""
import json
import os
import pty
import subprocess

from stack import Stack, wait
from stage import play

kv = Stack(auth="key")
db = kv.db
V1 = "/v1/collections"
for name in "north", "south":
    db.kvasir("tenant", "create", name)
NORTH, north_id = kv.key("north")
SOUTH, _ = kv.key("south", "--name", "of the south")


def command_line():
    """tenants and keys are made, listed and dropped by the command line"""
    listed = json.loads(db.kvasir("tenant", "--json", "list"))
    assert [row["name"] for row in listed] == ["default_tenant", "north", "south"], listed
    assert "exists already" in db.kvasir("tenant", "create", "north", fails=True)
    assert "3 to 512" in db.kvasir("tenant", "create", "x", fails=True)
    assert "not found" in db.kvasir("tenant", "drop", "--yes", "west", fails=True)
    assert "not found" in db.kvasir("key", "--tenant", "west", "create", fails=True)
    for words in ("tenant",), ("tenant", "create"), ("tenant", "list", "more"), ("tenant", "x"), \
            ("tenant", "drop", "--yes"), ("tenant", "list", "--yes"), \
            ("tenant", "create", "--yes", "west"), ("tenant", "drop", "--no", "south"):
        assert "Usage" in db.kvasir(*words, fails=True)
    keys = json.loads(db.kvasir("key", "--json", "--tenant", "south", "list"))
    assert [row["name"] for row in keys] == ["of the south"] and SOUTH not in str(keys)


def typed(answer, *words):
    """A verb run on a terminal where somebody types this; its exit status and what it said."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(["./kvasir", *words], stdin=theirs, stderr=theirs,
                               stdout=subprocess.DEVNULL, env=db.settings())
    os.close(theirs)
    os.write(ours, answer)
    said = b""
    try:
        while more := os.read(ours, 4096):
            said += more
    except OSError:  # nobody holds the other side any more
        pass
    os.close(ours)
    return process.wait(60), said.decode()


def dropping_asks():
    """a tenant is dropped when its name is typed again or --yes is said, and not otherwise"""
    def there(name):
        return name in [row["name"] for row in json.loads(db.kvasir("tenant", "--json", "list"))]
    db.kvasir("tenant", "create", "brief")
    assert "say --yes" in db.kvasir("tenant", "drop", "brief", fails=True) and there("brief")
    for wrong in b"brie\n", b"\n", b"yes\n", b"brief x\n", b"\x04":
        status, said = typed(wrong, "tenant", "drop", "brief")
        assert status == 2 and "removes the tenant brief" in said, (wrong, status, said)
        assert "nothing was removed" in said and there("brief"), (wrong, said)
    status, said = typed(b"brief\n", "tenant", "drop", "brief")
    assert status == 0 and not there("brief"), said
    db.kvasir("tenant", "create", "brief")
    assert "is gone" in db.kvasir("tenant", "drop", "brief", "--yes") and not there("brief")
    status, said = typed(b"x\n", "tenant", "list")
    assert status == 0 and "Type" not in said, said


def asking():
    """a request without a good key is 401, one that the key does not allow 403"""
    def status(key, method="GET", path=V1, body=None):
        answer = kv.call(method, path, body, key)
        assert (answer.status == 401) == ("WWW-Authenticate" in answer.headers), answer.status
        return answer.status
    assert status(NORTH) == 200 and status(None) == 401
    for wrong in "nonsense", NORTH[:-1], NORTH + "x", NORTH[:-1] + ("a" if NORTH[-1] != "a" else "b"):
        assert status(wrong) == 401, wrong
    assert kv.ask("GET", V1, None, {"Authorization": "Basic eDp5"})[0] == 401
    assert kv.ask("GET", V1, None, {"x-chroma-token": NORTH})[0] == 200
    reader, reader_id = kv.key("north", "--scopes", "read")
    new = {"name": "forbidden"}
    assert status(reader) == 200 and status(reader, "POST", V1, new) == 403
    writer, _ = kv.key("north", "--scopes", "write")
    assert status(writer) == 403 and status(writer, "POST", V1, new) == 201
    assert status(reader, "DELETE", V1 + "/forbidden") == 403
    admin, _ = kv.key("north", "--scopes", "admin")
    assert status(admin, "DELETE", V1 + "/forbidden") == 204
    db.kvasir("key", "--tenant", "south", "revoke", reader_id, fails=True)
    assert status(reader) == 200
    db.kvasir("key", "--tenant", "north", "revoke", reader_id)
    assert "revoked" in kv.need(401, "GET", V1, key=reader)["detail"]
    brief, brief_id = kv.key("north", "--days", "1")
    assert status(brief) == 200
    db.ask(f"update kvasir.api_key set expires_at = now() where id = '{brief_id}'")
    assert "expired" in kv.need(401, "GET", V1, key=brief)["detail"]
    for path in "/livez", "/readyz", "/metrics", "/":
        assert kv.ask("GET", path)[0] == 200, path


def put(key, collection, *records, status=200):
    return kv.need(status, "POST", f"{V1}/{collection}/records", {"records": list(records)},
                   key=key)


def rows(key, collection):
    found = kv.need(200, "POST", f"{V1}/{collection}/records/get", {}, key=key)["records"]
    return {row["id"]: row["text"] for row in found}


def apart():
    """one id in two collections and two tenants is so many records; another's are 404"""
    for key, tenant in (NORTH, "north"), (SOUTH, "south"):
        for collection in "one", "two":
            kv.need(201, "POST", V1, {"name": collection, "language": "simple"}, key=key)
            put(key, collection, {"id": "same", "text": f"{tenant} {collection}"})
    for key, tenant in (NORTH, "north"), (SOUTH, "south"):
        for collection in "one", "two":
            assert rows(key, collection) == {"same": f"{tenant} {collection}"}
    assert kv.need(204, "DELETE", f"{V1}/one/records/same", key=NORTH)
    assert rows(NORTH, "one") == {} and rows(NORTH, "two") == {"same": "north two"}
    assert rows(SOUTH, "one") == {"same": "south one"}
    for query, found in ("south", 0), ("north", 1):
        answer = kv.need(200, "POST", "/v1/search", {"collection": "two", "query": query,
                                                     "mode": "lexical"}, key=NORTH)
        assert len(answer["results"]) == found
    kv.need(201, "POST", V1, {"name": "secret"}, key=SOUTH)
    secret = kv.need(200, "GET", f"{V1}/secret", key=SOUTH)["id"]
    for name in "secret", secret:
        kv.need(404, "GET", f"{V1}/{name}", key=NORTH)
        kv.need(404, "DELETE", f"{V1}/{name}", key=NORTH)
        kv.need(404, "POST", f"{V1}/{name}/records/get", {}, key=NORTH)
        kv.need(404, "POST", f"{V1}/{name}/records/delete", {"ids": ["same"]}, key=NORTH)
        kv.need(404, "GET", f"{V1}/{name}/records/same", key=NORTH)
        kv.need(404, "POST", "/v1/search", {"collection": name, "query": "x"}, key=NORTH)
        put(NORTH, name, {"id": "x", "text": "x"}, status=404)
    listed = kv.need(200, "GET", V1, key=NORTH)["collections"]
    assert [row["name"] for row in listed] == ["one", "two"]
    waiting = "select 1 from kvasir.outbox where published_at is null"
    wait("all events are relayed", lambda: not db.ask(waiting))
    told = {entry["tenant"] for entry in kv.redis.entries()}
    assert told == {"north", "south"}, told


def dropped():
    """a dropped tenant takes its keys and tables with it, and nothing else"""
    numbers = "select count(*) from pg_class where relkind = 'r' and relnamespace =" \
              " 'kvasir_data'::regnamespace"
    assert db.ask(numbers) == [["20"]]  # four tables for each of five collections
    db.kvasir("tenant", "drop", "--yes", "south")
    assert db.ask(numbers) == [["8"]]
    kv.need(401, "GET", V1, key=SOUTH)
    assert rows(NORTH, "two") == {"same": "north two"}
    left = db.ask("select (select count(*) from kvasir.collection),"
                  " (select count(*) from kvasir.database),"
                  " (select count(distinct tenant_id) from kvasir.tally)")
    assert left == [["2", "2", "1"]], left


def no_secrets():
    """no key stands in a log"""
    text = open(kv.log, encoding="utf-8").read()
    assert north_id in text and NORTH.rsplit("_", 1)[1] not in text


play(command_line, dropping_asks, asking, apart, dropped, no_secrets)
