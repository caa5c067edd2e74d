#!/usr/bin/env -S python3 -B
"""entities: the nine tools of MCP's reference memory server answer as that server does.

KVASIR_TEST_MEMORY_SERVER names the folder into which npm installed @modelcontextprotocol/server-memory;
`./dev check` fetches it.  The same calls go to both; without it only ours is called.  The embedding model is
that of KVASIR_TEST_MODEL_DIR or .dev/models; without it nothing is searched by meaning.
"""
import json
import os
import shutil
import subprocess
import threading

from front import Front, TOP
from stage import Postgres, play

front = Front()
SERVER = os.environ.get("KVASIR_TEST_MEMORY_SERVER")
MODELS = os.environ.get("KVASIR_TEST_MODEL_DIR") or TOP + "/.dev/models"
MODEL = {"model": "all-MiniLM-L6-v2", "model_dir": MODELS} if os.path.isdir(MODELS + "/all-MiniLM-L6-v2") else {}
NINE = ["create_entities", "create_relations", "add_observations", "delete_entities", "delete_observations",
        "delete_relations", "read_graph", "search_nodes", "open_nodes"]


def start():
    home = front.home + "/pg"
    os.mkdir(home)
    os.chmod(front.home, 0o755)
    database = Postgres(home)
    front.pool(database=f"host={home} user=kvasir_app dbname=postgres", **MODEL)
    front.nginx()
    return database


db = start()


def entity(name, kind="person", *observations):
    return {"name": name, "entityType": kind, "observations": list(observations)}


def relation(start_name, kind, end_name):
    return {"from": start_name, "to": end_name, "relationType": kind}


SCRIPT = [
    ("read_graph", {}),
    ("open_nodes", {"names": ["Ada"]}),
    ("search_nodes", {"query": "a"}),
    ("delete_entities", {"entityNames": ["Ada"]}),
    ("delete_observations", {"deletions": [{"entityName": "Ada", "observations": ["x"]}]}),
    ("delete_relations", {"relations": [relation("Ada", "knows", "Bob")]}),
    ("add_observations", {"observations": [{"entityName": "Ada", "contents": ["writes programs"]}]}),
    ("create_entities", {"entities": [entity("Zoë", "person", "plays the cello"), entity("Ada", "person", "writes"),
                                      entity("ada", "alias"), entity("!?", "sign"), entity("", "nothing")]}),
    ("create_entities", {"entities": [entity("Ada", "other", "is not taken"), entity("Bob"), entity("Ada Ltd", "firm")]}),
    ("create_relations", {"relations": [relation("Bob", "works for", "Ada Ltd"), relation("Ada", "owns", "Ada Ltd"),
                                        relation("ada", "owns", "Ada Ltd"), relation("!?", "marks", "nobody"),
                                        relation("Ada", "x" * 150, "Bob")]}),
    ("create_relations", {"relations": [relation("Ada", "owns", "Ada Ltd"), relation("Ada", "knows", "Zoë")]}),
    ("add_observations", {"observations": [{"entityName": "Ada", "contents": ["writes", "met Zoë", "drinks tea, \"hot\""]},
                                           {"entityName": "Bob", "contents": []}]}),
    ("add_observations", {"observations": [{"entityName": "Bob", "contents": ["is lost"]},
                                           {"entityName": "Nobody", "contents": ["is here"]}]}),
    ("read_graph", {}),
    ("search_nodes", {"query": "ADA"}),
    ("search_nodes", {"query": "zoë"}),
    ("search_nodes", {"query": "sign"}),
    ("search_nodes", {"query": "100%_\\"}),
    ("search_nodes", {"query": ""}),
    ("open_nodes", {"names": ["Bob", "Zoë", "nobody"]}),
    ("delete_observations", {"deletions": [{"entityName": "Ada", "observations": ["met Zoë", "none such"]},
                                           {"entityName": "Nobody", "observations": ["x"]}]}),
    ("delete_relations", {"relations": [relation("Ada", "owns", "Ada Ltd"), relation("Ada", "hates", "Bob")]}),
    ("read_graph", {}),
    ("delete_entities", {"entityNames": ["Bob", "nobody", "Bob"]}),
    ("open_nodes", {"names": ["Ada", "Ada Ltd"]}),
    ("create_entities", {"entities": [entity("Bob", "ghost", "is back")]}),
    ("read_graph", {}),
]


