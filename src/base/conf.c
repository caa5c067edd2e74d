/*
 * conf: the settings of this installation, from one table.
 *
 * The file has `key = value` lines; blank lines and lines that begin with '#' are skipped, and
 * a value may hold any character, '#' included.  Environment names that begin with KVASIR_ but
 * name no setting are refused, lest a misspelt one is believed to hold; only KVASIR_CONF and
 * the names of `foreign` below are let through.
 */
#include "base/conf.h"

#include "base/arena.h"
#include "base/emit.h"
#include "base/str.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_DEFAULT "/etc/kvasir/kvasir.conf"
#define ENV_PREFIX   "KVASIR_"
#define KEY_MAX      64

enum origin { FROM_DEFAULT, FROM_FILE, FROM_ENVIRONMENT, FROM_COMMAND_LINE };

static const char *const origin_names[] = {"default", "file", "environment", "command line"};

/* Development tools and tests keep their own names next to ours. */
static const char *const foreign[] = {"KVASIR_DEV_", "KVASIR_TEST_"};

static const struct conf_row rows[CONF_COUNT] = {
#define CONF(key, type, otherwise, unit, says)                                                 \
    [CONF_##key] = {#key, otherwise, unit, says, type},
#include "base/conf_table.h"
#undef CONF
};

static struct value {
    char *text; /* NULL: the default */
    enum origin origin;
} values[CONF_COUNT];

const struct conf_row *
conf_row(size_t index)
{
    return index < CONF_COUNT ? &rows[index] : NULL;
}

static bool
find_key(struct str name, size_t *key_out)
{
    for (size_t i = 0; i < CONF_COUNT; i++) {
        if (!str_is(name, rows[i].key))
            continue;
        *key_out = i;
        return true;
    }
    return false;
}

/* `shown` is the name as the person wrote it. */
static bool
refuse_key(struct str name, const char *shown, struct err *err)
{
    const char *names[CONF_COUNT], *near;
    char wanted[KEY_MAX];

    for (size_t i = 0; i < CONF_COUNT; i++)
        names[i] = rows[i].key;
    snprintf(wanted, sizeof wanted, "%.*s", (int)(name.len < KEY_MAX ? name.len : KEY_MAX),
             name.at);
    near = str_nearest(wanted, names, CONF_COUNT);
    if (near == NULL)
        return err_set(err, ERR_INPUT, "there is no setting %s", shown);
    return err_set(err, ERR_INPUT, "there is no setting %s; did you mean %s?", shown, near);
}

/* A unit such as "1..64" is a range; any other allows all from 0. */
static bool
parse_range(const char *unit, long *min_out, long *max_out)
{
    const char *dots = strstr(unit, "..");

    return dots != NULL &&
           str_to_long((struct str){unit, (size_t)(dots - unit)}, LONG_MIN, LONG_MAX,
                       min_out) &&
           str_to_long(str_of(dots + 2), LONG_MIN, LONG_MAX, max_out);
}

static bool
check_long(const struct conf_row *row, const char *text, struct err *err)
{
    long min = 0, max = LONG_MAX, value;
    bool ranged = parse_range(row->unit, &min, &max);

    if (str_to_long(str_of(text), min, max, &value))
        return true;
    if (ranged)
        return err_set(err, ERR_INPUT, "%s must be a number from %ld to %ld, not '%.60s'",
                       row->key, min, max, text);
    return err_set(err, ERR_INPUT, "%s must be a number (%s), not '%.60s'", row->key, row->unit,
                   text);
}

static bool
check_choice(const struct conf_row *row, const char *text, struct err *err)
{
    size_t len = strcspn(text, "|");

    if (text[len] == '|')
        len = 0; /* the list itself is no choice */
    for (const char *at = row->unit; len > 0 && at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, text, len) == 0 && (at[len] == '|' || at[len] == '\0'))
            return true;
    }
    return err_set(err, ERR_INPUT, "%s must be one of %s, not '%.60s'", row->key, row->unit,
                   text);
}

