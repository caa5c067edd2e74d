/*
 * listeners: how long calls of a tool take beside thousands that listen, and how soon those
 * hear.
 */
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CALLERS = 8, CALLS = 400000, ROOM = 1 << 20 };

static const char call_body[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
    "{\"name\":\"notes.list\",\"arguments\":{\"limit\":1}}}";
static const char listen_text[] =
    "POST /mcp HTTP/1.1\r\nHost: kvasir\r\nContent-Type: application/json\r\n"
    "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n"
    "Content-Length: 222\r\n\r\n"
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/"
    "listen\",\"params\":{\"notifications\":"
    "{\"toolsListChanged\":true},\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":"
    "\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

struct caller {
    pthread_t thread;
    struct peer peer;
    double until;
    float *took; /* seconds of each call */
    int calls;
};

struct crowd {
    const char *host, *port;
    int count, epoll;
    int *fds;
    struct tail {
        char text[64]; /* the end of what came, for words that are cut in two */
    } * tails;
};

static void *
call_all(void *argument)
{
    struct caller *caller = argument;
    char *answer = malloc(ROOM);
    size_t len;
    char *request = request_of("POST", "/mcp", call_body, &len);
    int status;

    for (caller->calls = 0; now() < caller->until && caller->calls < CALLS; caller->calls++) {
        double began = now();
        const char *body = ask(&caller->peer, request, len, answer, ROOM, &status);

        if (status != 200 || strstr(body, "\"isError\"") != NULL)
            die(body);
        caller->took[caller->calls] = (float)(now() - began);
    }
    free(request);
    free(answer);
    return NULL;
}

static int
by_size(const void *a, const void *b)
{
    float left = *(const float *)a, right = *(const float *)b;

    return (left > right) - (left < right);
}

/* The p50 and p99 of all callers' calls, in ms. */
static void
measure(struct caller *callers, double seconds, double *p50, double *p99, double *rate)
{
    static float all[CALLERS * CALLS];
    size_t count = 0;

    for (int i = 0; i < CALLERS; i++) {
        callers[i].until = now() + seconds;
        pthread_create(&callers[i].thread, NULL, call_all, &callers[i]);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        memcpy(all + count, callers[i].took, (size_t)callers[i].calls * sizeof *all);
        count += (size_t)callers[i].calls;
    }
    qsort(all, count, sizeof *all, by_size);
    *p50 = all[count / 2] * 1e3;
    *p99 = all[count * 99 / 100] * 1e3;
    *rate = (double)count / seconds;
}

/* How many of the crowd have got `word` by then. */
static int
heard(struct crowd *crowd, const char *word, double until)
{
    struct epoll_event events[256];
    int count = 0;

    while (count < crowd->count && now() < until) {
        int ready = epoll_wait(crowd->epoll, events, 256, 10);

        for (int i = 0; i < ready; i++) {
            struct tail *tail = &crowd->tails[events[i].data.u32];
            char text[4096];
            size_t old = strlen(tail->text);
            ssize_t n;

            memcpy(text, tail->text, old);
            n = read(crowd->fds[events[i].data.u32], text + old, sizeof text - old - 1);
            if (n <= 0)
                die("a listener lost its stream");
            text[old + (size_t)n] = '\0';
            count += strstr(text, word) != NULL;
            old += (size_t)n;
            snprintf(tail->text, sizeof tail->text, "%s",
                     strstr(text, word) != NULL ? "" : text + (old > 40 ? old - 40 : 0));
        }
    }
    return count;
}

static void
crowd_open(struct crowd *crowd)
{
    crowd->epoll = epoll_create1(0);
    for (int i = 0; i < crowd->count; i++) {
        struct peer peer = {crowd->host, crowd->port, -1};
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};

        dial(&peer);
        if (write(peer.fd, listen_text, strlen(listen_text)) != (ssize_t)strlen(listen_text))
            die("a listener could not ask");
        crowd->fds[i] = peer.fd;
        crowd->tails[i].text[0] = '\0';
        epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, peer.fd, &event);
    }
    if (heard(crowd, "acknowledged", now() + 60) != crowd->count)
        die("not all listeners were acknowledged within a minute");
}

