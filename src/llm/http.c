/*
 * http: one request and its bounded answer; the door to libcurl for language models and HTTP
 * tools.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* POLLRDHUP */
#endif
#include "llm/http.h"

#include "base/clock.h"
#include "embed/curl.h"
#include "llm/address.h"

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
curl_end(void *easy)
{
    curl.easy_cleanup(easy);
}

static void
multi_end(void *multi)
{
    curl.multi_cleanup(multi);
}

static void
list_end(void *list)
{
    curl.slist_free_all(list);
}

static struct curl_slist *
header_add(struct curl_slist *list, const char *line)
{
    list = curl.slist_append(list, line);
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
guard(CURL *easy, struct transfer *transfer)
{
    curl.easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, guarded_socket);
    curl.easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
}

static CURL *
request_make(struct arena *arena, const struct http_post *post, struct transfer *transfer)
{
    CURL *easy = curl.easy_init();

    if (easy == NULL)
        abort();
    arena_defer(arena, curl_end, easy);
    curl.easy_setopt(easy, CURLOPT_URL, post->url);
    curl.easy_setopt(easy, CURLOPT_HTTPHEADER, headers_make(arena, post));
    if (post->body.at != NULL) {
        curl.easy_setopt(easy, CURLOPT_POSTFIELDS, post->body.at);
        curl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->body.len);
    }
    if (post->method != NULL)
        curl.easy_setopt(easy, CURLOPT_CUSTOMREQUEST, post->method);
    if (post->headers != NULL) /* a proxy of the environment would connect in our place */
        curl.easy_setopt(easy, CURLOPT_PROXY, "");
    if (post->is_guarded)
        guard(easy, transfer);
    curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_take);
    curl.easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl.easy_setopt(easy, CURLOPT_USERAGENT, "kvasir");
    curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl.easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    return easy;
}

static CURLM *
multi_make(struct arena *arena)
{
    CURLM *multi = curl.multi_init();

    if (multi == NULL)
        abort();
    arena_defer(arena, multi_end, multi);
    return multi;
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

        if (curl.multi_perform(multi, &running) != CURLM_OK)
            abort();
        if (running == 0)
            break;
        if (has_gone(post->stop))
            return HTTP_GONE;
        if (look == 0)
            return HTTP_LATE;
        curl.multi_poll(multi, &watch, post->stop >= 0, look < LOOK_MS ? look : LOOK_MS, NULL);
    }
    message = curl.multi_info_read(multi, &left);
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
    CURL *easy;
    CURLM *multi;
    CURLcode code = CURLE_OK;
    curl_off_t wait = 0;
    const char *type;
    enum http_end end;

    *answer = (struct http_answer){.cause = "libcurl is not installed", .type = ""};
    buf_start(&answer->body, arena, 4096);
    if (!curl_open())
        return HTTP_UNREACHED;
    easy = request_make(arena, post, &transfer);
    multi = multi_make(arena);
    answer->cause = "";
    curl.multi_add_handle(multi, easy);
    end = drive(multi, post, &code);
    curl.multi_remove_handle(multi, easy);
    curl.easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer->status);
    if (curl.easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type != NULL)
        answer->type = arena_strdup(arena, type);
    if (curl.easy_getinfo(easy, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
        answer->retry_after = wait > 86400 ? 86400 : (long)wait;
    if (end != HTTP_ANSWERED)
        return end;
    answer->cause = curl.easy_strerror(code);
    return end_of(code, &transfer);
}
