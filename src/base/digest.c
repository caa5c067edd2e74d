/*
 * digest: SHA-256 and the text forms of bytes; the door to libcrypto for hashes.
 */
#include "base/digest.h"

#include <assert.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE62_BYTES 64 /* most bytes that one key is made of */

/* libcrypto refuses only for lack of memory or a broken installation: both end the process. */
static void
must(int done)
{
    if (done == 1)
        return;
    fputs("digest: libcrypto cannot make SHA-256\n", stderr);
    abort();
}

static const EVP_MD *sha256;

static void
sha256_find(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    must(sha256 != NULL);
}

/* Looked for once in a process: that takes longer than the sum of a short text. */
static EVP_MD_CTX *
sum_begin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    EVP_MD_CTX *sum = EVP_MD_CTX_new();

    pthread_once(&once, sha256_find);
    must(sum != NULL);
    must(EVP_DigestInit_ex(sum, sha256, NULL));
    return sum;
}

static void
sum_end(EVP_MD_CTX *sum, unsigned char bytes[32])
{
    must(EVP_DigestFinal_ex(sum, bytes, NULL));
    EVP_MD_CTX_free(sum);
}

static void
hex_of(const unsigned char bytes[32], char hex[DIGEST_HEX])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < 32; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 0x0f];
    }
    hex[64] = '\0';
}

void
digest_sha256(const void *bytes, size_t len, unsigned char sum[32])
{
    EVP_MD_CTX *state = sum_begin();

    must(EVP_DigestUpdate(state, bytes, len));
    sum_end(state, sum);
}

void
digest_hex(const void *bytes, size_t len, char hex[DIGEST_HEX])
{
    unsigned char sum[32];

    digest_sha256(bytes, len, sum);
    hex_of(sum, hex);
}

bool
digest_file(const char *path, char hex[DIGEST_HEX], struct err *err)
{
    unsigned char sum[32], piece[16384];
    FILE *file = fopen(path, "rbe");
    EVP_MD_CTX *state;
    size_t got;
    bool whole;

    if (file == NULL)
        return err_set(err, ERR_MISSING, "cannot open %s: %m", path);
    state = sum_begin();
    while ((got = fread(piece, 1, sizeof piece, file)) > 0)
        must(EVP_DigestUpdate(state, piece, got));
    whole = ferror(file) == 0;
    sum_end(state, sum);
    fclose(file);
    if (!whole)
        return err_set(err, ERR_INTERNAL, "cannot read all of %s", path);
    hex_of(sum, hex);
    return true;
}

/* Divide the big-endian number in place and return the remainder. */
static unsigned
divide(unsigned char *number, size_t count, unsigned divisor)
{
    unsigned rest = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned part = rest << 8 | number[i];

        number[i] = (unsigned char)(part / divisor);
        rest = part % divisor;
    }
    return rest;
}

void
digest_base62(const unsigned char *bytes, size_t count, char *text, size_t len)
{
    static const char digits[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    unsigned char number[BASE62_BYTES];

    assert(count <= sizeof number);
    memcpy(number, bytes, count);
    text[len] = '\0';
    while (len-- > 0)
        text[len] = digits[divide(number, count, 62)];
}
