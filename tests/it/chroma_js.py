#!/usr/bin/env -S python3 -B
"""chroma_js: the JavaScript client library of Chroma, unmodified, through nginx against us.

The calls stand in tests/chroma/client.mjs; KVASIR_TEST_CHROMA names the folder with the library, and
without it the test skips.
"""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "chroma"))
from real import client_node  # noqa: E402
from stack import Stack  # noqa: E402

node, library = client_node()
kv = Stack(mode="development", auth="open", threads=4, tcp=True)
# A module finds its libraries beside itself, so it runs as a copy beside the folder of libraries.
shutil.copy(os.path.join(os.path.dirname(HERE), "chroma", "client.mjs"), kv.home)
os.symlink(library, kv.home + "/node_modules")
done = subprocess.run([node, kv.home + "/client.mjs", str(kv.port)], check=False)
sys.exit(1 if done.returncode else 0)
