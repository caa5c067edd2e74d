#!/usr/bin/env -S python3 -B
"""chroma_collections: tenants, databases and collections as Chroma's clients make and read them."""
import json

from stack import Stack, wait
from stage import play

kv = Stack(auth="open", index_threshold=50, engine_sets=("index_threshold=50",))
API = "/api/v2"
DEFAULT = "/tenants/default_tenant/databases/default_database"
C = DEFAULT + "/collections"
NOBODY = "00000000-0000-0000-0000-000000000001"
NAMES = {400: "InvalidArgumentError", 404: "NotFoundError", 403: "ChromaError", 409: "ChromaError",
         422: "ChromaError", 501: "ChromaError"}
INDEX = {"ef_construction": 100, "max_neighbors": 16, "ef_search": 100, "batch_size": 100,
         "sync_threshold": 1000, "resize_factor": 1.2}


def call(method, path, body=None, status=200, says="", stack=None, key=None):
    """One call that has to end so; errors have Chroma's form and hold these words."""
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if key:
        headers["x-chroma-token"] = key
    sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    found, _, text = (stack or kv).ask(method, API + path, sent, headers)
    answer = json.loads(text)
    assert found == status, (method, path, body, found, text)
    if status >= 400:
        assert answer["error"] == NAMES[status] and says in answer["message"], (body, text)
    return answer


def tenants():
    """tenants are made once, and told by their name"""
    assert call("POST", "/tenants", {"name": "t_one", "more": 1}) == {}
    call("POST", "/tenants", {"name": "t_one"}, 409, "Tenant [t_one] already exists")
    call("POST", "/tenants", {"name": "ab"}, 400, "Validation error: name:")
    for body in {}, {"name": 1}, []:
        call("POST", "/tenants", body, 422, "Failed to deserialize the JSON body")
    call("POST", "/tenants", b"{", 400, "Failed to parse the request body as JSON: ")
    assert call("GET", "/tenants/t_one") == {"name": "t_one", "resource_name": None}
    call("GET", "/tenants/nosuch", None, 404, "Tenant [nosuch] not found")
    assert call("PATCH", "/tenants/t_one", {"resource_name": "firm"}) == {}
    assert call("PATCH", "/tenants/t_one", {"resource_name": "firm"}) == {}
    assert call("GET", "/tenants/t_one")["resource_name"] == "firm"
    call("PATCH", "/tenants/t_one", {"resource_name": "other"}, 409)
    call("PATCH", "/tenants/default_tenant", {"resource_name": "firm"}, 409)
    call("PATCH", "/tenants/default_tenant", {"resource_name": "t_one"}, 409)
    call("PATCH", "/tenants/nosuch", {"resource_name": "r"}, 404)
    call("PATCH", "/tenants/t_one", {}, 422, "missing field `resource_name`")


def databases():
    """databases are made, listed by name and dropped with the tables of their collections"""
    path = "/tenants/t_one/databases"
    assert call("GET", path) == [] and call("GET", "/tenants/nosuch/databases") == []
    for name in "db_two", "db_one", "abc+def":
        assert call("POST", path, {"name": name}) == {}
    call("POST", path, {"name": "db_one"}, 409, "Database [db_one] already exists")
    for name, says in ("ab", "Expected a name containing 3-512 characters"), \
            ("a..b", "two consecutive periods (..). Got a..b"), \
            ("1.2.3.4", "not a valid ip address. Got 1.2.3.4"), ("x+abc", "Got: x"), \
            ("abc+def+ghi", "at most one topology"), ("-abc", "Got: -abc"), ("äbc", "Got: äbc"):
        call("POST", path, {"name": name}, 400, says)
    listed = call("GET", path)
    assert [row["name"] for row in listed] == ["abc+def", "db_one", "db_two"], listed
    assert set(listed[0]) == {"id", "name", "tenant"} and listed[0]["tenant"] == "t_one"
    assert call("GET", path + "?limit=1&offset=1") == listed[1:2]
    assert call("GET", path + "?limit=0") == []
    call("GET", path + "?limit=x", None, 400, "Failed to deserialize query string: limit: ")
    assert call("GET", path + "/db_one") == listed[1]
    call("GET", path + "/nosuch", None, 404, "Database [nosuch] not found. Are you sure it exists?")
    call("GET", path + "/ab", None, 400, "database name must be at least 3 characters")
    call("DELETE", path + "/nosuch", None, 404, "Database [nosuch] not found")
    tables = "select count(*) from pg_class where relkind = 'r' and relnamespace =" \
             " 'kvasir_data'::regnamespace"
    before = kv.db.ask(tables)
    call("POST", path + "/db_one/collections", {"name": "gone"})
    assert kv.db.ask(tables) != before
    assert call("DELETE", path + "/db_one") == {} and kv.db.ask(tables) == before
    call("GET", path + "/db_one", None, 404)
    own = call("GET", "/tenants/default_tenant/databases/default_database")
    assert own["id"] == "00000000-0000-0000-0000-000000000000", own


