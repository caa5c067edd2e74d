#!/usr/bin/env -S python3 -B
"""chroma_py: the Python client library of Chroma, unmodified, through nginx against us.

Runs in the Python that has the library: KVASIR_TEST_CHROMA names the folder; skips without it.
"""
import math
import os
import sys
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "chroma"))
from real import client_python  # noqa: E402

client_python(__file__)

import chromadb  # noqa: E402
import numpy  # noqa: E402
from chromadb import K, Knn, Rrf, Search  # noqa: E402
from chromadb.base_types import SparseVector  # noqa: E402
from chromadb.config import Settings  # noqa: E402
from chromadb.errors import ChromaError, InvalidArgumentError, NotFoundError  # noqa: E402
from chromadb.execution.expression import GroupBy, MaxK, MinK, Val  # noqa: E402
from stack import Stack  # noqa: E402
from stage import play  # noqa: E402

kv = Stack(mode="development", auth="open", threads=4, tcp=True)
QUIET = Settings(anonymized_telemetry=False, allow_reset=True)
EVERYTHING = ["embeddings", "documents", "metadatas", "uris"]
POINTS = {"a": [1.0, 0.0], "b": [0.0, 2.0], "c": [3.0, 4.0], "d": [-1.0, -1.0]}


def client(**more):
    return chromadb.HttpClient(host="127.0.0.1", port=kv.port, settings=QUIET, **more)


def refused(kind, what, *words, **more):
    try:
        what(*words, **more)
    except kind as fault:
        return str(fault)
    raise AssertionError(f"{what} was not refused")


def filled(name, points=None, **more):
    """A collection with POINTS and what tells its records apart."""
    made = client().create_collection(name, embedding_function=None, **more)
    points = points or POINTS
    made.add(ids=list(points), embeddings=list(points.values()),
             documents=[f"text of {key}" for key in points],
             metadatas=[{"n": index, "half": index / 2, "even": index % 2 == 0, "word": key,
                         "list": [key, "x"]} for index, key in enumerate(points)])
    return made


def near(found, wanted):
    assert len(found) == len(wanted), (found, wanted)
    for one, other in zip(found, wanted):
        assert math.isclose(one, other, rel_tol=1e-5, abs_tol=1e-6), (found, wanted)


def beginning():
    """a client starts, learns who it is and what the server takes"""
    one = client()
    assert one.heartbeat() > 10 ** 18 and one.get_version() == "1.0.0"
    assert one.get_max_batch_size() >= 5461
    assert (one.tenant, one.database) == ("default_tenant", "default_database")
    assert one.list_collections() == [] and one.count_collections() == 0


def tenants():
    """tenants and databases are made, found, listed and deleted; their collections are apart"""
    admin = chromadb.AdminClient(Settings(
        chroma_api_impl="chromadb.api.fastapi.FastAPI", chroma_server_host="127.0.0.1",
        chroma_server_http_port=kv.port, anonymized_telemetry=False))
    admin.create_tenant("wide")
    assert admin.get_tenant("wide")["name"] == "wide"
    assert "exists" in refused(ChromaError, admin.create_tenant, "wide")
    refused(NotFoundError, admin.get_tenant, "nowhere")
    for name in "first-db", "second-db":
        admin.create_database(name, "wide")
    refused(ChromaError, admin.create_database, "first-db", "wide")
    refused(InvalidArgumentError, admin.create_database, "x", "wide")
    assert [row["name"] for row in admin.list_databases(tenant="wide")] == ["first-db", "second-db"]
    assert [row["name"] for row in admin.list_databases(1, 1, "wide")] == ["second-db"]
    found = admin.get_database("first-db", "wide")
    assert found["tenant"] == "wide" and uuid.UUID(str(found["id"])), found
    refused(NotFoundError, admin.get_database, "third-db", "wide")
    there = client(tenant="wide", database="first-db")
    made = there.create_collection("inside", embedding_function=None)
    made.add(ids=["x"], embeddings=[[1, 2]])
    assert [one.name for one in there.list_collections()] == ["inside"]
    assert (made.tenant, made.database) == ("wide", "first-db")
    other = client(tenant="wide", database="second-db")
    assert other.list_collections() == [] and client().list_collections() == []
    refused(NotFoundError, other.get_collection, "inside")
    refused(ChromaError, client, tenant="nowhere")
    refused(ChromaError, client, database="nowhere")
    admin.delete_database("second-db", "wide")
    refused(NotFoundError, admin.get_database, "second-db", "wide")
    there.delete_collection("inside")


