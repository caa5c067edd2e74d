#!/usr/bin/env -S python3 -B
"""rank: hits ordered anew by ranks, age, importance and unlikeness, with values worked by hand."""
import math

from stack import Stack
from stage import play

kv = Stack(mode="development", auth="open")
SEARCH = "/v1/search"


def near(found, expected):
    assert abs(found - expected) < 1e-5, (found, expected)


def names(answer):
    return [hit["id"] for hit in answer["results"]]


def fusion():
    """fusion by ranks adds the inverse places of both ways, by weight"""
    kv.make("fused", dimension=2)
    kv.put("fused", {"id": "a", "text": "red red red", "embedding": [0, 1]},
           {"id": "b", "text": "red and much more that makes it long", "embedding": [1, 0]},
           {"id": "c", "text": "blue", "embedding": [1, 1]})
    said = {"query": "red", "vector": [1, 0], "fusion": "rrf", "explain": True}
    hits = {hit["id"]: hit for hit in kv.search("fused", **said)["results"]}
    # by words: a, b; by meaning: b, c, a
    near(hits["a"]["score"], 0.5 / 61 + 0.5 / 63)
    near(hits["b"]["score"], 0.5 / 62 + 0.5 / 61)
    near(hits["c"]["score"], 0.5 / 62)
    assert hits["a"]["explain"]["ranking"] == {"lexical_rank": 1, "vector_rank": 3}
    assert hits["c"]["explain"]["ranking"] == {"vector_rank": 2}
    near(hits["b"]["explain"]["lexical_part"], 0.5 / 62)
    near(hits["b"]["explain"]["vector_part"], 0.5 / 61)
    hits = {hit["id"]: hit["score"] for hit in kv.search("fused", **said, weight=0.1)["results"]}
    near(hits["a"], 0.9 / 61 + 0.1 / 63)
    assert names(kv.search("fused", **said)) == ["b", "a", "c"]
    assert names(kv.search("fused", **said, k=1, offset=1)) == ["a"]
    weighted = {"query": "red", "vector": [1, 0], "explain": True}
    assert kv.search("fused", **weighted).json == kv.search("fused", fusion="weighted", **weighted).json


def diversity():
    """what is like a better hit comes later, and nothing is lost"""
    kv.make("many", dimension=2)
    kv.put("many", {"id": "a", "text": "a", "embedding": [1, 0]},
           {"id": "b", "text": "b", "embedding": [0.8, 0.6]},
           {"id": "c", "text": "c", "embedding": [0.6, -0.8]})
    said = {"vector": [1, 0], "explain": True}
    assert names(kv.search("many", **said)) == ["a", "b", "c"]
    found = kv.search("many", **said, diversity={"lambda": 0.25})
    # after a: b .25 * .8 - .75 * .8 = -.4, c .25 * .6 - .75 * .6 = -.3
    assert names(found) == ["a", "c", "b"], names(found)
    near(found["results"][1]["explain"]["ranking"]["diversity_penalty"], 0.45)
    near(found["results"][2]["explain"]["ranking"]["diversity_penalty"], 0.6)
    near(found["results"][2]["score"], 0.8)
    assert names(kv.search("many", **said, diversity={"lambda": 1})) == ["a", "b", "c"]
    pages = [names(kv.search("many", **said, diversity={"lambda": 0.25}, k=1, offset=i))[0]
             for i in range(3)]
    assert pages == ["a", "c", "b"]


def age():
    """half of the recency is left after a half-life; importance is a number of the metadata"""
    kv.make("aged", dimension=2)
    kv.put("aged", {"id": "old", "text": "x", "embedding": [1, 0], "metadata": {"importance": 0.5}},
           {"id": "new", "text": "x", "embedding": [0.8, 0.6], "metadata": {"rank": 7}})
    number = kv.db.ask("select number from kvasir.collection where name = 'aged'")[0][0]
    kv.db.psql("-c", f"set session_replication_role = replica; update kvasir_data.record_{number}"
                     " set updated_at = now() - interval '20 days' where id = 'old'")
    said = {"vector": [1, 0], "explain": True}
    found = kv.search("aged", **said, recency={"half_life_days": 10, "weight": 0.5})
    assert names(found) == ["new", "old"]
    near(found["results"][0]["score"], 0.5 * 0.8 + 0.5)
    near(found["results"][1]["score"], 0.5 * 1 + 0.5 * 0.25)
    near(found["results"][1]["explain"]["ranking"]["recency_part"], 0.125)
    found = kv.search("aged", **said, importance={"weight": 0.4})
    assert names(found) == ["old", "new"]
    near(found["results"][0]["score"], 0.6 + 0.4 * 0.5)
    near(found["results"][1]["score"], 0.6 * 0.8)
    found = kv.search("aged", **said, importance={"field": "rank", "weight": 0.4}, min_score=0.7)
    assert names(found) == ["new"]
    near(found["results"][0]["explain"]["ranking"]["importance_part"], 0.4)


def highlight():
    """words of the query stand where they stand, by code points and stems"""
    kv.make("marked")
    text = "Ærlige programs: a PROGRAM, programming; reprogram æprogram"
    kv.put("marked", {"id": "a", "text": text})
    hit = kv.search("marked", query="the program", highlight=True)["results"][0]
    marked = [text[mark["start"]:mark["end"]] for mark in hit["highlight"]]
    assert marked == ["programs", "PROGRAM", "programming"], marked
    assert kv.search("marked", query="the program")["results"][0].get("highlight") is None


