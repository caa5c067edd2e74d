#!/usr/bin/env python3
"""graph: what the graph costs, on made records that speak of twenty entities each.

Names are drawn so that few are everywhere and most are rare.  Times inside Postgres are those of
psql; each stands beside an anchor of the same run: what the search by words that the graph goes out
from reads, or the delete of a record that speaks of nothing.  What was written is vacuumed before it is read,
as Postgres itself does some minutes after a bulk of writes.
Usage: ./dev bench graph [RECORDS [--keep] [--filled]]   --filled: as --keep left it
"""
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

RECORDS = int(sys.argv[1]) if len(sys.argv) > 1 else 50000
BASE, NAME = os.environ["KVASIR_URL"], "bench-graph"
PATH = f"/v1/collections/{NAME}"
PROBES = 200
random.seed(11)
SYLLABLES = ["ba", "ko", "ri", "tu", "me", "la", "no", "si", "ve", "do"]


def call(method, path, body=None):
    request = urllib.request.Request(BASE + path, method=method,
                                     data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def entity(number):
    word = "".join(SYLLABLES[int(digit)] for digit in str(number))
    return f"{word.capitalize()} {word[::-1].capitalize()}"


def some():
    """One entity's number: the k-th is drawn about 1 / k as often as the first."""
    return min(int(RECORDS ** random.random()), RECORDS - 1)


def record(number):
    names = [entity(some()) for _ in range(20)]
    return {"id": f"r{number}", "metadata": {"title": entity(number)}, "embedding": [1, number],
            "text": " ".join(f"then {name} met" for name in names) + "."}


def fill():
    try:
        call("DELETE", PATH)
    except urllib.error.HTTPError:
        pass
    call("POST", "/v1/collections", {"name": NAME, "embedder": None, "dimension": 2})
    marks = []
    for half in 0, 1:
        began = time.time()
        for start in range(half * RECORDS // 2, (half + 1) * RECORDS // 2, 1000):
            call("POST", PATH + "/records", {"records": [record(start + n) for n in range(1000)]})
        while call("GET", PATH + "/graph?limit=1")["waiting"] > 0:
            time.sleep(0.5)
        marks.append(time.time() - began)
    return marks


def psql(script):
    """Milliseconds of each statement of a script, run as one session of the tenant."""
    done = subprocess.run(["psql", "-X", "-q", "-At", "-d", os.environ["KVASIR_DATABASE"], "-v", "ON_ERROR_STOP=1"],
                          input="select kvasir.enter_open('default_tenant', 'bench', null, 0) \\g /dev/null\n".join(
                              ["begin;\n", "\\timing on\n" + script]), text=True, capture_output=True, check=True)
    return done.stdout, [float(ms) for ms in re.findall(r"Time: ([\d.]+) ms", done.stdout)]


def vacuum():
    """The collection's tables: those whose name ends with its number."""
    script = (f"select number as n from kvasir.collection where name = '{NAME}' \\gset\n"
              "select format('vacuum analyze %s', oid::regclass) from pg_class where relkind = 'r'"
              " and relnamespace = 'kvasir_data'::regnamespace and relname ~ ('_' || :n || '$') \\gexec\n")
    subprocess.run(["psql", "-X", "-q", "-At", "-d", os.environ["KVASIR_DATABASE_ADMIN"], "-v", "ON_ERROR_STOP=1"],
                   input=script, text=True, check=True)


def quantile(values, share):
    return sorted(values)[int(len(values) * share)]


def words(asked):
    """What a search by words reads; it is scored outside Postgres."""
    return [f"select count(*), sum(length(bytes)) from kvasir.words_lookup('default_database', '{NAME}',"
            f" array['{name}'], array['text'], null);" for name in asked]


def walks(seeds, hops):
    """The graph's own part: from three records over what they speak of."""
    return [f"select count(*) from kvasir.collection_need('default_database', '{NAME}') c cross join lateral"
            f" kvasir.graph_walk(c, array[{','.join(map(str, three))}]::bigint[], array[1, 0.9, 0.8]::float8[],"
            f" '{{}}', {hops}, null);" for three in seeds]


def row(name, values, anchor):
    median, late = statistics.median(values), quantile(values, 0.95)
    print(f"{name:<34} {median:>9.2f} {late:>9.2f} {median / statistics.median(anchor):>9.2f}", flush=True)


def deletes():
    """Of records that speak of a hundred entities, and of as many that speak of none."""
    spoken, silent = [], []
    for number in range(10):
        many = " ".join(f"then {entity(some())} met" for _ in range(100))
        call("POST", PATH + "/records", {"records": [
            {"id": "many", "text": many, "embedding": [1, 1]},
            {"id": "none", "text": many.lower(), "embedding": [1, 1]}]})
        while call("GET", PATH + "/graph?limit=1")["waiting"] > 0:
            time.sleep(0.2)
        for name, times in (("many", spoken), ("none", silent)):
            began = time.perf_counter()
            call("DELETE", f"{PATH}/records/{name}")
            times.append((time.perf_counter() - began) * 1000)
    return spoken, silent


def searches(mode, asked):
    """Whole searches over HTTP."""
    times = []
    for name in asked:
        began = time.perf_counter()
        call("POST", "/v1/search", {"collection": NAME, "query": name, "mode": mode})
        times.append((time.perf_counter() - began) * 1000)
    return times


def asks(ways):
    """Whole requests that are about entities, over HTTP."""
    times = []
    for method, path, body in ways:
        began = time.perf_counter()
        call(method, PATH + "/entities" + path, body)
        times.append((time.perf_counter() - began) * 1000)
    return times


def main():
    first, second = (1, float("nan")) if "--filled" in sys.argv else fill()
    count, _ = psql(f"select number as n from kvasir.collection_need('default_database', '{NAME}') \\gset\n"
                    "select count(*) from kvasir_data.mention_:n;")
    print(f"{RECORDS} records, {re.findall(r'^[0-9]+$', count, re.M)[0]} mentions; the second half took {second / first:.2f} times"
          " what the first took, from the first write until all was read")
    print(f"{'':<34} {'p50 ms':>9} {'p95 ms':>9} {'ratio':>9}  to the anchor above it")
    vacuum()
    seeds = [[random.randrange(1, RECORDS) for _ in range(3)] for _ in range(PROBES)]
    asked = [entity(some()) for _ in range(PROBES)]
    psql("\n".join(walks(seeds[:20], 2) + words(asked[:20])))  # warm
    anchor = psql("\n".join(words(asked)))[1]
    row("reading for words (anchor)", anchor, anchor)
    row("one hop", psql("\n".join(walks(seeds, 1)))[1], anchor)
    row("two hops", psql("\n".join(walks(seeds, 2)))[1], anchor)
    anchor = searches("lexical", asked)
    row("whole search by words (anchor)", anchor, anchor)
    for mode in "graph", "explore":
        row(f"whole search, {mode}", searches(mode, asked), anchor)
    row("entities that begin so", asks(("GET", "?q=" + urllib.parse.quote(name[:4]), None) for name in asked), anchor)
    row("an entity", asks(("GET", "/" + urllib.parse.quote(name), None) for name in asked), anchor)
    row("the shortest way between two", asks(("POST", "/path", {"from": one, "to": other})
                                             for one, other in zip(asked, asked[1:])), anchor)
    spoken, silent = deletes()
    row("delete, no mentions (anchor)", silent, silent)
    row("delete, a hundred mentions", spoken, silent)
    if "--keep" not in sys.argv:
        call("DELETE", PATH)


main()
