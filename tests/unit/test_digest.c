/*
 * test_digest: SHA-256 by the known answers of FIPS 180-2, and base 62.
 */
#include "base/digest.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SUM_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SUM_ABC   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SUM_A1M   "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

static void
test_known(void)
{
    char hex[DIGEST_HEX];

    digest_hex("", 0, hex);
    CU_ASSERT_STRING_EQUAL(hex, SUM_EMPTY);
    digest_hex("abc", 3, hex);
    CU_ASSERT_STRING_EQUAL(hex, SUM_ABC);
}

static void
test_file(void)
{
    char path[] = "test_digest.XXXXXX", hex[DIGEST_HEX];
    struct err err = {0};
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");

    for (int i = 0; i < 1000000; i++)
        fputc('a', file);
    fclose(file);
    CU_ASSERT(digest_file(path, hex, &err));
    CU_ASSERT_STRING_EQUAL(hex, SUM_A1M);
    unlink(path);
    CU_ASSERT_FALSE(digest_file(path, hex, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_MISSING);
    err = (struct err){0};
    CU_ASSERT_FALSE(digest_file("/", hex, &err)); /* a folder opens but cannot be read */
    CU_ASSERT_EQUAL(err.kind, ERR_INTERNAL);
}

static void
test_base62(void)
{
    static const struct {
        unsigned char bytes[4];
        size_t count, len;
        const char *text;
    } table[] = {
        {{0}, 1, 3, "000"},
        {{61}, 1, 1, "z"},
        {{62}, 1, 2, "10"},
        {{0xff, 0xff, 0xff, 0xff}, 4, 6, "4gfFC3"},
        {{0xff, 0xff, 0xff, 0xff}, 4, 2, "C3"},
        {{1}, 1, 0, ""},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[8];

        memset(text, 'X', sizeof text);
        digest_base62(table[i].bytes, table[i].count, text, table[i].len);
        CU_ASSERT_STRING_EQUAL(text, table[i].text);
    }
}

SUITE("digest", {"the sums are those of FIPS 180-2", test_known},
      {"a file is summed in pieces, and refused when it cannot be read", test_file},
      {"base 62 is a number of fixed length", test_base62});