def collections():
    """collections are made, found, listed, changed and deleted"""
    one = client()
    made = one.create_collection("first", metadata={"a": 1, "b": 2.0, "c": "x", "d": True},
                                 embedding_function=None)
    assert made.metadata == {"a": 1, "b": 2.0, "c": "x", "d": True}
    assert type(made.metadata["b"]) is float and type(made.metadata["a"]) is int
    found = one.get_collection("first", embedding_function=None)
    assert found.id == made.id and found.metadata == made.metadata and found.name == "first"
    refused(ChromaError, one.create_collection, "first", embedding_function=None)
    again = one.get_or_create_collection("first", metadata={"z": 1}, embedding_function=None)
    assert again.id == made.id and again.metadata == made.metadata
    new = one.get_or_create_collection("second", embedding_function=None)
    assert new.id != made.id and one.count_collections() == 2
    assert {each.name for each in one.list_collections()} == {"first", "second"}
    assert len(one.list_collections(limit=1)) == 1
    pages = [one.list_collections(limit=1, offset=number)[0].name for number in (0, 1)]
    assert set(pages) == {"first", "second"}
    made.modify(name="renamed", metadata={"new": 1})
    assert made.name == "renamed" and made.metadata == {"new": 1}
    assert one.get_collection("renamed", embedding_function=None).metadata == {"new": 1}
    assert "does not exist" in refused(NotFoundError, one.get_collection, "first")
    refused(ChromaError, made.modify, name="second")
    assert one.get_collection("renamed", embedding_function=None).id == made.id
    for bad in "x", "a..b", "with space", "127.0.0.1":
        refused(Exception, one.create_collection, bad, embedding_function=None)
    for name in "renamed", "second":
        one.delete_collection(name)
        refused(NotFoundError, one.delete_collection, name)
    refused(NotFoundError, made.count)
    assert one.list_collections() == []


def configuration():
    """a collection's configuration is kept, shown and changed"""
    one = client()
    made = one.create_collection("configured", embedding_function=None, configuration={
        "hnsw": {"space": "cosine", "ef_construction": 50, "max_neighbors": 8, "ef_search": 20}})
    said = one.get_collection("configured", embedding_function=None).configuration["hnsw"]
    assert (said["space"], said["ef_construction"], said["max_neighbors"]) == ("cosine", 50, 8)
    made.modify(configuration={"hnsw": {"ef_search": 77}})
    said = one.get_collection("configured", embedding_function=None).configuration["hnsw"]
    assert said["ef_search"] == 77 and said["space"] == "cosine"
    legacy = one.create_collection("legacy", metadata={"hnsw:space": "ip"}, embedding_function=None)
    assert legacy.configuration["hnsw"]["space"] == "ip"
    plain = one.create_collection("plain", embedding_function=None)
    assert plain.configuration["hnsw"]["space"] == "l2"
    for name in "configured", "legacy", "plain":
        one.delete_collection(name)


def writing():
    """records are added, updated, upserted and deleted by the library's rules"""
    made = filled("written")
    assert made.count() == 4
    made.add(ids=["a", "e"], embeddings=[[9, 9], [5, 5]], documents=["no", "yes"])
    found = made.get(ids=["a", "e"], include=EVERYTHING)
    assert found["ids"] == ["a", "e"] and found["documents"] == ["text of a", "yes"]
    assert found["embeddings"].tolist() == [[1, 0], [5, 5]] and found["metadatas"][1] is None
    made.update(ids=["a", "nowhere"], embeddings=[[1, 0], [2, 2]], documents=["new", "none"],
                metadatas=[{"n": 9, "more": 1.0}, None])
    found = made.get(ids=["a", "nowhere"], include=EVERYTHING)
    assert found["documents"] == ["new"] and found["metadatas"][0]["more"] == 1.0
    assert found["metadatas"][0]["n"] == 9 and found["metadatas"][0]["word"] == "a"
    assert found["embeddings"].tolist() == [[1, 0]]
    made.update(ids=["a"], metadatas=[{"more": None}])
    assert "more" not in made.get(ids="a")["metadatas"][0]
    made.upsert(ids=["b", "f"], embeddings=[[7, 7], [6, 6]], documents=["bee", "eff"], uris=["u", "v"])
    found = made.get(ids=["b", "f"], include=EVERYTHING)
    assert found["embeddings"].tolist() == [[7, 7], [6, 6]] and found["uris"] == ["u", "v"]
    assert made.get()["ids"] == ["a", "b", "c", "d", "e", "f"] and made.count() == 6
    assert made.delete(ids=["f"])["deleted"] == 1
    made.delete(where={"even": True})
    assert made.get()["ids"] == ["b", "d", "e"]
    made.delete(where_document={"$contains": "yes"})
    made.delete(where={"n": {"$gte": 0}}, limit=1)
    assert made.count() == 1
    big = numpy.arange(4000, dtype=numpy.float32).reshape(2000, 2) / 7
    made.add(ids=[f"many{number}" for number in range(2000)], embeddings=big)
    assert made.count() == 2001
    some = made.get(ids=["many7", "many1999"], include=["embeddings"])["embeddings"]
    assert (some.astype(numpy.float32) == big[[7, 1999]]).all()
    client().delete_collection("written")


