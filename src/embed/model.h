/*
 * model: the models that we know by name, and the files that a model folder is made of.
 */
#ifndef EMBED_MODEL_H
#define EMBED_MODEL_H

#include <stddef.h>

struct model_file {
    const char *path; /* inside the model's folder */
    size_t bytes;
    const char *sha256; /* NULL: whatever the source holds */
};

#define MODEL_FILES 16

struct model {
    const char *name, *repository, *revision, *package, *version, *inside;
    struct model_file files[MODEL_FILES + 1]; /* ends with a NULL path */
};

/* Called while something long goes on; either may be NULL. */
struct model_watch {
    void (*say)(void *to, const char *sentence);
    void (*progress)(void *to, const char *what, size_t done, size_t all);
    void *to;
};

const struct model *model_find(const char *name); /* or NULL */
void model_say(const struct model_watch *watch, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void model_progress(const struct model_watch *watch, const char *what, size_t done, size_t all);

#endif