static bool
parse_bool(const char *text, bool *value_out)
{
    static const struct {
        const char *text;
        bool value;
    } words[] = {{"true", true},   {"yes", true}, {"on", true},   {"1", true},
                 {"false", false}, {"no", false}, {"off", false}, {"0", false}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i].text) != 0)
            continue;
        *value_out = words[i].value;
        return true;
    }
    return false;
}

static bool
check(const struct conf_row *row, const char *text, struct err *err)
{
    bool value;

    switch (row->type) {
    case CONF_LONG: return check_long(row, text, err);
    case CONF_CHOICE: return check_choice(row, text, err);
    case CONF_BOOL:
        return parse_bool(text, &value) ||
               err_set(err, ERR_INPUT, "%s must be true or false, not '%.60s'", row->key, text);
    case CONF_TEXT:
    case CONF_SECRET: break;
    }
    return true;
}

/* The first line of the file that '@file' names, or NULL. */
static char *
read_first_line(const char *key, const char *path, struct err *err)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;

    if (file == NULL) {
        err_set(err, ERR_INPUT, "%s: cannot open %.150s: %m", key, path);
        return NULL;
    }
    len = getline(&line, &room, file);
    fclose(file);
    if (len < 0) {
        free(line);
        err_set(err, ERR_INPUT, "%s: there is no line in %.150s", key, path);
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

static char *
copy(struct str text)
{
    char *made = strndup(text.at, text.len);

    if (made == NULL)
        abort();
    return made;
}

/* `given` is freed or kept. */
static bool
set_value(size_t key, char *given, enum origin origin, struct err *err)
{
    char *text = given;

    if (given[0] == '@') {
        text = read_first_line(rows[key].key, given + 1, err);
        free(given);
        if (text == NULL)
            return false;
    }
    if (!check(&rows[key], text, err)) {
        free(text);
        return false;
    }
    free(values[key].text);
    values[key] = (struct value){.text = text, .origin = origin};
    return true;
}

/* "key = value" */
static bool
set_pair(struct str pair, enum origin origin, struct err *err)
{
    const char *equals = memchr(pair.at, '=', pair.len);
    struct str name, text;
    char shown[KEY_MAX];
    size_t key;

    if (equals == NULL)
        return err_set(err, ERR_INPUT, "expected key = value");
    name = str_trim((struct str){pair.at, (size_t)(equals - pair.at)});
    text = str_trim((struct str){equals + 1, (size_t)(pair.at + pair.len - equals - 1)});
    if (find_key(name, &key))
        return set_value(key, copy(text), origin, err);
    snprintf(shown, sizeof shown, "%.*s", (int)(name.len < KEY_MAX ? name.len : KEY_MAX),
             name.at);
    return refuse_key(name, shown, err);
}

static bool
load_line(const char *path, long number, struct str line, struct err *err)
{
    struct err why = {0};

    line = str_trim(line);
    if (line.len == 0 || line.at[0] == '#' || set_pair(line, FROM_FILE, &why))
        return true;
    return err_set(err, why.kind, "%.80s:%ld: %.140s", path, number, why.text);
}

static bool
load_file(const char *path, bool must_exist, struct err *err)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    bool good = true;

    if (file == NULL && errno == ENOENT && !must_exist)
        return true;
    if (file == NULL)
        return err_set(err, ERR_INPUT, "cannot open the settings %.150s: %m", path);
    for (long number = 1; good && (len = getline(&line, &room, file)) >= 0; number++)
        good = load_line(path, number, (struct str){line, (size_t)len}, err);
    if (good && ferror(file))
        good = err_set(err, ERR_INPUT, "cannot read the settings %.150s", path);
    free(line);
    fclose(file);
    return good;
}

/* getenv() without its trouble with threads. */
static const char *
env_find(const char *name)
{
    size_t len = strlen(name);

    for (char **at = environ; at != NULL && *at != NULL; at++)
        if (strncmp(*at, name, len) == 0 && (*at)[len] == '=')
            return *at + len + 1;
    return NULL;
}

