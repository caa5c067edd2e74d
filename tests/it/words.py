#!/usr/bin/env -S python3 -B
"""words: searches by words are exact wherever the words of a record just are."""
import collections
import json
import math
import os
import random
import signal
import subprocess
import threading
import time

from stack import Stack, skip, wait
from stage import play

if not os.access("./tests/it/move_words", os.X_OK):
    skip("tests/it/move_words is not built here")
random.seed(3)
kv = Stack(mode="development", auth="open", threads=8, engine=False, redis=False)
db = kv.db
VOCABULARY = [f"{a}{b}" for a in ("ba", "ko", "ri", "tu", "me") for b in ("lan", "dor", "vik", "sum")]


def text():
    return " ".join(random.choices(VOCABULARY, range(1, 21), k=random.randint(1, 30)))


def number(name):
    return db.ask(f"select number from kvasir.collection where name = '{name}'")[0][0]


def move(batch=8000, steps=100000, seconds=-1):
    """What the engine does, now; how many steps did something."""
    done = subprocess.run(["./tests/it/move_words", db.conninfo("kvasir_engine"), str(seconds), str(batch), str(steps)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def waiting(name=None):
    return int(db.ask("select count(*) from kvasir.unposted" + (f" where number = {number(name)}" if name else ""))[0][0])


def runs(name):
    return [int(row[0]) for row in db.ask(f"select records from kvasir.run where number = {number(name)} order by run")]


def forgotten(name):
    return int(db.ask(f"select count(*) from kvasir.forgotten where number = {number(name)}")[0][0])


def unpacked(data):
    """Packed postings as their description in src/words/posting.h has them."""
    numbers, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value, shift = 0, 0
    seq, found = 0, []
    numbers.reverse()
    while numbers:
        first = numbers.pop()
        seq += first >> 2
        often = (first & 3) + 1 + (numbers.pop() if first & 3 == 3 else 0)
        found.append((seq, often, numbers.pop()))
    return found


def postings(name):
    """Those that live, by word, as (id, how often, length)."""
    table = number(name)
    ids = dict(db.ask(f"select seq, id from kvasir_data.record_{table}"))
    dead = collections.defaultdict(list)
    for seq, run in db.ask(f"select seq, run from kvasir.forgotten where number = {table}"):
        dead[int(seq)].append(int(run))
    found = []
    for run, term, posts in db.ask(f"select run, term, encode(posts, 'hex') from kvasir_data.posting_{table}"):
        for seq, often, length in unpacked(bytes.fromhex(posts)):
            if not any(int(run) < later for later in dead[seq]):
                found.append((term, ids[str(seq)], often, length))
    return sorted(found)


def scored(texts, words):
    """BM25 of every record that has one of the words, from the texts alone."""
    counts = {name: collections.Counter(said.split()) for name, said in texts.items() if said}
    average = sum(sum(count.values()) for count in counts.values()) / max(len(counts), 1)
    scores = collections.Counter()
    for word in set(words):
        have = {name: count[word] for name, count in counts.items() if count[word]}
        weight = math.log(1 + (len(counts) - len(have) + 0.5) / (len(have) + 0.5))
        for name, often in have.items():
            length = sum(counts[name].values())
            scores[name] += weight * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * length / average))
    return scores


def found(name, query, **more):
    return {hit["id"]: hit["score"] for hit in
            kv.search(name, query=query, k=1000, mode="lexical", **more)["results"]}


def alike(got, expected):
    assert got.keys() == expected.keys(), (sorted(got), sorted(expected))
    assert all(abs(score - expected[name]) < 1e-9 for name, score in got.items()), (got, expected)


def right(name, texts, times=6):
    """Questions of one to five words answered as the texts alone say."""
    for _ in range(times):
        words = random.choices(VOCABULARY + ["tail", "none"], k=random.randint(1, 5))
        alike(found(name, " ".join(words)), scored(texts, words))


def put(name, texts, **fresh):
    kv.put(name, *({"id": key, "text": said} for key, said in fresh.items()))
    texts.update(fresh)


def same():
    """an answer is the same before, amid and after the moving and merging of its words"""
    kv.make("same", language="simple")
    texts = {}
    put("same", texts, **{f"r{n}": text() for n in range(80)})
    kv.put("same", {"id": "none", "embedding": [1, 2]})
    assert waiting() == 80
    right("same", texts)
    asked = [found("same", word) for word in VOCABULARY]
    assert move(30, 1) == 1 and waiting() == 50 and runs("same") == [30]
    right("same", texts)
    alike_all = [found("same", word) for word in VOCABULARY]
    for got, expected in zip(alike_all, asked):
        alike(got, expected)
    move(5)
    assert waiting() == 0 and 1 < len(runs("same")) < 8 and sum(runs("same")) == 80, runs("same")
    for word, expected in zip(VOCABULARY, asked):
        alike(found("same", word), expected)
    assert move() == 0
    kv.make("odd", language="simple")
    for moved in False, True:
        kv.put("odd", {"id": "odd", "text": "it's a \\ b"})
        if moved:
            move()
        assert list(found("odd", "it's")) == ["odd"] and list(found("odd", "\\ b '")) == ["odd"]


