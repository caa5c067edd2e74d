/*
 * title: what databases and collections may be called.
 */
#include "chroma/title.h"

#include "suite.h"

#include <string.h>

static struct err err;

static bool
good(const char *name)
{
    memset(&err, 0, sizeof err);
    return title_check(str_of(name), "name: ", &err);
}

static void
test_allowed(void)
{
    static const char *const names[] = {"abc",       "A_b-c.d", "1.2.3",  "1.2.3.4.5",
                                        "256.1.1.1", "abc+def", "a.b.c.d"};
    char longest[513];

    memset(longest, 'x', 512);
    longest[512] = '\0';
    CU_ASSERT(good(longest));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        CU_ASSERT(good(names[i]));
}

static void
test_refused(void)
{
    static const struct {
        const char *name, *says;
    } cases[] = {
        {"", "starting and ending with"},
        {"ab", "Got: ab"},
        {"-abc", "Got: -abc"},
        {"abc.", "Got: abc."},
        {"a bc", "Got: a bc"},
        {"\xC3\xA4"
         "bc",
         "Got: \xC3\xA4"
         "bc"},
        {"a..b", "periods (..). Got a..b"},
        {"1.2.3.4", "ip address. Got 1.2.3.4"},
        {"abc+d", "Got: d"},
        {"+abc", "Got: "},
        {"abc+", "Got: "},
        {"abc+1.2.3.4", "ip address. Got 1.2.3.4"},
        {"abc+def+ghi", "Got two `+` characters"},
    };
    char longer[514];

    memset(longer, 'x', 513);
    longer[513] = '\0';
    CU_ASSERT(!good(longer));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT(!good(cases[i].name));
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
        CU_ASSERT(strncmp(err.text, "name: Expected a name ", 22) == 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].says));
    }
    memset(&err, 0, sizeof err);
    CU_ASSERT(!title_check((struct str){"ab\0c", 4}, "", &err));
}

SUITE("title", {"letters, digits and some marks make a name", test_allowed},
      {"what is no name is refused with the reason", test_refused});
