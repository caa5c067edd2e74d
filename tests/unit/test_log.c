/*
 * test_log: lines that are whole, tame and in the right file.
 */
#include "base/log.h"

#include "suite.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define THREADS 4
#define LINES   500

static char path[] = "test_log.XXXXXX";
static char text[4 << 20];

static const char *
slurp(const char *name)
{
    FILE *file = fopen(name, "r");
    size_t len = fread(text, 1, sizeof text - 1, file);

    fclose(file);
    text[len] = '\0';
    return text;
}

/* The log in a new empty file. */
static void
start(enum log_level least)
{
    struct err err = {0};
    int fd;

    memcpy(path + strlen(path) - 6, "XXXXXX", 6);
    fd = mkstemp(path);
    close(fd);
    CU_ASSERT(log_open("tester", path, least, &err));
}

static const char *
finish(void)
{
    log_close();
    slurp(path);
    unlink(path);
    return text;
}

static void
test_line(void)
{
    const char *line;

    start(LOG_INFO_LEVEL);
    log_line(LOG_WARN_LEVEL, "thing.done", "{\"rows\":3,\"name\":\"x\"}");
    line = finish();
    CU_ASSERT_EQUAL(strncmp(line, "{\"time\":\"20", 11), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(line,
                                  "Z\",\"level\":\"warn\",\"program\":\"tester\","
                                  "\"event\":\"thing.done\",\"rows\":3,\"name\":\"x\"}\n"));
    CU_ASSERT_EQUAL(strlen("{\"time\":\"2026-01-02T03:04:05.678Z\""),
                    (size_t)(strstr(line, ",\"level\"") - line));
}

static void
test_members(void)
{
    static const struct {
        const char *json, *end;
    } table[] = {
        {NULL, "\"event\":\"e\"}\n"},
        {"", "\"event\":\"e\"}\n"},
        {"{}", "\"event\":\"e\"}\n"},
        {"\"a\":1", "\"event\":\"e\",\"a\":1}\n"},
        {"{\"a\":\n1}", "\"event\":\"e\",\"a\": 1}\n"},
        {"\"a\":\"\x7f\xc2\x9b\"", "\"event\":\"e\",\"a\":\"\\u007f\\u009b\"}\n"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *line, *found;

        start(LOG_INFO_LEVEL);
        log_line(LOG_INFO_LEVEL, "e", table[i].json);
        line = finish();
        found = strstr(line, table[i].end);
        CU_ASSERT_PTR_NOT_NULL(found);
        CU_ASSERT(found != NULL && strcmp(found, table[i].end) == 0);
    }
}

static void
test_say(void)
{
    const char *line;

    start(LOG_DEBUG_LEVEL);
    log_say(LOG_DEBUG_LEVEL, "e", "%s", "a\"b\n\x1b[31m\xff\xc2\x9b");
    line = finish();
    CU_ASSERT_PTR_NOT_NULL(
        strstr(line, "\"message\":\"a\\\"b\\n\\u001b[31m\xef\xbf\xbd\\u009b\"}\n"));
}

static void
test_levels(void)
{
    enum log_level level = LOG_DEBUG_LEVEL;

    CU_ASSERT(log_level_parse("error", &level));
    CU_ASSERT_EQUAL(level, LOG_ERROR_LEVEL);
    CU_ASSERT_FALSE(log_level_parse("errors", &level));
    CU_ASSERT_FALSE(log_level_parse("", &level));
    start(LOG_WARN_LEVEL);
    log_say(LOG_INFO_LEVEL, "e", "quiet");
    log_line(LOG_DEBUG_LEVEL, "e", NULL);
    CU_ASSERT_STRING_EQUAL(finish(), "");
}

static void
test_reopen(void)
{
    char old[64];

    start(LOG_INFO_LEVEL);
    snprintf(old, sizeof old, "%s.1", path);
    log_say(LOG_INFO_LEVEL, "before", "x");
    rename(path, old);
    log_say(LOG_INFO_LEVEL, "between", "x");
    log_reopen();
    log_say(LOG_INFO_LEVEL, "after", "x");
    CU_ASSERT_PTR_NOT_NULL(strstr(slurp(old), "between"));
    CU_ASSERT_PTR_NULL(strstr(text, "after"));
    CU_ASSERT_PTR_NOT_NULL(strstr(finish(), "after"));
    unlink(old);
}

static void
test_refused(void)
{
    struct err err = {0};

    CU_ASSERT_FALSE(log_open("tester", "/no/such/folder/log", LOG_INFO_LEVEL, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_UNAVAILABLE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "/no/such/folder/log"));
}

static void *
chatter(void *unused)
{
    char padding[3000];

    memset(padding, 'p', sizeof padding - 1);
    padding[sizeof padding - 1] = '\0';
    for (int i = 0; i < LINES; i++) {
        if (i % 50 == 0)
            log_reopen();
        log_say(LOG_INFO_LEVEL, "chatter", "%.*s", i * 5, padding);
    }
    return unused;
}

static void
test_threads(void)
{
    pthread_t threads[THREADS];
    size_t lines = 0;

    start(LOG_INFO_LEVEL);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, chatter, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    finish();
    for (char *next, *line = text; *line != '\0'; line = next + 1, lines++) {
        next = strchr(line, '\n');
        CU_ASSERT_EQUAL(strncmp(line, "{\"time\":", 8), 0);
        CU_ASSERT_EQUAL(strncmp(next - 2, "\"}", 2), 0);
    }
    CU_ASSERT_EQUAL(lines, THREADS * LINES);
}

SUITE("log", {"a line tells time, level, program, event and members", test_line},
      {"members come with or without braces and stay on one line", test_members},
      {"a message is escaped, controls and broken UTF-8 included", test_say},
      {"less important lines are not written", test_levels},
      {"after reopening lines go to the new file", test_reopen},
      {"a file that cannot be opened is refused by name", test_refused},
      {"lines of many threads stay whole while the file is opened again", test_threads});