static void
crowd_close(struct crowd *crowd)
{
    for (int i = 0; i < crowd->count; i++)
        close(crowd->fds[i]);
    close(crowd->epoll);
}

/* Seconds from the commit of what is told until all have heard it. */
static double
tell(PGconn *pg, struct crowd *crowd)
{
    double began = now();
    PGresult *result = PQexec(pg, "begin; select kvasir.enter_open('default_tenant', 'bench', "
                                  "null, 0); select kvasir.stream_tell('tools'); commit");
    int count;

    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        die(PQresultErrorMessage(result));
    PQclear(result);
    count = heard(crowd, "list_changed", began + 10);
    if (count != crowd->count)
        die("not all listeners heard within 10 s");
    return now() - began;
}

/* Of one process; pages that several share are divided among them. */
static double
resident_kib(long pid)
{
    char path[64], line[256];
    double kib = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", pid);
    file = fopen(path, "r");
    if (file == NULL)
        die("the memory of a process cannot be read");
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "Pss:", 4) == 0)
            kib = atof(line + 4);
    fclose(file);
    return kib;
}

static double
resident_mib(const char *pids)
{
    double kib = 0;

    for (const char *at = pids; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        kib += resident_kib(atol(at));
    }
    return kib / 1024;
}

static double
middle(double *values, int count)
{
    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && values[j - 1] > values[j]; j--) {
            double swap = values[j];

            values[j] = values[j - 1];
            values[j - 1] = swap;
        }
    return values[count / 2];
}

int
main(int argc, char **argv)
{
    int rounds = argc > 6 ? atoi(argv[6]) : 5;
    double seconds = argc > 7 ? atof(argv[7]) : 4, ratios[64], latest = 0, most = 0;
    struct caller callers[CALLERS];
    struct crowd crowd;
    struct rlimit files;
    PGconn *pg;

    if (argc < 5 || rounds < 1 || rounds > 64)
        die("usage: listeners HOST PORT CONNINFO PID,... [LISTENERS [ROUNDS [SECONDS]]]");
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    pg = PQconnectdb(argv[3]);
    crowd = (struct crowd){argv[1], argv[2], argc > 5 ? atoi(argv[5]) : 2000, -1, NULL, NULL};
    crowd.fds = calloc((size_t)crowd.count, sizeof *crowd.fds);
    crowd.tails = calloc((size_t)crowd.count, sizeof *crowd.tails);
    for (int i = 0; i < CALLERS; i++) {
        callers[i].peer = (struct peer){argv[1], argv[2], -1};
        callers[i].took = malloc(CALLS * sizeof(float));
        dial(&callers[i].peer);
    }
    for (int round = 0; round < rounds; round++) {
        double alone50, alone99, beside50, beside99, rate, beside_rate, took, held;

        measure(callers, seconds, &alone50, &alone99, &rate);
        crowd_open(&crowd);
        measure(callers, seconds, &beside50, &beside99, &beside_rate);
        took = tell(pg, &crowd);
        latest = took > latest ? took : latest;
        held = resident_mib(argv[4]);
        most = held > most ? held : most;
        crowd_close(&crowd);
        ratios[round] = beside99 / alone99;
        printf(
            "alone %5.0f/s p50 %6.2f p99 %7.2f ms   beside %d listeners %5.0f/s p50 %6.2f p99 "
            "%7.2f ms   ratio of p99 %.2f   all heard in %.0f ms   %.1f MiB\n",
            rate, alone50, alone99, crowd.count, beside_rate, beside50, beside99, ratios[round],
            took * 1e3, most);
        fflush(stdout);
    }
    PQfinish(pg);
    printf("listeners: p99 %.2f times as long (goal 1.2), heard within %.0f ms (goal 1000), "
           "%.1f MiB (goal 64)\n",
           middle(ratios, rounds), latest * 1e3, most);
    return middle(ratios, rounds) > 1.2 || latest > 1 || most > 64;
}