class Lengths(chromadb.EmbeddingFunction):
    """A text's vector is its length and how many spaces it has."""

    def __init__(self):
        pass

    def __call__(self, input):
        return [numpy.array([len(text), text.count(" ")], dtype=numpy.float32) for text in input]

    @staticmethod
    def name():
        return "lengths"

    def get_config(self):
        return {"of": "characters"}

    @staticmethod
    def build_from_config(config):
        assert config == {"of": "characters"}
        return Lengths()


def embedding():
    """the library embeds texts by a function that the collection remembers"""
    one = client()
    made = one.create_collection("texts", embedding_function=Lengths())
    made.add(ids=["short", "long"], documents=["abc", "a text of many words"])
    assert made.get(include=["embeddings"])["embeddings"].tolist() == [[3, 0], [20, 4]]
    known = one.get_collection("texts", embedding_function=Lengths())
    assert known.query(query_texts=["four"], n_results=1)["ids"] == [["short"]]
    known.update(ids=["short"], documents=["no longer short at all"])
    assert known.query(query_texts=["four"], n_results=1)["ids"] == [["long"]]
    said = known.configuration["embedding_function"]
    assert isinstance(said, Lengths), said
    one.delete_collection("texts")


def reading():
    """every include, page and peek of get and query gives what it names"""
    made = filled("read")
    for include in [], ["documents"], ["metadatas"], ["embeddings"], ["uris"], EVERYTHING:
        found = made.get(include=include)
        asked = made.query(query_embeddings=[[1, 0]], include=include + ["distances"])
        for field in EVERYTHING:
            assert (found[field] is not None) == (field in include), (field, include)
            assert (asked[field] is not None) == (field in include), (field, include)
        near(asked["distances"][0], [0, 5, 5, 20])
    assert made.get(limit=2)["ids"] == ["a", "b"] and made.get(offset=3)["ids"] == ["d"]
    assert made.get(limit=2, offset=1)["ids"] == ["b", "c"]
    assert made.peek(2)["ids"] == ["a", "b"] and len(made.peek()["embeddings"]) == 4
    asked = made.query(query_embeddings=[[3, 4], [-1, -1]], n_results=2)
    assert [row[0] for row in asked["ids"]] == ["c", "d"] and len(asked["ids"][0]) == 2
    assert asked["documents"][0][0] == "text of c" and asked["metadatas"][1][0]["word"] == "d"
    asked = made.query(query_embeddings=[[3, 4]], ids=["a", "d"])
    assert asked["ids"] == [["a", "d"]]
    client().delete_collection("read")


def distances():
    """each space measures as Chroma does"""
    for space, wanted in (("l2", {"a": 4, "b": 13, "c": 16, "d": 17}),
                          ("cosine", {"a": 0, "c": 1 - 3 / 5, "b": 1, "d": 1 + math.sqrt(.5)}),
                          ("ip", {"c": 1 - 9, "a": 1 - 3, "b": 1, "d": 1 + 3})):
        made = filled("space-" + space, configuration={"hnsw": {"space": space}})
        asked = made.query(query_embeddings=[[3, 0]], include=["distances"])
        assert asked["ids"][0] == list(wanted), (space, asked)
        near(asked["distances"][0], list(wanted.values()))
        client().delete_collection("space-" + space)


