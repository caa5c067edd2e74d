#!/usr/bin/env -S python3 -B
"""docs: what the pages tell people to paste works, and their tables are the program's own.

A ```sh block behind "<!-- test: TEXT -->" is run against a private stack and has to print TEXT; curl
fails there on every HTTP error.  A ```sql block is read by psql, which prints what it reads.  What stands between "<!-- reference NAME -->" and "<!-- end -->" is
what `kvasir reference NAME` prints; KVASIR_TEST_WRITE=1 writes it there.  Links lead to files.
"""
import glob
import os
import re
import stat
import subprocess
import tempfile

from stack import Stack
from stage import TOP, play, whole

PAGES = sorted(glob.glob(TOP + "/docs/*.md") + glob.glob(TOP + "/docs/decisions/*.md") +
               [TOP + "/README.md", TOP + "/CHANGES.md"])
BLOCK = re.compile(r"<!-- test: ([^\n]+) -->\n```(sh|sql)\n(.*?)```", re.S)
TABLE = re.compile(r"(<!-- reference (\w+) -->\n)(.*?)(<!-- end -->)", re.S)
LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")
kvasir = os.path.abspath("./kvasir")
texts = {}
for page in PAGES:
    with open(page, encoding="utf-8") as file:
        texts[page] = file.read()


def tables():
    """Every table of the program is printed as it is"""
    seen = set()
    for page, text in texts.items():
        for match in TABLE.finditer(text):
            begin, name, says, end = match.groups()
            wanted = subprocess.run([kvasir, "reference", name], check=True, text=True,
                                    capture_output=True).stdout
            if os.environ.get("KVASIR_TEST_WRITE") and says != wanted:
                texts[page] = texts[page].replace(match.group(0), begin + wanted + end)
                with open(page, "w", encoding="utf-8") as file:
                    file.write(texts[page])
            else:
                assert says == wanted, f"{page}: {name} is another now: run with KVASIR_TEST_WRITE=1"
            seen.add(name)
    assert seen == {"routes", "settings", "tools"}, seen


def anchors(text):
    """The fragments that headings of a page can be reached by."""
    names = re.findall(r"^#+ (.+)$", text, re.M)
    return {"#" + re.sub(r"[^\w -]", "", name).lower().replace(" ", "-") for name in names}


def links():
    """Every link leads somewhere"""
    count = 0
    for page, text in texts.items():
        for target, fragment in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.S)):
            if target.startswith("http"):
                continue
            place = os.path.normpath(os.path.join(os.path.dirname(page), target)) if target else page
            assert os.path.exists(place), (page, target)
            if fragment:
                assert fragment in anchors(texts[place]), (page, target, fragment)
            count += 1
    assert count > 20, count


def shell(kv, folder):
    """What stands before each block: curl by the stack's own socket, and ./dev as it is found."""
    settings = {"KVASIR_CONF": "/dev/null", "KVASIR_MODEL": "none", "KVASIR_AUTH": "open",
                "KVASIR_MODE": "development", "KVASIR_RUN_DIR": folder,
                "KVASIR_DATABASE": kv.db.conninfo("kvasir_app"),
                "KVASIR_DATABASE_ENGINE": kv.db.conninfo("kvasir_engine"),
                "KVASIR_DATABASE_ADMIN": kv.db.conninfo("owner"),
                "KVASIR_REDIS": "unix:" + kv.redis.path}
    with open(folder + "/dev", "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + "".join(f"export {k}='{v}'\n" for k, v in settings.items()) +
                   f'[ "$1" = kvasir ] || exit 99\nshift\nexec "{kvasir}" "$@"\n')
    os.chmod(folder + "/dev", stat.S_IRWXU)
    os.symlink(TOP + "/docs", folder + "/docs")
    return f'curl() {{ command curl --fail-with-body --unix-socket {kv.web} "$@"; }}\n'


@whole
def blocks():
    """Every marked block can be pasted, page by page from an empty database on"""
    count = 0
    for page, text in texts.items():
        if not BLOCK.search(text):
            continue
        kv = Stack(tool_schema="tools")
        with tempfile.TemporaryDirectory() as folder:
            before = shell(kv, folder)
            for wanted, kind, block in BLOCK.findall(text):
                command = ["sh", "-eu"] if kind == "sh" else kv.db.command("-a", "-f", "-")
                done = subprocess.run(command, input=before + block if kind == "sh" else block, cwd=folder,
                                      text=True, capture_output=True)
                assert done.returncode == 0 and wanted in done.stdout, (
                    page, block, done.returncode, done.stdout, done.stderr)
                count += 1
        kv.end()
    marks = sum(text.count("<!-- test") for text in texts.values())
    assert count == marks > 10, (count, marks)


play(tables, links, blocks)
