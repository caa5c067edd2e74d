#!/usr/bin/env -S python3 -B
"""relations: what is said of entities holds in the world and was known at a time, and lives by its evidence."""
import json
import random
import threading
import time

from stack import Stack, wait
from stage import play

random.seed(11)
kv = Stack(mode="development", auth="open", threads=8, redis=False, engine_sets=("graph_delay=0",))
V1 = "/v1/collections"


def db(sql, **more):
    """Straight from Postgres, past the wall."""
    return kv.db.psql("-c", sql, **more).strip()


def make(name, *records):
    kv.make(name)
    if records:
        kv.put(name, *records)


def say(name, *relations):
    return kv.need(200, "POST", f"{V1}/{name}/relations", {"relations": list(relations)})["relations"]


def told(name, **asked):
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    return kv.need(200, "GET", f"{V1}/{name}/relations?{query}")["relations"]


def values(name, **asked):
    return [one.get("object", one.get("value")) for one in told(name, **asked)]


def functional(name, predicate, is_so=True):
    kv.need(204, "POST", f"{V1}/{name}/predicates", {"predicate": predicate, "functional": is_so})


def moment():
    """A point in time between what was written before and what is written after."""
    time.sleep(0.01)
    now = db("select kvasir.moment(clock_timestamp())")
    time.sleep(0.01)
    return now


def export(name):
    def settled():
        answer = kv.need(200, "GET", f"{V1}/{name}/graph?limit=1000")
        return answer if answer["waiting"] == 0 else None
    answer = wait("all records are linked", settled)
    return json.dumps([answer["mentions"], answer["relations"]])


def quadrants():
    """a late fact and a correction: what held when, as known when"""
    make("time")
    functional("time", "works at")
    before = moment()
    say("time", {"subject": "Ada", "predicate": "works at", "object": "Acme", "valid_from": "2020"})
    first = moment()
    late = {"subject": "Ada", "predicate": "works at", "object": "Babbage Ltd", "valid_from": "2022-06"}
    (babbage,) = say("time", late)
    second = moment()
    asked = {"subject": "ada", "predicate": "works%20at"}
    for known, then, now in ((before, [], []), (first, ["acme"], ["acme"]), (second, ["acme"], ["babbage ltd"])):
        assert values("time", as_of="2021", known_at=known, **asked) == then, known
        assert values("time", as_of="2023", known_at=known, **asked) == now, known
    assert values("time", as_of="2019", **asked) == []
    acme, other = told("time", **asked)
    assert acme["valid_to"] == "2022-06-01T00:00:00.000000Z" and acme["closed_by"] == babbage, acme
    assert other["valid_to"] is None and "closed_by" not in other, other
    # written last, but it held first
    say("time", {"subject": "ADA", "predicate": "works at", "object": "School", "valid_from": "2015"})
    assert values("time", as_of="2016", **asked) == ["school"]
    assert values("time", as_of="2016", known_at=second, **asked) == []
    assert values("time", as_of="2023", **asked) == ["babbage ltd"]
    # its end is known from now on
    third = moment()
    kv.need(200, "POST", f"{V1}/time/relations/{babbage}/end", {"at": "2024"})
    assert values("time", as_of="2025", **asked) == []
    assert values("time", as_of="2025", known_at=third, **asked) == ["babbage ltd"]
    assert values("time", as_of="2023", **asked) == ["babbage ltd"]
    history = kv.need(200, "GET", f"{V1}/time/relations/{babbage}")["versions"]
    assert [v["valid_to"] and v["valid_to"][:4] for v in history] == [None, "2024"], history
    assert history[0]["superseded_at"] == history[1]["recorded_at"] and history[1]["superseded_at"] is None
    # said again, the end is taken back, and it is the same relation
    assert say("time", late) == [babbage] and values("time", as_of="2025", **asked) == ["babbage ltd"]
    assert len(kv.need(200, "GET", f"{V1}/time/relations/{babbage}")["versions"]) == 3


def contradiction():
    """what contradicts deletes nothing, and without a declaration closes nothing"""
    make("contra")
    ids = say("contra", {"subject": "Tower", "predicate": "height", "value": "300 m", "valid_from": "1889"},
              {"subject": "Tower", "predicate": "height", "value": "330 m", "valid_from": "2022"},
              {"subject": "Tower", "predicate": "height", "value": "312 m", "valid_from": "1889"})
    assert len(set(ids)) == 3
    assert all(one["valid_to"] is None and "contradicted" not in one for one in told("contra"))
    before = export("contra")
    functional("contra", "height")
    old = told("contra", as_of="1900")
    assert [one["value"] for one in old] == ["300 m", "312 m"] and all(one["contradicted"] for one in old), old
    assert values("contra", as_of="2023") == ["330 m"] and export("contra") == before
    kv.need(204, "DELETE", f"{V1}/contra/relations/{ids[1]}")
    assert all(one["valid_to"] is None for one in told("contra"))
    functional("contra", "height", False)
    assert kv.need(200, "GET", f"{V1}/contra/predicates")["predicates"] == [
        {"predicate": "height", "functional": False, "relations": 2}]