FILTERS = (
    ({"n": 1}, "b"), ({"n": 1.0}, "b"), ({"half": 1}, "c"), ({"n": {"$ne": 1}}, "acd"),
    ({"n": {"$gt": 1}}, "cd"), ({"n": {"$gte": 1.5}}, "cd"), ({"half": {"$lt": 1}}, "ab"),
    ({"half": {"$lte": 1}}, "abc"), ({"even": True}, "ac"), ({"word": "a"}, "a"),
    ({"word": {"$in": ["a", "d", "x"]}}, "ad"), ({"word": {"$nin": ["a", "d"]}}, "bc"),
    ({"nosuch": {"$ne": 1}}, "abcd"), ({"nosuch": 1}, ""), ({"word": {"$ne": "a"}}, "bcd"),
    ({"$and": [{"n": {"$gt": 0}}, {"even": True}]}, "c"),
    ({"$or": [{"word": "a"}, {"half": 1.5}]}, "ad"), ({"n": {"$in": [0, 3]}}, "ad"),
    ({"list": {"$contains": "b"}}, "b"), ({"list": {"$not_contains": "b"}}, "acd"))
DOCUMENTS = (
    ({"$contains": "text"}, "abcd"), ({"$contains": "of b"}, "b"), ({"$contains": "Text"}, ""),
    ({"$not_contains": "of b"}, "acd"), ({"$regex": "of [bc]$"}, "bc"),
    ({"$not_regex": "^text of a"}, "bcd"), ({"$regex": "(?i)TEXT OF D"}, "d"),
    ({"$and": [{"$contains": "text"}, {"$not_contains": "a"}]}, "bcd"),
    ({"$or": [{"$contains": "of a"}, {"$regex": "c$"}]}, "ac"))


def filtering():
    """every operator finds the same records in get and in query, and deletes no others"""
    made = filled("filtered")
    for field, cases in ("where", FILTERS), ("where_document", DOCUMENTS):
        for clause, wanted in cases:
            found = made.get(**{field: clause})["ids"]
            assert found == list(wanted), (clause, found)
            asked = made.query(query_embeddings=[[1, 0]], n_results=10, **{field: clause})["ids"][0]
            assert sorted(asked) == list(wanted), (clause, asked)
    both = made.get(where={"n": {"$gt": 0}}, where_document={"$regex": "[ab]$"})
    assert both["ids"] == ["b"]
    client().delete_collection("filtered")


def refusals():
    """errors reach the program as the library's own exceptions, with words"""
    made, one = filled("refusing"), client()
    assert "dimension of 2, got 3" in refused(InvalidArgumentError, made.add, ids=["z"],
                                              embeddings=[[1, 2, 3]])
    assert "dimension" in refused(InvalidArgumentError, made.query, query_embeddings=[[1]])
    refused(InvalidArgumentError, made.get, where_document={"$regex": "("})
    refused(NotFoundError, one.get_collection, "nosuch")
    refused(NotFoundError, one.delete_collection, "nosuch")
    refused(ValueError, made.get, where={"n": {"$nosuch": 1}})
    gone = filled("gone")
    one.delete_collection("gone")
    for what in (gone.count, gone.get, lambda: gone.query(query_embeddings=[[1, 0]]),
                 lambda: gone.add(ids=["x"], embeddings=[[1, 0]]), lambda: gone.delete(ids=["a"]),
                 lambda: gone.update(ids=["a"], uris=["x"]), lambda: gone.modify(name="back")):
        refused(NotFoundError, what)
    assert made.count() == 4
    one.delete_collection("refusing")


def searching():
    """search filters, ranks, pages and selects"""
    made = filled("searched")
    found = made.search(Search().where(K("n") > 0).rank(Knn(query=[1.0, 0.0])).limit(2)
                        .select(K.DOCUMENT, K.SCORE, K.EMBEDDING, "word"))
    assert set(found["ids"][0]) == {"b", "d"}, found["ids"]
    near(found["scores"][0], [5, 5])
    assert {row["word"] for row in found["metadatas"][0]} == {"b", "d"}
    assert all(set(row) == {"word"} for row in found["metadatas"][0])
    assert found["documents"][0][0].startswith("text of") and len(found["embeddings"][0]) == 2
    plain = made.search(Search(limit=3).select(K.METADATA))
    assert plain["ids"] == [["a", "b", "c"]] and plain["metadatas"][0][1]["word"] == "b"
    assert plain["scores"][0] is None and plain["documents"][0] is None
    rank = Knn(query=[1.0, 0.0], return_rank=True, limit=4) * -1 + Val(10)
    found = made.search(Search().rank(rank).limit(4).select(K.SCORE))
    assert found["ids"][0][0] == "c" and found["ids"][0][-1] == "a"
    near(found["scores"][0], [7, 8, 9, 10])
    several = made.search([Search().rank(Knn(query=[3.0, 4.0])).limit(1),
                           Search().where(K("word").is_in(["b"]))])
    assert several["ids"] == [["c"], ["b"]]
    fused = Rrf([Knn(query=[3.0, 4.0], return_rank=True), Knn(query=[0.0, 2.0], return_rank=True)], k=60)
    found = made.search(Search().rank(fused).limit(4).select(K.SCORE))
    first = {"c": 0, "b": 1, "a": 2, "d": 3}, {"b": 0, "a": 1, "d": 2, "c": 3}
    wanted = {key: -sum(1 / (60 + order[key]) for order in rankings(POINTS, [3, 4], [0, 2]))
              for key in POINTS}
    assert found["ids"][0] == sorted(POINTS, key=wanted.get), (found, wanted, first)
    near(found["scores"][0], sorted(wanted.values()))
    grouped = made.search(Search().rank(Knn(query=[1.0, 0.1])).limit(10).select(K.SCORE, "even").group_by(
        GroupBy(keys=K("even"), aggregate=MinK(keys=K.SCORE, k=1))))
    assert sorted(grouped["ids"][0]) == ["a", "b"], grouped
    grouped = made.search(Search().rank(Knn(query=[1.0, 0.1])).limit(10).select("even").group_by(
        GroupBy(keys=K("even"), aggregate=MaxK(keys=K("n"), k=1))))
    assert sorted(grouped["ids"][0]) == ["c", "d"], grouped
    client().delete_collection("searched")


