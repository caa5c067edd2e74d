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
#include "load.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 250 };

#define NAME "bench_search"

static struct {
    struct peer peer;
    struct load load;
    const char *conninfo;
    int rounds, connections;
    double seconds;
    long number; /* of the collection's table */
    int (*exact)[K];
    char *bodies[QUERIES];
    char tenant[64];
} bench;

static void
load_records(struct peer *peer)
{
    char *body = malloc(BATCH * DIMS * 14 + 100000), answer[65536];
    double begin = now();

    http(peer, "DELETE", "/v1/collections/" NAME, "", answer, sizeof answer);
    if (http(peer, "POST", "/v1/collections", "{\"name\":\"" NAME "\",\"embedder\":null}",
             answer, sizeof answer) != 201)
        die(answer);
    for (int from = 0; from < bench.load.records; from += BATCH) {
        char *at = body + sprintf(body, "{\"records\":[");

        for (int i = from; i < bench.load.records && i < from + BATCH; i++) {
            at += sprintf(at,
                          "%s{\"id\":\"r%d\",\"text\":\"record number %d of the set\","
                          "\"metadata\":{\"n\":%d},\"embedding\":",
                          i == from ? "" : ",", i, i, i);
            at = floats_text(at, bench.load.vectors + (size_t)i * DIMS);
            *at++ = '}';
        }
        strcpy(at, "]}");
        if (http(peer, "POST", "/v1/collections/" NAME "/records", body, answer,
                 sizeof answer) != 200)
            die(answer);
    }
    free(body);
    printf("loaded %d records of %d dimensions over HTTP in %.1f s\n", bench.load.records, DIMS,
           now() - begin);
}

static void
wait_for_index(struct peer *peer)
{
    double begin = now();
    char answer[65536];

    do {
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
        http(peer, "GET", "/v1/collections/" NAME, "", answer, sizeof answer);
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

        at = floats_text(at, bench.load.queries + (size_t)q * DIMS);
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

static void *
ask_http(void *argument)
{
    struct asker *asker = argument;
    char answer[65536];
    struct peer peer = bench.peer;
    int status;

    dial(&peer);
    for (int q = asker->index * 37; now() < asker->end; q++) {
        const char *request = bench.bodies[q % QUERIES];
        char *at = ask(&peer, request, strlen(request), answer, sizeof answer, &status);

        if (status != 200)
            die(at);
        while ((at = strstr(at, "\"id\":\"r")) != NULL)
            asker->found += hits_in(bench.exact[q % QUERIES], atoi(at += 7));
        asker->asked++;
    }
    close(peer.fd);
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

        vector_binary(bench.load.queries + (size_t)(q % QUERIES) * DIMS, value);
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

    if (argc < 4)
        die("usage: search_load HOST PORT CONNINFO [RECORDS [ROUNDS [SECONDS [CONNECTIONS]]]]");
    bench.peer.host = argv[1];
    bench.peer.port = argv[2];
    bench.conninfo = argv[3];
    bench.rounds = argc > 5 ? atoi(argv[5]) : 5;
    bench.seconds = argc > 6 ? atof(argv[6]) : 4;
    bench.connections = argc > 7 ? atoi(argv[7]) : 4;
    if (bench.rounds < 1 || bench.rounds > 100 || bench.connections < 1 ||
        bench.connections > 64)
        die("1 to 100 rounds, 1 to 64 connections");
    dial(&bench.peer);
    load_make(&bench.load, argc > 4 ? atoi(argv[4]) : 50000);
    load_records(&bench.peer);
    wait_for_index(&bench.peer);
    find_table();
    bench.exact = malloc(sizeof *bench.exact * QUERIES);
    for (int q = 0; q < QUERIES; q++)
        load_exact(&bench.load, bench.load.queries + (size_t)q * DIMS, NULL, bench.exact[q]);
    bodies_make();
    compare();
    http(&bench.peer, "DELETE", "/v1/collections/" NAME, "", answer, sizeof answer);
    close(bench.peer.fd);
    return EXIT_SUCCESS;
}
