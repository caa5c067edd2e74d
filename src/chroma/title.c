/*
 * title: what databases and collections may be called.
 */
#include "chroma/title.h"

#include "chroma/wire.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <limits.h>
#include <string.h>

#define LEAST 3
#define MOST  512

static bool
is_alphanumeric(char c)
{
    return isascii((unsigned char)c) && isalnum((unsigned char)c);
}

static bool
has_right_characters(struct str name)
{
    if (name.len < LEAST || name.len > MOST || !is_alphanumeric(name.at[0]) ||
        !is_alphanumeric(name.at[name.len - 1]))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_alphanumeric(name.at[i]) &&
            (name.at[i] == '\0' || strchr("._-", name.at[i]) == NULL))
            return false;
    return true;
}

static bool
is_address(struct str name)
{
    char text[INET_ADDRSTRLEN];
    struct in_addr address;

    if (name.len >= sizeof text)
        return false;
    memcpy(text, name.at, name.len);
    text[name.len] = '\0';
    return inet_pton(AF_INET, text, &address) == 1;
}

static bool
part_check(struct str name, const char *lead, struct err *err)
{
    int len = (int)(name.len < MOST ? name.len : MOST);

    if (!has_right_characters(name))
        return err_set(err, ERR_INPUT, "%sExpected " WIRE_NAME_PATTERN ". Got: %.*s", lead, len,
                       name.at);
    if (memmem(name.at, name.len, "..", 2) != NULL)
        return err_set(err, ERR_INPUT,
                       "%sExpected a name that does not contains two consecutive periods (..). "
                       "Got %.*s",
                       lead, len, name.at);
    if (is_address(name))
        return err_set(err, ERR_INPUT,
                       "%sExpected a name that is not a valid ip address. Got %.*s", lead, len,
                       name.at);
    return true;
}

bool
title_check(struct str name, const char *lead, struct err *err)
{
    const char *plus = memchr(name.at, '+', name.len);
    struct str rest;

    if (plus == NULL)
        return part_check(name, lead, err);
    rest = (struct str){plus + 1, name.len - (size_t)(plus + 1 - name.at)};
    if (memchr(rest.at, '+', rest.len) != NULL)
        return err_set(err, ERR_INPUT,
                       "%sExpected a name to contain at most one topology:  Got two `+` "
                       "characters.",
                       lead);
    return part_check((struct str){name.at, (size_t)(plus - name.at)}, lead, err) &&
           part_check(rest, lead, err);
}
