#!/usr/bin/env -S python3 -B
"""offer: resources, prompts and completion of MCP, for both generations, and the older way to a resource."""
import json
import os
import urllib.parse

from stack import Stack
from stage import play

VERSION, META = "2026-07-28", "io.modelcontextprotocol/"
CLAIM = {META + "protocolVersion": VERSION, META + "clientCapabilities": {}}
R = "/v1/collections/%s/records"
AWKWARD = "a/b ü?%.."

kv = Stack(redis=False, engine=False, mode="development", auth="key", fixtures="on")
ALPHA, _ = kv.key("default_tenant")
kv.db.psql("-c", "select kvasir.tenant_create('other_tenant', false)")
OTHER, _ = kv.key("other_tenant")


def post(message, key, headers=None):
    status, _, body = kv.ask("POST", "/mcp", json.dumps(message), {
        "Content-Type": "application/json", "Authorization": "Bearer " + key, **(headers or {})})
    assert status == 200, (status, body)
    return json.loads(body)


def older(method, key=None, **params):
    return post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, key or ALPHA)


def newer(method, key=None, **params):
    told = {"MCP-Protocol-Version": VERSION, "Mcp-Method": method}
    for name in ("name", "uri"):
        if name in params and not method.startswith("completion"):
            told["Mcp-Name"] = urllib.parse.quote(params[name], safe=":/@%-._~")
    return post({"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": CLAIM}},
                key or ALPHA, told)


def pages(method, member, key=None, way=older):
    """All items of a list, and how many pages they came in."""
    found, cursor, count = [], {}, 0
    while True:
        said = way(method, key, **cursor)["result"]
        found += said[member]
        count += 1
        assert said["cacheScope"] == "private" and said["ttlMs"] >= 0, said
        if "nextCursor" not in said:
            return found, count
        cursor = {"cursor": said["nextCursor"]}


def fill():
    """two collections are filled, one of them with an awkward id"""
    kv.make("first")
    kv.make("second")
    for name, count in (("first", 130), ("second", 40)):
        kv.need(200, "POST", R % name, {"records": [
            {"id": f"r{n:03}", "text": f"{name} number {n}", "metadata": {"n": n}} for n in range(count)]}, key=ALPHA)
    kv.need(200, "POST", R % "second", {"records": [
        {"id": AWKWARD, "text": "an awkward id", "metadata": {"title": "Awkward"}, "uri": "https://e.example/1"},
        {"id": "bare", "embedding": [1, 2], "metadata": {"only": "metadata"}}]}, key=ALPHA)


def make(name, **more):
    return kv.need(201, "POST", "/v1/collections", {"name": name, **more}, key=ALPHA)


kv.make = make


def lists():
    """every collection and record is listed once, whatever is written meanwhile"""
    said = older("resources/list")["result"]
    assert [r["uri"] for r in said["resources"][:3]] == [
        "test://static-text", "test://static-binary", "test://watched-resource"], said
    kv.need(200, "POST", R % "first", {"records": [{"id": "r000", "text": "changed"}]}, key=ALPHA)
    kv.need(204, "DELETE", "/v1/collections/first/records/r001", key=ALPHA)
    kv.make("between")
    rest, cursor = [], said["nextCursor"]
    while cursor:
        more = newer("resources/list", cursor=cursor)["result"]
        rest += more["resources"]
        cursor = more.get("nextCursor")
    seen = [r["uri"] for r in said["resources"] + rest if r["uri"].startswith("kvasir:")]
    assert len(seen) == len(set(seen)), "nothing comes twice"
    assert {"kvasir://collections/first", "kvasir://collections/second"} <= set(seen)
    records = [uri for uri in seen if "/records/" in uri]
    assert {f"kvasir://collections/first/records/r{n:03}" for n in range(130) if n != 1} <= set(records)
    awkward = urllib.parse.quote(AWKWARD, safe="").replace(".", "%2E")
    assert "kvasir://collections/second/records/" + awkward in records, records[-3:]
    whole, count = pages("resources/list", "resources", way=newer)
    assert count == 2 and len([r for r in whole if "/records/" in r["uri"]]) == 129 + 42, (count, len(whole))
    assert pages("resources/list", "resources", OTHER)[0] == said["resources"][:3], "nothing of another tenant"
    for bad in "no cursor", "W10x", "MTI=", "eyJhIjoxfQ==":
        assert older("resources/list", cursor=bad)["error"]["code"] == -32602, bad


