#!/usr/bin/env -S python3 -B
"""chroma_search: /search by ranking expressions whose scores are worked out by hand."""
import json

from stack import Stack
from stage import play

kv = Stack(auth="key", threads=4, redis=False, engine=False)
db = kv.db
for tenant in "north", "south":
    db.kvasir("tenant", "create", tenant)
NORTH, _ = kv.key("north")
SOUTH, _ = kv.key("south")


def send(verb, body, collection, key=NORTH, tenant="north"):
    path = f"/api/v2/tenants/{tenant}/databases/default_database/collections/{collection}/{verb}"
    headers = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
    status, _, text = kv.ask("POST", path, json.dumps(body).encode(), headers)
    answer = json.loads(text)
    if status >= 400:
        assert set(answer) == {"error", "message"} and status < 500, text
        return status, answer["message"]
    return status, answer


def search(*searches, **more):
    status, answer = send("search", {"searches": list(searches), **more}, ALL)
    assert status == 200, (searches, answer)
    assert list(answer) == ["ids", "documents", "embeddings", "metadatas", "scores", "select"], answer
    for column in answer.values():
        assert len(column) == len(searches), answer
    return answer


def scores(rank, **more):
    """The names and scores that one expression gives, best first: {"a": 0.5, ..}"""
    answer = search({"rank": rank, "select": {"keys": ["#score"]}, **more})
    return dict(zip(answer["ids"][0], answer["scores"][0]))


def ids(**said):
    return "".join(search(said)["ids"][0])


def sparse(weights):
    return {"indices": sorted(weights), "values": [weights[term] for term in sorted(weights)]}


def knn(query=(0, 0), **more):
    return {"$knn": {"query": list(query), **more}}


def knn_sparse(weights, key="sp", **more):
    return {"$knn": {"query": sparse(weights), "key": key, **more}}


def val(number):
    return {"$val": number}


def stored(weights):
    return {"#type": "sparse_vector", **sparse(weights)}


# Squared distances to (0, 0): a 0, b 1, c 4, d 9, e 16, f 50.
# 1 - product with {1: 1, 3: 2}: a -1, b 0.75, d 1, e 2; with {7: 1}: d -1, e 0.5, a and b 1.
RECORDS = (("a", (0, 0), "alpha", {"lang": "en", "year": 2020, "sp": stored({1: 1.0, 3: 0.5})}),
           ("b", (1, 0), "beta", {"lang": "en", "year": 2021, "sp": stored({1: 0.25})}),
           ("c", (0, 2), "gamma", {"lang": "de", "year": 2019}),
           ("d", (3, 0), "delta", {"lang": "de", "year": 2021.0, "sp": stored({7: 2.0})}),
           ("e", (0, 4), "epsilon", {"lang": "fr", "sp": stored({1: -1.0, 7: 0.5, 4294967295: 1.0})}),
           ("f", (5, 5), None, None))
DENSE = {"a": 0.0, "b": 1.0, "c": 4.0, "d": 9.0, "e": 16.0, "f": 50.0}


def make(name, space="l2"):
    return kv.need(201, "POST", "/v1/collections", {"name": name, "space": space}, NORTH)["id"]


ALL = make("all")


def fill():
    """records with sparse vectors go in"""
    columns = list(zip(*RECORDS))
    status, answer = send("add", {"ids": columns[0], "embeddings": columns[1], "documents": columns[2],
                                  "metadatas": columns[3]}, ALL)
    assert status == 201, answer


def dense():
    """a dense $knn gives distances, or places counted from 0, of its nearest"""
    assert scores(knn()) == DENSE
    assert list(scores(knn())) == list("abcdef")
    assert scores(knn(limit=2)) == {"a": 0.0, "b": 1.0}
    assert scores(knn(limit=3, return_rank=True)) == {"a": 0.0, "b": 1.0, "c": 2.0}
    assert scores(knn(limit=2, default=7)) == {"a": 0.0, "b": 1.0}
    assert scores(knn((5, 5), limit=1)) == {"f": 0.0}
    assert ids(rank=knn(), limit={"limit": 2, "offset": 1}) == "bc"
    assert ids(rank=knn(limit=3), limit={"limit": 9, "offset": 2}) == "c"
    assert ids(rank=knn(), limit={"limit": 0}) == "" == ids(rank=knn(), limit={"offset": 6})
    for space, wanted in (("cosine", {"y": 0.0, "x": 1.0, "o": 1.0, "z": 2.0}),
                          ("ip", {"y": -1.0, "x": 1.0, "o": 1.0, "z": 3.0})):
        other = make("in-" + space, space)
        assert send("add", {"ids": ["x", "y", "z", "o"], "embeddings": [[3, 0], [0, 2], [0, -2], [0, 0]]},
                    other)[0] == 201
        status, answer = send("search", {"searches": [{"rank": knn((0, 1)), "select": {"keys": ["#score"]}}]},
                              other)
        assert dict(zip(answer["ids"][0], answer["scores"][0])) == wanted, answer
        assert answer["ids"][0] == list(wanted), answer
    assert send("search", {"searches": [{"rank": knn()}]}, make("empty"))[1]["ids"] == [[]]


