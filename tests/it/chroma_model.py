#!/usr/bin/env -S python3 -B
"""chroma_model: what Chroma's routes hold after random calls is what a plain model of them holds.

Several threads write, read and ask at once, each its own records of one collection, so each knows
exactly what has to come back.  SEED in the environment repeats a run; the seed is printed.
"""
import json
import math
import os
import random
import threading
import time

from front import UnixHTTP, wait
from stack import Stack
from stage import play

SEED = int(os.environ.get("SEED", time.time_ns() % 10 ** 9))
ROUNDS = int(os.environ.get("ROUNDS", "120"))
THREADS, WRITERS = 4, 8
BASE = "/api/v2/tenants/default_tenant/databases/default_database/collections"
WORDS = ("apple", "Apple", "pear", "plum", "fig", "quince", "50%", "under_score", "", "ü")
kv = Stack(mode="development", auth="open", threads=12, redis=False)
print("SEED", SEED, flush=True)


class Line:
    """One client's connection."""

    def __init__(self):
        self.http = UnixHTTP(kv.web)

    def call(self, method, path, body=None):
        """Status and body of one request; the connection is made anew after a fault."""
        data = None if body is None else json.dumps(body).encode()
        try:
            self.http.request(method, path, data, {"Content-Type": "application/json"})
            answer = self.http.getresponse()
            text = answer.read()
        except Exception:
            self.http.close()
            raise
        return answer.status, json.loads(text) if text else None

    def need_soon(self, path, body):
        """The answer, once the thread that gives it has a connection again after an outage."""
        said = []

        def answered():
            status, body_said = self.call("POST", path, body)
            assert status in (200, 503), (path, body, status, body_said)
            said.append(body_said)
            return status == 200
        wait("the database answers", answered)
        return said[-1]

    def need(self, path, body, status=200):
        got, said = self.call("POST", path, body)
        assert got == status, (path, body, got, said)
        return said


def made(name, **more):
    return BASE + "/" + Line().need(BASE, {"name": name, **more})["id"]


# --- the model ---------------------------------------------------------------------------------

def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def alike(one, other):
    return is_number(one) and is_number(other) or type(one) is type(other)


def equals(value, operand):
    return not isinstance(value, list) and alike(value, operand) and value == operand


def contains(value, operand):
    return isinstance(value, list) and any(type(one) is type(operand) and one == operand
                                           for one in value)


POSITIVE = {
    "$eq": equals,
    "$gt": lambda value, operand: is_number(value) and value > operand,
    "$gte": lambda value, operand: is_number(value) and value >= operand,
    "$lt": lambda value, operand: is_number(value) and value < operand,
    "$lte": lambda value, operand: is_number(value) and value <= operand,
    "$in": lambda value, operand: any(equals(value, one) for one in operand),
    "$contains": contains}
NEGATIVE = {"$ne": "$eq", "$nin": "$in", "$not_contains": "$contains"}


def matches(metadata, where):
    (key, said), = where.items()
    if key == "$and":
        return all(matches(metadata, one) for one in said)
    if key == "$or":
        return any(matches(metadata, one) for one in said)
    (operator, operand), = said.items() if isinstance(said, dict) else (("$eq", said),)
    if operator in NEGATIVE:
        return key not in metadata or not POSITIVE[NEGATIVE[operator]](metadata[key], operand)
    return key in metadata and POSITIVE[operator](metadata[key], operand)


def reads(document, where):
    (operator, operand), = where.items()
    if operator == "$and":
        return all(reads(document, one) for one in operand)
    if operator == "$or":
        return any(reads(document, one) for one in operand)
    found = document is not None and operand in document
    return found if operator == "$contains" else not found


