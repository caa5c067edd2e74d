#!/usr/bin/env -S python3 -B
"""graph: what records speak of follows from the records alone, and a search finds its way by it."""
import json
import random
import threading
from urllib.parse import quote

from stack import Stack, wait
from stage import play

random.seed(7)
kv = Stack(mode="development", auth="open", threads=8, redis=False, explore_cache=0, engine_sets=("graph_delay=0",))
V1 = "/v1/collections"
CASES = 12  # random histories
PEOPLE = ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Édith Piaf", "J. K. Rowling", "Kurt Gödel's"]
PLACES = ["London", "New York", "the University of Oslo", "São Paulo", "Paris, Texas"]
THINGS = ["KV-7", "ada@example.org", "max_size", "https://x.example.org/a"]


def text():
    return " ".join(random.choice([
        "{} went to {}.", "Later {} wrote to {} of it!", "Of {} nobody heard in {}.\n\nMonday came."]).format(
            random.choice(PEOPLE), random.choice(PLACES + THINGS)) for _ in range(random.randint(1, 4)))


def record(name):
    metadata = {} if random.random() < 0.4 else {"title": random.choice(PEOPLE + PLACES), "year": 1}
    return {"id": name, "text": text(), "metadata": metadata}


def export(name):
    """The graph of a collection when nothing waits any more."""
    def told():
        answer = kv.need(200, "GET", f"{V1}/{name}/graph?limit=1000")
        return answer if answer["waiting"] == 0 else None
    return wait("all records are linked", told)["mentions"]


def fresh(name, records):
    kv.make(name)
    if records:
        kv.put(name, *records)
    return export(name)


def evidence():
    """every mention is what stands at its place"""
    records = {f"r{n}": record(f"r{n}") for n in range(60)}
    mentions = fresh("evidence", list(records.values()))
    assert len(mentions) > 100
    for mention in mentions:
        said = records[mention["record"]]
        whole = said["text"] if mention["field"] == "" else said["metadata"][mention["field"]]
        part = whole[mention["start"]:mention["end"]]
        one = kv.need(200, "GET", f"{V1}/evidence/entities/{quote(part)}")
        assert one["entity"] == mention["entity"], (mention, part)
    assert {"title", "name", "ticket", "email", "symbol", "host"} == {m["type"] for m in mentions}


def history(case):
    """One collection that was only filled, and one with the same records in the end."""
    keep = [record(f"keep{n}") for n in range(6)]
    gone = [record(f"gone{n}") for n in range(6)]
    changed = {**keep[0], "text": text(), "metadata": {"title": "Changed"}}
    both = keep + gone
    random.shuffle(both)
    kv.make(f"alone{case}")
    kv.put(f"alone{case}", changed, *keep[1:])
    name = f"both{case}"
    kv.make(name)
    kv.put(name, *both[:3])
    for one in both[3:]:
        kv.put(name, one)
    if case % 4 == 1:  # before and after they are linked
        export(name)
    kv.put(name, changed)
    kv.need(200, "POST", f"{V1}/{name}/records/delete", {"ids": [one["id"] for one in gone]})


def never_added():
    """what was added, changed and deleted again leaves no trace, in any order"""
    for case in range(CASES):
        history(case)
    for case in range(CASES):
        assert json.dumps(export(f"both{case}")) == json.dumps(export(f"alone{case}")), case
    print(f"   {CASES} histories")


def at_once():
    """eight writers at once leave the graph of one"""
    records = [[record(f"w{w}-{n}") for n in range(25)] for w in range(8)]
    wanted = fresh("serial", [one for mine in records for one in mine])
    kv.make("parallel")

    def write(mine):
        for one in mine:
            kv.put("parallel", {**one, "text": text()})
            kv.put("parallel", one)
            kv.put("parallel", {"id": one["id"] + "-x", "text": text()})
            kv.need(204, "DELETE", f"{V1}/parallel/records/{one['id']}-x")

    writers = [threading.Thread(target=write, args=(mine,)) for mine in records]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert json.dumps(export("parallel")) == json.dumps(wanted)


