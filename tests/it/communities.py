#!/usr/bin/env -S python3 -B
"""communities: entities that are spoken of together are found, quoted, and gone with their records."""
import json

from stack import Stack, wait
from stage import play

kv = Stack(mode="development", auth="open", threads=4, redis=False,
           engine_sets=("graph_delay=0", "community_delay=0"))
V1 = "/v1/collections"
SEA, RAIL = ["Arnefjord", "Tromsund", "Kvitholm", "Sjurvik"], ["Brennerline", "Gleisdorf", "Zugwald", "Bahnau"]


def pairs(names, what):
    return [{"id": f"{a}-{b}", "text": f"{a} is {what} {b}.", "metadata": {"about": what}}
            for a in names for b in names if a < b]


def found(name, true, key=None):
    """The communities of a collection once they are as they should be."""
    def told():
        answer = kv.need(200, "GET", f"{V1}/{name}/communities", key=key)
        return answer if answer["found_at"] is not None and true(answer["communities"]) else None
    return wait("communities are found", told)["communities"]


def bridged():
    """two cliques joined by a bridge are two communities, told by sentences that stand in records"""
    kv.make("lands")
    kv.put("lands", *pairs(SEA, "north of"), *pairs(RAIL, "a stop before"),
           {"id": "bridge", "text": "Sjurvik trades with Bahnau."})
    both = found("lands", lambda told: sum(one["size"] for one in told) == 8)
    assert sorted(sorted(one["entities"]) for one in both) == [
        sorted(name.lower() for name in names) for names in (SEA, RAIL)], both
    texts = {one["id"]: one["text"] for one in
             kv.need(200, "POST", f"{V1}/lands/records/get", {"limit": 100})["records"]}
    for one in both:
        assert 1 <= len(one["sentences"]) <= 5, one
        for said in one["sentences"]:
            assert texts[said["record"]][said["start"]:said["end"]] == said["text"], said
            assert said["text"].endswith("."), said


def asked():
    """a question finds the communities that it is about, with what is cited of them"""
    def ask(**more):
        return kv.need(200, "POST", "/v1/search", {"collection": "lands", "mode": "global", **more})
    answer = ask(query="What lies north of what?")
    first = answer["results"][0]
    assert answer["mode"] == "global" and first["score"] == 1, answer
    assert sorted(first["metadata"]["entities"]) == sorted(name.lower() for name in SEA), first
    assert first["graph"]["sentences"][0]["text"] in first["text"], first
    assert "gleisdorf" in ask(query="Gleisdorf", k=1)["results"][0]["metadata"]["entities"]
    only = ask(query="north stop", where={"about": "north of"})["results"]
    assert all("-" in said["record"] and "north of" in said["text"]
               for one in only for said in one["graph"]["sentences"]), only
    assert ask(query="xyzzy")["results"] == []
    kv.need(422, "POST", "/v1/answer", {"collection": "lands", "query": "north", "mode": "global"})
    kv.need(422, "POST", "/v1/search", {"collection": "lands", "mode": "global", "vector": [1]})


def same():
    """the same records give the same communities and sentences, whatever the order"""
    kv.make("turned")
    kv.put("turned", {"id": "bridge", "text": "Sjurvik trades with Bahnau."},
           *reversed(pairs(SEA, "north of") + pairs(RAIL, "a stop before")))
    def shape(told):
        return sorted((sorted(one["entities"]), len(one["sentences"])) for one in told)
    lands = kv.need(200, "GET", f"{V1}/lands/communities")["communities"]
    turned = found("turned", lambda told: sum(one["size"] for one in told) == 8)
    assert shape(turned) == shape(lands), (turned, lands)


def gone():
    """what is deleted is not quoted a moment longer, and without records there are no communities"""
    before = kv.need(200, "GET", f"{V1}/lands/communities")["communities"]
    victim = before[0]["sentences"][0]["record"]
    kv.need(204, "DELETE", f"{V1}/lands/records/{victim}")
    after = kv.need(200, "GET", f"{V1}/lands/communities")["communities"]
    assert victim not in json.dumps(after), after
    kv.need(200, "POST", f"{V1}/lands/records/delete", {"where": {"about": {"$ne": "nothing"}}})
    assert kv.need(200, "GET", f"{V1}/lands/communities")["communities"] == []
    wait("nothing is stored any more", lambda: kv.db.ask(
        "select count(*) from kvasir.community_entity e join kvasir.collection c on c.id = e.collection_id"
        " where c.name = 'lands'") == [["0"]])


def apart():
    """nothing of one tenant shows in another's communities"""
    seen = []
    for tenant in "lonely", "watched":
        kv.db.kvasir("tenant", "create", tenant)
        key, _ = kv.key(tenant)
        kv.need(201, "POST", V1, {"name": "mine"}, key=key)
        kv.need(200, "POST", f"{V1}/mine/records", {"records": pairs(SEA, "north of")}, key=key)
        if tenant == "watched":
            kv.make("mine")
            kv.put("mine", *pairs(SEA + RAIL, "south of"))
            found("mine", lambda told: told)
        seen.append(found("mine", lambda told: told, key=key))
    assert json.dumps(seen[0]) == json.dumps(seen[1]), seen


play(bridged, asked, same, gone, apart)