def created():
    """a collection is answered whole, with its configuration and its schema"""
    made = call("POST", C, {"name": "first", "unknown": [1]})
    hnsw = made["configuration_json"]["hnsw"]
    assert hnsw == {"space": "l2", **{k: v for k, v in INDEX.items() if k != "batch_size"}}, hnsw
    assert made["metadata"] is None and made["dimension"] is None
    assert (made["tenant"], made["database"]) == ("default_tenant", "default_database")
    vector = made["schema"]["keys"]["#embedding"]["float_list"]["vector_index"]
    assert vector["enabled"] and vector["config"]["source_key"] == "#document"
    told = dict(vector["config"]["hnsw"])
    assert told.pop("num_threads") > 0 and told == INDEX, told
    assert made["schema"]["keys"]["#document"]["string"]["fts_index"]["enabled"]
    call("POST", C, {"name": "first"}, 409, "Collection [first] already exists")
    again = call("POST", C, {"name": "first", "metadata": {"a": 1}, "get_or_create": True})
    assert again == made == call("GET", C + "/first") == call("GET", C + "/by-id/" + made["id"])
    call("GET", C + "/" + made["id"], None, 404, f"Collection [{made['id']}] does not exist")
    call("GET", C + "/by-id/" + NOBODY, None, 404, f"Collection [{NOBODY}] does not exist")
    call("GET", C + "/by-id/x", None, 400, "Invalid collection ID format, expected UUID")
    call("POST", DEFAULT.replace("default_d", "d") + "/collections", {"name": "first"}, 400,
         "Database [database] does not exist")
    for body, says in ({}, "missing field `name`"), ({"name": 1}, "name"), \
            ({"name": "abc", "get_or_create": None}, "get_or_create"), \
            ({"name": "abc", "metadata": {"a": [1]}}, "metadata.a"), \
            ({"name": "abc", "metadata": {"a": None}}, "metadata.a"), \
            ({"name": "abc", "configuration": {"hnsw": {"space": "x"}}}, "unknown variant `x`"), \
            ({"name": "abc", "configuration": {"hnsw": {"x": 1}}}, "unknown field `x`"), \
            ({"name": "abc", "configuration": {"hnsw": {"ef_search": -1}}}, "hnsw.ef_search"), \
            ({"name": "abc", "configuration": {"embedding_function": {}}}, "missing field `type`"):
        call("POST", C, body, 422, says)
    for body, says in ({"metadata": {}}, "metadata: Metadata cannot be empty"), \
            ({"metadata": {"#a": 1}}, "Metadata key cannot start with '#' or '$': #a"), \
            ({"metadata": {"hnsw:M": "x"}}, "Failed to parse hnsw parameters"), \
            ({"configuration": {"hnsw": {}, "spann": {}}}, "Multiple vector index"):
        call("POST", C, {"name": "abc", **body}, 400, says)


