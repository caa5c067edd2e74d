"""scene: the words in which the calls of the differential test are written down.

A scene has a tenant and a database of its own, collections with records in them, and then calls,
each with a label.  In a path "@" is the database's collections, "@x" the collection x by its id;
a path that begins with "/" stands below /api/v2, one that begins with "!" stands as it is.  In
paths and bodies "$x" is the id of the collection x, "$T" the tenant and "$D" the database.  A body
of text or bytes is sent as it is, None is no body, everything else becomes JSON.
"""

SCENES = {}
EVERYTHING = ["embeddings", "documents", "metadatas", "uris"]


class Call:
    def __init__(self, label, method, path, body=None, headers=None, sort=None):
        self.label, self.method, self.path, self.body = label, method, path, body
        self.headers, self.sort = headers or {}, sort


class Scene:
    def __init__(self, name, collections, records, calls):
        self.name, self.collections, self.records = name, collections, records
        self.calls = calls
        labels = [call.label for call in calls]
        twice = {label for label in labels if labels.count(label) > 1}
        assert not twice, (name, twice)


def scene(name, *calls, collections=None, records=()):
    assert name not in SCENES
    SCENES[name] = Scene(name, collections or {}, records, list(flat(calls)))


def flat(calls):
    for call in calls:
        if isinstance(call, Call):
            yield call
        else:
            yield from flat(call)


def get(label, path, **more):
    return Call(label, "GET", path, **more)


def post(label, path, body=None, **more):
    return Call(label, "POST", path, body, **more)


def put(label, path, body=None, **more):
    return Call(label, "PUT", path, body, **more)


def delete(label, path, body=None, **more):
    return Call(label, "DELETE", path, body, **more)


def read(label, ids=None, of="@c", **more):
    """All of some records."""
    return post(label, of + "/get", {"ids": ids, "include": EVERYTHING, **more})


def write(label, kind, body, of="@c", ids=None):
    """A write, and what it left."""
    if ids is None and isinstance(body, dict):
        ids = [one for one in body.get("ids") or [] if isinstance(one, str)]
    return [post(label, f"{of}/{kind}", body), read(label + ": read", ids, of)]