class Model:
    """The records of one owner in the order of their insertion."""

    def __init__(self, owner):
        self.owner, self.rows = owner, {}

    def put(self, ident, embedding, document, metadata):
        kept = {key: value for key, value in metadata.items() if value is not None and value != []}
        self.rows[ident] = {"embedding": embedding, "document": document, "metadata": kept}

    def change(self, ident, embedding, document, metadata):
        row = self.rows[ident]
        if embedding is not None:
            row["embedding"] = embedding
        if document is not None:
            row["document"] = document
        for key, value in metadata.items():
            if value is None:
                row["metadata"].pop(key, None)
            else:
                row["metadata"][key] = value

    def write(self, kind, batch):
        for record in batch:
            known = record[0] in self.rows
            if known and kind != "add":
                self.change(*record)
            elif not known and kind != "update":
                self.put(*record)

    def select(self, ids=None, where=None, where_document=None):
        return [ident for ident, row in self.rows.items()
                if (ids is None or ident in ids)
                and (where is None or matches(row["metadata"], where))
                and (where_document is None or reads(row["document"], where_document))]


# --- random calls ------------------------------------------------------------------------------

class Player(threading.Thread):
    def __init__(self, number, path, rounds):
        super().__init__()
        self.number, self.path, self.rounds = number, path, rounds
        self.chance = random.Random(SEED * 100 + number)
        self.line, self.model = Line(), Model(number)
        self.fault, self.done = None, {}

    def run(self):
        try:
            for _ in range(self.rounds):
                act = self.chance.choice((self.add, self.upsert, self.upsert, self.update,
                                          self.delete, self.get, self.get, self.query, self.query))
                act()
                self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
            self.whole()
        except BaseException as fault:
            self.fault = fault
            raise

    def ident(self):
        return f"{self.number}-{self.chance.randrange(40)}"

    def scalar(self):
        return self.chance.choice((
            lambda: self.chance.randint(-3, 3), lambda: self.chance.randint(-12, 12) / 4,
            lambda: self.chance.choice(WORDS), lambda: self.chance.random() < 0.5))()

    def metadata(self, null):
        found = {"owner": self.number}
        for key in "i", "f", "s", "b", "l", "m":
            if self.chance.random() < 0.5:
                found[key] = {"i": lambda: self.chance.randint(-3, 3),
                              "f": lambda: self.chance.randint(-12, 12) / 4,
                              "s": lambda: self.chance.choice(WORDS),
                              "b": lambda: self.chance.random() < 0.5,
                              "l": lambda: self.chance.choice(([1, 2], [2, 3, 3], ["a", "b"], [True])),
                              "m": self.scalar}[key]()
            elif null and self.chance.random() < 0.3:
                found[key] = None
        return found

    def embedding(self):
        return [self.chance.randint(-40, 40) / 8 for _ in range(3)]

    def document(self):
        return None if self.chance.random() < 0.2 else " ".join(
            self.chance.choice(WORDS) for _ in range(self.chance.randrange(4)))

    def batch(self, null, embeddings=True):
        return [(self.ident(), self.embedding() if embeddings or self.chance.random() < 0.5 else None,
                 self.document(), self.metadata(null)) for _ in range(self.chance.randrange(1, 8))]

    def write(self, kind, batch):
        ids, embeddings, documents, metadatas = map(list, zip(*batch))
        self.line.need(f"{self.path}/{kind}", {"ids": ids, "embeddings": embeddings,
                                               "documents": documents, "metadatas": metadatas},
                       201 if kind == "add" else 200)
        self.model.write(kind, batch)

    def add(self):
        self.write("add", self.batch(False))

    def upsert(self):
        self.write("upsert", self.batch(True))

    def update(self):
        self.write("update", self.batch(True, embeddings=False))

    def clause(self, depth=2):
        if depth and self.chance.random() < 0.35:
            return {self.chance.choice(("$and", "$or")): [
                self.clause(depth - 1) for _ in range(self.chance.randrange(1, 4))]}
        key = self.chance.choice(("i", "f", "s", "b", "l", "m", "nosuch"))
        operator = self.chance.choice(tuple(POSITIVE) + tuple(NEGATIVE) + ("",))
        if operator in ("$gt", "$gte", "$lt", "$lte"):
            return {key: {operator: self.chance.randint(-12, 12) / self.chance.choice((1, 4))}}
        if operator in ("$in", "$nin"):
            kind = self.chance.choice((lambda: self.chance.randint(-3, 3), lambda: self.chance.choice(WORDS),
                                       lambda: self.chance.randint(-12, 12) / 4))
            return {key: {operator: [kind() for _ in range(self.chance.randrange(1, 4))]}}
        return {key: self.scalar()} if not operator else {key: {operator: self.scalar()}}

    def about(self, depth=1):
        if depth and self.chance.random() < 0.3:
            return {self.chance.choice(("$and", "$or")): [
                self.about(depth - 1) for _ in range(self.chance.randrange(1, 3))]}
        word = self.chance.choice(WORDS)
        return {self.chance.choice(("$contains", "$not_contains")): word[self.chance.randrange(2):]}

    def filters(self):
        """Of this owner's records always, and of some of them often."""
        where = {"owner": self.number}
        if self.chance.random() < 0.7:
            where = {"$and": [where, self.clause()]}
        said = {"where": where}
        if self.chance.random() < 0.3:
            said["where_document"] = self.about()
        if self.chance.random() < 0.3:
            said["ids"] = [self.ident() for _ in range(self.chance.randrange(1, 20))]
        return said

    def delete(self):
        said = self.filters()
        doomed = self.model.select(**said)
        if self.chance.random() < 0.5:
            said, doomed = {"ids": list(dict.fromkeys(said.get("ids", [self.ident()])))}, None
            doomed = self.model.select(**said)
        elif len(doomed) > 12:  # keep something to ask for
            return
        answer = self.line.need(self.path + "/delete", said)
        assert answer == {"deleted": len(doomed)}, (said, answer, doomed)
        for ident in doomed:
            del self.model.rows[ident]

    def get(self):
        said = self.filters()
        wanted = self.model.select(**said)
        first, limit = self.chance.choice((None, 0, 2)), self.chance.choice((None, 0, 1, 5, 1000))
        found = self.line.need(self.path + "/get", {
            **said, "offset": first, "limit": limit,
            "include": ["embeddings", "documents", "metadatas"]})
        self.compare(said, found, wanted[first or 0:][:limit])

    def compare(self, said, found, wanted):
        assert found["ids"] == wanted, (said, found["ids"], wanted)
        for index, ident in enumerate(wanted):
            row = self.model.rows[ident]
            kept = (found["embeddings"][index], found["documents"][index], found["metadatas"][index])
            assert kept == (row["embedding"], row["document"], row["metadata"]), (said, ident, kept, row)
            for key, value in row["metadata"].items():
                assert type(kept[2][key]) is type(value), (ident, key, kept[2][key], value)

    def query(self):
        said, count = self.filters(), self.chance.choice((1, 3, 100))
        queries = [self.embedding() for _ in range(self.chance.randrange(1, 3))]
        found = self.line.need(self.path + "/query", {
            **said, "query_embeddings": queries, "n_results": count, "include": ["distances"]})
        wanted = self.model.select(**said)
        for query, ids, distances in zip(queries, found["ids"], found["distances"]):
            exact = {ident: math.dist(self.model.rows[ident]["embedding"], query) ** 2
                     for ident in wanted}
            assert len(set(ids)) == len(ids) and set(ids) <= set(wanted), (said, ids, wanted)
            for ident, distance in zip(ids, distances):
                assert abs(exact[ident] - distance) < 1e-4, (said, ident, exact[ident], distance)
            nearest = sorted(exact.values())[:count]
            assert len(distances) == len(nearest) and all(
                abs(one - other) < 1e-4 for one, other in zip(distances, nearest)), \
                (said, query, distances, nearest)

    def whole(self):
        said = {"where": {"owner": self.number}}
        found = self.line.need(self.path + "/get", {
            **said, "include": ["embeddings", "documents", "metadatas"]})
        self.compare(said, found, list(self.model.rows))