def configured():
    """settings come from the configuration, or from older clients' metadata"""
    given = {"hnsw": {"space": "cosine", "ef_search": 7, "resize_factor": 2, "batch_size": 3},
             "embedding_function": {"type": "known", "name": "f", "config": {"a": [1.0, 2]}}}
    values = {"i": 1, "f": 1.0, "big": 1e300, "edge": 2**63, "b": True, "s": "ä", "low": -2**63}
    made = call("POST", C, {"name": "set", "configuration": given, "metadata": values})
    told = made["configuration_json"]
    assert told["hnsw"] == {"space": "cosine", "ef_construction": 100, "ef_search": 7,
                            "max_neighbors": 16, "resize_factor": 2.0, "sync_threshold": 1000}
    assert told["embedding_function"] == given["embedding_function"] and told["spann"] is None
    config = made["schema"]["keys"]["#embedding"]["float_list"]["vector_index"]["config"]
    assert config["embedding_function"] == given["embedding_function"]
    assert config["space"] == "cosine" and config["hnsw"]["batch_size"] == 3
    assert made["metadata"] == values and isinstance(made["metadata"]["f"], float)
    assert isinstance(made["metadata"]["edge"], float) and isinstance(made["metadata"]["i"], int)
    old = call("POST", C, {"name": "old", "metadata": {"hnsw:space": "ip", "hnsw:M": 5}})
    assert old["configuration_json"]["hnsw"]["space"] == "ip"
    assert old["configuration_json"]["hnsw"]["max_neighbors"] == 5
    for width in 0, 2**63:
        wide = call("POST", C, {"name": "wide", "configuration": {"hnsw": {"ef_search": width}}})
        call("POST", f"{C}/{wide['id']}/add", {"ids": ["a"], "embeddings": [[1.0]]}, 201)
        found = call("POST", f"{C}/{wide['id']}/query", {"query_embeddings": [[2.0]]})
        assert found["ids"] == [["a"]] and found["distances"] == [[1.0]], found
        call("DELETE", C + "/wide")
    other = call("POST", C, {"name": "other", "configuration": {"spann": {"space": "ip"}}})
    assert other["configuration_json"]["hnsw"]["space"] == "ip"


