/*
 * hub: a model's files from the model hub, over HTTP; the door to libcurl.
 */
#include "embed/hub.h"

#include "base/str.h"
#include "embed/curl.h"

#include <stdlib.h>
#include <string.h>

#define CONNECT_SECONDS 5L /* so that the next source is tried soon */
#define STALL_SECONDS   30L

struct transfer {
    FILE *to;
    const struct model_file *file;
    const struct model_watch *watch;
    size_t got;
};

const char *
hub_base(void)
{
    const char *base =
        getenv("HF_ENDPOINT"); /* NOLINT(concurrency-mt-unsafe): before threads */

    return base != NULL && base[0] != '\0' ? base : "https://huggingface.co";
}

static size_t
bytes_take(char *bytes, size_t size, size_t count, void *object)
{
    struct transfer *transfer = object;
    size_t len = size * count;

    if (len > transfer->file->bytes - transfer->got) /* more than the file has: not the file */
        return 0;
    transfer->got += len;
    model_progress(transfer->watch, transfer->file->path, transfer->got, transfer->file->bytes);
    return fwrite(bytes, 1, len, transfer->to);
}

static CURLcode
url_fetch(CURL *easy, const char *url, struct transfer *transfer)
{
    curl.easy_setopt(easy, CURLOPT_URL, url);
    curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, bytes_take);
    curl.easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl.easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
    curl.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl.easy_setopt(easy, CURLOPT_MAXREDIRS, 5L);
    curl.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    curl.easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl.easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, STALL_SECONDS);
    curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    return curl.easy_perform(easy);
}

static bool
file_fetch(const struct stage *stage, CURL *easy, const char *url, struct transfer *transfer,
           struct err *err)
{
    CURLcode code;

    transfer->to = stage_create(stage, transfer->file->path, err);
    if (transfer->to == NULL)
        return false;
    code = url_fetch(easy, url, transfer);
    if (!stage_close(transfer->to, transfer->file->path, err))
        return false;
    if (code != CURLE_OK)
        return err_set(err, ERR_BUSY, "%.60s: %.120s", transfer->file->path,
                       curl.easy_strerror(code));
    return transfer->got == transfer->file->bytes ||
           err_set(err, ERR_INPUT, "%.60s came with %zu bytes, not %zu", transfer->file->path,
                   transfer->got, transfer->file->bytes);
}

static void
curl_end(void *easy)
{
    curl.easy_cleanup(easy);
}

bool
hub_fetch(const struct stage *stage, const char *base, const struct model *model,
          const struct model_watch *watch, struct err *err)
{
    CURL *easy;

    if (strncmp(base, "https://", 8) != 0 && strncmp(base, "http://", 7) != 0)
        return err_set(err, ERR_INPUT, "the address of the hub must begin with https://");
    easy = curl_open() ? curl.easy_init() : NULL;
    if (easy == NULL)
        return err_set(err, ERR_UNAVAILABLE,
                       "cannot start an HTTP transfer; is libcurl installed?");
    arena_defer(stage->arena, curl_end, easy);
    for (const struct model_file *file = model->files; file->path != NULL; file++) {
        struct transfer transfer = {.file = file, .watch = watch};
        char *url = str_format(stage->arena, "%s/%s/resolve/%s/%s", base, model->repository,
                               model->revision, file->path);

        if (!file_fetch(stage, easy, url, &transfer, err))
            return false;
    }
    return true;
}
