#!/usr/bin/env python3
"""retrieval: words at two sizes of a collection, beside a plain GIN index over the same texts.

Made texts of about seventy words that count: a word's place among the common ones is drawn so that
the k-th comes about 1 / k as often as the first, and the thirty commonest are stop words.  Each
size prints one table.  Times of questions are those of a client of the server; the anchor's are
those of psql, on the same machine in turns.  What writing costs is processor time, of Postgres and
of the engine together, until every word is where it stays, less that of the same records with
neither; time on the clock would tell more of what else the machine does.
Usage: ./dev bench retrieval [RECORDS ...]
"""
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
import urllib.parse

SIZES = [int(size) for size in sys.argv[1:]] or [20000, 200000]
BASE = urllib.parse.urlparse(os.environ["KVASIR_URL"])
APP, ADMIN = os.environ["KVASIR_DATABASE"], os.environ["KVASIR_DATABASE_ADMIN"]
NAME, BATCH, TOKENS, VOCABULARY = "bench-words", 500, 105, 29000
STOP = ("the of and to in a is that for it as was with be by on not he his but at are this have from or had an they"
        " which").split()
SYLLABLES = ["ba", "ko", "ri", "tu", "me", "la", "no", "si", "ve", "do"]
random.seed(17)


def word(rank):
    return STOP[rank] if rank < len(STOP) else "".join(SYLLABLES[int(digit)] for digit in str(rank)) + "x"


def drawn(least=0):
    """A word's place: least and beyond, the common ones more often."""
    return int((least + 1) * ((VOCABULARY / (least + 1)) ** random.random())) - 1


def question(size, least=0):
    return " ".join(word(drawn(least)) for _ in range(size))


class Server:
    def __init__(self):
        self.connect()

    def connect(self):
        """Anew after a pause: the server does not wait for long."""
        self.peer = http.client.HTTPConnection(BASE.hostname, BASE.port, timeout=600)

    def call(self, method, path, body=None):
        self.peer.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
        answer = self.peer.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def timed(self, body):
        began = time.perf_counter()
        status, answer = self.call("POST", "/v1/search", body)
        assert status == 200, answer
        return (time.perf_counter() - began) * 1000, answer["results"]


