"""intended: every difference to Chroma's own server that is meant, with its reason.

A name is "scene / label" and may hold "*".
"""
INTENDED = {
    "system / openapi.json is there": "we describe our routes in our own pages",
}