def schemas():
    """a schema is checked, kept, told back with its defaults, and grows with the records"""
    def given(schema, status=200, says="", **more):
        name = f"schema{given.count}"
        given.count += 1
        return call("POST", C, {"name": name, "schema": schema, **more}, status, says)
    given.count = 0
    on, off = {"enabled": True, "config": {}}, {"enabled": False, "config": {}}
    plain = call("POST", C, {"name": "plain"})["schema"]
    for empty in None, {"defaults": {}, "keys": {}}, {"defaults": {"bool": None}, "keys": {}}, \
            {"defaults": {"int": {"int_inverted_index": on}}, "keys": {}, "more": 1}:
        assert given(empty)["schema"] == plain
    vector = {"vector_index": {"enabled": True, "config": {"space": "ip", "hnsw": {"ef_search": 3}}}}
    made = given({"defaults": {"int": {"int_inverted_index": off}},
                  "keys": {"#embedding": {"float_list": vector}, "a": {"int": {"int_inverted_index": on}},
                           "sp": {"sparse_vector": {"sparse_vector_index": on}}}})
    hnsw = made["configuration_json"]["hnsw"]
    assert (hnsw["space"], hnsw["ef_search"]) == ("ip", 3), hnsw
    keys = made["schema"]["keys"]
    assert keys["a"] == {"int": {"int_inverted_index": on}}
    assert keys["sp"]["sparse_vector"]["sparse_vector_index"]["config"] == \
        {"embedding_function": {"type": "unknown"}, "bm25": False}
    defaults = made["schema"]["defaults"]
    assert defaults["int"] == {"int_inverted_index": off}
    assert defaults["float_list"]["vector_index"]["config"]["space"] == "l2"
    records = {"ids": ["x"], "embeddings": [[1.0]],
               "metadatas": [{"a": "s", "n": 1, "f": 1.5, "b": True}]}
    call("POST", f"{C}/{made['id']}/add", records, 201)
    keys = call("GET", C + "/" + made["name"])["schema"]["keys"]
    strings = {"fts_index": off, "string_inverted_index": on}
    assert keys["a"] == {"int": {"int_inverted_index": on}, "string": strings}, keys["a"]
    assert keys["n"] == {"int": {"int_inverted_index": off}}
    assert keys["f"] == {"float": {"float_inverted_index": on}}
    assert keys["b"] == {"bool": {"bool_inverted_index": on}}

    def key(name, kind, index, entry):
        return {"defaults": {}, "keys": {name: {kind: {index: entry}}}}
    for wrong in 5, [], {}, {"keys": {}}, {"defaults": {}}, {"defaults": {"string": 5}, "keys": {}}, \
            key("a", "int", "int_inverted_index", {"enabled": False}), \
            key("a", "int", "int_inverted_index", {"config": {}}), \
            key("a", "int", "int_inverted_index", {"enabled": True, "config": {"x": 1}}), \
            key("#embedding", "float_list", "vector_index", {"enabled": True, "config": {"x": 1}}), \
            key("s", "sparse_vector", "sparse_vector_index", {"enabled": True, "config": {"x": 1}}):
        given(wrong, 422, "schema")
    for wrong, says in (key("#a", "int", "int_inverted_index", on), "Keys starting with '#'"), \
            (key("a", "string", "fts_index", on), "only be enabled on #document field: a"), \
            (key("a", "float_list", "vector_index", on), "only be enabled on #embedding field: a"), \
            (key("#embedding", "string", "fts_index", off), "other than float_list"), \
            (key("#embedding", "float_list", "vector_index",
                 {"enabled": True, "config": {"source_key": "x"}}), "only source from #document"), \
            ({"defaults": {"float_list": vector}, "keys": {}}, "cannot be enabled by default"):
        given(wrong, 400, says)
    given(key("a", "int", "int_inverted_index", on), 400, "Cannot set both",
          configuration={"hnsw": {"space": "ip"}})
    for row in call("GET", C):
        if row["name"] == "plain" or row["name"].startswith("schema"):
            call("DELETE", C + "/" + row["name"])


def forked():
    """a fork has all records and words of its source, and goes its own way"""
    def count(name):
        number = kv.db.ask(f"select number from kvasir.collection where name = '{name}'")[0][0]
        return kv.db.ask(f"select count(*), sum(seq) from kvasir_data.record_{number}")
    made = call("POST", C, {"name": "source", "metadata": {"a": 1.0},
                            "configuration": {"hnsw": {"space": "cosine", "ef_search": 9}}})
    path = f"{C}/{made['id']}"
    assert call("GET", path + "/indexing_status") == {
        "num_indexed_ops": 0, "num_unindexed_ops": 0, "total_ops": 0, "op_indexing_progress": 1.0}
    for n in range(3):
        call("POST", path + "/add", {"ids": [str(n)], "embeddings": [[1.0, n]], "uris": ["u"],
                                     "documents": [f"red ship {n}"], "metadatas": [{"n": n}]}, 201)
    assert call("GET", path + "/indexing_status")["num_indexed_ops"] == 3
    assert call("GET", path + "/fork_count") == {"count": 0}
    copy = call("POST", path + "/fork", {"new_name": "copy"})
    source = call("GET", C + "/source")
    assert copy["id"] != source["id"] and copy["name"] == "copy"
    for name in set(copy) - {"id", "name"}:
        assert copy[name] == source[name], name
    other = call("POST", f"{C}/{copy['id']}/fork", {"new_name": "copy.of.copy"})
    for ident in source["id"], copy["id"], other["id"]:
        assert call("GET", f"{C}/{ident}/fork_count") == {"count": 2}
    assert count("copy") == count("source") == count("copy.of.copy") == [["3", "6"]]
    call("POST", path + "/add", {"ids": ["4"], "embeddings": [[1.0, 1.0]]}, 201)
    call("POST", f"{C}/{copy['id']}/add", {"ids": ["5"], "embeddings": [[1.0, 1.0]]}, 201)
    call("POST", f"{C}/{copy['id']}/add", {"ids": ["6"], "embeddings": [[1.0, 1.0]]}, 201)
    assert (count("source"), count("copy")) == ([["4", "10"]], [["5", "15"]])
    found = kv.search("copy.of.copy", query="ship", mode="lexical")["results"]
    assert len(found) == 3, found
    call("POST", path + "/fork", {"new_name": "copy"}, 409, "Collection [copy] already exists")
    call("POST", path + "/fork", {"new_name": "x"}, 400, "Validation error: new_name")
    call("POST", path + "/fork", {}, 422, "missing field `new_name`")
    call("DELETE", C + "/source")
    assert call("GET", f"{C}/{copy['id']}/fork_count") == {"count": 2}
    call("DELETE", C + "/copy.of.copy")
    assert call("GET", f"{C}/{copy['id']}/fork_count") == {"count": 1}
    for more in ("POST", "/fork", {"new_name": "some"}), ("GET", "/fork_count"), \
            ("GET", "/indexing_status"):
        call(more[0], path + more[1], more[2] if len(more) > 2 else None, 404, "does not exist.")
    for way in ("POST", "/functions/attach", {}), ("GET", "/functions/f"), \
            ("POST", "/attached_functions/f/detach", {}):
        call(way[0], path + way[1], way[2] if len(way) > 2 else None, 501, "Attached functions")
    call("DELETE", C + "/copy")


