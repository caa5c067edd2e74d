/*
 * search_load: the same nearest-vector questions through the whole server and straight to
 * Postgres.
 *
 * Makes a collection of clustered unit vectors over HTTP, waits for its index, works out the
 * exact answers, and then asks in turn: over HTTP and nginx as JSON, and by libpq with one
 * prepared statement, binary parameters and nothing in between.  Both go to the same table and
 * index, with the same number of connections, and fetch the same columns.  Prints queries a
 * second and recall@10 of each round, and the median of the rounds' ratios.
 *
 * Usage: search_load HOST PORT CONNINFO [RECORDS [ROUNDS [SECONDS [CONNECTIONS]]]]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libpq-fe.h>
#include <math.h>
#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { DIMS = 384, QUERIES = 200, K = 10, CLUSTERS = 500, LATENT = 32, BATCH = 250 };

#define NAME "bench_search"

static struct {
    const char *host, *port, *conninfo;
    int records, rounds, connections;
    double seconds;
    long number; /* of the collection's table */
    float *vectors, *queries;
    int (*exact)[K];
    char *bodies[QUERIES];
    char tenant[64];
} bench;

static void
die(const char *what)
{
    fprintf(stderr, "search_load: %s\n", what);
    exit(EXIT_FAILURE);
}