def bridge():
    """a search goes by what the best records speak of to what is about that, and says how"""
    fresh("films", [
        {"id": "film", "text": "Silent Rivers is a film directed by Mara Lindqvist.",
         "metadata": {"title": "Silent Rivers"}},
        {"id": "person", "text": "Her childhood was spent in a small harbour town.",
         "metadata": {"title": "Mara Lindqvist"}},
        *({"id": f"other{n}", "text": f"A film number {n} was directed by somebody born abroad."} for n in range(30))])
    asked = {"collection": "films", "query": "Where was the director of Silent Rivers born?", "k": 3}
    plain = [hit["id"] for hit in kv.need(200, "POST", "/v1/search", {**asked, "mode": "lexical"})["results"]]
    answer = kv.need(200, "POST", "/v1/search", {**asked, "mode": "graph"})
    hits = {hit["id"]: hit for hit in answer["results"]}
    assert answer["mode"] == "graph" and "person" not in plain and "person" in hits, (plain, hits)
    step = hits["person"]["graph"]["path"][0]
    assert step["record"] == "film" and step["entity"] == "mara lindqvist", step
    assert step["text"] == "Mara Lindqvist" and step["sentence"] == 0, step
    only = kv.need(200, "POST", "/v1/search", {**asked, "mode": "graph", "where": {"title": "Silent Rivers"}})
    assert [hit["id"] for hit in only["results"]] == ["film"]
    for wrong in {"hops": 5}, {"hops": 0}, {"query": None, "vector": [1]}:
        kv.need(422, "POST", "/v1/search", {**asked, "mode": "graph", **wrong})


def beside():
    """what few records speak of and none is about leads, more weakly, to those that speak of it too"""
    fresh("beside", [
        {"id": "first", "text": "Silent Rivers was shot beside Greenbrier Lake.", "metadata": {"title": "Silent Rivers"}},
        {"id": "second", "text": "A ferry crosses Greenbrier Lake.", "metadata": {"title": "Ferries"}},
        *({"id": f"far{n}", "text": f"Somebody numbered {n} crossed the Kingston Road."} for n in range(12))])
    hits = {hit["id"]: hit for hit in kv.need(200, "POST", "/v1/search", {
        "collection": "beside", "query": "silent rivers", "mode": "graph", "k": 20})["results"]}
    assert sorted(hits) == ["first", "second"], hits
    assert hits["second"]["graph"]["path"][0]["entity"] == "greenbrier lake", hits["second"]
    assert 0 < hits["second"]["score"] < 0.2, hits["second"]
    everywhere = kv.need(200, "POST", "/v1/search", {
        "collection": "beside", "query": "somebody numbered 3", "mode": "graph", "k": 20})["results"]
    assert all(hit["graph"]["bridge"] == 0 for hit in everywhere), "nine and more lead nowhere"


def explored():
    """a walk reaches what is several steps away, tells the way, and goes over nothing that is filtered out"""
    fresh("walk", [
        {"id": "a", "text": "Silent Rivers was directed by Mara Lindqvist.", "metadata": {"part": 1}},
        {"id": "b", "text": "Mara Lindqvist grew up in Tromsund.", "metadata": {"part": 1}},
        {"id": "c", "text": "Tromsund lies on the Arnefjord.", "metadata": {"part": 2}},
        {"id": "d", "text": "The Arnefjord freezes over.", "metadata": {"part": 1}},
        {"id": "e", "text": "Of Zebulon Quill nothing is said elsewhere.", "metadata": {"part": 1}}])
    asked = {"collection": "walk", "query": "silent rivers", "mode": "explore"}

    def found(**more):
        return {hit["id"]: hit for hit in kv.need(200, "POST", "/v1/search", {**asked, **more})["results"]}

    answer = kv.need(200, "POST", "/v1/search", asked)
    assert answer["mode"] == "explore" and answer["results"][0]["id"] == "a", answer
    hits = found()
    assert sorted(hits) == ["a", "b", "c"], hits  # two steps: d is three away
    assert hits["a"]["score"] == 1 and hits["a"]["score"] > hits["b"]["score"] > hits["c"]["score"] > 0
    way = hits["c"]["graph"]["path"]
    assert [(step.get("record"), step["entity"]) for step in way[-2:]] == [("a", "mara lindqvist"), ("b", "tromsund")]
    assert way[-1]["text"] == "Tromsund" and way[-1]["start"] == 26, way
    assert sorted(found(where={"part": 1})) == ["a", "b"]
    assert list(found(k=1, offset=1)) == ["b"] and list(found(min_score=hits["b"]["score"])) == ["a", "b"]
    kv.need(200, "POST", f"{V1}/walk/relations", {"relations": [
        {"subject": "Mara Lindqvist", "predicate": "met", "object": "Zebulon Quill"}]})
    assert [step["entity"] for step in found()["e"]["graph"]["path"][-2:]] == ["mara lindqvist", "zebulon quill"]
    kv.need(204, "DELETE", f"{V1}/walk/records/b")
    assert sorted(found()) == ["a", "e"]
    assert found(query="xyzzy") == {}
    kv.need(422, "POST", "/v1/search", {**asked, "query": None, "vector": [1]})
    kv.need(404, "POST", "/v1/search", {**asked, "collection": "nowhere"})
    cited = kv.need(200, "POST", "/v1/answer", {**asked, "query": "Who directed Silent Rivers?"})
    assert cited["citations"][0]["record"] == "a", cited