def indexed():
    """the engine builds the index as the collection's owner set it"""
    made = call("POST", C, {"name": "built", "configuration": {
        "hnsw": {"max_neighbors": 6, "ef_construction": 5}}})
    call("POST", f"{C}/{made['id']}/add", {
        "ids": [str(n) for n in range(60)], "embeddings": [[1.0, n] for n in range(60)]}, 201)
    status = call("GET", f"{C}/{made['id']}/indexing_status")
    assert status["total_ops"] == 60, status
    wait("the index is ready", lambda: call("GET", f"{C}/{made['id']}/indexing_status")
         ["op_indexing_progress"] == 1.0)
    built = kv.db.ask("select indexdef from pg_indexes where indexname like '%_hnsw'")
    assert len(built) == 1 and "m='6'" in built[0][0], built
    assert "ef_construction='12'" in built[0][0], built
    call("DELETE", C + "/built")


def listed():
    """collections are listed in the order of their ids, page by page"""
    rows = call("GET", C)
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows) and len(rows) == 4
    assert call("GET", C + "?limit=2&offset=1") == rows[1:3]
    assert call("GET", DEFAULT + "/collections_count") == 4
    assert call("GET", "/tenants/t_one/databases/nosuch/collections") == []
    assert call("GET", "/tenants/nosuch/databases/nosuch/collections_count") == 0
    assert call("GET", "/collections/default_tenant:default_database:first")["name"] == "first"
    call("POST", "/tenants/t_one/databases/db_two/collections", {"name": "first"})
    for tenant in "t_one", "firm":
        found = call("GET", f"/collections/{tenant}:db_two:first")
        assert (found["tenant"], found["database"]) == ("t_one", "db_two")
    call("GET", "/collections/firm:db_two:nosuch", None, 404, "Collection [nosuch] does not exist")
    call("GET", "/collections/nosuch:db_two:first", None, 404, "Tenant [nosuch] not found")
    for wrong in "first", "a:b", "a:b:", ":b:c", "a::c", "a:b:c:d":
        call("GET", "/collections/" + wrong, None, 400, "CRN")


