/*
 * chroma_load: one phase of work on a collection over Chroma's v2 API, for whichever server
 * answers it.
 *
 * All requests are made before the clock starts, so that the client costs both servers the same
 * little.  Prints what was done a second and, for queries, recall@10 against exact answers.
 * Phases:
 *   add       all records in batches of 500, embeddings in base64
 *   single    records one by one, for SECONDS
 *   query     the nearest 10 with documents and metadata, for SECONDS
 *   filtered  the same of the tenth of the records whose source is src3
 *
 * Usage: chroma_load PHASE HOST PORT COLLECTION-PATH [RECORDS [SECONDS [CLIENTS]]]
 */
#include "load.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCH = 500, SINGLES = 20000, SOURCES = 10, WORDS = 45, RECORD_ROOM = 4096 };

static struct {
    struct peer peer;
    struct load load;
    const char *path;
    char **requests;
    size_t *lengths;
    int count;       /* of requests */
    int (*exact)[K]; /* of each query; NULL: the answers are not judged */
    bool once;       /* each request once; otherwise round and round until `end` */
    int wanted;      /* status */
    double end;
    int next;
    pthread_mutex_t lock;
} work = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool
is_src3(int record)
{
    return record % SOURCES == 3;
}

/* Some three hundred characters of invented words, the same for the same record. */
static char *
document(char *to, int record)
{
    unsigned state = (unsigned)record * 2654435761U + 12345U;

    for (int i = 0; i < WORDS; i++) {
        state = state * 1664525U + 1013904223U;
        to += sprintf(to, "%sw%x", i == 0 ? "" : " ", (state >> 12) % 5000U);
    }
    return to;
}

static char *
metadata(char *to, int i)
{
    return to +
           sprintf(
               to,
               "{\"source\":\"src%d\",\"n\":%d,\"weight\":%d.5,\"fresh\":%s,\"lang\":\"%s\"}",
               i % SOURCES, i, i % 100, i % 2 == 0 ? "true" : "false",
               i % 3 == 0 ? "en" : "da");
}

/* {"ids":[...],"embeddings":[...],...} of records from..to-1, their ids led by a letter. */
static char *
batch(char *to, char letter, int from, int until)
{
    to += sprintf(to, "{\"ids\":[");
    for (int i = from; i < until; i++)
        to += sprintf(to, "%s\"%c%d\"", i == from ? "" : ",", letter, i);
    to += sprintf(to, "],\"embeddings\":[");
    for (int i = from; i < until; i++) {
        *to = ',';
        to = floats_base64(to + (i > from),
                           work.load.vectors + (size_t)(i % work.load.records) * DIMS);
    }
    to += sprintf(to, "],\"documents\":[");
    for (int i = from; i < until; i++) {
        to += sprintf(to, i == from ? "\"" : ",\"");
        to = document(to, i);
        *to++ = '"';
    }
    to += sprintf(to, "],\"metadatas\":[");
    for (int i = from; i < until; i++) {
        *to = ',';
        to = metadata(to + (i > from), i);
    }
    return to + sprintf(to, "]}");
}

static void
request_add(const char *verb, const char *body)
{
    char path[400];

    snprintf(path, sizeof path, "%s/%s", work.path, verb);
    work.requests[work.count] = request_of("POST", path, body, &work.lengths[work.count]);
    work.count++;
}

static void
room_make(int requests)
{
    work.requests = malloc((size_t)requests * sizeof *work.requests);
    work.lengths = malloc((size_t)requests * sizeof *work.lengths);
}

static void
adds_make(char letter, int records, int step)
{
    char *body = malloc((size_t)step * RECORD_ROOM);

    room_make(records / step + 1);
    for (int from = 0; from < records; from += step) {
        batch(body, letter, from, from + step < records ? from + step : records);
        request_add("add", body);
    }
    free(body);
    work.once = step > 1;
    work.wanted = 201;
}