def evidence():
    """a relation goes with the last of its evidence, in the transaction that takes that away"""
    make("ground", {"id": "a", "text": "Ada works at Acme. She likes tea."}, {"id": "b", "text": "At Acme: Ada."})
    fact = {"subject": "Ada", "predicate": "works at", "object": "Acme"}
    (one,) = say("ground", {**fact, "evidence": [{"record": "a", "quote": "Ada works at Acme"}]})
    assert say("ground", {**fact, "evidence": [{"record": "b", "start": 3, "end": 7, "confidence": 0.5}]}) == [one]
    places = kv.need(200, "GET", f"{V1}/ground/relations/{one}")["evidence"]
    assert places == [{"record": "a", "start": 0, "end": 17, "text": "Ada works at Acme"},
                      {"record": "b", "start": 3, "end": 7, "text": "Acme", "confidence": 0.5}], places
    (stated,) = say("ground", {"subject": "Ada", "predicate": "knows", "object": "Bob"})
    for wrong in ({"record": "a", "quote": "Ada left Acme"}, {"record": "a", "start": 5, "end": 5000},
                  {"record": "none"}, {"record": "a", "start": 0, "end": 3, "quote": "Acme"}):
        kv.need(400, "POST", f"{V1}/ground/relations", {"relations": [{**fact, "evidence": [wrong]}]})
    kv.put("ground", {"id": "a", "text": "Ada works at Acme. She likes tea.", "metadata": {"year": 1}})
    assert told("ground", object="acme")[0]["evidence"] == 2
    kv.put("ground", {"id": "a", "text": "Nothing of it."})
    assert told("ground", object="acme")[0]["evidence"] == 1
    kv.need(204, "DELETE", f"{V1}/ground/records/b")
    kv.need(404, "GET", f"{V1}/ground/relations/{one}")
    assert [r["id"] for r in told("ground")] == [stated]
    assert db("select count(*) from kvasir.relation_evidence") == "0"


def never_added():
    """what was added and deleted leaves no trace, whatever the order"""
    people, places = ["Ada", "Bob", "Cy"], ["Acme", "Oslo", "Paris"]

    def records(prefix):
        return {f"{prefix}{n}": (random.choice(people), random.choice(places), random.choice(["", "2019", "2021"]))
                for n in range(5)}

    def write(name, one, fact):
        who, where, since = fact
        text = f"{who} lives in {where}."
        kv.put(name, {"id": one, "text": text})
        say(name, {"subject": who, "predicate": "lives in", "object": where, **({"valid_from": since} if since else {}),
                   "evidence": [{"record": one, "quote": text}]})

    def lasting(name):
        return json.dumps([[{k: v for k, v in r.items() if k not in ("id", "closed_by", "recorded_at")}
                            for r in told(name, **asked)] for asked in ({}, {"as_of": "2020"}, {"as_of": "2022"})])

    for case in range(6):
        keep, gone = records("keep"), records("gone")
        both = list((keep | gone).items())
        random.shuffle(both)
        for name, facts in (f"alone{case}", list(keep.items())), (f"both{case}", both):
            make(name)
            functional(name, "lives in")
            for one, fact in facts:
                write(name, one, fact)
        kv.need(200, "POST", f"{V1}/both{case}/records/delete", {"ids": list(gone)})
        assert export(f"both{case}") == export(f"alone{case}") and lasting(f"both{case}") == lasting(f"alone{case}")


def at_once():
    """evidence comes and goes at once from eight writers, and none of it is lost or left over"""
    make("busy", *({"id": f"r{n}", "text": "Ada knows Bob."} for n in range(8)))
    fact = {"subject": "Ada", "predicate": "knows", "object": "Bob"}

    def work(n):
        for _ in range(15):
            say("busy", {**fact, "evidence": [{"record": f"r{n}", "quote": "Ada knows Bob"}]})
            kv.put("busy", {"id": f"r{n}", "text": "Nothing."})
            kv.put("busy", {"id": f"r{n}", "text": "Ada knows Bob."})
        if n < 2:
            say("busy", {**fact, "evidence": [{"record": f"r{n}", "quote": "Ada knows Bob"}]})

    workers = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    (left,) = told("busy")
    assert left["evidence"] == 2, left
    kv.need(200, "POST", f"{V1}/busy/records/delete", {"ids": ["r0", "r1"]})
    assert told("busy") == []


