/*
 * load: what the measuring clients share: repeatable data, exact answers, and HTTP on a kept
 * connection.
 */
#include "load.h"

#include <math.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLUSTERS = 500, LATENT = 32 };

void
die(const char *what)
{
    fprintf(stderr, "failed: %s\n", what);
    exit(EXIT_FAILURE);
}

double
now(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* xorshift, and normal numbers by Box and Muller. */
static uint64_t seed = 88172645463325252ULL;

double
uniform(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return ((double)(seed >> 11) + 0.5) / 9007199254740992.0;
}

static float
normal(void)
{
    return (float)(sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform()));
}

/* Points around cluster centres in a small space, spread into the large one with some noise. */
static void
points_make(float *to, int count, const float *centres, const float *spread)
{
    for (int i = 0; i < count; i++) {
        const float *centre = centres + (size_t)(uniform() * CLUSTERS) * LATENT;
        float *point = to + (size_t)i * DIMS, latent[LATENT];
        double norm = 0;

        for (int j = 0; j < LATENT; j++)
            latent[j] = centre[j] + 0.6f * normal();
        for (int d = 0; d < DIMS; d++) {
            point[d] = 1.7f * normal();
            for (int j = 0; j < LATENT; j++)
                point[d] += latent[j] * spread[d * LATENT + j];
            norm += (double)point[d] * (double)point[d];
        }
        for (int d = 0; d < DIMS; d++)
            point[d] = (float)((double)point[d] / sqrt(norm));
    }
}

void
load_make(struct load *load, int records)
{
    float *centres = malloc(sizeof(float) * CLUSTERS * LATENT);
    float *spread = malloc(sizeof(float) * DIMS * LATENT);

    for (int i = 0; i < CLUSTERS * LATENT; i++)
        centres[i] = normal();
    for (int i = 0; i < DIMS * LATENT; i++)
        spread[i] = normal();
    load->records = records;
    load->vectors = malloc(sizeof(float) * DIMS * (size_t)records);
    load->queries = malloc(sizeof(float) * DIMS * QUERIES);
    points_make(load->vectors, records, centres, spread);
    points_make(load->queries, QUERIES, centres, spread);
    free(centres);
    free(spread);
}

void
load_exact(const struct load *load, const float *query, bool (*passes)(int record), int best[K])
{
    float scores[K];
    int held = 0;

    for (int i = 0; i < K; i++)
        best[i] = -1;
    for (int i = 0; i < load->records; i++) {
        const float *vector = load->vectors + (size_t)i * DIMS;
        float score = 0;
        int at;

        if (passes != NULL && !passes(i))
            continue;
        for (int d = 0; d < DIMS; d++)
            score += vector[d] * query[d];
        if (held == K && score <= scores[K - 1])
            continue;
        held += held < K;
        for (at = held - 1; at > 0 && scores[at - 1] < score; at--) {
            scores[at] = scores[at - 1];
            best[at] = best[at - 1];
        }
        scores[at] = score;
        best[at] = i;
    }
}

int
hits_in(const int exact[K], int id)
{
    for (int i = 0; i < K; i++) {
        if (exact[i] == id)
            return 1;
    }
    return 0;
}

char *
floats_text(char *to, const float *vector)
{
    *to++ = '[';
    for (int d = 0; d < DIMS; d++)
        to += sprintf(to, d == 0 ? "%.7g" : ",%.7g", (double)vector[d]);
    *to++ = ']';
    return to;
}

char *
floats_base64(char *to, const float *vector)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *at = (const unsigned char *)vector; /* this machine is little-endian */

    _Static_assert(sizeof(float) * DIMS % 3 == 0, "no padding is written");
    *to++ = '"';
    for (size_t i = 0; i < sizeof(float) * DIMS; i += 3) {
        unsigned bits = (unsigned)at[i] << 16 | (unsigned)at[i + 1] << 8 | at[i + 2];

        for (int shift = 18; shift >= 0; shift -= 6)
            *to++ = letters[bits >> shift & 63];
    }
    *to++ = '"';
    return to;
}

void
dial(struct peer *peer)
{
    struct addrinfo *at, hints = {.ai_socktype = SOCK_STREAM};

    if (getaddrinfo(peer->host, peer->port, &hints, &at) != 0)
        die("no such host");
    peer->fd = socket(at->ai_family, SOCK_STREAM, 0);
    if (peer->fd < 0 || connect(peer->fd, at->ai_addr, at->ai_addrlen) != 0)
        die("nobody answers there");
    freeaddrinfo(at);
}

char *
request_of(const char *method, const char *path, const char *body, size_t *len_out)
{
    size_t len = strlen(body);
    char *text = malloc(len + 300 + strlen(path));

    *len_out =
        (size_t)sprintf(text,
                        "%s %s HTTP/1.1\r\nHost: kvasir\r\nContent-Type: application/json"
                        "\r\nContent-Length: %zu\r\n\r\n%s",
                        method, path, len, body);
    return text;
}

static void
send_whole(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n <= 0)
            die("the connection broke");
        bytes += n;
        len -= (size_t)n;
    }
}

char *
ask(struct peer *peer, const char *request, size_t len, char *answer, size_t room, int *status)
{
    char *body = NULL;
    size_t got = 0, need = 0;

    send_whole(peer->fd, request, len);
    while (body == NULL || got < need) {
        ssize_t n = read(peer->fd, answer + got, room - 1 - got);

        if (n <= 0)
            die("the connection broke, or the answer is too long");
        got += (size_t)n;
        answer[got] = '\0';
        if (body == NULL && (body = strstr(answer, "\r\n\r\n")) != NULL) {
            const char *length = strcasestr(answer, "\r\ncontent-length:");

            body += 4;
            need =
                (size_t)(body - answer) + (length == NULL ? 0 : strtoul(length + 17, NULL, 10));
        }
    }
    *status = atoi(answer + 9);
    if (strcasestr(answer, "\r\nConnection: close") != NULL) {
        close(peer->fd); /* nginx ends each one after a while */
        dial(peer);
    }
    return body;
}

int
http(struct peer *peer, const char *method, const char *path, const char *body, char *answer,
     size_t room)
{
    size_t len;
    char *text = request_of(method, path, body, &len), *end;
    int status;

    end = ask(peer, text, len, answer, room, &status);
    memmove(answer, end, strlen(end) + 1);
    free(text);
    return status;
}
