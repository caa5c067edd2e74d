/*
 * walk: the files below some paths.
 *
 * Folders are walked to the bottom.  Hidden names, the folders of version control and of
 * package managers, and symbolic links met on the way are passed over, so a walk never leaves
 * the tree that was named; a link that is named itself is followed.  Files come sorted by name,
 * each once.
 */
#ifndef INGEST_WALK_H
#define INGEST_WALK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct walk_rule {
    const char *const *paths;
    size_t paths_count;
    const char *const *include; /* globs on the name or the whole path; none: all */
    size_t include_count;
    const char *const *exclude;
    size_t exclude_count;
};

struct walk_file {
    const char *path; /* as it can be opened, and as the source is called: "docs/a.md" */
    size_t size;
};

struct walk_skip {
    const char *path, *reason;
};

struct walk {
    struct walk_file *files;
    size_t count;
    size_t bytes;            /* of all of them */
    struct walk_skip *skips; /* what a person would have expected to be read */
    size_t skips_count;
    size_t others; /* files of kinds that are not read */
    /* insides: */
    struct arena *arena;
    const struct walk_rule *rule;
    size_t files_room, skips_room;
};

/* ERR_MISSING when a path is not there: then nothing is walked. */
bool walk_paths(struct arena *arena, const struct walk_rule *rule, struct walk *walk_out,
                struct err *err);

/* The path without "./", doubled and trailing slashes; "." becomes "". */
const char *walk_clean(struct arena *arena, const char *path);

/* Whether `path` is `root` or below it; both clean. */
bool walk_below(const char *path, const char *root);

/* A whole regular file of at most `most` bytes. */
bool walk_read(struct arena *arena, const char *path, size_t most, struct str *bytes_out,
               struct err *err);

/* Appends to the skipped; `reason` is copied. */
void walk_skip_add(struct walk *walk, const char *path, const char *reason);

#endif