def merged():
    """relations follow a merge and its undoing, also where values close each other"""
    make("merge")
    functional("merge", "born in")
    say("merge", {"subject": "M. Lindqvist", "predicate": "born in", "object": "Oslo", "valid_from": "1970"},
        {"subject": "Mara Lindqvist", "predicate": "born in", "object": "Bergen", "valid_from": "1971"})
    assert [r["valid_to"] for r in told("merge")] == [None, None]
    kv.need(200, "POST", f"{V1}/merge/entities/merge", {"entity": "M. Lindqvist", "into": "Mara Lindqvist"})
    both = told("merge", subject="m.%20lindqvist")
    assert [(r["subject"], r["object"], bool(r["valid_to"])) for r in both] == [
        ("mara lindqvist", "oslo", True), ("mara lindqvist", "bergen", False)], both
    one = kv.need(200, "GET", f"{V1}/merge/entities/m.%20lindqvist")
    assert len(one["relations"]) == 2 and one["mentioned_by"] == 0, one
    listed = kv.need(200, "GET", f"{V1}/merge/entities?q=mara")["entities"]
    assert [(e["entity"], e["relations"]) for e in listed] == [("mara lindqvist", 2)], listed
    kv.need(200, "POST", f"{V1}/merge/entities/unmerge", {"entity": "M. Lindqvist"})
    assert [r["valid_to"] for r in told("merge")] == [None, None]


def extractors():
    """what an extractor said goes by one delete, and nothing else does"""
    make("llm", {"id": "a", "text": "Ada knows Bob. Bob knows Cy."})
    number, tenant = db("select number || '|' || tenant_id from kvasir.collection where name = 'llm'").split("|")

    def batch(by, *relations):
        text = json.dumps(relations).replace("'", "''")
        return json.loads(db(f"select kvasir.relation_put_for('{tenant}', {number}, '{by}', '{text}')",
                             user="kvasir_engine"))

    def knows(a, b, quote):
        return {"subject": a, "predicate": "knows", "object": b, "evidence": [{"record": "a", "quote": quote}]}

    stored = batch("llm:small@1", knows("ada", "bob", "Ada knows Bob"), knows("bob", "cy", "Bob knows Cy"),
                   knows("ada", "cy", "Ada knows Cy"), {"subject": "ada", "predicate": "is", "literal": "clever"})
    assert [r["at"] for r in stored["refused"]] == [2, 3] and stored["relations"][2:] == [None, None], stored
    assert batch("llm:small@1", knows("ada", "bob", "Ada knows Bob"))["relations"] == stored["relations"][:1]
    batch("llm:big@1", knows("ada", "bob", "Ada knows Bob"))
    say("llm", {"subject": "Ada", "predicate": "knows", "object": "Bob"})
    assert len(told("llm")) == 4
    assert kv.need(200, "POST", f"{V1}/llm/relations/forget", {"extractor": "llm:small@1"})["deleted"] == 2
    assert sorted(r["extractor"] for r in told("llm")) == ["llm:big@1", "user"]


def refused():
    """what makes no sense is refused and told"""
    make("odd")
    good = {"subject": "A", "predicate": "p", "object": "B"}
    for wrong in ({"valid_from": "yesterday"}, {"valid_from": "2020", "valid_to": "2019"}, {"predicate": ""},
                  {"unknown": 1}, {"valid_to": "2020-13"}):
        kv.need(400, "POST", f"{V1}/odd/relations", {"relations": [good, {**good, **wrong}]})
    for wrong in {"subject": "!"}, {"value": "too"}, {"object": None}:
        kv.need(422, "POST", f"{V1}/odd/relations", {"relations": [{**good, **wrong}]})
    assert told("odd") == []
    (one,) = say("odd", {**good, "valid_from": "2020-02-03T04:05:06Z"})
    for path in f"relations/{one}x", "relations/0", f"relations/{one + 999}":
        kv.need(404, "GET", f"{V1}/odd/{path}")
    kv.need(404, "DELETE", f"{V1}/odd/relations/{one + 999}")
    kv.need(400, "POST", f"{V1}/odd/relations/{one}/end", {"at": "2019"})
    kv.need(400, "GET", f"{V1}/odd/relations?as_of=soon")
    kv.need(404, "GET", f"{V1}/time/relations/{one}")
    kv.need(204, "DELETE", f"{V1}/odd")
    assert db(f"select count(*) from kvasir.relation where id = {one}") == "0"


play(quadrants, contradiction, evidence, never_added, at_once, merged, extractors, refused)