def sparse_knn():
    """a sparse $knn gives 1 - product, of the records that hold such a vector"""
    assert scores(knn_sparse({1: 1, 3: 2})) == {"a": -1.0, "b": 0.75, "d": 1.0, "e": 2.0}
    assert list(scores(knn_sparse({1: 1, 3: 2}))) == list("abde")
    assert scores(knn_sparse({7: 1})) == {"d": -1.0, "e": 0.5, "a": 1.0, "b": 1.0}
    assert scores(knn_sparse({7: 1}, limit=2, return_rank=True)) == {"d": 0.0, "e": 1.0}
    assert scores(knn_sparse({1: 1}, limit=3)) == {"a": 0.0, "b": 0.75, "d": 1.0}
    assert scores(knn_sparse({4294967295: 0.5, 99: 3}, limit=1)) == {"e": 0.5}
    assert scores(knn_sparse({})) == {"a": 1.0, "b": 1.0, "d": 1.0, "e": 1.0}
    assert scores(knn_sparse({1: 1}, key="other")) == {} == scores(knn_sparse({1: 1}, key="lang"))
    assert scores(knn_sparse({1: 1, 3: 2}), filter={"lang": "de"}) == {"d": 1.0}


def expressions():
    """parts put together name the records of either, of one or of both"""
    two, last = knn(limit=2), knn((5, 5), limit=2)  # a 0, b 1;  f 0, d 29 (e 26!)
    assert scores(last) == {"f": 0.0, "e": 26.0}
    with_defaults = knn(limit=2, default=100), knn((5, 5), limit=2, default=200)
    assert scores({"$sum": [two, last]}) == {}
    assert scores({"$sum": list(with_defaults)}) == {"e": 126.0, "f": 100.0, "a": 200.0, "b": 201.0}
    assert list(scores({"$sum": list(with_defaults)})) == list("feab")
    assert scores({"$sum": [with_defaults[0], last]}) == {"f": 100.0, "e": 126.0}
    assert scores({"$sub": {"left": two, "right": with_defaults[1]}}) == {"a": -200.0, "b": -199.0}
    assert scores(val(1)) == {} == scores({"$sum": [val(1), val(2)]}) == scores({"$max": []})
    assert scores({"$mul": [two, val(-1)]}) == {"b": -1.0, "a": -0.0}
    assert scores({"$max": [two, val(0.5)]}) == {"a": 0.5, "b": 1.0}
    assert scores({"$exp": two})["a"] == 1.0 and abs(scores({"$exp": two})["b"] - 2.7182817) < 1e-6
    assert scores({"$abs": {"$sub": {"left": val(1), "right": knn(limit=3)}}}) == {"b": 0.0, "a": 1.0, "c": 3.0}
    # log 0 is -infinity, which comes first and is null in JSON; log of less is no number: last
    assert list(scores({"$log": knn(limit=3)}).items())[0] == ("a", None)
    below = {"$log": {"$sub": {"left": knn(limit=3), "right": val(1)}}}  # log -1, log 0, log 3
    assert list(scores(below)) == list("bca") and scores(below)["a"] is None
    assert scores({"$div": {"left": val(1), "right": two}}) == {"b": 1.0, "a": None}


