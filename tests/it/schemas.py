#!/usr/bin/env -S python3 -B
"""schemas: the official test suite of JSON Schema, draft 2020-12, against our validator.

KVASIR_TEST_SCHEMAS names the folder of the suite (json-schema-org/JSON-Schema-Test-Suite, with
tests/ and remotes/); `./dev check` fetches it.  Without one the test is left out.
"""
import glob
import json
import os
import subprocess
import sys

SUITE = os.environ.get("KVASIR_TEST_SCHEMAS")
AREA = "http://localhost:1234/"
NUL = "\\u0000"  # no JSON with this character is read here: Postgres has no place for it

# Cases whose answer is another one here, with the reason: (file, case) or (file, case, test).
OTHERWISE = {
    # A schema by a metaschema of its own that leaves words out: every schema has all words here.
    ("vocabulary", "schema that uses custom metaschema with with no validation vocabulary",
     "no validation: invalid number, but it still validates"),
}
# Optional files that hold here too; what references lead to outside is given beforehand (remotes()).  Left out
# are: format-assertion and format/*, for formats are for readers; cross-draft and dependencies-compatibility, for
# other drafts are not spoken; ecmascript-regex, for PCRE2 reads \s and \S as ASCII's blanks and knows \p{L} but
# not \p{Letter} (52 of its 74 tests hold).
OPTIONAL = {"anchor", "bignum", "dynamicRef", "float-overflow", "id", "no-schema", "non-bmp-regex",
            "refOfUnknownKeyword", "unknownKeyword"}


def remotes():
    """Every document of the suite that a reference may lead to, by its address."""
    found = {}
    folder = SUITE + "/remotes/"
    for path in sorted(glob.glob(folder + "**/*.json", recursive=True)):
        name = path[len(folder):]
        if not name.startswith("draft") or name.startswith("draft2020-12/"):
            with open(path, encoding="utf-8") as file:
                found[AREA + name] = json.load(file)
    return found


def cases():
    """(file, description, schema, tests) of what must hold."""
    for path in sorted(glob.glob(SUITE + "/tests/draft2020-12/*.json") +
                       glob.glob(SUITE + "/tests/draft2020-12/optional/*.json")):
        name = os.path.basename(path)[:-5]
        if "/optional/" in path and name not in OPTIONAL:
            continue
        with open(path, encoding="utf-8") as file:
            for group in json.load(file):
                if NUL not in json.dumps(group):
                    yield name, group["description"], group["schema"], group["tests"]


def judge(groups):
    lines = [json.dumps(remotes())]
    lines += [json.dumps({"schema": schema, "values": [t["data"] for t in tests]}) for _, _, schema, tests in groups]
    done = subprocess.run(["tests/it/judge_schema"], input="\n".join(lines) + "\n", text=True,
                          capture_output=True, check=True)
    return done.stdout.rstrip("\n").split("\n")


def main():
    if not SUITE:
        print("KVASIR_TEST_SCHEMAS names no test suite")
        return 77
    groups, right, wrong, other = list(cases()), 0, [], set()
    answers = judge(groups)
    assert len(answers) == len(groups), answers[-1:]
    for (name, about, _, tests), said in zip(groups, answers):
        letters, _, why = said.partition(" ")
        for letter, test in zip(letters, tests, strict=True):
            key = (name, about, test["description"])
            good = letter == ("y" if test["valid"] else "n")
            if key in OTHERWISE:
                assert not good, ("holds after all", key)
                other.add(key)
            elif good:
                right += 1
            else:
                wrong.append((key, letter, why))
    for line in wrong:
        print("WRONG", *line)
    assert other == OTHERWISE, OTHERWISE - other
    print(f"{right} tests of {len(groups)} schemas hold, {len(wrong)} do not, {len(other)} are intended differences")
    return 0 if not wrong and right > 1200 else 1


if __name__ == "__main__":
    sys.exit(main())
