#!/usr/bin/env -S python3 -B
"""remake: a collection's language and weights change, and no search is ever answered by a half of it."""
import os
import random
import signal
import subprocess
import threading
import time

from stack import Stack, skip, wait
from stage import play, whole

if not os.access("./tests/it/move_words", os.X_OK):
    skip("tests/it/move_words is not built here")
random.seed(5)
kv = Stack(mode="development", auth="open", threads=8, engine=False, redis=False)
db = kv.db
WORDS = ("house houses housing run runs running the and of a city cities der die das und haus häuser laufen läuft"
         " write writes written writing quick quickly").split()
FORMS = ({"language": "simple"}, {"language": "english", "weights": {"title": 3}},
         {"language": "german", "weights": {"title": 1, "tags": 8}}, {"language": "english"},
         {"language": "simple", "weights": {"tags": 2}})


def spoken(most=20):
    return " ".join(random.choices(WORDS, range(len(WORDS), 0, -1), k=random.randint(0, most)))


def record(key):
    return {"id": key, "text": spoken() or "...", "metadata": {"title": spoken(3), "tags": [spoken(2)], "n": 1}}


def records(path):
    return f"/v1/collections/{path}/records"


def change(name, **form):
    return kv.need(200, "PATCH", f"/v1/collections/{name}", form)


def told(name):
    return kv.need(200, "GET", f"/v1/collections/{name}")


def number(name):
    return db.ask(f"select number from kvasir.collection where name = '{name}'")[0][0]


def sets(name):
    """The sets of words of a collection beside the one that it was made with, by their states."""
    return sorted(row[0] for row in db.ask(f"select state from kvasir.word_set where collection = {number(name)}"))


def command(batch, steps, seconds):
    return ["./tests/it/move_words", db.conninfo("kvasir_engine"), str(seconds), str(batch), str(steps)]