static bool
is_foreign(const char *variable)
{
    if (strncmp(variable, "KVASIR_CONF=", 12) == 0)
        return true;
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        if (strncmp(variable, foreign[i], strlen(foreign[i])) == 0)
            return true;
    return false;
}

/* KVASIR_REQUEST_TIMEOUT=5 */
static bool
load_variable(const char *variable, struct err *err)
{
    const char *name = variable + strlen(ENV_PREFIX);
    size_t len = strcspn(name, "="), key;
    char lower[KEY_MAX], shown[KEY_MAX];

    snprintf(shown, sizeof shown, "%.*s", (int)strcspn(variable, "="), variable);
    if (name[len] == '\0' || len >= sizeof lower)
        return err_set(err, ERR_INPUT, "there is no setting %s", shown);
    for (size_t i = 0; i < len; i++)
        lower[i] = (char)tolower((unsigned char)name[i]);
    if (find_key((struct str){lower, len}, &key))
        return set_value(key, copy(str_of(name + len + 1)), FROM_ENVIRONMENT, err);
    return refuse_key((struct str){lower, len}, shown, err);
}

static bool
load_environment(struct err *err)
{
    for (char **at = environ; at != NULL && *at != NULL; at++)
        if (strncmp(*at, ENV_PREFIX, strlen(ENV_PREFIX)) == 0 && !is_foreign(*at) &&
            !load_variable(*at, err))
            return false;
    return true;
}

bool
conf_load(const char *const *overrides, size_t count, struct err *err)
{
    const char *path = env_find("KVASIR_CONF");
    bool named = path != NULL && path[0] != '\0';

    conf_free();
    if (!load_file(named ? path : FILE_DEFAULT, named, err) || !load_environment(err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!set_pair(str_of(overrides[i]), FROM_COMMAND_LINE, err))
            return false;
    return true;
}

void
conf_free(void)
{
    for (size_t i = 0; i < CONF_COUNT; i++) {
        free(values[i].text);
        values[i] = (struct value){0};
    }
}

const char *
conf_text(enum conf_key key)
{
    return values[key].text == NULL ? rows[key].otherwise : values[key].text;
}

long
conf_long(enum conf_key key)
{
    long value = 0;

    assert(rows[key].type == CONF_LONG);
    str_to_long(str_of(conf_text(key)), LONG_MIN, LONG_MAX, &value);
    return value;
}

bool
conf_bool(enum conf_key key)
{
    bool value = false;

    assert(rows[key].type == CONF_BOOL);
    parse_bool(conf_text(key), &value);
    return value;
}

const char *
conf_origin(enum conf_key key)
{
    return origin_names[values[key].origin];
}

static const char *
shown_value(size_t key)
{
    const char *text = conf_text((enum conf_key)key);

    if (rows[key].type != CONF_SECRET)
        return text;
    return text[0] == '\0' ? "(not set)" : "(set)";
}

static void
print_json(FILE *to)
{
    struct arena *arena = arena_new(8192);
    struct emit emit;
    struct buf buf;

    buf_start(&buf, arena, 4096);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    for (size_t i = 0; i < CONF_COUNT; i++) {
        emit_object(&emit, rows[i].key);
        emit_text(&emit, "value", shown_value(i));
        emit_text(&emit, "origin", conf_origin((enum conf_key)i));
        emit_object_end(&emit);
    }
    emit_object_end(&emit);
    fprintf(to, "%s\n", buf.data);
    arena_free(arena);
}

void
conf_print(FILE *to, bool json)
{
    if (json) {
        print_json(to);
        return;
    }
    for (size_t i = 0; i < CONF_COUNT; i++)
        fprintf(to, "%s = %s   # %s\n", rows[i].key, shown_value(i),
                conf_origin((enum conf_key)i));
}
