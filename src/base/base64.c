/*
 * base64: bytes as text and back (RFC 4648, section 4), strictly; the door to libcrypto for it.
 */
#include "base/base64.h"

#include <assert.h>
#include <openssl/evp.h>
#include <string.h>

#define DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/* How many characters at the end are padding, and whether all before them are digits. */
static bool
is_right(struct str text, size_t *pad_out)
{
    size_t pad = 0;

    if (text.len % 4 != 0 || text.len > INT32_MAX)
        return false;
    while (pad < 2 && pad < text.len && text.at[text.len - 1 - pad] == '=')
        pad++;
    *pad_out = pad;
    for (size_t i = 0; i + pad < text.len; i++)
        if (text.at[i] == '\0' || strchr(DIGITS, text.at[i]) == NULL)
            return false;
    return true;
}

bool
base64_decode(struct arena *arena, struct str text, struct str *bytes_out)
{
    unsigned char *bytes = arena_take(arena, text.len / 4 * 3 + 1);
    size_t pad, len = 0;

    if (!is_right(text, &pad))
        return false;
    if (text.len > 0)
        len =
            (size_t)EVP_DecodeBlock(bytes, (const unsigned char *)text.at, (int)text.len) - pad;
    bytes[len] = '\0';
    *bytes_out = (struct str){(const char *)bytes, len};
    return true;
}

char *
base64_encode(struct arena *arena, struct str bytes)
{
    char *text;

    assert(bytes.len < INT32_MAX / 2);
    text = arena_take(arena, (bytes.len + 2) / 3 * 4 + 1);
    EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)bytes.at, (int)bytes.len);
    return text;
}

static void
exchange(char *text, size_t len, const char *from, const char *to)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == from[0])
            text[i] = to[0];
        else if (text[i] == from[1])
            text[i] = to[1];
}

char *
base64_url(struct arena *arena, const void *bytes, size_t len)
{
    char *text = arena_take(arena, len / 3 * 4 + 5);
    size_t count = (size_t)EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);

    exchange(text, count, "+/", "-_");
    text[strcspn(text, "=")] = '\0';
    return text;
}

bool
base64_url_decode(struct arena *arena, struct str text, struct str *bytes_out)
{
    size_t pad = (4 - text.len % 4) % 4;
    char *whole = arena_take(arena, text.len + pad + 1);

    if (text.at == NULL || pad == 3 || memchr(text.at, '+', text.len) != NULL ||
        memchr(text.at, '/', text.len) != NULL || memchr(text.at, '=', text.len) != NULL)
        return false;
    memcpy(whole, text.at, text.len);
    exchange(whole, text.len, "-_", "+/");
    memset(whole + text.len, '=', pad);
    return base64_decode(arena, (struct str){whole, text.len + pad}, bytes_out) &&
           str_is(text, base64_url(arena, bytes_out->at, bytes_out->len));
}
