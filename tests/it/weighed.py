#!/usr/bin/env -S python3 -B
"""weighed: hybrid search asks by a mean of the question's tokens, each weighed by how rare its word is.

Records whose embeddings are the axes read the vector that was asked for, number by number.
"""
import atexit
import json
import math
import shutil
import subprocess

from stack import Stack
from stage import play, skip

QUESTION = "the wise odin allfather!"
try:
    FOLDER, *LINES = subprocess.run(["tests/it/write_model", QUESTION], check=True, capture_output=True,
                                    text=True).stdout.splitlines()
except FileNotFoundError:
    skip("write_model is not built here")
atexit.register(shutil.rmtree, FOLDER)
WORDS = [json.loads(line) for line in LINES]
WIDTH = len(WORDS[0]["vectors"][0])
USUAL = 3
kv = Stack(redis=False, engine=False, model="tiny", model_dir=FOLDER)


def unit(vector):
    length = math.hypot(*vector)
    return [x / length for x in vector]


def near(found, expected):
    assert len(found) == len(expected), (found, expected)
    assert all(abs(f - e) < 1e-5 for f, e in zip(found, expected)), (found, expected)


def axes(name, texts, **more):
    """A collection of as many records as there are axes."""
    kv.make(name, **more)
    kv.put(name, *({"id": f"{at:02}", "text": text, "embedding": [float(at == axis) for axis in range(WIDTH)]}
                   for at, text in enumerate(texts)))


def asked(name, field, **said):
    found = kv.search(name, query=QUESTION, mode="hybrid", k=WIDTH, weight=1, explain=True, **said)
    hits = {hit["id"]: hit for hit in found["results"]}
    return [hits[f"{axis:02}"]["explain"][field] if field == "similarity" else hits[f"{axis:02}"]["score"]
            for axis in range(WIDTH)]


def weighed(weights):
    total = [0.0] * WIDTH
    for word in WORDS:
        for vector in word["vectors"]:
            total = [t + weights[word["word"]] * x for t, x in zip(total, vector)]
    return unit(total)


def idf(holders):
    return math.log(1 + (WIDTH - holders + 0.5) / (holders + 0.5))


def plain():
    return kv.need(200, "POST", "/v1/embeddings", {"input": [QUESTION]})["data"][0]["embedding"]


def by_rarity():
    """words count by their idf here; one that nobody has and one that the language leaves out by the usual"""
    for number, (wise, odin) in enumerate(((1, 9), (9, 1), (6, 6))):
        name = f"axes{number}"
        axes(name, [f"{'wise ' * (at < wise)}{'odin ' * (WIDTH - at <= odin)}thing" for at in range(WIDTH)])
        weights = {"the": USUAL, "wise": idf(wise), "odin": idf(odin), "allfather": USUAL, "!": USUAL}
        near(asked(name, "score"), weighed(weights))


def stays():
    """the similarity that is told is to the question itself, and a vector that is given is asked for as it is"""
    near(asked("axes0", "similarity"), plain())
    near(asked("axes0", "score", vector=plain()), plain())


def lives():
    """a record that goes makes its words rarer for the next question"""
    kv.need(204, "DELETE", "/v1/collections/axes1/records/00")
    kv.put("axes1", {"id": "00", "text": "thing", "embedding": [1.0] + [0.0] * (WIDTH - 1)})
    weights = {"the": USUAL, "wise": idf(8), "odin": idf(1), "allfather": USUAL, "!": USUAL}
    near(asked("axes1", "score"), weighed(weights))


play(by_rarity, stays, lives)