def psql(script, database=ADMIN):
    done = subprocess.run(["psql", "-X", "-q", "-At", "-d", database, "-v", "ON_ERROR_STOP=1"], input=script, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def stat(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return None


def spent():
    """Seconds of processor time of the server's processes, ended ones too, and of the engine."""
    postmaster = int(psql("select pg_read_file('postmaster.pid')").split()[0])
    engine = int(psql("select pid from kvasir.heartbeat order by seen_at desc limit 1"))
    ticks = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        fields = stat(pid)
        if fields and int(pid) in (postmaster, engine):
            ticks += sum(map(int, fields[11:15 if int(pid) == postmaster else 13]))
        elif fields and int(fields[1]) == postmaster:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def stage(size):
    """The texts, in a table from which both kinds are filled."""
    psql("drop schema if exists bench cascade; create schema bench;"
         "create unlogged table bench.text (n bigint primary key, document text);"
         "grant usage on schema bench to public; grant select on bench.text to public")
    lines = (f"{n}\t{' '.join(word(drawn()) for _ in range(TOKENS))}\n" for n in range(size))
    loader = subprocess.Popen(["psql", "-X", "-q", "-d", ADMIN, "-c", "copy bench.text from stdin"], stdin=subprocess.PIPE,
                              text=True)
    loader.stdin.writelines(lines)
    loader.stdin.close()
    assert loader.wait() == 0
    psql("vacuum analyze bench.text")


TABLE = ("create table bench.{0} (seq bigint generated always as identity primary key, id text collate \"C\" not null unique,"
         " document text{1})")


def fill(table, size, before=""):
    """In batches, each a transaction; seconds of processor time until all is done."""
    began = spent()
    psql("".join(f"begin; {before} insert into {table} (id, document)"
                 f" select 'r' || n, document from bench.text where n >= {start} and n < {start + BATCH}; commit;\n"
                 for start in range(0, size, BATCH)), APP if before else ADMIN)
    return began


def anchor(size):
    """The same without and with a tsvector and its GIN index: what the index costs, in seconds."""
    psql(TABLE.format("bare", "") + ";" + TABLE.format("gin", ", words tsvector generated always as"
         " (to_tsvector('english', document)) stored") + "; create index gin_words on bench.gin using gin (words)")
    bare = -fill("bench.bare", size) + spent()
    began = fill("bench.gin", size)
    psql("vacuum bench.gin")  # what fast updates left waiting
    return spent() - began - bare


def words(server, size):
    """A collection filled, and its words moved until nothing is left to do; seconds over the bare records."""
    server.call("DELETE", f"/v1/collections/{NAME}")
    assert server.call("POST", "/v1/collections", {"name": NAME, "embedder": None})[0] == 201
    number = psql(f"select max(number) from kvasir.collection where name = '{NAME}'")
    table = f"kvasir_data.record_{number}"
    for trigger in "words", "graph":
        psql(f"alter table {table} disable trigger {trigger}_insert")
    enter = "select kvasir.enter_open('default_tenant', 'bench', null, 0) \\g /dev/null\n"
    bare = -fill(table, size, enter) + spent()
    server.connect()
    server.call("DELETE", f"/v1/collections/{NAME}")
    assert server.call("POST", "/v1/collections", {"name": NAME, "embedder": None})[0] == 201
    number = psql(f"select max(number) from kvasir.collection where name = '{NAME}'")
    psql(f"alter table kvasir_data.record_{number} disable trigger graph_insert")
    began = fill(f"kvasir_data.record_{number}", size, enter)
    written = spent() - began - bare
    while psql(f"select exists (select from kvasir.unposted where number = {number}) or exists (select from"
               f" kvasir.words_merge_due() where number = {number})") == "t":
        time.sleep(2)
    return number, written, spent() - began - bare


def asked_of_gin(question):
    any_word = question.replace(" ", " or ")
    return (f"select id from bench.gin, websearch_to_tsquery('english', '{any_word}') q where words @@ q"
            " order by ts_rank(words, q) desc, seq limit 10 \\g /dev/null\n")


def anchor_times(questions):
    script = "\\timing on\n" + "".join(map(asked_of_gin, questions))
    return [float(ms) for ms in re.findall(r"Time: ([\d.]+) ms", psql(script))]


def both(server, questions):
    """Times of the questions, of the server and of the anchor, in turns."""
    ours, theirs = [], []
    for start in range(0, len(questions), 10):
        part = questions[start:start + 10]
        ours += [server.timed({"collection": NAME, "query": asked, "mode": "lexical"})[0] for asked in part]
        theirs += anchor_times(part)
    return ours, theirs


def straight(asked):
    """BM25 as it is defined, by SQL over the anchor's tsvectors: the ten best scores."""
    found = psql(f"""
        with said as (select seq, words, (select sum(cardinality(positions)) from unnest(words)) as len from bench.gin),
        of as (select count(*) as n, avg(len) as average from said),
        asked as (select unnest(tsvector_to_array(to_tsvector('english', '{asked}'))) as term),
        hit as (select s.seq, s.len, t.lexeme, cardinality(t.positions) as tf
                  from said s cross join unnest(s.words) t where t.lexeme in (select term from asked)
                   and s.words @@ (select string_agg(term, '|')::tsquery from asked)),
        df as (select lexeme, count(*) as df from hit group by 1)
        select sum(ln(1 + (n - df + 0.5) / (df + 0.5)) * tf * 2.2::float8
                   / (tf + 1.2 * (0.25 + 0.75 * len / average)::float8))
          from hit join df using (lexeme) cross join of group by seq order by 1 desc, seq limit 10""")
    return [float(score) for score in found.split()]


def difference(server, questions):
    worst = 0.0
    for asked in questions:
        server.connect()
        got = [hit["score"] for hit in server.timed({"collection": NAME, "query": asked, "mode": "lexical"})[1]]
        expected = straight(asked)
        assert len(got) == len(expected), (got, expected)
        worst = max([worst] + [abs(a - b) for a, b in zip(got, expected)])
    return worst


def line(name, ours, theirs, unit="ms"):
    values = [statistics.median(ours), sorted(ours)[int(len(ours) * 0.95)], statistics.median(theirs),
              sorted(theirs)[int(len(theirs) * 0.95)]]
    print(f"{name:<44}" + "".join(f"{value:>10.2f}" for value in values)
          + f"{values[0] / values[2]:>8.2f}  {unit}", flush=True)


def size_of_words(number):
    return int(psql(f"select pg_total_relation_size('kvasir_data.posting_{number}')"))


def words_at(server, size):
    """All figures of words at one size; the median time of a question of rare words."""
    stage(size)
    theirs = anchor(size)
    server.connect()
    number, written, ours = words(server, size)
    server.connect()
    gin = int(psql("select pg_relation_size('bench.gin_words')"))
    usual, rare = [question(10) for _ in range(200)], [question(3, 3000) for _ in range(200)]
    both(server, usual[:20])  # warm
    print(f"\n{size} records, {psql(f'select count(*) from kvasir.run where number = {number}')} runs"
          f"{'':<10}{'p50':>10}{'p95':>10}{'GIN p50':>10}{'GIN p95':>10}{'ratio':>8}")
    line("question of ten words", *both(server, usual))
    times = both(server, rare)
    line("question of three rare words", *times)
    stored = size_of_words(number)
    line("room, as it was written", [stored / 1e6], [gin / 1e6], "MB")
    line("writing, over the records without words", [ours], [theirs], "s of processor time")
    line("  of it while the writer waits", [written], [theirs], "s of processor time")
    print(f"largest difference of a score from its definition: {difference(server, usual[:5]):.1e}", flush=True)
    return statistics.median(times[0])


def main():
    server = Server()
    medians = [words_at(server, size) for size in SIZES]
    for before, after, low, high in zip(medians, medians[1:], SIZES, SIZES[1:]):
        print(f"\nrare words: {high / low:.0f} times the records took {after / before:.2f} times as long")
    server.connect()
    server.call("DELETE", f"/v1/collections/{NAME}")
    psql("drop schema bench cascade")


main()