static void
queries_make(bool filtered)
{
    char body[DIMS * 14 + 300];

    room_make(QUERIES);
    work.exact = malloc(sizeof *work.exact * QUERIES);
    for (int q = 0; q < QUERIES; q++) {
        const float *query = work.load.queries + (size_t)q * DIMS;
        char *to = body + sprintf(body, "{\"n_results\":%d,%s\"query_embeddings\":[", K,
                                  filtered ? "\"where\":{\"source\":\"src3\"}," : "");

        to = floats_text(to, query);
        strcpy(to, "]}");
        request_add("query", body);
        load_exact(&work.load, query, filtered ? is_src3 : NULL, work.exact[q]);
    }
    work.wanted = 200;
}

/* The next request, or -1 when the work is done. */
static int
take(void)
{
    int mine;

    pthread_mutex_lock(&work.lock);
    mine = work.next++;
    pthread_mutex_unlock(&work.lock);
    if (work.once)
        return mine < work.count ? mine : -1;
    return now() < work.end ? mine % work.count : -1;
}

struct client {
    pthread_t thread;
    long asked, found, possible;
};

/* How many of the exact answers stand in the first list of ids. */
static void
judge(struct client *client, char *at, const int exact[K])
{
    char *end = strchr(at, ']');

    for (int i = 0; i < K; i++)
        client->possible += exact[i] >= 0;
    while ((at = strstr(at, "\"r")) != NULL && at < end)
        client->found += hits_in(exact, atoi(at += 2));
}

static void *
client_main(void *argument)
{
    struct client *client = argument;
    size_t room = 1 << 20;
    char *answer = malloc(room), *body;
    struct peer peer = work.peer;
    int status;

    dial(&peer);
    for (int i; (i = take()) >= 0; client->asked++) {
        body = ask(&peer, work.requests[i], work.lengths[i], answer, room, &status);
        if (status != work.wanted)
            die(body);
        if (work.exact != NULL)
            judge(client, body, work.exact[i]);
    }
    close(peer.fd);
    free(answer);
    return NULL;
}

static double
work_run(int clients, double seconds, struct client *total)
{
    struct client each[64] = {0};
    double begin = now();

    work.end = begin + seconds;
    work.next = 0;
    for (int i = 0; i < clients; i++)
        pthread_create(&each[i].thread, NULL, client_main, &each[i]);
    for (int i = 0; i < clients; i++) {
        pthread_join(each[i].thread, NULL);
        total->asked += each[i].asked;
        total->found += each[i].found;
        total->possible += each[i].possible;
    }
    return now() - begin;
}

static void
phase_make(const char *phase)
{
    if (strcmp(phase, "add") == 0)
        adds_make('r', work.load.records, BATCH);
    else if (strcmp(phase, "single") == 0)
        adds_make('s', SINGLES, 1);
    else if (strcmp(phase, "query") == 0)
        queries_make(false);
    else if (strcmp(phase, "filtered") == 0)
        queries_make(true);
    else
        die("the phases are add, single, query, filtered");
}

int
main(int argc, char **argv)
{
    struct client total = {0};
    int clients = argc > 7 ? atoi(argv[7]) : 8;
    double seconds = argc > 6 ? atof(argv[6]) : 5, took, rate;

    if (argc < 5 || clients < 1 || clients > 64)
        die("usage: chroma_load PHASE HOST PORT COLLECTION-PATH [RECORDS [SECONDS [CLIENTS]]]");
    work.peer = (struct peer){.host = argv[2], .port = argv[3]};
    work.path = argv[4];
    load_make(&work.load, argc > 5 ? atoi(argv[5]) : 50000);
    phase_make(argv[1]);
    took = work_run(clients, seconds, &total);
    rate =
        (double)total.asked / took * (work.once ? (double)work.load.records / work.count : 1);
    printf("%.3f %.4f\n", rate,
           total.possible > 0 ? (double)total.found / (double)total.possible : 1.0);
    return EXIT_SUCCESS;
}