def reads():
    """each listed resource can be read at its address, and only by its tenant"""
    for resource in pages("resources/list", "resources")[0][-60:]:
        for way in older, newer:
            said = way("resources/read", uri=resource["uri"])["result"]
            [content] = said["contents"]
            assert content["uri"] == resource["uri"] and content["mimeType"] == resource["mimeType"], content
            assert content["text"] and len(content["text"].encode()) == resource.get("size", len(content["text"].encode()))
    told = newer("resources/read", uri="kvasir://collections/second")["result"]["contents"][0]
    about = json.loads(told["text"])
    assert about["records"] == 42 and len(about["newest"]) == 20, about
    awkward = [r for r in pages("resources/list", "resources")[0] if r.get("title") == "Awkward"][0]
    got = newer("resources/read", uri=awkward["uri"])["result"]["contents"][0]
    assert got["text"] == "an awkward id" and got["_meta"]["kvasir/metadata"] == {"title": "Awkward"}, got
    assert got["_meta"]["kvasir/uri"] == "https://e.example/1", got
    bare = older("resources/read", uri="kvasir://collections/second/records/bare")["result"]["contents"][0]
    assert bare["mimeType"] == "application/json" and json.loads(bare["text"]) == {"only": "metadata"}, bare
    for uri in ("kvasir://collections/second/records/none", "kvasir://collections/none", "kvasir://collections/",
                "kvasir://collections/second/records/", "kvasir://collections/second/other/x", "https://e.example/1",
                "kvasir://collections/second/records/%zz", "kvasir://collections/second/records/%00",
                "kvasir://collections/second/entities/nobody", "test://static-text/", "test://template//data"):
        missing = older("resources/read", uri=uri)["error"]
        assert missing["code"] == -32002 and missing["data"] == {"uri": uri}, missing
        missing = newer("resources/read", uri=uri)["error"] if "%" not in uri else missing
        assert missing["code"] in (-32602, -32002) and missing["data"] == {"uri": uri}, missing
    assert "error" in older("resources/read", OTHER, uri=awkward["uri"])
    assert older("resources/read")["error"]["code"] == -32602
    assert older("resources/read", uri="test://template/123/data")["result"]["contents"][0]["text"].count("123") == 2


def templates():
    """the templates name what they lead to"""
    for way in older, newer:
        said = way("resources/templates/list")["result"]["resourceTemplates"]
        assert [t["uriTemplate"] for t in said] == [
            "kvasir://collections/{name}", "kvasir://collections/{name}/records/{id}",
            "kvasir://collections/{name}/entities/{entity}", "test://template/{id}/data"], said


def legacy():
    """an older client reads a resource by GET"""
    def get(uri, key=ALPHA):
        status, _, body = kv.ask("GET", "/api/mcp/resources" + uri, headers={"Authorization": "Bearer " + key})
        return status, json.loads(body)
    assert get("?uri=kvasir://collections/first/records/r002") == (200, {"success": True, "content": "first number 2"})
    status, said = get("?uri=kvasir://collections/first")
    assert status == 200 and said["success"] and said["data"]["name"] == "first", said
    assert get("")[0] == 400 and get("?uri=")[0] == 400
    assert get("?uri=kvasir://collections/first/records/nope")[0] == 404
    assert get("?uri=kvasir://collections/first/records/r002", OTHER)[0] == 404
    assert get("?uri=kvasir://collections/nope")[1]["success"] is False


def prompts():
    """stored prompts are listed with their arguments, and filled in by name and version"""
    P = "/v1/prompts/"
    kv.need(201, "POST", P + "greeter", {"text": "Hello {{name}}."}, key=ALPHA)
    kv.need(201, "POST", P + "greeter", {
        "text": "Dear {{ name }}, {{note?}}: {{name}} {{9}} {{name", "created_by": "ada"}, key=ALPHA)
    kv.need(201, "POST", P + "greeter", {"text": "later {{x}}", "active": False}, key=ALPHA)
    for n in range(60):
        kv.need(201, "POST", P + f"many{n:02}", {"text": "no arguments"}, key=ALPHA)
    found, count = pages("prompts/list", "prompts", way=newer)
    stored = [p for p in found if not p["name"].startswith("test_")]
    assert count == 2 and len(stored) == 61 and len(found) >= 65, (count, len(found))
    [greeter] = [p for p in stored if p["name"] == "greeter"]
    assert greeter["arguments"] == [{"name": "name", "required": True}, {"name": "note", "required": False}], greeter
    assert "2" in greeter["description"] and "ada" in greeter["description"], greeter

    def text(prompt, /, **arguments):
        said = [way("prompts/get", name=prompt, arguments=arguments)["result"] for way in (older, newer)]
        assert said[0]["messages"] == said[1]["messages"], said
        return said[0]["messages"][0]["content"]
    got = text("greeter", name="{{note?}} \\1 é")
    assert got["text"] == "Dear {{note?}} \\1 é, : {{note?}} \\1 é {{9}} {{name", got
    assert got["_meta"] == {"kvasir/agent": "greeter", "kvasir/version": 2}, got
    assert text("greeter@1", name="X")["text"] == "Hello X."
    assert text("greeter@3", x="Y")["text"] == "later Y"
    assert older("prompts/get", name="many00")["result"]["messages"][0]["content"]["text"] == "no arguments"
    for name, arguments, says in (("greeter", {}, "needs the arguments: name"), ("greeter", {"name": 3}, "a string"),
                                  ("greeter", {"name": "x", "nome": "y"}, "no argument nome"), ("nobody", {}, "no prompt"),
                                  ("greeter@9", {}, "no prompt"), ("greeter@0", {}, "no prompt"),
                                  ("greeter@99999999999999999999", {}, "no prompt")):
        error = newer("prompts/get", name=name, arguments=arguments)["error"]
        assert error["code"] == -32602 and says in error["message"], error
    assert "error" in older("prompts/get", OTHER, name="greeter@1", arguments={"name": "x"})
    assert not [p for p in pages("prompts/list", "prompts", OTHER)[0] if not p["name"].startswith("test_")]
    kv.need(200, "POST", P + "greeter/active", {"version": 1}, key=ALPHA)
    assert text("greeter", name="Y")["text"] == "Hello Y."