def together(threads):
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for thread in threads:
        assert thread.fault is None, thread.fault


def random_calls():
    """random calls of several clients leave and find what the model holds"""
    path = made("random")
    players = [Player(number, path, ROUNDS) for number in range(THREADS)]
    together(players)
    status, count = Line().call("GET", path + "/count")
    assert status == 200 and count == sum(len(player.model.rows) for player in players)
    done = {}
    for player in players:
        for name, times in player.done.items():
            done[name] = done.get(name, 0) + times
    print(f"   {done}, {count} records left")


class Writer(threading.Thread):
    """Runs one function and keeps what went wrong."""

    def __init__(self, number, act):
        super().__init__()
        self.number, self.act, self.fault = number, act, None

    def run(self):
        try:
            self.act(self.number, Line())
        except BaseException as fault:
            self.fault = fault
            raise


def writers_at_once():
    """eight writers of one collection lose nothing and make nothing twice"""
    path, batches, size = made("crowd"), 10, 20

    def own(number, line):
        for batch in range(batches):
            ids = [f"{number}-{batch}-{index}" for index in range(size)]
            line.need(path + "/add", {"ids": ids, "embeddings": [[number, batch, index] for index in
                                                                 range(size)]}, 201)
    together([Writer(number, own) for number in range(WRITERS)])
    assert Line().call("GET", path + "/count") == (200, WRITERS * batches * size)

    def same(number, line):
        for turn in range(batches):
            ids = [f"same-{index}" for index in range(size)]
            random.Random(number * 100 + turn).shuffle(ids)  # in the order of each: no deadlock
            line.need(path + "/upsert", {"ids": ids, "embeddings": [[number, turn, 0]] * size,
                                         "metadatas": [{f"of{number}": turn}] * size})
    together([Writer(number, same) for number in range(WRITERS)])
    found = Line().need(path + "/get", {"ids": [f"same-{index}" for index in range(size)],
                                        "include": ["embeddings", "metadatas"]})
    assert sorted(found["ids"]) == sorted(f"same-{index}" for index in range(size))
    for embedding, metadata in zip(found["embeddings"], found["metadatas"]):
        assert metadata == {f"of{number}": batches - 1 for number in range(WRITERS)}, metadata
        assert embedding[1] == batches - 1, embedding
    assert Line().call("GET", path + "/count") == (200, (WRITERS * batches + 1) * size)