def index_first():
    """words wait for an index that is being built, but not for long"""
    kv.make("built", language="simple")
    kv.put("built", *({"id": f"r{n}", "text": text()} for n in range(5)))
    db.ask("update kvasir.collection set index_state = 'building' where name = 'built'")
    assert move() == 0 and waiting("built") == 5
    db.ask("update kvasir.unposted set since = now() - interval '31 seconds'")
    assert move() == 1 and waiting("built") == 0


def changes():
    """records change and go at random, moved or not, and every answer is that of the texts"""
    kv.make("changes", language="simple")
    texts, path = {}, "/v1/collections/changes/records"
    put("changes", texts, **{f"r{n}": text() for n in range(60)})
    for turn in range(40):
        some = random.sample(range(60), random.randint(1, 12))
        what = random.choice(["put", "patch", "delete", "move", "blank"])
        if what == "put":
            put("changes", texts, **{f"r{n}": text() for n in some})
        elif what == "blank":
            put("changes", texts, **{f"r{n}": "..." for n in some})
            texts.update({f"r{n}": "" for n in some})
        elif what == "patch":
            there = [f"r{n}" for n in some if f"r{n}" in texts]
            fresh = {key: text() + " tail" for key in there}
            kv.need(200, "PATCH", path, {"records": [{"id": key, "text": fresh[key]} for key in there]
                                         or [{"id": "nobody", "text": "x"}]})
            texts.update(fresh)
        elif what == "delete":
            kv.need(200, "POST", path + "/delete", {"ids": [f"r{n}" for n in some]})
            for n in some:
                texts.pop(f"r{n}", None)
        else:
            move(random.choice([3, 20, 1000]), random.choice([1, 2, 1000]))
        right("changes", texts, 3)
    move()
    right("changes", texts, 20)
    kv.make("again", language="simple")
    put("again", {}, **{key: said for key, said in texts.items() if said})
    move()
    assert postings("changes") == postings("again")
    kv.need(200, "PATCH", path, {"records": [{"id": key, "metadata": {"n": 1}} for key in texts]})
    assert waiting("changes") == 0, "who does not change words leaves none"


def purged():
    """what was forgotten is taken out of the postings, and then out of the list"""
    kv.make("purged", language="simple")
    texts = {}
    put("purged", texts, **{f"r{n}": text() for n in range(1000)})
    move()
    for start in range(0, 1000, 250):
        put("purged", texts, **{f"r{n}": text() for n in range(start, start + 250)})
        right("purged", texts, 2)
    assert forgotten("purged") == 1000
    move(100)
    assert forgotten("purged") < 200 and sum(runs("purged")) < 1200, (forgotten("purged"), runs("purged"))
    right("purged", texts)
    kv.need(200, "POST", "/v1/collections/purged/records/delete", {"ids": list(texts)})
    move()
    assert found("purged", " ".join(VOCABULARY)) == {}
    assert postings("purged") == []
    assert forgotten("purged") < 200 and sum(runs("purged")) < 200


def writers(name, stop=None):
    """Eight writers at once, each with its own records and some that all write."""
    failed = []

    def writer(me):
        for n in range(20):
            kv.put(name, *({"id": f"{me}-{k}", "text": text()} for k in range(n % 7 + 5)))
            kv.put(name, *({"id": f"shared{k}", "text": text()} for k in range(8)))
            kv.need(200, "POST", f"/v1/collections/{name}/records/delete", {"ids": [f"{me}-{n % 5}"]})
            found(name, " ".join(random.choices(VOCABULARY, k=3)))

    def guarded(*words):
        try:
            writer(*words)
        except BaseException as problem:
            failed.append(problem)

    writing = [threading.Thread(target=guarded, args=(me,)) for me in range(8)]
    for thread in writing:
        thread.start()
    while any(thread.is_alive() for thread in writing):
        if stop:
            stop()
        else:
            move(random.choice([7, 50]), 5)
    assert not failed, failed


def settled(name):
    """The collection answers as its texts say, and its postings are those of a fresh one."""
    records = kv.need(200, "POST", f"/v1/collections/{name}/records/get", {"limit": 1000})["records"]
    texts = {r["id"]: r["text"] for r in records}
    right(name, texts)
    move()
    right(name, texts)
    kv.make(name + "-calm", language="simple")
    put(name + "-calm", {}, **texts)
    move()
    assert postings(name) == postings(name + "-calm")
    stats = [kv.need(200, "GET", f"/v1/collections/{each}") for each in (name, name + "-calm")]
    assert stats[0]["count"] == stats[1]["count"] and stats[0]["words"] == stats[1]["words"]