def fusion():
    """reciprocal ranks of meaning and words, as the clients write them"""
    def part(weight, rank):
        return {"$div": {"left": val(weight), "right": {"$sum": [val(60), rank]}}}
    rank = {"$mul": [{"$sum": [part(0.7, knn(limit=4, return_rank=True, default=10)),
                               part(0.3, knn_sparse({7: 1}, limit=2, return_rank=True, default=10))]}, val(-1)]}
    # places by meaning: a 0, b 1, c 2, d 3; by words: d 0, e 1; elsewhere 10
    wanted = {"a": .7 / 60 + .3 / 70, "b": .7 / 61 + .3 / 70, "c": .7 / 62 + .3 / 70, "d": .7 / 63 + .3 / 60,
              "e": .7 / 70 + .3 / 61}
    got = scores(rank)
    assert list(got) == sorted(wanted, key=lambda name: -wanted[name]) == list("dabce"), got
    for name in wanted:
        assert abs(got[name] + wanted[name]) < 1e-7, (name, got)


def filters():
    """a filter goes before everything: $knn ranks those that pass"""
    assert scores(knn(limit=1), filter={"lang": "de"}) == {"c": 4.0}
    assert scores(knn(return_rank=True), filter={"#id": {"$in": ["d", "f", "zz"]}}) == {"d": 0.0, "f": 1.0}
    assert ids(rank=knn(), filter={"#document": {"$contains": "ta"}}) == "bd"
    assert ids(filter={"$or": [{"lang": "fr"}, {"year": {"$gt": 2020}}]}) == "bde"
    assert ids(filter={}) == ids(filter=None) == ids() == "abcdef"
    assert send("search", {"searches": [{"filter": {"year": {"$gt": "x"}}}]}, ALL)[0] == 400


def no_rank():
    """without a rank records come by age, and the score is the place"""
    answer = search({"limit": {"limit": 2, "offset": 3}, "select": {"keys": ["#score"]}})
    assert answer["ids"] == [["d", "e"]] and answer["scores"] == [[3.0, 4.0]], answer
    assert ids(rank={}, limit={"limit": None, "offset": None}) == ids(rank=None, limit={}) == "abcdef"


def groups():
    """group_by keeps the best of each group, sorted by score"""
    def group(kind, by, k, keys=("lang",)):
        return {"keys": list(keys), "aggregate": {kind: {"keys": by, "k": k}}}
    assert ids(rank=knn(), group_by=group("$min_k", ["#score"], 1)) == "acef"
    assert ids(rank=knn(), group_by=group("$max_k", ["#score"], 1)) == "bdef"
    assert ids(rank=knn(), group_by=group("$min_k", ["year"], 1)) == "acef"
    assert ids(rank=knn(), group_by=group("$max_k", ["year"], 1)) == "bdef"
    assert ids(rank=knn(), group_by=group("$max_k", ["year"], 1, ["nothing"])) == "b"  # b and d are equal
    assert ids(rank=knn(), group_by=group("$min_k", ["nothing", "year"], 2, ["other"])) == "ac"
    # 2021 and 2021.0 are one number
    assert ids(rank=knn(), group_by=group("$min_k", ["#score"], 1, ["year"])) == "abce"
    assert ids(rank=knn(), group_by=group("$min_k", ["#score"], 1, ["year", "lang"])) == "abcdef"
    assert ids(rank=knn(), group_by=group("$min_k", ["#score"], 1), limit={"limit": 2, "offset": 1}) == "ce"
    assert ids(group_by=group("$max_k", ["#score"], 1)) == "bdef"
    assert ids(rank=knn(), group_by={}) == "abcdef"


def selects():
    """what is selected is in the answer, and nothing else"""
    keys = ["#score", "year", "#document", "year", "lang"]
    answer = search({"rank": knn(limit=3), "select": {"keys": keys}},
                    {"limit": {"limit": 1, "offset": 5}, "select": {"keys": ["#embedding", "#metadata", "lang"]}},
                    {"rank": knn(limit=1)}, read_level="index_only")
    assert answer["ids"] == [["a", "b", "c"], ["f"], ["a"]]
    assert answer["documents"] == [["alpha", "beta", "gamma"], None, None]
    assert answer["embeddings"] == [None, [[5.0, 5.0]], None]
    assert answer["metadatas"] == [[{"lang": "en", "year": 2020}, {"lang": "en", "year": 2021},
                                    {"lang": "de", "year": 2019}], [None], None]
    assert answer["scores"] == [[0.0, 1.0, 4.0], None, None]
    assert answer["select"] == [["#document", "#score", "lang", "year"], ["#embedding", "#metadata", "lang"], []]
    assert search({"rank": knn(limit=1), "select": {"keys": ["#metadata"]}})["metadatas"][0][0] == RECORDS[0][3]
    assert search({"select": {"keys": ["nothing"]}, "limit": {"limit": 1}})["metadatas"] == [[None]]
    assert search()["ids"] == []


