/*
 * redis_url: where Redis is, read from the setting `redis`.
 *
 *     redis://[[user][:password]@]host[:port][/db]     unix:/path
 *
 * User and password may hold %XX; an IPv6 address stands in brackets.  Messages name the part
 * that is wrong and never repeat the text, which may hold a password.
 */
#ifndef BUS_REDIS_URL_H
#define BUS_REDIS_URL_H

#include "base/err.h"

#include <stdbool.h>

struct redis_url {
    char path[104]; /* Unix socket; "" when host and port are used */
    char host[256];
    int port;
    long db;
    char user[128];     /* "" when there is none */
    char password[512]; /* "" when there is none */
};

bool redis_url_parse(const char *text, struct redis_url *url_out, struct err *err);

/* The place without its secrets, for messages: "127.0.0.1:6379/0". */
#define REDIS_URL_TEXT 320
void redis_url_show(const struct redis_url *url, char text[REDIS_URL_TEXT]);

#endif
