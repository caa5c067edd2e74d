/*
 * conf: the settings of this installation, from one table.
 *
 * The table is src/base/conf_table.h: key, type, default, what it says.  A value comes from, in
 * rising order: the default, the file (KVASIR_CONF, else /etc/kvasir/kvasir.conf when there),
 * the environment (key `request_timeout` is KVASIR_REQUEST_TIMEOUT), `--set key=value`.  A
 * value beginning with '@' names a file whose first line is the value, so secrets stay out of
 * the environment.  An unknown key is refused with the nearest known one.
 * Read once in main() before any thread starts; immutable afterwards.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum conf_type { CONF_TEXT, CONF_SECRET, CONF_LONG, CONF_BOOL, CONF_CHOICE };

enum conf_key {
#define CONF(key, type, otherwise, unit, says) CONF_##key,
#include "base/conf_table.h"
#undef CONF
    CONF_COUNT
};

struct conf_row {
    const char *key, *otherwise, *unit, *says;
    enum conf_type type;
};

const struct conf_row *conf_row(size_t index); /* NULL past the last: for help, manual, tests */

bool conf_load(const char *const *overrides, size_t count, struct err *err);
void conf_free(void);

const char *conf_text(enum conf_key key); /* "" when unset; valid until conf_free() */
long conf_long(enum conf_key key);
bool conf_bool(enum conf_key key);
const char *
conf_origin(enum conf_key key); /* "default", "file", "environment", "command line" */

/* key = value   # origin   for every row; secrets as "(set)" or "(not set)". */
void conf_print(FILE *to, bool json);

#endif