def answers():
    """a question is answered by sentences that stand in records, at the places that are told"""
    asked = {"collection": "films", "query": "Who directed the film Silent Rivers?"}
    answer = kv.need(200, "POST", "/v1/answer", asked)
    first = answer["citations"][0]
    assert first["record"] == "film" and answer["answer"].startswith(first["text"]), answer
    text = "Silent Rivers is a film directed by Mara Lindqvist."
    assert text[first["start"]:first["end"]] == first["text"] == text, first
    assert answer["confidence"] == 1.0 and "film" in [hit["id"] for hit in answer["results"]], answer.body
    nothing = kv.need(200, "POST", "/v1/answer", {"collection": "films", "query": "zebra?", "k": 3})
    assert nothing["answer"] is None and nothing["citations"] == [] and nothing["confidence"] == 0
    kv.need(422, "POST", "/v1/answer", {"collection": "films", "vector": [1], "mode": "vector"})
    kv.need(404, "POST", "/v1/answer", {"collection": "nowhere", "query": "x"})
    told = kv.need(200, "POST", "/api/mcp/route", {"sourceId": "a", "targetId": "b", "tool": "autonomous.graphrag",
                   "payload": {"query": asked["query"], "maxHops": 2, "namespace": "films"}})["result"]
    assert told["sources"][0]["content"] == text and told["answer"] == answer["answer"], told


def entities():
    """entities are listed, merged and parted again, and connected by the shortest way"""
    fresh("net", [{"id": "a", "text": "Ada Lovelace met Charles Babbage."},
                  {"id": "b", "text": "Charles Babbage lived in London."},
                  {"id": "c", "text": "London lies on the Thames."}])
    listed = kv.need(200, "GET", f"{V1}/net/entities?q=charles")["entities"]
    assert [(e["entity"], e["mentioned_by"]) for e in listed] == [("charles babbage", 2)]
    path = kv.need(200, "POST", f"{V1}/net/entities/path", {"from": "Ada Lovelace", "to": "Thames"})["path"]
    assert [step["record"] for step in path] == ["a", "b", "c"], path
    assert kv.need(200, "POST", f"{V1}/net/entities/path",
                   {"from": "Ada Lovelace", "to": "Thames", "hops": 2})["path"] is None
    before = export("net")
    kv.need(200, "POST", f"{V1}/net/entities/merge", {"entity": "Ada Lovelace", "into": "LONDON"})
    merged = kv.need(200, "GET", f"{V1}/net/entities/ada%20lovelace")
    assert merged["entity"] == "london" and merged["aliases"] == ["ada lovelace"], merged
    assert merged["mentioned_by"] == 3 and export("net") == before
    kv.need(409, "POST", f"{V1}/net/entities/merge", {"entity": "Ada Lovelace", "into": "Thames"})
    kv.need(400, "POST", f"{V1}/net/entities/merge", {"entity": "Thames", "into": "thames"})
    kv.need(200, "POST", f"{V1}/net/entities/unmerge", {"entity": "Ada Lovelace"})
    kv.need(404, "POST", f"{V1}/net/entities/unmerge", {"entity": "Ada Lovelace"})
    assert kv.need(200, "GET", f"{V1}/net/entities/ada%20lovelace")["mentioned_by"] == 1
    kv.need(404, "GET", f"{V1}/net/entities/nobody")
    kv.need(422, "POST", f"{V1}/net/entities/path", {"from": "!", "to": "x"})
    related = kv.need(200, "GET", f"{V1}/net/records/a/related")["related"]
    assert [one["id"] for one in related] == ["b"], related
    kv.need(404, "GET", f"{V1}/net/records/none/related")


