"""player: sends the calls of scenes to one server and makes its answers comparable.

What a server chooses itself is named instead: ids of collections, the time, the number of
processors.  Integers and floats stay apart.
"""
import http.client
import json
import os
import re

from scene import SCENES

UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FIXED = "00000000-"  # ids that the calls name themselves
PATIENCE = 60


class Float(float):
    """A number that was written as a float; equal to another one only if that was, too."""

    def __eq__(self, other):
        return isinstance(other, Float) and (float(self) == float(other)
                                             or repr(float(self)) == repr(float(other)))

    def __ne__(self, other):
        return not self == other

    __hash__ = float.__hash__

    def near(self, other):
        gap = abs(float(self) - float(other))
        return isinstance(other, Float) and gap <= max(1e-6 * max(abs(self), abs(other)), 3e-7)


class Integer(int):
    def __eq__(self, other):
        return type(other) is Integer and int(self) == int(other)

    def __ne__(self, other):
        return not self == other

    __hash__ = int.__hash__


class Unparsed(str):
    """A body that is no JSON."""

    __hash__ = str.__hash__


def parse(body):
    try:
        return json.loads(body, parse_float=Float, parse_int=Integer)
    except ValueError:
        return Unparsed(body.decode(errors="replace"))


class Answer:
    def __init__(self, status, kind, body):
        self.status, self.kind, self.body = status, kind, body

    def show(self):
        return json.dumps(self.body, ensure_ascii=True) if not isinstance(self.body, Unparsed) \
            else "(no JSON) " + repr(str(self.body))


class Player:
    def __init__(self, connect):
        self.connect, self.line = connect, None

    def ask(self, method, path, body, headers):
        """One request; a dropped connection is status 0."""
        for attempt in 1, 2:
            fresh = self.line is None
            if fresh:
                self.line = self.connect()
            try:
                self.line.request(method, path, body, headers)
                answer = self.line.getresponse()
                text = answer.read()
                return Answer(answer.status, answer.headers.get("Content-Type", ""), parse(text))
            except (http.client.HTTPException, OSError) as fault:
                self.line.close()
                self.line = None
                if fresh or attempt == 2:  # a kept connection may have been closed meanwhile
                    return Answer(0, "", Unparsed(f"the connection broke: {type(fault).__name__}"))

    def send(self, call, names):
        def filled(text):
            for name, value in names.items():
                text = text.replace("$" + name, value) if len(name) > 1 else \
                    re.sub(rf"\${name}(?![A-Za-z0-9_])", lambda _, v=value: v, text)
            return text
        base = "/api/v2/tenants/$T/databases/$D/collections"
        path = call.path
        if path.startswith("@"):
            path = re.sub("^@([a-z])(?=/|$)", r"@/$\1", path)
            path = base + path[1:]
        elif path.startswith("!"):
            path = path[1:]
        else:
            path = "/api/v2" + path
        body = call.body
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = filled(body).encode() if "$c" in body else body.encode()
        headers = {"Content-Type": "application/json"} if body is not None else {}
        headers.update(call.headers)
        headers = {name: value for name, value in headers.items() if value is not None}
        return self.ask(call.method, filled(path), body, headers)

    def prepare(self, scene):
        """The scene's own tenant, database, collections and records."""
        tag = scene.name.replace(" ", "-").replace(":", "")
        names = {"T": "tenant-" + tag, "D": "database-" + tag}

        def need(path, body):
            answer = self.ask("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            assert answer.status in (200, 201), (scene.name, path, answer.status, answer.show())
            return answer.body
        need("/api/v2/tenants", {"name": names["T"]})
        need(f"/api/v2/tenants/{names['T']}/databases", {"name": names["D"]})
        base = f"/api/v2/tenants/{names['T']}/databases/{names['D']}/collections"
        for letter, body in scene.collections.items():
            names[letter] = need(base, {"name": "collection-" + letter, **body})["id"]
        for letter, body in scene.records:
            need(f"{base}/{names[letter]}/add", body)
        return names

    def play(self, scene):
        """Every call with its answer; a scene that cannot be prepared has none."""
        names = self.prepare(scene)
        known = {names[letter]: letter for letter in scene.collections}
        answers = {}
        for call in scene.calls:
            answer = self.send(call, names)
            answer.body = tidy(answer.body, call.sort, known)
            answers[call.label] = answer
        return answers


def tidy(body, sort, known):
    if sort == "status":
        return None
    if sort == "name" and isinstance(body, list):
        body = sorted(body, key=lambda one: one["name"])
    if sort == "length" and isinstance(body, list):
        return len(body)
    if sort == "distances" and isinstance(body, dict):
        body = {**body, "ids": [sorted(one) for one in body.get("ids", [])]}
    return settled(body, known)


def settled(value, known):
    """The value with what a server chooses itself replaced by names."""
    if isinstance(value, dict):
        return {key: "<time>" if key == "nanosecond heartbeat" and isinstance(one, Integer)
                else "<processors>" if key == "num_threads" and one == Integer(os.cpu_count())
                else settled(one, known) for key, one in value.items()}
    if isinstance(value, list):
        return [settled(one, known) for one in value]
    if isinstance(value, str):
        def name(found):
            if found[0].startswith(FIXED):
                return found[0]
            return f"<id of {known[found[0]]}>" if found[0] in known else "<id>"
        text = UUID.sub(name, value)
        return Unparsed(text) if isinstance(value, Unparsed) else text
    return value


__all__ = ["Player", "SCENES"]
