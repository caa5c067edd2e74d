#!/bin/sh
# replay.sh: every fuzz target that was built runs over its corpus.
set -eu
ran=0
for program in tests/fuzz/fuzz_*; do
    [ -x "$program" ] && [ ! -d "$program" ] || continue
    name=${program##*/fuzz_}
    "$program" "${srcdir:-.}/tests/fuzz/corpus/$name"/*
    ran=$((ran + 1))
done
[ "$ran" -gt 0 ]
