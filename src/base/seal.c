/*
 * seal: text that leaves us and comes back unread and unchanged, or not at all.
 */
#include "base/seal.h"

#include "base/base64.h"
#include "base/uuid.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SALT 16
#define TAG  16

/* Sealing fails only for lack of memory or a broken libcrypto: both end the process. */
static void
must(int done)
{
    if (done > 0)
        return;
    fputs("seal: libcrypto cannot seal\n", stderr);
    abort();
}

/* The cipher for one text, told what it is about.  Its key is used once, so its nonce is zero.
 */
static EVP_CIPHER_CTX *
cipher_new(const unsigned char key[SEAL_KEY], const unsigned char salt[SALT], struct str about,
           int is_closing)
{
    static const unsigned char zero[12];
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    unsigned char own[SEAL_KEY];
    unsigned own_len = sizeof own;
    int len;

    assert(about.len > 0); /* nothing is sealed for no purpose */
    must(cipher != NULL &&
         HMAC(EVP_sha256(), key, SEAL_KEY, salt, SALT, own, &own_len) != NULL);
    must(EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), NULL, own, zero, is_closing));
    must(EVP_CipherUpdate(cipher, NULL, &len, (const unsigned char *)about.at, (int)about.len));
    explicit_bzero(own, sizeof own);
    return cipher;
}

char *
seal_close(struct arena *arena, const unsigned char key[SEAL_KEY], struct str about,
           struct str text)
{
    size_t size = SALT + text.len + TAG;
    unsigned char *to = arena_take(arena, size);
    EVP_CIPHER_CTX *cipher;
    int len;

    uuid_random(to, SALT);
    cipher = cipher_new(key, to, about, 1);
    must(EVP_CipherUpdate(cipher, to + SALT, &len, (const unsigned char *)text.at,
                          (int)text.len));
    must(EVP_CipherFinal_ex(cipher, to + SALT + text.len, &len));
    must(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG, to + SALT + text.len));
    EVP_CIPHER_CTX_free(cipher);
    return base64_url(arena, to, size);
}

bool
seal_open(struct arena *arena, const unsigned char key[SEAL_KEY], struct str about,
          struct str sealed, struct str *text_out)
{
    EVP_CIPHER_CTX *cipher;
    unsigned char *from, *text;
    struct str bytes;
    size_t size;
    int len;
    bool right;

    if (!base64_url_decode(arena, sealed, &bytes) || bytes.len < SALT + TAG)
        return false;
    size = bytes.len - SALT - TAG;
    from = (unsigned char *)str_copy(arena, bytes);
    text = arena_take(arena, size + 1);
    cipher = cipher_new(key, from, about, 0);
    must(EVP_CipherUpdate(cipher, text, &len, from + SALT, (int)size));
    must(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG, from + SALT + size));
    right = EVP_CipherFinal_ex(cipher, text + size, &len) > 0;
    EVP_CIPHER_CTX_free(cipher);
    *text_out = (struct str){(const char *)text, size};
    return right;
}