def refusals():
    """what cannot be is refused with its place; nothing is another tenant's"""
    far = [1.0] * 3
    for said, status, words in (
            ({"rank": {"$pow": {}}}, 400, "searches[0].rank.$pow is no operator"),
            ({"rank": {"$sum": [val(1), val("x")]}}, 400, "searches[0].rank.$sum[1].$val must be a number"),
            ({"rank": knn(far)}, 400, "Collection expecting embedding with dimension of 2, got 3"),
            ({"rank": knn([1.0] * 20000)}, 400, "more than the 16000 numbers"),
            ({"rank": knn("text")}, 400, ".query[0] must be a number"),
            ({"rank": {"$knn": {"query": "some text"}}}, 400, "embed the text of $knn yourself"),
            ({"rank": {"$knn": {"query": "some text", "key": "sp"}}}, 400, "embed it to a sparse vector first"),
            ({"rank": knn(key="sp")}, 400, "its key must be #embedding"),
            ({"limit": {"limit": -1}}, 422, "searches[0].limit.limit must be a whole number"),
            ({"select": {"keys": ["#foo"]}}, 400, "searches[0].select.keys[0] must be #id, #document"),
            ({"select": ["#id"]}, 422, "searches[0].select must be an object"),
            ({"group_by": {"keys": ["a"]}}, 400, "searches[0].group_by must have keys and an aggregate"),
            ({"group_by": {"keys": ["#score"]}}, 400, "must be a key of the metadata"),
            ({"group_by": {"keys": ["a"], "aggregate": {"$avg": {}}}}, 400, "is no aggregate"),
            ({"group_by": {"keys": ["a"], "aggregate": {"$min_k": {"keys": ["a"]}}}}, 400, "must have keys and k"),
            ({"group_by": {"keys": ["a"], "aggregate": {"$min_k": {"keys": ["a"], "k": 0}}}}, 422, ".k must be"),
            ({"filter": {"a": {}}}, 400, "Invalid where clause")):
        got, message = send("search", {"searches": [said]}, ALL)
        assert got == status and words in message, (str(said)[:200], got, message)
    for body, status in (({}, 422), ({"searches": {}}, 422), ({"searches": [], "read_level": "x"}, 422),
                         ({"searches": [{}] * 65}, 400), ([], 422)):
        assert send("search", body, ALL)[0] == status, body
    huge = scores(knn((1e38, 0), limit=1))
    assert huge == {"a": None}, huge
    assert send("search", {"searches": [{}]}, ALL, SOUTH, "south")[0] == 404
    assert send("search", {"searches": [{}]}, ALL, SOUTH, "north")[0] == 404
    assert send("search", {"searches": [{}]}, "all")[0] == 400


def indexed():
    """the index gives what an exact scan gives"""
    many = make("many", "cosine")
    vectors = [[(7 * n) % 101 - 50, (13 * n) % 89 - 44, n % 17 - 8] for n in range(3000)]
    assert send("add", {"ids": [f"r{n}" for n in range(3000)], "embeddings": vectors,
                        "metadatas": [{"n": n % 10} for n in range(3000)]}, many)[0] == 201
    rank = {"$sum": [knn((1, 2, 3), limit=50, default=2), knn((-3, 2, 1), limit=50, default=2)]}
    body = {"searches": [{"rank": rank, "select": {"keys": ["#score"]}},
                         {"rank": knn((3, 2, 1)), "filter": {"n": 3}, "select": {"keys": ["#score"]}},
                         {"rank": knn((0, 0, 0), limit=3), "select": {"keys": ["#score"]}}]}
    exact = send("search", body, many)
    [[number]] = db.ask(f"select number from kvasir.collection where id = '{many}'")
    db.ask(f"create index record_{number}_hnsw on kvasir_data.record_{number} "
           "using hnsw ((embedding::halfvec(3)) halfvec_cosine_ops)")
    db.ask(f"update kvasir.collection set index_state = 'ready' where id = '{many}'")
    by_index = send("search", body, many)
    assert by_index[1]["scores"] == exact[1]["scores"], (exact, by_index)
    assert exact[1]["scores"][2] == [1.0, 1.0, 1.0]


play(fill, dense, sparse_knn, expressions, fusion, filters, no_rank, groups, selects, refusals, indexed)
