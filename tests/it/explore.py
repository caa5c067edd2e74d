#!/usr/bin/env -S python3 -B
"""explore: a graph that is kept whole answers for its own state, tenant and time alone, and within its bytes."""
import datetime
import subprocess
import threading
import time

from front import stop
from stack import Stack, wait
from stage import play

# One process with a cache of one megabyte, whose four threads share it.
kv = Stack(mode="development", auth="open", threads=4, redis=False, explore_cache=1, engine_sets=("graph_delay=0",))
V1 = "/v1/collections"
MEGABYTE = 1 << 20
# Each record leads to the next: the part of the graph around the first ends after two steps.
CHAIN = [{"id": f"c{n}", "metadata": {"kind": "bridge"},
          "text": f"The Oak{n} Bridge leads to the Oak{n + 1} Bridge."} for n in range(6)]


def linked(name, key=None):
    wait("all records are linked", lambda: kv.need(200, "GET", f"{V1}/{name}/graph?limit=1", key=key)["waiting"] == 0)


def fresh(name, records, key=None):
    kv.need(201, "POST", V1, {"name": name}, key=key)
    kv.need(200, "POST", f"{V1}/{name}/records", {"records": records}, key=key)
    linked(name, key)


def explore(name, query="oak0", key=None, **more):
    """The results by id, and over what the walk went."""
    hits = kv.need(200, "POST", "/v1/search", {"collection": name, "query": query, "mode": "explore", "k": 50,
                                               "explain": True, **more}, key=key)["results"]
    ways = {hit["explain"]["walked"] for hit in hits}
    assert len(ways) == 1, hits
    return {hit["id"]: hit for hit in hits}, ways.pop()


def whole(name, **more):
    """The results once they are those of the whole graph."""
    def found():
        hits, walked = explore(name, **more)
        return hits if walked == "whole" else None
    return wait(f"{name} is kept whole", found)


def seen(name):
    """After a write: the first search must not be answered by what was kept; then all of the graph as it is now."""
    assert explore(name)[1] == "part", "a graph was kept that is past"
    return whole(name)


def second():
    """a collection that is explored again is kept whole, and then the walk goes further and tells its way"""
    fresh("chain", CHAIN)
    hits, walked = explore("chain")
    assert walked == "part" and sorted(hits) == ["c0", "c1", "c2"], hits
    assert explore("chain")[1] == "part"
    hits = whole("chain")
    assert sorted(hits) == [f"c{n}" for n in range(6)], hits
    scores = [hits[f"c{n}"]["score"] for n in range(6)]
    assert scores[0] == 1 and scores == sorted(scores, reverse=True) and scores[5] > 0, scores
    way = hits["c3"]["graph"]["path"]
    assert [(step.get("record"), step["entity"]) for step in way][-2:] == [
        ("c1", "oak2 bridge"), ("c2", "oak3 bridge")], way
    assert way[-1]["text"] == "Oak3 Bridge", way
    assert list(explore("chain", k=2, offset=1)[0]) == ["c1", "c2"]
    assert explore("chain", where={"kind": "bridge"})[1] == "part"
    plain = kv.need(200, "POST", "/v1/search", {"collection": "chain", "query": "oak0", "mode": "explore"})
    assert "explain" not in plain["results"][0], plain
    assert explore("chain")[1] == "whole"
    # a record that nothing is known of yet is found by its words, and leads nowhere
    kv.need(200, "POST", f"{V1}/chain/records", {"records": [{"id": "low", "text": "an oak0 in lower case"}]})
    assert explore("chain", query="lower case")[0]["low"]["graph"]["path"] == []