def post(method, params, number=1):
    status, _, body = front.ask("POST", "/mcp/entities", json.dumps(
        {"jsonrpc": "2.0", "id": number, "method": method, "params": params}), {"Content-Type": "application/json"})
    assert status == 200, (status, body)
    answer = json.loads(body)
    assert "result" in answer, answer
    return answer["result"]


def call(name, arguments):
    return post("tools/call", {"name": name, "arguments": arguments})


def text_of(result):
    """The text of a result; JSON is compared as JSON, for the reference server writes it with blanks."""
    (block,) = result["content"]
    assert block["type"] == "text", block
    try:
        return json.loads(block["text"])
    except ValueError:
        return block["text"]


def same(ours, theirs, what):
    assert bool(ours.get("isError")) == bool(theirs.get("isError")), (what, ours, theirs)
    assert text_of(ours) == text_of(theirs), (what, ours, theirs)
    assert ours.get("structuredContent") == theirs.get("structuredContent"), (what, ours, theirs)


def same_tools(theirs):
    """Names, titles, descriptions and hints are the same, and our schemas name the same members."""
    ours = {tool["name"]: tool for tool in post("tools/list", {})["tools"]}
    assert list(ours) == NINE, list(ours)
    for tool in theirs["tools"]:
        own = ours.pop(tool["name"])
        for key in ("title", "description", "annotations"):
            assert own[key] == tool[key], (tool["name"], key, own[key], tool[key])
        for key in ("inputSchema", "outputSchema"):
            assert set(own[key]["properties"]) == set(tool[key].get("properties", {})), (own[key], tool[key])
            assert set(own[key].get("required", [])) == set(tool[key].get("required", [])), (own[key], tool[key])
    assert not ours, ours


def compares():
    """the same calls to both servers are answered the same, word for word"""
    if not SERVER or not shutil.which("node"):
        print("SKIP: KVASIR_TEST_MEMORY_SERVER names no installed server, or there is no Node.js")
        return
    lines = "".join(json.dumps({"name": name, "arguments": arguments}) + "\n" for name, arguments in SCRIPT)
    done = subprocess.run(
        ["node", TOP + "/tests/it/entities.mjs",
         SERVER + "/node_modules/@modelcontextprotocol/server-memory/dist/index.js", front.home + "/graph.jsonl"],
        input=lines, text=True, capture_output=True, check=True, timeout=60)
    listed, *theirs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(theirs) == len(SCRIPT), (len(theirs), done.stderr)
    same_tools(listed)
    for (name, arguments), answer in zip(SCRIPT, theirs):
        same(call(name, arguments), answer, (name, arguments))
    call("delete_entities", {"entityNames": [e["name"] for e in text_of(call("read_graph", {}))["entities"]] + ["nobody"]})


