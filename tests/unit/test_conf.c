/*
 * test_conf: where settings come from, and which are refused.
 */
#include "base/conf.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char path[] = "test_conf.XXXXXX";

static void
write_file(const char *text)
{
    FILE *file;

    memcpy(path + strlen(path) - 6, "XXXXXX", 6);
    file = fdopen(mkstemp(path), "w");
    fputs(text, file);
    fclose(file);
}

/* Load with a file of this text; what err says, or "" when it loaded. */
static const char *
load(const char *text, const char *override)
{
    static struct err err;

    err = (struct err){0};
    write_file(text);
    setenv("KVASIR_CONF", path, 1);
    CU_ASSERT_EQUAL(conf_load(&override, override == NULL ? 0 : 1, &err), err.kind == ERR_NONE);
    CU_ASSERT(err.kind == ERR_NONE || err.kind == ERR_INPUT);
    unsetenv("KVASIR_CONF");
    unlink(path);
    return err.text;
}

static void
test_order(void)
{
    CU_ASSERT_STRING_EQUAL(load("", NULL), "");
    CU_ASSERT_EQUAL(conf_long(CONF_threads), 4);
    CU_ASSERT_STRING_EQUAL(conf_origin(CONF_threads), "default");

    CU_ASSERT_STRING_EQUAL(load("# a comment\n\n  threads = 5  \nredis=a#b=c", NULL), "");
    CU_ASSERT_EQUAL(conf_long(CONF_threads), 5);
    CU_ASSERT_STRING_EQUAL(conf_origin(CONF_threads), "file");
    CU_ASSERT_STRING_EQUAL(conf_text(CONF_redis), "a#b=c");

    setenv("KVASIR_THREADS", "6", 1);
    CU_ASSERT_STRING_EQUAL(load("threads = 5\n", NULL), "");
    CU_ASSERT_EQUAL(conf_long(CONF_threads), 6);
    CU_ASSERT_STRING_EQUAL(conf_origin(CONF_threads), "environment");

    CU_ASSERT_STRING_EQUAL(load("threads = 5\n", "threads=7"), "");
    CU_ASSERT_EQUAL(conf_long(CONF_threads), 7);
    CU_ASSERT_STRING_EQUAL(conf_origin(CONF_threads), "command line");
    unsetenv("KVASIR_THREADS");
    conf_free();
    CU_ASSERT_EQUAL(conf_long(CONF_threads), 4);
}

static void
test_refused(void)
{
    static const struct {
        const char *line, *why;
    } table[] = {
        {"thread = 5", "there is no setting thread; did you mean threads?"},
        {"threads", "expected key = value"},
        {"= 5", "there is no setting "},
        {"threads = 0", "threads must be a number from 1 to 64, not '0'"},
        {"threads = 65", "threads must be a number from 1 to 64, not '65'"},
        {"threads = 5 # five", "threads must be a number from 1 to 64, not '5 # five'"},
        {"max_body = -1", "max_body must be a number (bytes), not '-1'"},
        {"mode = dev", "mode must be one of development|production, not 'dev'"},
        {"mode =", "mode must be one of development|production, not ''"},
        {"mode = development|production", "mode must be one of"},
        {"redis = @/no/such/file", "redis: cannot open /no/such/file"},
        {"redis = @/dev/null", "redis: there is no line in /dev/null"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[100];

        snprintf(text, sizeof text, "\n%s\n", table[i].line);
        CU_ASSERT_PTR_NOT_NULL(strstr(load(text, NULL), table[i].why));
        CU_ASSERT_PTR_NOT_NULL(strstr(load(text, NULL), ":2: "));
        CU_ASSERT_EQUAL(strncmp(load("", table[i].line), table[i].why, strlen(table[i].why)),
                        0);
    }
    conf_free();
}

static void
test_environment(void)
{
    static const struct {
        const char *name, *why;
    } table[] = {
        {"KVASIR_THREAD", "there is no setting KVASIR_THREAD; did you mean threads?"},
        {"KVASIR_", "there is no setting KVASIR_"},
        {"KVASIR_CONFIG", "there is no setting KVASIR_CONFIG"},
        {"KVASIR_DEV_TREE", ""},
        {"KVASIR_TEST_PG", ""},
        {"KVASIR_RUN_DIR", ""},
        {"KVASIRX", ""},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        setenv(table[i].name, "x", 1);
        CU_ASSERT_EQUAL(strncmp(load("", NULL), table[i].why, strlen(table[i].why)), 0);
        CU_ASSERT(table[i].why[0] != '\0' || load("", NULL)[0] == '\0');
        unsetenv(table[i].name);
    }
    conf_free();
}

static void
test_file_named(void)
{
    struct err err = {0};

    setenv("KVASIR_CONF", "/no/such/file", 1);
    CU_ASSERT_FALSE(conf_load(NULL, 0, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "/no/such/file"));
    unsetenv("KVASIR_CONF");
}

static const char *
printed(bool json)
{
    static char text[16384];
    FILE *to = fmemopen(text, sizeof text, "w");

    conf_print(to, json);
    fclose(to);
    return text;
}

static void
test_secrets(void)
{
    char secret[] = "test_secret.XXXXXX", line[64];
    int fd = mkstemp(secret);

    CU_ASSERT_EQUAL(write(fd, "hush\nnot this\n", 14), 14);
    close(fd);
    snprintf(line, sizeof line, "redis=@%s", secret);
    CU_ASSERT_STRING_EQUAL(load("database = pass\n", line), "");
    unlink(secret);
    CU_ASSERT_STRING_EQUAL(conf_text(CONF_redis), "hush");
    CU_ASSERT_PTR_NOT_NULL(strstr(printed(false), "redis = (set)   # command line\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(printed(false), "database_admin = (not set)   # default\n"));
    CU_ASSERT_PTR_NULL(strstr(printed(false), "hush"));
    CU_ASSERT_PTR_NULL(strstr(printed(false), "pass\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(printed(true), "\"database\":{\"value\":\"(set)\",\"origin\":\"file\"}"));
    CU_ASSERT_PTR_NULL(strstr(printed(true), "hush"));
    conf_free();
}

static void
test_defaults(void)
{
    const struct conf_row *row;
    size_t count = 0;

    for (; (row = conf_row(count)) != NULL; count++) {
        char pair[200];

        snprintf(pair, sizeof pair, "%s=%s", row->key, row->otherwise);
        CU_ASSERT_STRING_EQUAL(load("", pair), "");
        CU_ASSERT_NOT_EQUAL(row->says[0], '\0');
    }
    CU_ASSERT_EQUAL(count, CONF_COUNT);
    conf_free();
}

SUITE("conf", {"the command line wins over environment, file and default", test_order},
      {"a bad line is refused with its place and reason", test_refused},
      {"only our own names are allowed in the environment", test_environment},
      {"a file that was named must be there", test_file_named},
      {"secrets come from files and are never shown", test_secrets},
      {"every default is a value that could be given", test_defaults});