def rankings(points, *queries):
    """For each query the 0-based place of each point by its distance."""
    for query in queries:
        ordered = sorted(points, key=lambda key, q=query: math.dist(points[key], q))
        yield {key: place for place, key in enumerate(ordered)}


def sparse():
    """sparse vectors are kept in metadata and ranked by their products"""
    made = client().create_collection("sparse", embedding_function=None)
    vectors = {"a": ([1, 5], [1.0, 0.5]), "b": ([5], [2.0]), "c": ([2, 1000000], [1.0, 1.0])}
    made.add(ids=list(vectors), embeddings=[[1, 0], [0, 1], [1, 1]], metadatas=[
        {"sp": SparseVector(indices=indices, values=values)} for indices, values in vectors.values()])
    kept = made.get(ids=["a"])["metadatas"][0]["sp"]
    assert list(kept.indices) == [1, 5] and list(kept.values) == [1.0, 0.5], kept
    query = SparseVector(indices=[1, 5], values=[1.0, 1.0])
    found = made.search(Search().rank(Knn(query=query, key="sp")).limit(2).select(K.SCORE))
    assert found["ids"][0] == ["b", "a"], found
    near(found["scores"][0], [1 - 2.0, 1 - 1.5])
    hybrid = Rrf([Knn(query=[1.0, 0.0], return_rank=True), Knn(query=query, key="sp", return_rank=True)],
                 weights=[0.7, 0.3], k=60)
    found = made.search(Search().rank(hybrid).limit(3).select(K.SCORE))
    assert found["ids"][0][0] == "a", found
    client().delete_collection("sparse")


def forking():
    """a fork has the records of its origin and goes its own way"""
    made = filled("origin")
    fork = made.fork("forked")
    assert fork.get(include=["embeddings"])["ids"] == list(POINTS) and made.fork_count() == 1
    fork.delete(ids=["a"])
    made.add(ids=["z"], embeddings=[[0, 0]])
    assert made.count() == 5 and fork.count() == 3
    assert fork.query(query_embeddings=[[1, 0]], n_results=1)["ids"][0] != ["a"]
    refused(ChromaError, made.fork, "forked")
    state = made.get_indexing_status()
    assert state.total_ops == state.num_indexed_ops + state.num_unindexed_ops
    assert 0 <= state.op_indexing_progress <= 1
    for name in "origin", "forked":
        client().delete_collection(name)


def empties():
    """empty collections and texts are answered, not refused"""
    made = client().create_collection("hollow", embedding_function=None)
    assert made.count() == 0 and made.get()["ids"] == [] and made.peek()["ids"] == []
    assert made.query(query_embeddings=[[1, 2]])["ids"] == [[]]
    made.add(ids=["ü", "日本"], embeddings=[[1, 2], [3, 4]], documents=["", "😀 \n\t"])
    assert made.get()["documents"] == ["", "😀 \n\t"]
    client().delete_collection("hollow")


def resetting():
    """a reset, where it is allowed, leaves the defaults alone"""
    filled("doomed")
    assert client().reset() is True
    assert client().list_collections() == []


play(beginning, tenants, collections, configuration, writing, embedding, reading,
     distances, filtering, refusals, searching, sparse, forking, empties, resetting)
