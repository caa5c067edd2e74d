"""intended: every difference to Chroma's own server that is meant, with its reason.

A name is "scene / label" and may hold "*"; with a status before the reason ours has to be that.  A
name that fits no difference makes the test fail, so what became equal leaves this table.
"""
EMPTY = "what is not there says so in the form of every other error"
DROPPED = "there the connection breaks without an answer"
TENANT = "another tenant's or database's collection is not there"
NUL = "text of the database cannot hold U+0000: refused, never cut"
NO_TENANT = "a tenant that does not exist is told as such, and nothing is made in it"
AS_OBJECT = "an array is no object"
MENDED = "there it is a fault of the server"

INTENDED = {
    # Paths and methods.
    "system / openapi.json is there": "we describe the routes below /api",
    "system / docs are there": "pages of the routes are in our own documentation",
    "system / root with slash": EMPTY,
    "system / version with slash": EMPTY,
    "system / no such route": EMPTY,
    "system / no such place": EMPTY,
    "system / no route at all": EMPTY,
    "system / double slash": EMPTY,
    "system / upper case": EMPTY,
    "system / * by *": EMPTY,
    "system / odd method": EMPTY,
    "system / v1": "every path of the first version says that it has gone",
    "system / v1 create": "every path of the first version says that it has gone",
    "list / all by *": EMPTY,
    "bodies / * by *": EMPTY,
    "bodies / nosuch": EMPTY,
    "delete collection / its count": EMPTY,
    # Tenants and databases.
    "tenants / bad percent": "an escape that is none is refused",
    "tenants / bad UTF-8": "the same, in our words",
    "tenants / create 'ab'": "the rule is told in words",
    "tenants / create ''": "the rule is told in words",
    "tenants / create 'xxx*": "a name ends after 512 characters",
    "tenants / patched": "the resource name is kept",
    "tenants / patch again": "a resource name is given once",
    "tenants / patch missing": NO_TENANT,
    "databases / list limit huge": "a limit above all is no limit",
    "databases / list limit twice": "the first one counts",
    "databases / in missing tenant": NO_TENANT,
    "databases / create in missing tenant": NO_TENANT,
    "databases / delete in missing tenant": NO_TENANT,
    "databases / create list": AS_OBJECT,
    "databases / list left": AS_OBJECT,
    "create / *in missing tenant": NO_TENANT,
    "delete collection / in missing tenant": NO_TENANT,
    "create / crn": "the rule is told in our words",
    "create / crn of three": DROPPED,
    # Collections.
    "collection metadata / value 9 *": DROPPED,
    "collection metadata / value 10 *": DROPPED,
    "collection metadata / value 11 *": DROPPED,
    "collection metadata / value 23 *": NUL,
    "list / limit huge": "a limit above all is no limit",
    "list / limit plus": "a number has no plus sign",
    "modify / taken name": "a name that is taken is a conflict",
    "modify / metadata list": DROPPED,
    "modify / through another *": TENANT,
    "get / * another tenant": TENANT,
    "get / * another database": TENANT,
    "get / after foreigners": TENANT,
    # What only the cloud has there.
    "cloud only / fork": (200, "works here"),
    "cloud only / fork count": (200, "works here"),
    "cloud only / indexing status": (200, "works here"),
    "cloud only / search": (200, "works here"),
    "cloud only / conditional get": (200, "works here"),
    "cloud only / conditional commit": (200, "works here"),
    "cloud only / sparse": (201, "works here"),
    "cloud only / sparse empty": (201, "works here"),
    "cloud only / sparse without type": (201, "works here"),
    "grown schema / not grown by update of none": "what was said of a key is known from then on",
    "grown schema / never shrinks": "what was said of a key is known from then on",
    "schema / 23 *": "sparse vectors have their index here",
    # Records.
    "metadata values / 8 *": (201, "null says nothing of a key"),
    "metadata values / 43 *": NUL,
    "metadata values / 44 *": NUL,
    "metadata values / update 43 *": NUL,
    "metadata values / update 44 *": NUL,
    "metadata values / key 'nul*": NUL,
    "metadata values / overflow": "a number beyond all floats is refused, in our words",
    "embedding numbers / raw 11 *": "a number beyond all floats is refused, in our words",
    "embedding numbers / raw 17 *": "rounded once, from the digits: it is below the largest float",
    "bodies / * 12 *": NUL,
    "*nul in a*": NUL,
    "query / * {'ids': ['nosuch']}": "an id that is not there is not found, and no fault",
    "query / * {'ids': ['a', 'nosuch']}": "an id that is not there is not found, and no fault",
}
