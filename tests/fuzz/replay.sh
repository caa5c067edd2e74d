#!/bin/sh
# replay.sh: every fuzz target runs over its corpus, and none is without one.
set -eu
here=${srcdir:-.}/tests/fuzz
ran=0
for source in "$here"/fuzz_*.c; do
    name=${source##*/fuzz_}
    name=${name%.c}
    "tests/fuzz/fuzz_$name" "$here/corpus/$name"/*
    ran=$((ran + 1))
done
echo "$ran targets"
[ "$ran" -gt 0 ]