def steps(beside, start, goal):
    """How many, by a plain search over all of it; None: no way."""
    reached, front, count = {start}, {start}, 0
    while front and goal not in reached:
        front = {key for one in front for key in beside.get(one, ())} - reached
        reached |= front
        count += 1
    return count if goal in reached else None


def counted(mentions, into, beginning):
    """The entities whose key, or a key merged into them, begins so: by how many records each is spoken of and told of."""
    seen = {}
    for mention in mentions:
        entity = into.get(mention["entity"], mention["entity"])
        if any(key.startswith(beginning) for key in [entity, *(k for k, v in into.items() if v == entity)]):
            seen.setdefault(entity, {}).setdefault(mention["kind"], set()).add(mention["record"])
    return sorted(((-len(kinds.get("mention", ())), -len(kinds.get("about", ())), entity)
                   for entity, kinds in seen.items()))


def ways():
    """the shortest way is as short as a plain search finds it, and entities are as many as counting says, merged ones too"""
    names = [f"{a}{b} {c}er" for a, b, c in zip("ABCDEFGHIJKLMNOPRSTV" * 2, ["ana"] * 20 + ["ilo"] * 20, ["Berg", "Wald"] * 20)]
    mentions = fresh("ways", [{"id": f"r{n}", "metadata": {"title": random.choice(names)} if n % 3 == 0 else {},
                               "text": " met ".join(random.sample(names, random.randint(1, 3))) + "."} for n in range(40)])
    keys, into = sorted({m["entity"] for m in mentions}), {}
    for number in range(4):
        if number > 0:
            into[keys[5 * number]] = keys[1]
            kv.need(200, "POST", f"{V1}/ways/entities/merge", {"entity": keys[5 * number], "into": keys[1]})
        spoken = {}
        for mention in mentions:
            spoken.setdefault(mention["record"], set()).add(into.get(mention["entity"], mention["entity"]))
        beside = {key: set().union(*(said for said in spoken.values() if key in said)) for key in keys}
        for hops in 1, 2, 3, 4:
            for start, goal in (random.sample(keys, 2) for _ in range(15)):
                path = kv.need(200, "POST", f"{V1}/ways/entities/path", {"from": start, "to": goal, "hops": hops})["path"]
                start, goal = into.get(start, start), into.get(goal, goal)
                least = steps(beside, start, goal)
                assert (path is None) == (least is None or least > hops), (start, goal, hops, least, path)
                if path is not None:
                    assert len(path) == least and [start, *(step["to"] for step in path)] == [
                        *(step["from"] for step in path), goal], (start, goal, path)
                    assert all({step["from"], step["to"]} <= spoken[step["record"]] for step in path), path
        for beginning in "", "a", "b", keys[5], keys[1][:2], "zz":
            listed = kv.need(200, "GET", f"{V1}/ways/entities?limit=1000&q={quote(beginning)}")["entities"]
            assert [(-e["mentioned_by"], -e["about"], e["entity"]) for e in listed] == counted(
                mentions, into, beginning), (beginning, listed)


def apart():
    """nothing of one tenant's graph shows in another's, not even by a count"""
    secret = [record(f"s{n}") for n in range(40)]
    shown = [record(f"p{n}") for n in range(10)]
    asked = {"collection": "mine", "query": "Who wrote to Ada Lovelace of London?", "mode": "graph", "k": 50}
    seen = []
    for tenant in "lonely", "watched":
        kv.db.kvasir("tenant", "create", tenant)
        key, _ = kv.key(tenant)
        kv.need(201, "POST", V1, {"name": "mine"}, key=key)
        kv.need(200, "POST", f"{V1}/mine/records", {"records": shown}, key=key)
        if tenant == "watched":
            kv.make("mine")
            kv.put("mine", *secret)
            export("mine")
        wait("linked", lambda: kv.need(200, "GET", f"{V1}/mine/graph", key=key)["waiting"] == 0)
        seen.append([kv.need(200, "POST", "/v1/search", asked, key=key)["results"],
                     kv.need(200, "POST", "/v1/search", {**asked, "mode": "explore"}, key=key)["results"],
                     *(kv.need(200, "GET", f"{V1}/mine/{what}", key=key).json
                       for what in ("graph", "entities", "entities/Ada%20Lovelace"))])
    assert json.dumps(seen[0]) == json.dumps(seen[1])


play(evidence, never_added, at_once, bridge, beside, explored, answers, entities, ways, apart)