class Burst(threading.Thread):
    """Adds records one by one until told to stop, and keeps those that were acknowledged."""

    stop = threading.Event()

    def __init__(self, number, path):
        super().__init__()
        self.number, self.path = number, path
        self.acknowledged, self.failed, self.odd = [], {}, []

    def run(self):
        line, next_one = Line(), 0
        while not self.stop.is_set():
            ident, next_one = f"{self.number}-{next_one}", next_one + 1
            try:
                status, said = line.call("POST", self.path + "/add", {
                    "ids": [ident], "embeddings": [[self.number, next_one, 1]],
                    "documents": ["burst " + ident]})
            except OSError as fault:
                self.odd.append(repr(fault))
                continue
            if status == 201:
                self.acknowledged.append((ident, [self.number, next_one, 1]))
            else:
                self.failed[status] = self.failed.get(status, 0) + 1
                if status not in (503, 504):
                    self.odd.append((status, said))


def postgres_killed():
    """what was acknowledged in a burst of writes outlives the killing of Postgres"""
    path = made("burst")
    burst = [Burst(number, path) for number in range(WRITERS)]
    for writer in burst:
        writer.start()

    def acknowledged():
        return sum(len(writer.acknowledged) for writer in burst)
    for _ in range(2):
        before = acknowledged()
        wait("some are written", lambda: acknowledged() > before + 100)
        kv.db.kill()
        kv.db.start()
        before = acknowledged()
        wait("writes go on", lambda: acknowledged() > before + 20)
    Burst.stop.set()
    for writer in burst:
        writer.join()
        assert not writer.odd, writer.odd[:5]
    line, total = Line(), acknowledged()
    there = line.need_soon(path + "/get", {"include": []})["ids"]
    assert len(there) == len(set(there))
    for writer in burst:
        lost = {ident for ident, _ in writer.acknowledged} - set(there)
        assert not lost, (len(lost), sorted(lost)[:5])
        for start in range(0, len(writer.acknowledged), 200):
            part = writer.acknowledged[start:start + 200]
            found = line.need_soon(path + "/query", {
                "query_embeddings": [point for _, point in part], "n_results": 1,
                "include": ["distances"]})
            assert found["ids"] == [[ident] for ident, _ in part]
            assert all(row == [0] for row in found["distances"])
    print(f"   {total} acknowledged, failed meanwhile: {[writer.failed for writer in burst]}")


play(random_calls, writers_at_once, postgres_killed)
