#!/usr/bin/env -S python3 -B
"""mcp_js: the official SDKs of both generations, unmodified, through nginx against four processes.

The scenes stand in tests/mcp/clients.mjs; KVASIR_TEST_MCP names the folder with the libraries (./dev
check has one), and without it the test skips.
"""
import glob
import os
import shutil
import subprocess
import sys

from front import skip
from stack import Stack

SCENES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "mcp", "clients.mjs")
place = os.path.abspath(os.environ.get("KVASIR_TEST_MCP") or "/nowhere")
nodes = glob.glob(place + "/node_modules/node-linux-*/bin/node")
if not nodes or not all(os.path.isdir(f"{place}/node_modules/@modelcontextprotocol/{name}") for name in ("sdk", "client")):
    skip("KVASIR_TEST_MCP names no folder of MCP's SDKs; ./dev check has one")
kv = Stack(mode="development", auth="open", fixtures="on", threads=4, tcp=True, processes=4)
# A module finds its libraries beside itself, so it runs as a copy beside the folder of libraries.
shutil.copy(SCENES, kv.home)
os.symlink(place + "/node_modules", kv.home + "/node_modules")
done = subprocess.run([nodes[0], kv.home + "/clients.mjs", f"http://localhost:{kv.port}/mcp"], check=False, timeout=300)
sys.exit(1 if done.returncode else 0)
