#!/usr/bin/env -S python3 -B
"""differ: the same calls to Chroma's own server and to ours; each difference has to be meant.

Statuses, kinds and bodies are compared, integers and floats kept apart; of an error the name and
the message, without the words that only Chroma's JSON library would choose.  A difference counts as
meant when intended.py names its call with a reason, which is never one for an answer of 5xx or
none, and a name there that fits no difference is itself a fault.  Arguments name the scenes to
play; without any all are.  DIFFER_REPORT names a file for all differences in full.
"""
import os
import sys
import threading
from fnmatch import fnmatchcase

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "it")]
import calls  # noqa: E402, F401  (the scenes of each are in scene.SCENES)
import records  # noqa: E402, F401
import filters  # noqa: E402, F401
import ending  # noqa: E402, F401
from intended import INTENDED  # noqa: E402
from player import Float, Player, Unparsed  # noqa: E402
from real import Real, tools  # noqa: E402
from scene import SCENES  # noqa: E402
from stack import Stack, UnixHTTP  # noqa: E402

# What follows these in a message is the choice of the library that read the request; of a long
# message its begin is enough.
ENOUGH = 180
FREE = ("Expected request with `Content-Type: application/json`",
        "Invalid where clause", "Invalid where document clause",
        "Failed to deserialize the JSON body into the target type: ", "Regex syntax errror: ",
        "Failed to parse the request body as JSON: ", "Failed to deserialize query string: ")
NEAR = ("distances", "scores")


def message(text):
    for prefix in FREE:
        if isinstance(text, str) and prefix in text:
            return text[:text.index(prefix) + len(prefix)]
    return text[:ENOUGH] if isinstance(text, str) else text


def comparable(body):
    if isinstance(body, dict) and set(body) == {"error", "message"}:
        return {**body, "message": message(body["message"])}
    return body


def gaps(real, ours, near=False, place=""):
    """Where two values differ: lines of place, the real value and ours."""
    if isinstance(real, Float) and near and real.near(ours):
        return
    if isinstance(real, dict) and isinstance(ours, dict):
        for key in sorted(set(real) | set(ours)):
            if key not in real or key not in ours:
                yield f"{place}.{key}: only in {'ours' if key in ours else 'real'}: " \
                    f"{ours.get(key, real.get(key))!r:.300}"
            else:
                yield from gaps(real[key], ours[key], near or key in NEAR, f"{place}.{key}")
    elif isinstance(real, list) and isinstance(ours, list) and len(real) == len(ours):
        for index, pair in enumerate(zip(real, ours)):
            yield from gaps(*pair, near, f"{place}[{index}]")
    elif type(real) is not type(ours) or real != ours:
        yield f"{place}: real {real!r:.400} ours {ours!r:.400}"


def differences(real, ours):
    if real.status != ours.status or real.kind != ours.kind:
        return [f"real {real.status} {real.kind} {real.show():.600}",
                f"ours {ours.status} {ours.kind} {ours.show():.600}"]
    return list(gaps(comparable(real.body), comparable(ours.body)))


def sick(player):
    """Whether the real server has stopped taking records, as it does after some of the calls."""
    base = "/api/v2/tenants/default_tenant/databases/default_database/collections"
    kind = {"Content-Type": "application/json"}
    made = player.ask("POST", base, b'{"name":"probe","get_or_create":true}', kind)
    if made.status != 200:
        return True
    return player.ask("POST", f"{base}/{made.body['id']}/upsert",
                      b'{"ids":["a"],"embeddings":[[1]]}', kind).status != 200


class Both:
    def __init__(self):
        tools()
        self.stack = Stack(mode="development", auth="open", threads=4, redis=False, engine=False)
        self.ours = Player(lambda: UnixHTTP(self.stack.web))
        self.refresh()

    def refresh(self):
        self.server = Real()
        self.real = Player(self.server.connect)

    def play(self, scene):
        if sick(self.real):
            self.server.end()
            self.refresh()
        answers, faults = {}, []

        def run(which, player):
            try:
                answers[which] = player.play(scene)
            except Exception as fault:  # told below, by the thread that can end the test
                faults.append(f"{which}: {type(fault).__name__}: {fault}")
        threads = [threading.Thread(target=run, args=pair)
                   for pair in (("real", self.real), ("ours", self.ours))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers, faults


class Tally:
    def __init__(self, report):
        self.equal = self.meant = self.unmeant = 0
        self.report, self.used = report, set()

    def reason(self, name, status):
        for pattern, said in INTENDED.items():
            wanted, reason = said if isinstance(said, tuple) else (None, said)
            fits = status == wanted if wanted else 0 < status < 500
            if fits and fnmatchcase(name, pattern.replace("[", "[[]")):
                self.used.add(pattern)
                return reason
        return None

    def judge(self, scene, call, real, ours):
        found = differences(real, ours)
        if not found:
            self.equal += 1
            return
        name = f"{scene.name} / {call.label}"
        reason = self.reason(name, ours.status)
        if reason:
            self.meant += 1
        else:
            self.unmeant += 1
        if not reason or self.report is not sys.stdout:
            told = "".join(f"   {line}\n" for line in found[:12])
            print(f"## {name}\n   {reason or 'NOT INTENDED'}\n   {call.method} {call.path} "
                  f"{call.body!r:.600}\n{told}", file=self.report)


def main(only):
    unknown = set(only) - set(SCENES)
    assert not unknown, unknown
    both = Both()
    place = os.environ.get("DIFFER_REPORT")
    tally = Tally(open(place, "w", encoding="utf-8") if place else sys.stdout)
    broken = 0
    for name, scene in SCENES.items():
        if only and name not in only:
            continue
        before = tally.equal, tally.meant, tally.unmeant
        answers, faults = both.play(scene)
        for fault in faults:
            print(f"{name} cannot be played, {fault}")
            broken += 1
        if not faults:
            for call in scene.calls:
                tally.judge(scene, call, answers["real"][call.label], answers["ours"][call.label])
        now = tally.equal, tally.meant, tally.unmeant
        print("%-24s equal %4d  intended %3d  unintended %3d" % (
            name, *(after - earlier for after, earlier in zip(now, before))), flush=True)
    idle = set() if only else set(INTENDED) - tally.used
    for pattern in sorted(idle):
        print("named as intended, but no such difference:", pattern)
    print(f"{tally.equal + tally.meant + tally.unmeant} calls: {tally.equal} equal, {tally.meant} "
          f"intended differences, {tally.unmeant} unintended")
    return 1 if tally.unmeant or broken or idle else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