def together():
    """writers, the moving and merging of words and searches go on side by side"""
    kv.make("busy", language="simple")
    writers("busy")
    settled("busy")


def killed():
    """an engine that is killed again and again amid its work loses and doubles no word"""
    kv.make("killed", language="simple")

    def crash():
        process = subprocess.Popen(["./tests/it/move_words", db.conninfo("kvasir_engine"), "-1", "9", "100000"],
                                   stdout=subprocess.DEVNULL)
        time.sleep(random.random() / 20)
        process.send_signal(signal.SIGKILL)
        deaths.append(process.wait() == -signal.SIGKILL)

    deaths = []
    writers("killed", crash)
    assert any(deaths), deaths
    settled("killed")


def in_flight():
    """runs are not merged while a forgetting under a number between theirs may be on its way"""
    kv.make("flight", language="simple")
    texts = {}
    put("flight", texts, **{f"r{n}": text() for n in range(10)})
    move()
    slow = db.session("kvasir_app")
    slow.say("begin; select kvasir.enter_open('default_tenant', 'slow', null, 0);"
             " select kvasir.record_delete('default_database', 'flight', array['r3'], null);")
    for n in range(9):
        put("flight", texts, **{f"s{n}": text()})
        move()
    assert len(runs("flight")) == 10, runs("flight")
    right("flight", texts)
    slow.say("commit;")
    del texts["r3"]
    right("flight", texts)
    slow.end()
    move()
    assert len(runs("flight")) < 10, runs("flight")
    right("flight", texts)


