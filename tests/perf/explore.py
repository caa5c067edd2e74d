#!/usr/bin/env python3
"""explore: whole searches that explore, over a graph of two nodes a record and 21 edges a record.

Made records of which each speaks of twenty entities, drawn so that few are everywhere and most are rare,
and is about one.  The same questions are asked while the process keeps the graph whole, and while it has
to fetch a part for each, because the graph is said to have changed before it; beside each the search by
words, of the same run.  The best fifty are held against power iteration over the graph as it stands in
Postgres.
Usage: explore.py EXACT [RECORDS [--keep] [--filled]]   EXACT: the program of explore.c; --filled: as --keep
left it.  Fails below .9 of the best fifty of the whole graph.
"""
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

EXACT = sys.argv[1]
RECORDS = int(sys.argv[2]) if len(sys.argv) > 2 else 50000
BASE, NAME = urllib.parse.urlsplit(os.environ["KVASIR_URL"]), "bench-explore"
PATH = f"/v1/collections/{NAME}"
PROBES, PARTS = 500, 60  # questions to the whole graph; to a part each, which takes longer
TOP = 50
SYLLABLES = ["ba", "ko", "ri", "tu", "me", "la", "no", "si", "ve", "do"]
random.seed(11)
link = http.client.HTTPConnection(BASE.hostname, BASE.port, timeout=600)


def call(method, path, body=None):
    link.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
    answer = link.getresponse()
    text = answer.read()
    if answer.status >= 400:
        raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]}")
    return json.loads(text) if text else None


def entity(number):
    word = "".join(SYLLABLES[int(digit)] for digit in str(number))
    return f"{word.capitalize()} {word[::-1].capitalize()}"


def some():
    """One entity's number: the k-th is drawn about 1 / k as often as the first."""
    return min(int(RECORDS ** random.random()), RECORDS - 1)


def record(number):
    names = set()
    while len(names) < 20:
        names.add(some())
    return {"id": f"r{number}", "metadata": {"title": entity(number)}, "embedding": [1, number],
            "text": " ".join(f"then {entity(name)} met" for name in sorted(names, key=str)) + "."}


def fill():
    try:
        call("DELETE", PATH)
    except RuntimeError:
        pass
    call("POST", "/v1/collections", {"name": NAME, "embedder": None, "dimension": 2})
    for start in range(0, RECORDS, 1000):
        call("POST", PATH + "/records", {"records": [record(start + n) for n in range(1000)]})
    while call("GET", PATH + "/graph?limit=1")["waiting"] > 0:
        time.sleep(1)


