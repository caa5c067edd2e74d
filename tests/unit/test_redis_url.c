/*
 * test_redis_url: which addresses of Redis are understood, and what is said of the others.
 */
#include "bus/redis_url.h"

#include "suite.h"

#include <string.h>

static void
good_addresses(void)
{
    static const struct {
        const char *text, *path, *host;
        int port;
        long db;
        const char *user, *password;
    } rows[] = {
        {"redis://localhost", "", "localhost", 6379, 0, "", ""},
        {"redis://localhost/", "", "localhost", 6379, 0, "", ""},
        {"redis://10.0.0.1:7000/3", "", "10.0.0.1", 7000, 3, "", ""},
        {"redis://:secret@redis.example:6380", "", "redis.example", 6380, 0, "", "secret"},
        {"redis://:p%40ss%3aw%2Frd@h", "", "h", 6379, 0, "", "p@ss:w/rd"},
        {"redis://:a@b@h", "", "h", 6379, 0, "", "a@b"},
        {"redis://kvasir:pw@h/1", "", "h", 6379, 1, "kvasir", "pw"},
        {"redis://[::1]:6380/2", "", "::1", 6380, 2, "", ""},
        {"redis://[fe80::1]", "", "fe80::1", 6379, 0, "", ""},
        {"unix:/run/redis/redis.sock", "/run/redis/redis.sock", "", 0, 0, "", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct redis_url url;
        struct err err = {0};

        CU_ASSERT(redis_url_parse(rows[i].text, &url, &err));
        CU_ASSERT_STRING_EQUAL(url.path, rows[i].path);
        CU_ASSERT_STRING_EQUAL(url.host, rows[i].host);
        CU_ASSERT_EQUAL(url.port, rows[i].port);
        CU_ASSERT_EQUAL(url.db, rows[i].db);
        CU_ASSERT_STRING_EQUAL(url.user, rows[i].user);
        CU_ASSERT_STRING_EQUAL(url.password, rows[i].password);
    }
}

static void
bad_addresses(void)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "unknown kind"},
        {"http://hunter2@h", "unknown kind"},
        {"redis://", "no usable host"},
        {"redis://:6379", "no usable host"},
        {"redis://h:0", "1 to 65535"},
        {"redis://h:65536", "1 to 65535"},
        {"redis://h:6379x", "1 to 65535"},
        {"redis://h/one", "must be a number"},
        {"redis://h/-1", "must be a number"},
        {"redis://hunter2@h", "after ':'"},
        {"redis://kvasir:@h", "needs a password"},
        {"redis://:%zzhunter2@h", "password is not valid"},
        {"redis://:hunter2%4@h", "password is not valid"},
        {"redis://:hunter2%00@h", "password is not valid"},
        {"redis://:hunter2?@h", "%3F"},
        {"redis://[::1", "without ']'"},
        {"redis://[::1]6379", "may follow the host"},
        {"unix:redis.sock", "begin with '/'"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct redis_url url;
        struct err err = {0};

        CU_ASSERT_FALSE(redis_url_parse(rows[i].text, &url, &err));
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.text, rows[i].says));
        CU_ASSERT_PTR_NULL(strstr(err.text, "hunter2"));
        CU_ASSERT_PTR_NULL(strstr(err.detail, "hunter2"));
    }
}

static void
too_long(void)
{
    char text[1024] = "unix:/";
    struct redis_url url;
    struct err err = {0};

    memset(text + 6, 'x', 200);
    CU_ASSERT_FALSE(redis_url_parse(text, &url, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "longer"));
    memcpy(text, "redis://:", 9);
    memset(text + 9, 'x', 800);
    memcpy(text + 809, "@h", 3);
    CU_ASSERT_FALSE(redis_url_parse(text, &url, &err));
}

static void
shown(void)
{
    char text[REDIS_URL_TEXT];
    struct redis_url url;
    struct err err = {0};

    CU_ASSERT(redis_url_parse("redis://u:hunter2@h:7000/3", &url, &err));
    redis_url_show(&url, text);
    CU_ASSERT_STRING_EQUAL(text, "h:7000/3");
    CU_ASSERT(redis_url_parse("unix:/run/r.sock", &url, &err));
    redis_url_show(&url, text);
    CU_ASSERT_STRING_EQUAL(text, "/run/r.sock");
}

SUITE("redis_url", {"host, port, database, user and password are read", good_addresses},
      {"a wrong address is refused with its reason and without its password", bad_addresses},
      {"what does not fit is refused", too_long},
      {"an address is shown without its secrets", shown});