def amid_merge():
    """an engine that is killed amid a merge, or amid a move, has done nothing of it"""
    kv.make("amid", language="simple")
    texts = {}
    held = db.session("owner")
    held.say("begin; select pg_current_xact_id();")  # no run is merged while that lasts
    for n in range(9):
        put("amid", texts, **{f"r{n}": text(), f"s{n}": text()})
        move()
    put("amid", texts, r1=text())
    held.say("commit; begin; " + f"lock table kvasir_data.posting_{number('amid')} in share mode;")
    before = runs("amid")
    assert len(before) == 9 and waiting("amid") == 1
    for what, seconds in ("words_merge_put", "3600"), ("words_put", "-1"):
        process = subprocess.Popen(["./tests/it/move_words", db.conninfo("kvasir_engine"), seconds, "100", "100"],
                                   stdout=subprocess.DEVNULL)
        wait(what + " waits", lambda: db.ask("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                             f" and query like '%{what}%'") == [["1"]])
        process.kill()
        process.wait()
        db.ask("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'move_words'")
        wait("its transaction has ended", lambda: db.ask(
            "select count(*) from pg_stat_activity where application_name = 'move_words'") == [["0"]])
        assert runs("amid") == before and waiting("amid") == 1
        right("amid", texts)
    held.say("rollback;")
    held.end()
    move()
    assert len(runs("amid")) < 9 and waiting("amid") == 0
    right("amid", texts)


def operators():
    """phrases, prefixes, required and excluded words, wherever words and vectors find them"""
    kv.make("ops", language="english")
    kv.put("ops", {"id": "a", "text": "The quick brown fox jumps", "metadata": {"n": 1}, "embedding": [1, 0]},
           {"id": "b", "text": "A brown and quick dog computes", "metadata": {"n": 2}, "embedding": [0.9, 0.1]},
           {"id": "c", "text": "Computers compute; the fox sleeps", "metadata": {"n": 3}, "embedding": [0, 1]},
           {"id": "d", "text": "Nothing of that", "embedding": [0.8, 0.2]})
    cases = (("quick brown", "ab"), ('"quick brown"', "a"), ('"quick brown', "a"), ("comput*", "bc"),
             ("co*", "bc"), ("c*", ""), ("fox quick", "abc"), ("+fox quick", "ac"), ("+fox -jumps", "c"),
             ("-fox quick", "b"), ('quick -"quick brown"', "b"), ('+"fox jumps" dog', "a"),
             ("+comput* +dog", "b"), ("quick +the", "ab"), ("fox + quick", "abc"), ("fox -", "ac"),
             ("quick -comput*", "a"), ('"the fox"', "ac"), ("+absent quick", ""), ("quick--brown", "ab"))
    for moved in False, True:
        for query, expected in cases:
            got = found("ops", query, operators=True)
            assert "".join(sorted(got)) == expected, (query, got, expected)
        told = json.loads(db.kvasir("search", "--json", "--collection", "ops", "--mode", "lexical", "--operators",
                                    "--", "-jumps", "+fox"))
        assert [hit["id"] for hit in told["results"]] == ["c"], told
        assert "names nothing" in db.kvasir("search", "--collection", "ops", "--operators", "--", "-fox", fails=True)
        got = kv.search("ops", query="+fox quick", operators=True, vector=[1, 0], mode="hybrid", weight=0.9)
        assert [hit["id"] for hit in got["results"]] == ["a", "c"], got.json
        got = kv.search("ops", query="-fox quick", operators=True, vector=[1, 0], mode="hybrid", weight=0.9)
        assert [hit["id"] for hit in got["results"]] == ["b", "d"], got.json
        got = kv.search("ops", query='"quick brown"', operators=True, vector=[1, 0], mode="hybrid")
        assert [hit["id"] for hit in got["results"]] == ["a"], got.json
        got = kv.search("ops", query="quick fox", where={"n": {"$gt": 1}}, mode="lexical")
        assert sorted(hit["id"] for hit in got["results"]) == ["b", "c"], got.json
        move()
    assert found("ops", '"quick brown" +fox') == found("ops", "quick brown fox"), "signs are no operators unasked"
    kv.need(422, "POST", "/v1/search", {"collection": "ops", "query": "-fox", "operators": True})
    score = found("ops", "comput*", operators=True)
    assert score["c"] > score["b"], "a prefix counts all its words"


def filters():
    """a filter that leaves most of the best out still finds all it lets through"""
    kv.make("sieve", language="simple")
    for start in range(0, 5000, 1000):
        kv.put("sieve", *({"id": f"r{n}", "text": "word " + "filler " * (n // 50), "metadata": {"last": n >= 4990}}
                          for n in range(start, start + 1000)))
    for _ in range(2):
        hits = kv.search("sieve", query="word", mode="lexical", where={"last": True}, k=20)["results"]
        assert [hit["id"] for hit in hits] == [f"r{n}" for n in range(4990, 5000)], hits
        move()


def weights():
    """words of weighted fields count as many times, in every change of text or field"""
    made = kv.make("weighed", language="simple", weights={"title": 3, "tags": 1})
    assert made["weights"] == {"title": 3, "tags": 1}
    texts = {}

    def say(key, title, said):
        kv.put("weighed", {"id": key, "text": said, "metadata": {"title": title, "tags": ["one", "two"], "n": 5}})
        texts[key] = " ".join([title] * 3 + ["one two", said])

    for n in range(30):
        say(f"r{n}", random.choice(VOCABULARY), text())
    for moved in False, True:
        right("weighed", texts)
        alike(found("weighed", "one"), scored(texts, ["one"]))
        kv.need(200, "PATCH", "/v1/collections/weighed/records", {"records": [{"id": "r3", "metadata": {"title": "tail"}}]})
        texts["r3"] = " ".join(["tail"] * 3 + texts["r3"].split()[3:])
        alike(found("weighed", "tail"), scored(texts, ["tail"]))
        move()
    kv.need(200, "POST", "/v1/collections/weighed/records/delete", {"ids": ["r3", "r4"]})
    del texts["r3"], texts["r4"]
    move()
    right("weighed", texts)
    assert list(found("weighed", '"tail tail"', operators=True)) == [], "a title is no phrase with itself"
    for wrong in {"title": 0}, {"title": 9}, {"title": "2"}, [1], {f"k{n}": 1 for n in range(17)}:
        kv.need(422, "POST", "/v1/collections", {"name": "wrong", "weights": wrong})
    assert kv.need(200, "GET", "/v1/collections/ops")["weights"] == {}


def damaged():
    """postings that nobody wrote are an error that is told, and no crash"""
    kv.make("damaged", language="simple")
    kv.put("damaged", {"id": "a", "text": "alpha beta"})
    move()
    db.ask(f"update kvasir_data.posting_{number('damaged')} set posts = '\\x80' where term = 'alpha'")
    status, _, _ = kv.ask("POST", "/v1/search", b'{"collection": "damaged", "query": "alpha"}',
                          {"Content-Type": "application/json"})
    assert status == 500, status
    assert list(found("damaged", "beta")) == ["a"]


def dropped():
    """a dropped collection leaves nothing"""
    for collection in kv.need(200, "GET", "/v1/collections")["collections"]:
        kv.need(204, "DELETE", f"/v1/collections/{collection['name']}")
    for table in "unposted", "run", "forgotten":
        assert db.ask(f"select count(*) from kvasir.{table}") == [["0"]], table


def engine():
    """the engine moves what has waited for some seconds"""
    kv.make("first", language="simple")
    kv.put("first", *({"id": f"r{n}", "text": "alpha beta"} for n in range(500)))
    kv.start_engine()
    wait("the engine moves", lambda: waiting() == 0)
    assert sorted({row[0] for row in postings("first")}) == ["alpha", "beta"]


play(same, index_first, changes, purged, together, killed, in_flight, amid_merge, operators, filters, weights, damaged, dropped, engine)