def writes():
    """whatever changes the graph is seen by the next search"""
    fresh("written", CHAIN)
    assert "far" not in whole("written")
    kv.put("written", {"id": "far", "text": "The Oak3 Bridge is far away."})
    linked("written")
    assert "far" in seen("written")
    kv.put("written", {"id": "far", "text": "Of the Elm Bridge nothing else is said."})
    assert "far" not in explore("written")[0]
    linked("written")
    assert "far" not in seen("written")
    kv.need(200, "POST", f"{V1}/written/entities/merge", {"entity": "Elm Bridge", "into": "Oak1 Bridge"})
    assert "far" in seen("written")
    kv.need(200, "POST", f"{V1}/written/entities/unmerge", {"entity": "Elm Bridge"})
    assert "far" not in seen("written")
    said = kv.need(200, "POST", f"{V1}/written/relations", {"relations": [
        {"subject": "Oak2 Bridge", "predicate": "is older than", "object": "Elm Bridge"}]})["relations"][0]
    hits = seen("written")
    assert [step["entity"] for step in hits["far"]["graph"]["path"]][-2:] == ["oak2 bridge", "elm bridge"], hits["far"]
    kv.need(200, "POST", f"{V1}/written/relations/{said}/end", {})
    assert "far" not in seen("written")
    kv.need(204, "DELETE", f"{V1}/written/relations/{said}")
    kv.need(204, "DELETE", f"{V1}/written/records/c1")
    assert sorted(seen("written")) == ["c0"]
    # nothing that is said of texts alone changes the graph
    kv.need(200, "POST", f"{V1}/written/relations", {"relations": [
        {"subject": "Oak2 Bridge", "predicate": "is called", "value": "the old one"}]})
    assert explore("written")[1] == "whole"
    kv.need(204, "DELETE", f"{V1}/written")
    fresh("written", CHAIN[:2])
    assert sorted(seen("written")) == ["c0", "c1"]


def ends():
    """a relation that ends to hold is gone over until then, though nothing is written"""
    fresh("ended", CHAIN[:1] + [{"id": "far", "text": "Of the Elm Bridge nothing else is said."}])
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=6)
    kv.need(200, "POST", f"{V1}/ended/relations", {"relations": [
        {"subject": "Oak1 Bridge", "predicate": "is near", "object": "Elm Bridge", "valid_to": until.isoformat()}]})
    assert "far" in whole("ended")
    assert explore("ended")[1] == "whole"
    wait("the relation has ended", lambda: datetime.datetime.now(datetime.timezone.utc) > until)
    assert "far" not in seen("ended")


def apart():
    """what is kept for one tenant answers no other, whose collection has the same name and as many writes"""
    keys = []
    for tenant in "cache-a", "cache-b":
        kv.db.kvasir("tenant", "create", tenant)
        keys.append(kv.key(tenant)[0])
    secret = [{"id": "secret", "text": "The Oak0 Bridge hides the Secret Door."}]
    fresh("same", CHAIN[:3] + secret, key=keys[0])
    fresh("same", CHAIN[:3] + [{"id": "open", "text": "The Oak0 Bridge shows the Open Door."}], key=keys[1])
    assert sorted(whole("same", key=keys[0])) == ["c0", "c1", "c2", "secret"]
    for _ in range(3):
        hits, _ = explore("same", key=keys[1])
        assert sorted(hits) == ["c0", "c1", "c2", "open"] and "secret" not in str(hits).lower(), hits
    assert sorted(whole("same", key=keys[1])) == ["c0", "c1", "c2", "open"]
    assert sorted(explore("same", key=keys[0])[0]) == ["c0", "c1", "c2", "secret"]
    kv.need(404, "POST", "/v1/search", {"collection": "same", "query": "Oak0", "mode": "explore"})
    # a key that is taken back reads nothing, kept or not
    key, ident = kv.key("cache-a")
    assert explore("same", key=key)[1] == "whole"
    kv.db.kvasir("key", "--tenant", "cache-a", "revoke", ident)
    kv.need(401, "POST", "/v1/search", {"collection": "same", "query": "Oak0", "mode": "explore"}, key=key)


def mentions(name, count):
    """As many mentions more, written straight into the database."""
    kv.db.psql("-c", f"""
        select set_config('kvasir.tenant', c.tenant_id::text, false) from kvasir.collection c where c.name = '{name}';
        do $$
        begin
            execute format('insert into kvasir_data.mention_%s
                                   (key, kind, seq, field, start_at, stop_at, sentence, type)
                            select ''many '' || n / 100, 0, n, '''', 0, 1, 0, ''name''
                              from generate_series(1, {count}) n',
                (select number from kvasir.collection where name = '{name}'));
        end
        $$;""")


