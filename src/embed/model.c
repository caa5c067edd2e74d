/*
 * model: the models that we know by name, and the files that a model folder is made of.
 */
#include "embed/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct model models[] = {
#define MODEL(name, repository, revision, package, version, inside) \
    {name, repository, revision, package, version, inside, {
#define FILE(path, bytes, sha256) {path, bytes, sha256},
#define END {NULL, 0, NULL}}},
#include "embed/model_table.h"
#undef MODEL
#undef FILE
#undef END
};
/* clang-format on */

const struct model *
model_find(const char *name)
{
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++)
        if (strcmp(models[i].name, name) == 0)
            return &models[i];
    return NULL;
}

void
model_say(const struct model_watch *watch, const char *fmt, ...)
{
    char sentence[512];
    va_list ap;

    if (watch == NULL || watch->say == NULL)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    watch->say(watch->to, sentence);
}

void
model_progress(const struct model_watch *watch, const char *what, size_t done, size_t all)
{
    if (watch != NULL && watch->progress != NULL)
        watch->progress(watch->to, what, done, all);
}