class Psql:
    """One session of the tenant, for what is asked of it again and again."""

    def __init__(self):
        self.runs = subprocess.Popen(["psql", "-X", "-q", "-At", "-d", os.environ["KVASIR_DATABASE"], "-v", "ON_ERROR_STOP=1"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, statement):
        self.runs.stdin.write("begin;\nselect kvasir.enter_open('default_tenant', 'bench', null, 0) \\g /dev/null\n"
                              f"{statement};\ncommit;\n\\echo end of it\n")
        self.runs.stdin.flush()
        rows = []
        for line in self.runs.stdout:
            if line == "end of it\n":
                return rows
            rows.append(line.rstrip("\n"))
        raise RuntimeError(f"psql ended: {statement}")


def search(mode, query, k=10):
    """The answer, and milliseconds."""
    began = time.perf_counter()
    answer = call("POST", "/v1/search", {"collection": NAME, "query": query, "mode": mode, "k": k, "explain": True})
    return answer["results"], (time.perf_counter() - began) * 1000


def walked(hits):
    return hits[0]["explain"]["walked"] if hits else None


def until_whole(query):
    """Seconds from the first search until one goes over the whole graph."""
    began = time.perf_counter()
    while walked(search("explore", query)[0]) != "whole":
        if time.perf_counter() - began > 120:
            raise RuntimeError("the graph is not kept whole: is explore_cache large enough?")
        time.sleep(0.05)
    return time.perf_counter() - began


def quantile(values, share):
    return sorted(values)[int(len(values) * share)]


def row(name, values, anchor):
    print(f"{name:<44} {statistics.median(values):>8.2f} {quantile(values, .99):>8.2f}"
          f" {statistics.median(values) / statistics.median(anchor):>8.2f}", flush=True)


class Exact:
    """The best fifty by power iteration over the graph that Postgres has."""

    def __init__(self, psql):
        number = psql.ask(f"select number from kvasir.collection_need('default_database', '{NAME}')")[0]
        ids = psql.ask(f"select seq, id from kvasir_data.record_{number} order by seq")
        seqs = [line.split("|")[0] for line in ids]
        self.ids = [line.split("|")[1] for line in ids]
        self.node = {f"record {name}": at for at, name in enumerate(self.ids)}
        self.edges = tempfile.NamedTemporaryFile("w", suffix=".edges")
        at = {seq: node for node, seq in enumerate(seqs)}
        pairs = psql.ask(f"select distinct seq, key from kvasir_data.mention_{number}")
        for line in pairs:
            seq, key = line.split("|", 1)
            self.edges.write(f"{at[seq]} {self.node.setdefault('entity ' + key, len(self.node))}\n")
        self.edges.flush()
        print(f"{len(self.node)} nodes, {len(pairs)} edges; questions: {PROBES} whole, {PARTS} part")

    def best(self, asked):
        """The ids for each question: it begins at its ten best by words and at the entity that it names."""
        lines = []
        for name in asked:
            hits, _ = search("lexical", name)
            seeds = {self.node[f"record {hit['id']}"]: hit["score"] / hits[0]["score"] for hit in hits}
            if f"entity {name.lower()}" in self.node:
                seeds[self.node[f"entity {name.lower()}"]] = 1
            lines.append(" ".join(f"{node} {weight}" for node, weight in seeds.items()))
        done = subprocess.run([EXACT, "exact", str(len(self.ids)), str(TOP), self.edges.name], input="\n".join(lines) + "\n",
                              text=True, capture_output=True, check=True)
        return [{self.ids[int(node)] for node in line.split()} for line in done.stdout.splitlines()]


def overlap(answers, exact):
    return statistics.mean(len({hit["id"] for hit in hits} & best) / TOP for hits, best in zip(answers, exact))


def measure(title, asked, way, before):
    """Each question by words and by exploring, one after the other."""
    times = {"lexical": [], "explore": []}
    for name in asked:
        times["lexical"].append(search("lexical", name)[1])
        before()
        hits, took = search("explore", name)
        assert not hits or walked(hits) == way, (way, hits[0])
        times["explore"].append(took)
    row("search by words (anchor)", times["lexical"], times["lexical"])
    row(title, times["explore"], times["lexical"])


def main():
    if "--filled" not in sys.argv:
        fill()
    psql = Psql()
    exact = Exact(psql)
    number = psql.ask(f"select number from kvasir.collection_need('default_database', '{NAME}')")[0]
    asked = [entity(some()) for _ in range(PROBES)]
    few = asked[:PARTS]
    best = exact.best(few)
    for name in asked[:50]:  # warm
        search("lexical", name)
    print(f"whole {until_whole(asked[0]):.1f} s after the first search")
    print(f"{'':<44} {'p50 ms':>8} {'p99 ms':>8} {'ratio':>8}  to the search by words above it")
    measure("explore, whole graph", asked, "whole", lambda: None)
    kept = overlap([search("explore", name, TOP)[0] for name in few], best)
    touch = lambda: psql.ask(f"select kvasir.graph_touch({number})")  # noqa: E731
    measure("explore, a part for each search", few, "part", touch)
    parts = []
    for name in few:
        touch()
        parts.append(search("explore", name, TOP)[0])
    print(f"of the best {TOP} by power iteration: whole graph {kept:.3f}, part {overlap(parts, best):.3f}")
    if "--keep" not in sys.argv:
        call("DELETE", PATH)
    return 0 if kept >= 0.9 else 1


sys.exit(main())