def engine(batch=8000, steps=100000, seconds=-1):
    """What the engine does, now; how many steps did something."""
    done = subprocess.run(command(batch, steps, seconds), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def found(name, query, **more):
    return {hit["id"]: hit["score"] for hit in kv.search(name, query=query, k=1000, mode="lexical", **more)["results"]}


def alike(name, other, times=4):
    """The same records for the same questions with the same scores, to the last digit, and the same sums."""
    for _ in range(times):
        query = " ".join(random.choices(WORDS, k=random.randint(1, 5)))
        assert found(name, query) == found(other, query), (name, other, query)
        query = f'"{" ".join(random.choices(WORDS, k=2))}" {random.choice(WORDS)}'
        assert found(name, query, operators=True) == found(other, query, operators=True), (name, other, query)
    for member in "count", "words", "language", "weights":
        assert told(name)[member] == told(other)[member], (name, other, member)


def write(names, keys):
    """A change of some records at random, the same in each of the collections."""
    some = random.sample(keys, random.randint(1, 6))
    what = random.choice(["put", "text", "title", "unweighed", "delete", "twice", "blank"])
    bodies = {"put": [record(key) for key in some],
              "text": [{"id": key, "text": spoken() or "..."} for key in some],
              "title": [{"id": key, "metadata": {"title": spoken(4), "tags": None}} for key in some],
              "unweighed": [{"id": key, "metadata": {"n": random.random()}} for key in some],
              "twice": [record(key) for key in some],
              "blank": [{"id": key, "text": "...", "metadata": {"title": None, "tags": None}} for key in some]}
    for name in names:
        if what == "delete":
            kv.need(200, "POST", records(name) + "/delete", {"ids": some})
        elif what in ("put", "twice"):
            kv.put(name, *bodies[what])
        else:
            kv.need(200, "PATCH", records(name), {"records": bodies[what]})
        if what == "twice":
            kv.need(200, "POST", records(name) + "/delete", {"ids": some})
            kv.put(name, *reversed(bodies[what]))


def step_by_step():
    """amid any writes, answers are those of the old form until they are those of the new one"""
    for turn in range(6):
        old, new = random.sample(FORMS, 2)
        names = [f"{kind}-{turn}" for kind in ("changed", "old", "new")]
        for name, form in zip(names, (old, old, new)):
            kv.make(name, **form)
        keys = [f"r{n}" for n in range(60)]
        for start in range(0, 60, 20):
            batch = [record(key) for key in keys[start:start + 20]]
            for name in names:
                kv.put(name, *batch)
            engine(steps=random.choice([0, 100]))
        said = change(names[0], **{"weights": {}, **new})
        assert said["language"] == old["language"] and said["weights"] == old.get("weights", {})
        assert said["changing"] == {"weights": {}, **new, "done": 0, "of": 60}, said["changing"]
        keys += [f"s{n}" for n in range(20)]
        steps, seen = 0, set()
        while told(names[0])["changing"]:
            seen.add(told(names[0])["changing"]["done"])
            write(names, keys)
            alike(names[0], names[1], 2)
            engine(random.choice([3, 7, 20]), 1)
            steps += 1
            assert steps < 100
        assert len(seen) > 2 and max(seen) <= 60, seen
        alike(names[0], names[2])
        for _ in range(5):
            write(names, keys)
            engine(random.choice([3, 1000]), 1)
            alike(names[0], names[2], 2)
        engine()
        alike(names[0], names[2])
        assert sets(names[0]) == ["searched"], sets(names[0])
        posts = [db.ask(f"select sum(records) from kvasir.run r join kvasir.collection c on coalesce(c.words, c.number)"
                        f" = r.number where c.name = '{name}'") for name in (names[0], names[2])]
        assert posts[0] == posts[1] or db.ask("select count(*) > 0 from kvasir.forgotten") == [["t"]], posts


def calm(name, form):
    """A collection made in that form from the start, with the same records."""
    kv.make(name + "-calm", **form)
    there = kv.need(200, "POST", records(name) + "/get", {"limit": 10000})["records"]
    kv.put(name + "-calm", *({key: each[key] for key in ("id", "text", "metadata")} for each in there))
    return name + "-calm"


def busy(name, amid, until):
    """Eight writers at once, with their own records and some that all write, while `amid` goes on."""
    failed, stop = [], threading.Event()

    def writer(me):
        n = 0
        while not stop.is_set():
            n += 1
            for status, *request in (
                    (200, "POST", records(name), {"records": [record(f"{me}-{n}-{k}") for k in range(n % 7 + 5)]}),
                    (200, "POST", records(name), {"records": [record(f"shared{k}") for k in range(8)]}),
                    (200, "POST", records(name) + "/delete", {"ids": [f"{me}-{n - 3}-{k}" for k in range(9)]}),
                    (200, "POST", "/v1/search", {"collection": name, "query": spoken(5) or "a", "mode": "lexical"})):
                answer = kv.call(*request)
                assert answer.status == status or answer.status in allowed, answer.body

    def guarded(*words):
        try:
            writer(*words)
        except BaseException as problem:
            failed.append(problem)

    allowed = set()
    writing = [threading.Thread(target=guarded, args=(me,)) for me in range(8)]
    for thread in writing:
        thread.start()
    end = time.monotonic() + 120
    try:
        while not failed and not until():
            assert time.monotonic() < end, "it has not gone far enough"
            amid(allowed)
    finally:
        stop.set()
    for thread in writing:
        thread.join()
    assert not failed, failed


@whole
def killed():
    """an engine that is killed again and again amid a change loses and doubles no word"""
    kv.make("killed", language="simple")
    kv.put("killed", *(record(f"old{n}") for n in range(1000)))
    deaths, forms = [], []

    def crash(_):
        if not told("killed")["changing"]:
            forms.append(random.choice([form for form in FORMS if forms[-1:] != [form]]))
            change("killed", **{"weights": {}, **forms[-1]})
        process = subprocess.Popen(command(150, 100000, -1), stdout=subprocess.DEVNULL)
        time.sleep(random.random() * (0.1 + len(deaths) / 60))
        process.send_signal(signal.SIGKILL)
        deaths.append(process.wait() == -signal.SIGKILL)

    busy("killed", crash, lambda: sum(deaths) > 15 and len(forms) > 1)
    engine()
    alike("killed", calm("killed", forms[-1]), 20)
    print(f"   {sum(deaths)} deaths, {len(forms)} changes")


@whole
def postgres_killed():
    """nor does a Postgres that is killed"""
    kv.make("fallen", language="simple")
    kv.put("fallen", *(record(f"old{n}") for n in range(1000)))
    change("fallen", **FORMS[1])
    engine(100, 4)
    assert 0 < told("fallen")["changing"]["done"] < 1000

    def crash(allowed):
        allowed.add(503)
        subprocess.run(command(150, 2, -1), capture_output=True)
        time.sleep(random.random() / 2)
        process = subprocess.Popen(command(150, 100, -1), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.random() / 5)
        db.kill()
        process.wait()
        db.start()
        falls.append("making" in sets("fallen"))

    falls = []
    busy("fallen", crash, lambda: len(falls) > 3 and not falls[-1])
    kv.pool_process.kill()  # each of its threads may have a connection that fell with Postgres
    kv.pool_process.wait()
    kv.start_pool()
    engine()
    alike("fallen", calm("fallen", FORMS[1]), 20)


def begun(what):
    session = db.session("kvasir_app")
    session.say("begin; select kvasir.enter_open('default_tenant', 'slow', null, 0);" + what)
    return session


def in_flight():
    """a change begins when nobody writes who has not heard of it, and waits for nobody afterwards"""
    kv.make("flight", language="simple")
    kv.put("flight", *(record(f"r{n}") for n in range(100)))
    table = f"kvasir_data.record_{number('flight')}"
    deaf = begun(f"update {table} set document = 'house runs' where id in ('r1', 'r60');"
                 f" delete from {table} where id in ('r2', 'r99');"
                 f" insert into {table} (id, document) values ('x1', 'running cities');")
    change("flight", **FORMS[1])
    engine()
    assert db.ask("select last is null, asked is not null from kvasir.word_set where state = 'making'") == [["t", "t"]]
    kv.put("flight", record("x2"))
    deaf.say("commit;")
    engine(20, 2)
    assert 0 < told("flight")["changing"]["done"] < 90, told("flight")
    late = begun(f"update {table} set document = 'writes quickly' where id in ('r5', 'r80');"
                 f" delete from {table} where id in ('r6', 'r81', 'x2');"
                 f" insert into {table} (id, document) values ('x3', 'written houses');"
                 f" savepoint s; update {table} set document = 'gone' where id in ('r7', 'r82'); rollback to s;"
                 f" update {table} set document = 'the city' where id in ('r5', 'r80', 'r83');")
    undone = begun(f"update {table} set document = 'undone' where id in ('r8', 'r90');"
                   f" delete from {table} where id in ('r9', 'r91');")
    engine(20)
    assert told("flight")["changing"] is None and sets("flight") == ["left", "searched"], sets("flight")
    alike("flight", calm("flight", FORMS[1]), 10)
    late.say("commit;")
    undone.say("rollback;")
    for session in deaf, late, undone:
        session.end()
    kv.need(204, "DELETE", "/v1/collections/flight-calm")
    alike("flight", calm("flight", FORMS[1]), 10)
    engine()
    assert sets("flight") == ["searched"]
    alike("flight", "flight-calm", 10)


def others():
    """a change goes on from the one that is under way, or back, and what cannot be is told"""
    kv.make("others", language="simple")
    kv.put("others", *(record(f"r{n}") for n in range(50)))
    path = "/v1/collections/others"
    change("others", weights={"title": 2})
    engine(10, 3)
    assert told("others")["changing"]["done"] > 0
    assert change("others", weights={"title": 2})["changing"]["done"] > 0, "the same change goes on"
    said = change("others", language="english")["changing"]
    assert said == {"language": "english", "weights": {"title": 2}, "done": 0, "of": 50}, said
    assert change("others", language="simple", weights={})["changing"] is None
    engine()
    assert sets("others") == []
    alike("others", calm("others", {"language": "simple"}))
    change("others", language="english", weights={"title": 2})
    before = db.ask("select count(*) from kvasir.outbox where type = 'kvasir.collection.changed'")
    engine()
    assert db.ask("select count(*) - 1 from kvasir.outbox where type = 'kvasir.collection.changed'") == before
    assert change("others", language="english")["changing"] is None and sets("others") == ["searched"]
    assert told("others")["weights"] == {"title": 2}
    for status, body in ((400, {"language": "klingon"}), (422, {}), (422, {"space": "l2"}), (422, {"weights": {"a": 9}}),
                         (422, {"name": "x1", "language": "english"}), (422, {"language": 5}), (422, [])):
        kv.need(status, "PATCH", path, body)
    kv.need(404, "PATCH", "/v1/collections/nobody", {"language": "english"})
    change("others", language="german")
    made = kv.need(200, "POST", f"/api/v2/tenants/default_tenant/databases/default_database/collections/{told('others')['id']}/fork",
                   {"new_name": "forked"})
    assert made["name"] == "forked"
    alike("forked", "others")
    engine()
    assert told("forked")["language"] == "english" and told("others")["language"] == "german"
    assert told("forked")["weights"] == told("others")["weights"] == {"title": 2}


def dropped():
    """a collection that is deleted amid a change takes all of its sets along"""
    kv.make("dropped", language="simple")
    kv.put("dropped", *(record(f"r{n}") for n in range(50)))
    change("dropped", language="english")
    engine(seconds=3600)
    change("dropped", language="german")
    engine(10, 2, 3600)
    kv.put("dropped", record("x"))
    assert sets("dropped") == ["left", "making", "searched"], sets("dropped")
    for collection in kv.need(200, "GET", "/v1/collections")["collections"]:
        kv.need(204, "DELETE", f"/v1/collections/{collection['name']}")
    assert db.ask("select count(*) from pg_tables where schemaname = 'kvasir_data'") == [["0"]]
    for table in "word_set", "unposted", "run", "forgotten", "tally":
        assert db.ask(f"select count(*) from kvasir.{table}") == [["0"]], table
    assert engine() == 0


def by_engine():
    """the engine makes the words anew, and leaves the old ones for those who still read them"""
    kv.make("real", language="simple")
    kv.put("real", *(record(f"r{n}") for n in range(1500)))
    kv.start_engine()
    change("real", **FORMS[1])
    wait("the engine changes", lambda: told("real")["changing"] is None)
    alike("real", calm("real", FORMS[1]))
    assert sets("real") == ["left", "searched"]
    db.kvasir("lint")


play(step_by_step, in_flight, others, killed, postgres_killed, dropped, by_engine)
