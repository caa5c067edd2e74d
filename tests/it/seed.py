"""seed: a database of Kvasir that a build makes once and each of its tests gets a copy of.

Making one takes some seconds, copying it a few tenths.  A seed is named by what it was made of (the files
of SQL, the programs), so that a change of these makes another in its place.
"""
import fcntl
import glob
import hashlib
import os
import shutil
import subprocess

FOLDER = os.path.abspath("tests/it/seeds")


def digest(paths):
    said = hashlib.sha256()
    for path in sorted(paths):
        known = os.stat(path)
        said.update(f"{path} {known.st_size} {known.st_mtime_ns}\n".encode())
    return said.hexdigest()[:16]


def copy(source, target):
    """All of it with its owners; what is empty takes no room."""
    subprocess.run(["cp", "-a", "--reflink=auto", "--sparse=always", source, target], check=True)


def plant(kind, sources, target, make):
    """A copy of the seed at `target`; make() makes the first one there, and leaves it at rest."""
    place = f"{FOLDER}/{kind}-{digest(sources)}"
    os.makedirs(FOLDER, exist_ok=True)
    with open(f"{FOLDER}/{kind}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH if os.path.exists(place) else fcntl.LOCK_EX)
        if os.path.exists(place):
            return copy(place, target)
        make()
        for old in glob.glob(f"{FOLDER}/{kind}-*"):
            shutil.rmtree(old)
        copy(target, place + ".new")
        return os.rename(place + ".new", place)