def ask(ref, argument, value, key=None, /, **context):
    said = [way("completion/complete", key, ref=ref, argument={"name": argument, "value": value},
                context={"arguments": context}) for way in (older, newer)]
    if "error" in said[0]:
        assert said[0]["error"] == said[1]["error"], said
        return said[0]["error"]["code"]
    assert said[0]["result"]["completion"] == said[1]["result"]["completion"], said
    done = said[0]["result"]["completion"]
    assert len(done["values"]) <= 100 and done["hasMore"] == ("total" not in done), done
    return done["values"]


def completes():
    """names are completed in order, for templates and for what prompts call their arguments"""
    one = {"type": "ref/resource", "uri": "kvasir://collections/{name}"}
    record = {"type": "ref/resource", "uri": "kvasir://collections/{name}/records/{id}"}
    assert ask(one, "name", "") == ["between", "first", "second"] and ask(one, "name", "f") == ["first"]
    assert ask(one, "name", "%") == [] and ask(one, "name", "f", OTHER) == []
    assert len(ask(record, "id", "r", name="first")) == 100, "one hundred and no more"
    assert ask(record, "id", "r12", name="first") == [f"r12{n}" for n in range(10)]
    assert ask(record, "id", "r", name="nope") == [] and ask(record, "id", "r") == []
    assert ask(record, "id", "r12", OTHER, name="first") == []
    kv.need(201, "POST", "/v1/prompts/typed", {"text": "{{collection}} {{tag}} {{record}} {{free}} {{agent}}"}, key=ALPHA)
    kv.need(201, "POST", "/v1/notes", {"title": "t", "content": "c", "tags": ["red", "rose", "blue"]}, key=ALPHA)
    kv.need(201, "POST", "/v1/notes", {"title": "t", "content": "c", "tags": ["rosehip"], "user": "u"}, key=ALPHA)
    made = kv.call("POST", "/v1/memory", {"text": "remember", "tags": ["rosy", "red"]}, key=ALPHA)
    assert made.status in (200, 201), made.body
    typed = {"type": "ref/prompt", "name": "typed"}
    assert ask(typed, "tag", "r") == ["red", "rose", "rosy"], "each tag once, and none of one user's own"
    assert ask(typed, "tag", "ro") == ["rose", "rosy"] and ask(typed, "tag", "r", OTHER) == -32602
    assert ask(typed, "collection", "s") == ["second"] and ask(typed, "free", "x") == []
    assert ask(typed, "record", "r12", collection="first")[0] == "r120" and ask(typed, "agent", "gr") == ["greeter"]
    assert ask({"type": "ref/prompt", "name": "test_prompt_with_arguments"}, "arg1", "x") == []
    for ref, name in (({"type": "ref/prompt", "name": "nobody"}, "x"), ({"type": "ref/none"}, "x"),
                      ({"type": "ref/resource", "uri": "kvasir://other/{name}"}, "name"), (one, "id")):
        assert ask(ref, name, "") == -32602, ref
    assert older("completion/complete", ref=one)["error"]["code"] == -32602
    kv.need(204, "DELETE", "/v1/collections/memory", key=ALPHA)
    assert ask(typed, "tag", "r") == ["red", "rose"], "tags go with what had them"


def indexed():
    """completion reads indexes in their order, below the tenant wall too"""
    tenant, number, collection = kv.db.ask("select tenant_id, number, id from kvasir.collection where name = 'first'")[0]
    for relation, column in (f"kvasir_data.record_{number}", "id"), (f"kvasir_data.mention_{number}", "key"), \
            ("kvasir.tag_use", "tag"):
        condition = f"t.tenant_id = '{tenant}'" if column == "tag" else "true"
        plan = kv.db.psql("-c", f"select set_config('kvasir.tenant', '{tenant}', false)", "-c", "set enable_seqscan = off", "-c", "set enable_bitmapscan = off",
                          "-c", f"explain select t.{column} from {relation} t where {condition} and t.{column} >= 'a' "
                                f"and t.{column} < 'b' order by 1 limit 1", user="kvasir_app")
        assert "Index" in plan and "Sort" not in plan and f"{column} >= 'a'" in plan.split("Index Cond")[1].splitlines()[0], (collection, plan)


def declared():
    """what is served is declared"""
    for said in (older("initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo={}),
                 newer("server/discover")):
        assert {"tools", "prompts", "resources", "completions"} <= set(said["result"]["capabilities"]), said


os.environ.pop("KVASIR_CONF", None)
play(fill, lists, reads, templates, legacy, prompts, completes, indexed, declared)