def bytes_kept():
    """Graphs take no more than explore_cache, and the least recently used go; what is too large is not kept"""
    def taken():
        value = kv.metric("kvasir_graph_cache_bytes")
        assert 0 <= value <= MEGABYTE, value
        return value
    for name in "large-a", "large-b":
        fresh(name, CHAIN[:2])
        mentions(name, 35000)  # some 700 kB: each has room, both have not
        whole(name)
        assert taken() > MEGABYTE / 2, taken()
    assert explore("large-b")[1] == "whole" and explore("large-a")[1] == "part"
    fresh("huge", CHAIN[:2])
    mentions("huge", 120000)
    before = kv.metric("kvasir_graphs_read_total")
    for _ in range(10):
        assert explore("huge")[1] == "part"
        time.sleep(0.1)
    assert kv.metric("kvasir_graphs_read_total") == before and taken() <= MEGABYTE


def at_once():
    """threads that search while others write never see what is past"""
    fresh("busy", CHAIN[:1] + [{"id": "far", "text": "Of the Elm Bridge nothing else is said."}])
    over, failed = threading.Event(), []

    def reads():
        while not over.is_set():
            try:
                explore("busy")
            except AssertionError as why:
                failed.append(why)
                return

    readers = [threading.Thread(target=reads) for _ in range(4)]
    for reader in readers:
        reader.start()
    ways = []
    for _ in range(25):
        for verb, is_there in ("merge", True), ("unmerge", False):
            kv.need(200, "POST", f"{V1}/busy/entities/{verb}", {"entity": "Elm Bridge", "into": "Oak1 Bridge"}
                    if verb == "merge" else {"entity": "Elm Bridge"})
            for _ in range(4):
                hits, walked = explore("busy")
                ways.append(walked)
                assert ("far" in hits) == is_there, (verb, walked, sorted(hits))
                time.sleep(0.01)
    over.set()
    for reader in readers:
        reader.join()
    assert not failed, failed
    print(f"   {ways.count('whole')} of {len(ways)} searches over the whole graph")


def counted():
    """eight writers at once wait for nobody, and each write that is committed counts once, folded or not"""
    kv.make("counted")
    [[tenant, number]] = kv.db.ask("select tenant_id, number from kvasir.collection where name = 'counted'")
    touch = (f"begin; select set_config('kvasir.tenant', '{tenant}', true) \\g /dev/null\n"
             f"select kvasir.graph_touch({number}) \\g /dev/null\n")
    epoch = f"select coalesce(sum(writes), 0), count(*) from kvasir.graph_write where number = {number}"
    # one that has written and goes on: nobody waits for it, and it counts when it ends
    slow = subprocess.Popen(kv.db.command("-f", "-", user="kvasir_app"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            text=True, env=kv.db.environment)
    slow.stdin.write(touch + "\\echo written\n")
    slow.stdin.flush()
    assert slow.stdout.readline() == "written\n"
    script = "set lock_timeout = '10s';\n" + ((touch + "commit;\n") * 3 + touch + "rollback;\n") * 60
    writers = [kv.db.script(script) for _ in range(8)]
    assert [writer.wait(60) for writer in writers] == [0] * 8
    [[writes, rows]] = kv.db.ask(epoch)
    assert int(writes) == 8 * 3 * 60, writes
    assert int(rows) < 500, rows
    slow.communicate("commit;\n")
    assert int(kv.db.ask(epoch)[0][0]) == 8 * 3 * 60 + 1
    print(f"   {rows} rows for {writes} writes")


def off():
    """without a cache no graph is kept"""
    stop(kv.pool_process)
    kv.settings["explore_cache"] = 0
    kv.start_pool()
    for _ in range(4):
        assert explore("chain")[1] == "part"


play(second, writes, ends, apart, bytes_kept, at_once, counted, off)