def remembers():
    """entities are memories: other tools find them, relations stand in the graph and go with them"""
    assert text_of(call("read_graph", {})) == {"entities": [], "relations": []}
    call("create_entities", {"entities": [entity("Marie", "person", "found radium"), entity("Radium", "element")]})
    call("create_relations", {"relations": [relation("Marie", "found", "Radium"), relation("MARIE", "found", "Radium")]})

    def found():
        status, _, body = front.ask("POST", "/api/mcp/route", json.dumps(
            {"tool": "memory.retrieve", "payload": {"query": "radium"}}), {"Content-Type": "application/json"})
        assert status == 200, body
        return [(m["entityType"], m["content"]) for m in json.loads(body)["result"]["memories"]
                if "radium" in m["content"].lower()]  # a model finds what is only near, too

    def asserted():
        status, _, body = front.ask("GET", "/v1/collections/memory/relations?predicate=found")
        assert status == 200, body
        return [(r["subject"], r["object"]) for r in json.loads(body)["relations"]]

    assert ("person", "Marie (person)\nfound radium") in found(), found()
    assert asserted() == [("marie", "radium")], "two spellings are one assertion"
    call("delete_relations", {"relations": [relation("Marie", "found", "Radium")]})
    assert asserted() == [("marie", "radium")], "the other spelling holds it"
    call("delete_relations", {"relations": [relation("MARIE", "found", "Radium")]})
    assert asserted() == []
    call("add_observations", {"observations": [{"entityName": "Marie", "contents": ["won two prizes"]}]})
    assert any("prizes" in text for _, text in found()), found()
    front.ask("POST", "/v1/collections/memory/records", json.dumps({"records": [{"id": "entity:Fake", "text": "no entity"}]}),
              {"Content-Type": "application/json"})
    answer = call("add_observations", {"observations": [{"entityName": "Fake", "contents": ["x"]}]})
    assert answer["isError"] and text_of(answer) == "Entity with name Fake not found", answer
    assert [e["name"] for e in text_of(call("read_graph", {}))["entities"]] == ["Marie", "Radium"]
    call("delete_entities", {"entityNames": ["Marie"]})
    assert found() == [("element", "Radium (element)")], found()


def meant():
    """what an entity is known for is found by its meaning, as it is now"""
    if not MODEL:
        print("SKIP: there is no embedding model below " + MODELS)
        return

    def nearest(query):
        status, _, body = front.ask("POST", "/v1/search", json.dumps(
            {"collection": "memory", "query": query, "mode": "vector", "k": 1}), {"Content-Type": "application/json"})
        assert status == 200, body
        return json.loads(body)["results"][0]["id"]

    call("create_entities", {"entities": [entity("Rover", "dog", "barks at night"), entity("Ferry", "boat", "sails to the island"),
                                          entity("Tom", "person", "repairs shoes")]})
    assert nearest("an animal that makes noise") == "entity:Rover"
    assert nearest("a cobbler") == "entity:Tom"
    call("add_observations", {"observations": [{"entityName": "Ferry", "contents": ["carries cars"]},
                                               {"entityName": "Tom", "contents": ["plays the violin in an orchestra"]},
                                               {"entityName": "Tom", "contents": ["studied music"]}]})
    assert nearest("a musician") == "entity:Tom"
    call("delete_observations", {"deletions": [{"entityName": "Tom", "observations": ["repairs shoes"]}]})
    status, _, body = front.ask("POST", "/mcp/entities", json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "create_entities", "arguments": {"entities": [entity("Glacier", "ice", "melts slowly")]},
        "_meta": {"io.kvasir/idempotencyKey": "once"}}}), {"Content-Type": "application/json"})
    assert status == 200 and "isError" not in json.loads(body)["result"], body
    assert nearest("frozen water of the mountains") == "entity:Glacier"
    number = db.ask("select number from kvasir.collection where name = 'memory'")[0][0]
    bare = db.ask(f"select count(*) from kvasir_data.record_{number} where embedding is null and id like 'entity:%'")
    assert bare == [["0"]], bare
    call("delete_entities", {"entityNames": ["Rover", "Ferry", "Tom", "Glacier"]})


def together():
    """two writers of one entity lose nothing"""
    call("create_entities", {"entities": [entity("Shared")]})
    failures = []

    def write(who):
        for number in range(10):
            try:
                call("add_observations", {"observations": [{"entityName": "Shared", "contents": [f"{who}{number}"]}]})
            except AssertionError as failure:
                failures.append(failure)

    threads = [threading.Thread(target=write, args=(who,)) for who in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    (shared,) = text_of(call("open_nodes", {"names": ["Shared"]}))["entities"]
    assert sorted(shared["observations"]) == sorted(f"{who}{n}" for who in "ab" for n in range(10)), shared


play(compares, remembers, meant, together)
