#!/usr/bin/env -S python3 -B
"""words: searches by words are exact wherever the words of a record just are."""
import random
import threading

from stack import Stack, wait
from stage import play

random.seed(3)
kv = Stack(mode="development", auth="open", threads=8, engine=False, redis=False)
db = kv.db
VOCABULARY = [f"{a}{b}" for a in ("ba", "ko", "ri", "tu", "me") for b in ("lan", "dor", "vik", "sum")]


def text():
    return " ".join(random.choices(VOCABULARY, range(1, 21), k=random.randint(1, 30)))


def answers(name):
    """For each word the ids with their scores."""
    return {word: [(hit["id"], round(hit["score"], 9)) for hit in
                   kv.search(name, query=word, k=100)["results"]] for word in VOCABULARY}


def post(most=100000):
    """What the engine does, now."""
    return int(db.ask(f"select sum(kvasir.words_post_for(tenant, number, {most}))"
                      " from kvasir.words_due(-1, 100)", user="kvasir_engine")[0][0] or 0)


def waiting():
    return int(db.ask("select count(*) from kvasir.unposted")[0][0])


def postings(name):
    number = db.ask(f"select number from kvasir.collection where name = '{name}'")[0][0]
    return db.ask(f"select p.term, r.id, p.tf, p.len from kvasir_data.posting_{number} p"
                  f" left join kvasir_data.record_{number} r using (seq) order by 1, 2")


def same():
    """an answer is the same before, amid and after the posting of its words"""
    kv.make("same", language="simple")
    kv.put("same", *({"id": f"r{n}", "text": text()} for n in range(80)))
    kv.put("same", {"id": "none", "embedding": [1, 2]}, {"id": "odd", "text": "it's a \\ b"})
    fresh = answers("same")
    assert waiting() == 81 and any(fresh.values())
    assert [hit["id"] for hit in kv.search("same", query="it's")["results"]] == ["odd"]
    assert post(30) == 30 and waiting() == 51 and answers("same") == fresh
    assert post() == 51 and post() == 0 and answers("same") == fresh
    assert [hit["id"] for hit in kv.search("same", query="it's")["results"]] == ["odd"]


def index_first():
    """words wait for an index that is being built, but not for long"""
    kv.make("built", language="simple")
    kv.put("built", *({"id": f"r{n}", "text": text()} for n in range(5)))
    db.ask("update kvasir.collection set index_state = 'building' where name = 'built'")
    assert post() == 0 and waiting() == 5
    db.ask("update kvasir.unposted set since = now() - interval '31 seconds'")
    assert post() == 5 and waiting() == 0


def changes():
    """records change and go, posted or not, and leave no word behind"""
    path = "/v1/collections/same/records"
    for posted in True, False:
        if posted:
            post()
        kv.need(200, "PATCH", path, {"records": [{"id": f"r{n}", "text": text() + " tail"}
                                                 for n in range(0, 80, 3)]})
        kv.put("same", *({"id": f"r{n}", "text": text()} for n in range(1, 80, 6)))
        kv.need(200, "POST", path + "/delete", {"ids": [f"r{n}" for n in range(2, 80, 8)]})
        kv.put("same", *({"id": f"r{n}", "text": text()} for n in range(2, 80, 16)))
    changed = answers("same")
    records = kv.need(200, "POST", path + "/get", {"limit": 1000})["records"]
    kv.make("again", language="simple")
    kv.put("again", *({"id": r["id"], "text": r["text"], "embedding": [1, 2]} for r in records))
    post()
    assert sorted(map(str, answers("again").items())) == sorted(map(str, changed.items()))
    assert answers("same") == changed and postings("same") == postings("again")


def together():
    """writers, the posting of words and searches go on side by side"""
    kv.make("busy", language="simple")
    end, failed = threading.Event(), []

    def writer(me):
        for n in range(25):
            kv.put("busy", *({"id": f"{me}-{k}", "text": text()} for k in range(n % 7 + 5)))
            kv.put("busy", *({"id": f"shared{k}", "text": text()} for k in range(8)))
            kv.need(200, "POST", "/v1/collections/busy/records/delete", {"ids": [f"{me}-{n % 5}"]})

    def poster():
        while not end.is_set():
            post(50)

    def guarded(work, *words):
        try:
            work(*words)
        except BaseException as problem:
            failed.append(problem)

    posting = [threading.Thread(target=guarded, args=(poster,)) for _ in range(2)]
    writing = [threading.Thread(target=guarded, args=(writer, me)) for me in range(6)]
    for thread in posting + writing:
        thread.start()
    for thread in writing:
        thread.join()
    end.set()
    for thread in posting:
        thread.join()
    assert not failed, failed
    post()
    records = kv.need(200, "POST", "/v1/collections/busy/records/get", {"limit": 1000})["records"]
    kv.make("calm", language="simple")
    kv.put("calm", *({"id": r["id"], "text": r["text"]} for r in records))
    post()
    assert postings("busy") == postings("calm")
    stats = [kv.need(200, "GET", f"/v1/collections/{name}") for name in ("busy", "calm")]
    assert stats[0]["count"] == stats[1]["count"] and stats[0]["words"] == stats[1]["words"]


def late():
    """words that nobody posts are posted by a later writer; a dropped collection leaves none"""
    kv.make("late", language="simple")
    kv.put("late", *({"id": f"r{n}", "text": text()} for n in range(990)))
    db.psql("-c", "update kvasir.unposted set since = since - interval '2 minutes'")
    before = waiting()
    kv.put("late", *({"id": f"s{n}", "text": text()} for n in range(9)))
    assert waiting() == before + 9, "nobody looked yet"
    kv.put("late", {"id": "one", "text": text()})
    assert waiting() == before - 990, "all of the collection's are posted"
    kv.put("late", {"id": "two", "text": text()})
    for name in "same", "again", "busy", "calm", "late":
        kv.need(204, "DELETE", f"/v1/collections/{name}")
    assert waiting() == 0


def engine():
    """the engine posts what has waited for some seconds"""
    kv.make("first", language="simple")
    kv.put("first", {"id": "a", "text": "alpha beta"})
    kv.start_engine()
    wait("the engine posts", lambda: waiting() == 0)
    assert [row[0] for row in postings("first")] == ["alpha", "beta"]


play(same, index_first, changes, together, late, engine)