static double
now(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* Repeatable normal numbers: xorshift and Box and Muller. */
static uint64_t seed = 88172645463325252ULL;

static double
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

static void
data_make(void)
{
    float *centres = malloc(sizeof(float) * CLUSTERS * LATENT);
    float *spread = malloc(sizeof(float) * DIMS * LATENT);

    for (int i = 0; i < CLUSTERS * LATENT; i++)
        centres[i] = normal();
    for (int i = 0; i < DIMS * LATENT; i++)
        spread[i] = normal();
    bench.vectors = malloc(sizeof(float) * DIMS * (size_t)bench.records);
    bench.queries = malloc(sizeof(float) * DIMS * QUERIES);
    points_make(bench.vectors, bench.records, centres, spread);
    points_make(bench.queries, QUERIES, centres, spread);
    free(centres);
    free(spread);
}

static void
exact_one(const float *query, int best[K])
{
    float scores[K];
    int held = 0;

    for (int i = 0; i < bench.records; i++) {
        const float *vector = bench.vectors + (size_t)i * DIMS;
        float score = 0;
        int at;

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

static char *
floats_text(char *to, const float *vector)
{
    *to++ = '[';
    for (int d = 0; d < DIMS; d++)
        to += sprintf(to, d == 0 ? "%.7g" : ",%.7g", (double)vector[d]);
    *to++ = ']';
    return to;
}

static int
dial(void)
{
    struct addrinfo *at, hints = {.ai_socktype = SOCK_STREAM};
    int fd;

    if (getaddrinfo(bench.host, bench.port, &hints, &at) != 0)
        die("no such host");
    fd = socket(at->ai_family, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, at->ai_addr, at->ai_addrlen) != 0)
        die("nobody answers there");
    freeaddrinfo(at);
    return fd;
}

/* One exchange on a kept connection, renewed when the server ends it; returns the body inside
 * `answer`, NUL-terminated. */
static char *
ask(int *at, const char *request, size_t len, char *answer, size_t room, int *status)
{
    char *body = NULL;
    size_t got = 0, need = 0;
    int fd = *at;

    for (size_t sent = 0; sent < len;) {
        ssize_t n = write(fd, request + sent, len - sent);

        if (n <= 0)
            die("the connection broke");
        sent += (size_t)n;
    }
    while (body == NULL || got < need) {
        ssize_t n = read(fd, answer + got, room - 1 - got);

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
    if (strstr(answer, "\r\nConnection: close") !=
        NULL) { /* nginx ends each one after a while */
        close(fd);
        *at = dial();
    }
    return body;
}

static char *
request_of(const char *method, const char *path, const char *body, size_t *len_out)
{
    size_t len = strlen(body);
    char *text = malloc(len + 300);

    *len_out =
        (size_t)sprintf(text,
                        "%s %s HTTP/1.1\r\nHost: kvasir\r\nContent-Type: application/json"
                        "\r\nContent-Length: %zu\r\n\r\n%s",
                        method, path, len, body);
    return text;
}

static int
http(int *fd, const char *method, const char *path, const char *body, char *answer, size_t room)
{
    size_t len;
    char *text = request_of(method, path, body, &len), *end;
    int status;

    end = ask(fd, text, len, answer, room, &status);
    memmove(answer, end, strlen(end) + 1);
    free(text);
    return status;
}

static void
load(int *fd)
{
    char *body = malloc(BATCH * DIMS * 14 + 100000), answer[65536];
    double begin = now();

    http(fd, "DELETE", "/v1/collections/" NAME, "", answer, sizeof answer);
    if (http(fd, "POST", "/v1/collections", "{\"name\":\"" NAME "\",\"embedder\":null}", answer,
             sizeof answer) != 201)
        die(answer);
    for (int from = 0; from < bench.records; from += BATCH) {
        char *at = body + sprintf(body, "{\"records\":[");

        for (int i = from; i < bench.records && i < from + BATCH; i++) {
            at += sprintf(at,
                          "%s{\"id\":\"r%d\",\"text\":\"record number %d of the set\","
                          "\"metadata\":{\"n\":%d},\"embedding\":",
                          i == from ? "" : ",", i, i, i);
            at = floats_text(at, bench.vectors + (size_t)i * DIMS);
            *at++ = '}';
        }
        strcpy(at, "]}");
        if (http(fd, "POST", "/v1/collections/" NAME "/records", body, answer, sizeof answer) !=
            200)
            die(answer);
    }
    free(body);
    printf("loaded %d records of %d dimensions over HTTP in %.1f s\n", bench.records, DIMS,
           now() - begin);
}

static void
wait_for_index(int *fd)
{
    double begin = now();
    char answer[65536];

    do {
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
        http(fd, "GET", "/v1/collections/" NAME, "", answer, sizeof answer);
        if (now() - begin > 900)
            die("the engine did not build the index in 15 minutes");
    } while (strstr(answer, "\"state\":\"ready\"") == NULL);
    printf("the engine had built the index %.1f s later\n", now() - begin);
}

static void
bodies_make(void)
{
    char json[DIMS * 14 + 200];
    size_t len;

    for (int q = 0; q < QUERIES; q++) {
        char *at = json + sprintf(json,
                                  "{\"collection\":\"" NAME "\",\"mode\":\"vector\",\"k\":%d,"
                                  "\"vector\":",
                                  K);

        at = floats_text(at, bench.queries + (size_t)q * DIMS);
        strcpy(at, "}");
        bench.bodies[q] = request_of("POST", "/v1/search", json, &len);
    }
}

struct asker {
    pthread_t thread;
    int index;
    bool direct;
    double end;
    long asked, found;
};

static int
hits_in(const int exact[K], int id)
{
    for (int i = 0; i < K; i++) {
        if (exact[i] == id)
            return 1;
    }
    return 0;
}

static void *
ask_http(void *argument)
{
    struct asker *asker = argument;
    char answer[65536];
    int fd = dial(), status;

    for (int q = asker->index * 37; now() < asker->end; q++) {
        const char *request = bench.bodies[q % QUERIES];
        char *at = ask(&fd, request, strlen(request), answer, sizeof answer, &status);

        if (status != 200)
            die(at);
        while ((at = strstr(at, "\"id\":\"r")) != NULL)
            asker->found += hits_in(bench.exact[q % QUERIES], atoi(at += 7));
        asker->asked++;
    }
    close(fd);
    return NULL;
}

static PGconn *
direct_open(void)
{
    PGconn *pg = PQconnectdb(bench.conninfo);
    char sql[1200];
    PGresult *result;

    snprintf(sql, sizeof sql,
             "set jit = off; set enable_seqscan = off; set hnsw.ef_search = 100; set "
             "hnsw.iterative_scan = relaxed_order;"
             "select set_config('kvasir.tenant', '%s', false)",
             bench.tenant);
    PQclear(PQexec(pg, sql));
    snprintf(sql, sizeof sql,
             "select id, document, metadata, uri, 1 - (embedding <=> $1::vector) from ("
             "select * from kvasir_data.record_%ld where embedding is not null "
             "order by embedding::halfvec(%d) <=> $1::vector::halfvec(%d) limit %d) near "
             "order by embedding <=> $1::vector limit %d",
             bench.number, DIMS, DIMS, 2 * K, K);
    result = PQprepare(pg, "nearest", sql, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        die(PQerrorMessage(pg));
    PQclear(result);
    return pg;
}

static void
vector_binary(const float *vector, char to[4 + 4 * DIMS])
{
    uint16_t head[2] = {htons(DIMS), 0};

    memcpy(to, head, sizeof head);
    for (int d = 0; d < DIMS; d++) {
        uint32_t bits;

        memcpy(&bits, &vector[d], sizeof bits);
        bits = htonl(bits);
        memcpy(to + 4 + 4 * d, &bits, sizeof bits);
    }
}

static void *
ask_direct(void *argument)
{
    struct asker *asker = argument;
    char value[4 + 4 * DIMS];
    const char *values[] = {value};
    const int lengths[] = {sizeof value}, formats[] = {1};
    PGconn *pg = direct_open();

    for (int q = asker->index * 37; now() < asker->end; q++) {
        PGresult *result;

        vector_binary(bench.queries + (size_t)(q % QUERIES) * DIMS, value);
        result = PQexecPrepared(pg, "nearest", 1, values, lengths, formats, 0);
        if (PQresultStatus(result) != PGRES_TUPLES_OK)
            die(PQerrorMessage(pg));
        for (int row = 0; row < PQntuples(result); row++)
            asker->found +=
                hits_in(bench.exact[q % QUERIES], atoi(PQgetvalue(result, row, 0) + 1));
        asker->asked++;
        PQclear(result);
    }
    PQfinish(pg);
    return NULL;
}

static double
round_run(bool direct, double *recall_out)
{
    struct asker askers[64] = {0};
    double begin = now();
    long asked = 0, found = 0;

    for (int i = 0; i < bench.connections; i++) {
        askers[i] = (struct asker){.index = i, .direct = direct, .end = begin + bench.seconds};
        pthread_create(&askers[i].thread, NULL, direct ? ask_direct : ask_http, &askers[i]);
    }
    for (int i = 0; i < bench.connections; i++) {
        pthread_join(askers[i].thread, NULL);
        asked += askers[i].asked;
        found += askers[i].found;
    }
    *recall_out = (double)found / (double)(asked * K);
    return (double)asked / (now() - begin);
}

static int
double_order(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static void
compare(void)
{
    double ratios[100], recall[2];

    printf("%6s %14s %14s %8s %20s\n", "round", "direct 1/s", "server 1/s", "ratio",
           "recall@10 of each");
    round_run(true, recall);
    round_run(false, recall);
    for (int i = 0; i < bench.rounds; i++) {
        double direct = round_run(true, &recall[0]), server = round_run(false, &recall[1]);

        ratios[i] = server / direct;
        printf("%6d %14.0f %14.0f %8.3f %12.4f %.4f\n", i + 1, direct, server, ratios[i],
               recall[0], recall[1]);
        fflush(stdout);
    }
    qsort(ratios, (size_t)bench.rounds, sizeof *ratios, double_order);
    printf("server / direct, median of %d rounds with %d connections: %.3f\n", bench.rounds,
           bench.connections, ratios[bench.rounds / 2]);
}

/* Where the collection lies, for the direct way. */
static void
find_table(void)
{
    PGconn *pg = PQconnectdb(bench.conninfo);
    PGresult *result;

    if (PQstatus(pg) != CONNECTION_OK)
        die(PQerrorMessage(pg));
    result = PQexec(pg, "select kvasir.enter_open('default_tenant', null, null, 0);"
                        "select c.number, c.tenant_id from kvasir.collection c"
                        " where c.name = '" NAME "'");
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        die("the collection is not in this database");
    bench.number = atol(PQgetvalue(result, 0, 0));
    snprintf(bench.tenant, sizeof bench.tenant, "%s", PQgetvalue(result, 0, 1));
    PQclear(result);
    PQfinish(pg);
}

int
main(int argc, char **argv)
{
    char answer[65536];
    int fd;

    if (argc < 4)
        die("usage: search_load HOST PORT CONNINFO [RECORDS [ROUNDS [SECONDS [CONNECTIONS]]]]");
    bench.host = argv[1];
    bench.port = argv[2];
    bench.conninfo = argv[3];
    bench.records = argc > 4 ? atoi(argv[4]) : 50000;
    bench.rounds = argc > 5 ? atoi(argv[5]) : 5;
    bench.seconds = argc > 6 ? atof(argv[6]) : 4;
    bench.connections = argc > 7 ? atoi(argv[7]) : 4;
    if (bench.rounds < 1 || bench.rounds > 100 || bench.connections < 1 ||
        bench.connections > 64)
        die("1 to 100 rounds, 1 to 64 connections");
    fd = dial();
    data_make();
    load(&fd);
    wait_for_index(&fd);
    find_table();
    bench.exact = malloc(sizeof *bench.exact * QUERIES);
    for (int q = 0; q < QUERIES; q++)
        exact_one(bench.queries + (size_t)q * DIMS, bench.exact[q]);
    bodies_make();
    compare();
    http(&fd, "DELETE", "/v1/collections/" NAME, "", answer, sizeof answer);
    close(fd);
    return EXIT_SUCCESS;
}
