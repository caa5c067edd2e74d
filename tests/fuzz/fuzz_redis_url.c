/*
 * fuzz_redis_url: whatever the setting holds, its parts end where they should, and what is
 * shown or said of it never holds the password.
 */
#include "bus/redis_url.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1); /* of its own, so that a sanitizer sees its end */
    char shown[REDIS_URL_TEXT];
    struct err err = {.kind = ERR_NONE};
    struct redis_url url;

    if (text == NULL)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    if (redis_url_parse(text, &url, &err)) {
        redis_url_show(&url, shown);
        if ((url.path[0] == '\0') == (url.host[0] == '\0') || err.kind != ERR_NONE ||
            (url.host[0] != '\0' && (url.port < 1 || url.port > 65535)))
            abort();
    } else if (err.kind != ERR_INPUT || strstr(err.text, "hunter2") != NULL) {
        abort();
    }
    free(text);
    return 0;
}