def changed():
    """a collection is renamed, given other metadata and other settings, and deleted by its name"""
    path = C + "/" + call("GET", C + "/first")["id"]
    for body in {}, {"new_name": None, "new_metadata": None, "new_configuration": None}, \
            {"new_name": "second"}, {"new_metadata": {"a": 1, "b": None}}, \
            {"new_configuration": {"hnsw": {"ef_search": 9}}}, \
            {"new_configuration": {"hnsw": {"max_neighbors": 8}}}, \
            {"new_configuration": {"embedding_function": {"type": "legacy"}}}:
        assert call("PUT", path, body) == {}
    told = call("GET", C + "/second")
    assert told["metadata"] == {"a": 1}, told["metadata"]
    config = told["configuration_json"]
    assert (config["hnsw"]["ef_search"], config["hnsw"]["max_neighbors"]) == (9, 8)
    assert config["embedding_function"] == {"type": "legacy"}
    call("PUT", path, {"new_name": "set"}, 409, "Collection [set] already exists")
    call("PUT", path, {"new_name": "x"}, 400, "Validation error: new_name: Expected")
    call("PUT", path, {"new_metadata": {}}, 400, "new_metadata: Metadata cannot be empty")
    call("PUT", path, {"new_metadata": {"a": [1]}}, 422, "new_metadata.a")
    call("PUT", path, {"new_configuration": {"hnsw": {"space": "ip"}}}, 422, "unknown field")
    call("PUT", C + "/second", {}, 400, "Collection ID is not a valid UUIDv4")
    call("PUT", C + "/" + NOBODY, {}, 404, f"Collection [{NOBODY}] does not exist.")
    call("DELETE", path, None, 404)
    assert call("DELETE", C + "/second") == {}
    call("DELETE", C + "/second", None, 404, "Collection [second] does not exist")


def apart():
    """an id opens nothing under another tenant or database, nor with another's key"""
    ident = call("GET", C + "/set")["id"]
    for place in "/tenants/t_one/databases/db_two", "/tenants/default_tenant/databases/nosuch", \
            "/tenants/nosuch/databases/default_database":
        call("GET", f"{place}/collections/by-id/{ident}", None, 404)
        call("PUT", f"{place}/collections/{ident}", {"new_name": "mine"}, 404)
        call("DELETE", f"{place}/collections/set", None, 404)
    keyed = Stack(auth="key", redis=False, engine=False)
    for name in "north", "south":
        keyed.db.kvasir("tenant", "create", name)
    north, south = keyed.key("north", "--scopes", "admin")[0], keyed.key("south")[0]

    def ask(key, method, path, *more):
        return call(method, path, *more, stack=keyed, key=key)
    own = "/tenants/south/databases/default_database/collections"
    ident = ask(south, "POST", own, {"name": "secret"})["id"]
    ask(south, "GET", "/collections/south:default_database:secret")
    for path in "/tenants/south", own + "/secret", own + "/by-id/" + ident, \
            own.replace("south", "north") + "/by-id/" + ident, \
            "/collections/south:default_database:secret", "/tenants/south/databases/default_database":
        ask(north, "GET", path, None, 404)
    ask(north, "PUT", own + "/" + ident, {"new_name": "mine"}, 404)
    ask(north, "DELETE", own + "/secret", None, 404)
    ask(north, "POST", own, {"name": "mine"}, 404)
    ask(north, "POST", "/tenants/south/databases", {"name": "mine"}, 404)
    ask(north, "DELETE", "/tenants/south/databases/default_database", None, 404)
    assert ask(north, "GET", own) == [] == ask(north, "GET", "/tenants/south/databases")
    assert ask(north, "GET", own.replace("collections", "collections_count")) == 0
    ask(north, "POST", "/tenants", {"name": "west"}, 403, "kvasir tenant create")
    assert ask(north, "POST", "/reset") is True
    assert ask(south, "GET", own + "/secret")["id"] == ident
    keyed.end()


def reset():
    """a reset leaves one tenant with one empty database, and only development allows it"""
    assert call("POST", "/reset") is True
    assert call("GET", C) == [] and call("GET", "/tenants/t_one", None, 404)
    assert [row["name"] for row in call("GET", "/tenants/default_tenant/databases")] == \
        ["default_database"]
    left = kv.db.ask("select count(*) from pg_class where relnamespace = 'kvasir_data'::regnamespace")
    assert left == [["0"]], left
    call("POST", C, {"name": "again"})


play(tenants, databases, created, configured, schemas, forked, indexed, listed, changed, apart, reset)