def feedback():
    """where the first hits agree the query moves to what they have in common; else it stays"""
    def unit(vector):
        length = math.hypot(*vector)
        return [x / length for x in vector]

    def dot(a, b):
        return sum(x * y for x, y in zip(a, b))

    kv.make("agree", dimension=3)
    close = {f"c{i}": unit([1, 0.9 + 0.05 * i, 0]) for i in range(5)}
    vectors = {**close, "far": unit([1, -0.9, 0.1])}
    kv.put("agree", *({"id": name, "text": "x", "embedding": vector}
                      for name, vector in vectors.items()))
    query = [1, 0, 0]
    said = {"query": "nothing", "vector": query, "weight": 1, "explain": True}
    found = kv.search("agree", **said)
    # six candidates, all of them among the ten; no words match, so scores are similarities
    scores = {name: dot(query, vector) for name, vector in vectors.items()}
    order = first = sorted(scores, key=lambda name: -scores[name])
    best = scores
    for turn in range(2):
        five = [vectors[name] for name in order[:5]]
        alike = sum(dot(five[i], five[j]) for i in range(5) for j in range(i)) / 10
        share = 0.7 * min(1, max(0, (alike - 0.4) / 0.3))
        assert (0 < share < 0.7, share == 0.7)[turn], (turn, share)
        assert 0.6 < alike, "a second round follows"
        weights = {name: math.exp(20 * (best[name] - best[order[0]])) for name in order}
        total = sum(weights.values())
        moved = unit([(1 - share) * query[axis] +
                      share * sum(weights[name] / total * vectors[name][axis] for name in order)
                      for axis in range(3)])
        best = {name: dot(moved, vector) for name, vector in vectors.items()}
        order = sorted(best, key=lambda name: -best[name])
    for hit in found["results"]:
        near(hit["score"], dot(moved, vectors[hit["id"]]))
        near(hit["explain"]["similarity"], scores[hit["id"]])
        near(hit["explain"]["vector_part"] + hit["explain"]["feedback_part"], hit["score"])
    assert names(found)[-1] == "far" and first[-1] != "far", (names(found), first)
    pages = [names(kv.search("agree", **said, k=2, offset=at)) for at in (0, 2, 4)]
    assert sum(pages, []) == names(found)
    kv.make("differ", dimension=5)
    kv.put("differ", *({"id": f"d{i}", "text": "x", "embedding": [int(i == j) for j in range(5)]}
                       for i in range(5)))
    for hit in kv.search("differ", query="nothing", vector=[5, 4, 3, 2, 1], explain=True)["results"]:
        near(hit["explain"]["feedback_part"], 0)


def worth():
    """where the first hits agree very much their words count a quarter; where they do not, in full"""
    idf = math.log(1 + (6 - 1 + 0.5) / (1 + 0.5))
    for name, counts, vectors in (("same", 0.25, [[1, 0.01 * at, 0, 0, 0, 0] for at in range(6)]),
                                  ("apart", 1, [[int(at == axis) for axis in range(6)] for at in range(6)])):
        kv.make(name, dimension=6)
        kv.put(name, *({"id": f"w{at}", "text": "hen" if at else "fox", "embedding": vector}
                       for at, vector in enumerate(vectors)))
        for hit in kv.search(name, query="fox", vector=[1, 0, 0, 0, 0, 0], weight=0.6, explain=True)["results"]:
            share = hit["explain"]["bm25"] / (2.2 * idf)
            assert (share > 0) == (hit["id"] == "w0")
            near(hit["explain"]["lexical_part"], 0.4 * counts * share)
            near(sum(hit["explain"][part] for part in ("lexical_part", "vector_part", "feedback_part")), hit["score"])


def refused():
    """what is wrong is named"""
    for detail, said in (
            ("fusion must be weighted or rrf", {"fusion": "sum"}),
            ("fusion must be a string", {"fusion": 1}),
            ("diversity.lambda must be from 0 to 1", {"diversity": {"lambda": 2}}),
            ("diversity.mu is not a member", {"diversity": {"mu": 2}}),
            ("diversity must be an object", {"diversity": 1}),
            ("recency.half_life_days must be above 0", {"recency": {"half_life_days": 0}}),
            ("recency.weight must be from 0 to 1", {"recency": {"weight": -1}}),
            ("importance.field must be a string", {"importance": {"field": 1}}),
            ("at most 1 together", {"recency": {"weight": 0.6}, "importance": {"weight": 0.6}}),
            ("k and offset must be at most 100", {"recency": {}, "k": 60, "offset": 41}),
            ("needs the mode hybrid", {"fusion": "rrf", "mode": "lexical"}),
            ("highlight must be true or false", {"highlight": "yes"})):
        answer = kv.need(422, "POST", SEARCH, {"collection": "marked", "query": "x", **said})
        assert detail in answer["detail"], (detail, answer["detail"])
    answer = kv.need(422, "POST", SEARCH, {"collection": "many", "vector": [1, 0], "highlight": True})
    assert "highlight needs a query" in answer["detail"]


play(fusion, diversity, age, highlight, feedback, worth, refused)
