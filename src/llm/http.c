/*
 * http: one request and its bounded answer; the door to libcurl for language models and HTTP
 * tools.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* POLLRDHUP */
#endif
#include "llm/http.h"

#include "base/clock.h"
#include "llm/address.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#define CONNECT_MS 5000L
#define LOOK_MS    100 /* how often a TCP peer is looked at that may have left */
#define HUNG_UP    (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)

struct transfer {
    struct http_answer *answer;
    size_t most;
    bool is_large, is_closed;
};

void
http_init(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
}

static size_t
body_take(char *bytes, size_t size, size_t count, void *object)
{
    struct transfer *transfer = object;
    size_t len = size * count;

    if (len > transfer->most - transfer->answer->body.len) {
        transfer->is_large = true;
        return 0;
    }
    buf_add(&transfer->answer->body, bytes, len);
    return len;
}

static bool
has_gone(int stop)
{
    struct pollfd watch = {.fd = stop, .events = POLLRDHUP};

    return stop >= 0 && poll(&watch, 1, 0) > 0 && (watch.revents & HUNG_UP) != 0;
}

bool
http_rest(int64_t until, int stop)
{
    struct pollfd watch = {.fd = stop, .events = POLLRDHUP};

    while (clock_us() < until) {
        if (poll(&watch, 1, clock_left_ms(until)) > 0 && (watch.revents & HUNG_UP) != 0)
            return false;
    }
    return !has_gone(stop);
}

static void
curl_end(void *curl)
{
    curl_easy_cleanup(curl);
}

static void
multi_end(void *multi)
{
    curl_multi_cleanup(multi);
}

static void
list_end(void *list)
{
    curl_slist_free_all(list);
}

static struct curl_slist *
header_add(struct curl_slist *list, const char *line)
{
    list = curl_slist_append(list, line);
    if (list == NULL)
        abort();
    return list;
}

static struct curl_slist *
headers_make(struct arena *arena, const struct http_post *post)
{
    struct curl_slist *list = header_add(NULL, "Expect:"); /* which would cost a round trip */

    if (post->body.at != NULL)
        list = header_add(list, "Content-Type: application/json");
    if (post->headers == NULL)
        list = header_add(list, "Accept: application/json");
    for (size_t i = 0; post->headers != NULL && post->headers[i] != NULL; i++)
        list = header_add(list, post->headers[i]);
    if (post->key[0] != '\0')
        list = header_add(list, str_format(arena, "Authorization: Bearer %s", post->key));
    arena_defer(arena, list_end, list);
    return list;
}

/* Called with the address that is connected to, after all resolving: a name that means another
   address each time it is asked for gains nothing. */
static curl_socket_t
guarded_socket(void *object, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *transfer = object;

    if (purpose == CURLSOCKTYPE_IPCXN && address_is_public(&address->addr))
        return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    transfer->is_closed = true;
    return CURL_SOCKET_BAD;
}

static void
guard(CURL *curl, struct transfer *transfer)
{
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, guarded_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer);
}

static CURL *
request_make(struct arena *arena, const struct http_post *post, struct transfer *transfer)
{
    CURL *curl = curl_easy_init();

    if (curl == NULL)
        abort();
    arena_defer(arena, curl_end, curl);
    curl_easy_setopt(curl, CURLOPT_URL, post->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_make(arena, post));
    if (post->body.at != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post->body.at);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->body.len);
    }
    if (post->method != NULL)
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, post->method);
    if (post->headers != NULL) /* a proxy of the environment would connect in our place */
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
    if (post->is_guarded)
        guard(curl, transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "kvasir");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    return curl;
}

/* Until the transfer has ended, the deadline passed or nobody waits.  HTTP_ANSWERED: it has
   ended, as *code_out tells. */
static enum http_end
drive(CURLM *multi, const struct http_post *post, CURLcode *code_out)
{
    struct curl_waitfd watch = {.fd = post->stop}; /* poll() tells a hang-up unasked */
    int running = 1, left = 0;
    const CURLMsg *message;

    for (;;) {
        int look = clock_left_ms(post->deadline);

        if (curl_multi_perform(multi, &running) != CURLM_OK)
            abort();
        if (running == 0)
            break;
        if (has_gone(post->stop))
            return HTTP_GONE;
        if (look == 0)
            return HTTP_LATE;
        curl_multi_poll(multi, &watch, post->stop >= 0, look < LOOK_MS ? look : LOOK_MS, NULL);
    }
    message = curl_multi_info_read(multi, &left);
    *code_out = message == NULL ? CURLE_RECV_ERROR : message->data.result;
    return HTTP_ANSWERED;
}

static enum http_end
end_of(CURLcode code, const struct transfer *transfer)
{
    if (transfer->is_large)
        return HTTP_LARGE;
    if (code == CURLE_OK)
        return HTTP_ANSWERED;
    if (transfer->is_closed)
        return HTTP_CLOSED;
    switch ((int)code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_OPERATION_TIMEDOUT: /* only connecting has a limit of libcurl's */
        return HTTP_UNREACHED;
    default: return HTTP_BROKEN;
    }
}

enum http_end
http_post(struct arena *arena, const struct http_post *post, struct http_answer *answer)
{
    struct transfer transfer = {.answer = answer, .most = post->most};
    CURL *curl = request_make(arena, post, &transfer);
    CURLM *multi = curl_multi_init();
    CURLcode code = CURLE_OK;
    curl_off_t wait = 0;
    const char *type;
    enum http_end end;

    if (multi == NULL)
        abort();
    arena_defer(arena, multi_end, multi);
    *answer = (struct http_answer){.cause = "", .type = ""};
    buf_start(&answer->body, arena, 4096);
    curl_multi_add_handle(multi, curl);
    end = drive(multi, post, &code);
    curl_multi_remove_handle(multi, curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    if (curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type != NULL)
        answer->type = arena_strdup(arena, type);
    if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
        answer->retry_after = wait > 86400 ? 86400 : (long)wait;
    if (end != HTTP_ANSWERED)
        return end;
    answer->cause = curl_easy_strerror(code);
    return end_of(code, &transfer);
}
