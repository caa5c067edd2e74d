/*
 * sqltool_load: functions called as tools through the whole server, and straight by libpq.
 *
 * In turn: tools/call over HTTP and nginx, the same function by a prepared statement of the
 * same role behind the same tenant wall with nothing in between, and tools/call of a tool that
 * asks nothing of Postgres; the same number of connections, and for the first two the same
 * arguments and answers of the same rows.  Prints calls a second of each round, and the medians
 * of the rounds' ratios for each function.
 *
 * Usage: sqltool_load HOST PORT CONNINFO TENANT [ROUNDS [SECONDS [CONNECTIONS]]]
 */
#include "load.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CUSTOMERS = 1000 };

/* clang-format off */
static const struct {
    const char *tool, *statement;
} functions[] = {
    {"orders_of", "select * from bench.orders_of(customer => $1) limit 100"},
    {"best_months", "select * from bench.best_months(customer => $1) limit 100"},
};
/* clang-format on */
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

enum way { DIRECT, SERVER, BARE };

static struct {
    struct peer peer;
    const char *conninfo, *tenant;
    int rounds, connections, function;
    double seconds;
} bench;

struct asker {
    pthread_t thread;
    int index;
    enum way way;
    double end;
    long asked;
};

static const char *
request_write(const struct asker *asker, int i, char *body)
{
    if (asker->way == BARE)
        sprintf(body,
                "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{"
                "\"name\":\"test_simple_text\",\"arguments\":{}}}",
                i);
    else
        sprintf(body,
                "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{"
                "\"name\":\"%s\",\"arguments\":{\"customer\":%d}}}",
                i, functions[bench.function].tool, i % CUSTOMERS);
    return asker->way == BARE ? "\"content\":[{" : "\"structuredContent\":{\"rows\":[{";
}

static void *
ask_http(void *argument)
{
    struct asker *asker = argument;
    char body[300], answer[65536];
    struct peer peer = bench.peer;

    dial(&peer);
    for (int i = asker->index * 37; now() < asker->end; i++, asker->asked++) {
        const char *expected = request_write(asker, i, body);

        if (http(&peer, "POST", "/mcp", body, answer, sizeof answer) != 200 ||
            strstr(answer, expected) == NULL)
            die(answer);
    }
    close(peer.fd);
    return NULL;
}

static PGconn *
direct_open(void)
{
    PGconn *pg = PQconnectdb(bench.conninfo);
    char sql[300];
    PGresult *result;

    snprintf(sql, sizeof sql,
             "set jit = off; set enable_seqscan = off; set role kvasir_tool;"
             "select set_config('kvasir.tenant', '%s', false)",
             bench.tenant);
    result = PQexec(pg, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        die(PQerrorMessage(pg));
    PQclear(result);
    result = PQprepare(pg, "called", functions[bench.function].statement, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        die(PQerrorMessage(pg));
    PQclear(result);
    return pg;
}

static void *
ask_direct(void *argument)
{
    struct asker *asker = argument;
    PGconn *pg = direct_open();

    for (int i = asker->index * 37; now() < asker->end; i++, asker->asked++) {
        char value[20];
        const char *values[] = {value};
        PGresult *result;

        sprintf(value, "%d", i % CUSTOMERS);
        result = PQexecPrepared(pg, "called", 1, values, NULL, NULL, 0);
        if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) == 0)
            die(PQerrorMessage(pg));
        PQclear(result);
    }
    PQfinish(pg);
    return NULL;
}

static double
round_run(enum way way)
{
    struct asker askers[64] = {0};
    double begin = now();
    long asked = 0;

    for (int i = 0; i < bench.connections; i++) {
        askers[i] = (struct asker){.index = i, .way = way, .end = begin + bench.seconds};
        pthread_create(&askers[i].thread, NULL, way == DIRECT ? ask_direct : ask_http,
                       &askers[i]);
    }
    for (int i = 0; i < bench.connections; i++) {
        pthread_join(askers[i].thread, NULL);
        asked += askers[i].asked;
    }
    return (double)asked / (now() - begin);
}

static int
double_order(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double
median(double *values)
{
    qsort(values, (size_t)bench.rounds, sizeof *values, double_order);
    return values[bench.rounds / 2];
}

static void
compare(void)
{
    double ratios[100], of_bare[100];
    const char *tool = functions[bench.function].tool;

    round_run(DIRECT);
    round_run(SERVER);
    round_run(BARE);
    for (int i = 0; i < bench.rounds; i++) {
        double direct = round_run(DIRECT), server = round_run(SERVER), bare = round_run(BARE);

        ratios[i] = server / direct;
        of_bare[i] = server / bare;
        printf("%-12s %6d %12.0f %12.0f %14.0f %14.3f\n", tool, i + 1, direct, server, bare,
               ratios[i]);
        fflush(stdout);
    }
    printf("%s: server / tool without SQL, median of %d rounds with %d connections: %.3f\n",
           tool, bench.rounds, bench.connections, median(of_bare));
    printf("%s: server / direct, median of %d rounds with %d connections: %.3f\n", tool,
           bench.rounds, bench.connections, median(ratios));
}

int
main(int argc, char **argv)
{
    if (argc < 5)
        die("usage: sqltool_load HOST PORT CONNINFO TENANT [ROUNDS [SECONDS [CONNECTIONS]]]");
    bench.peer.host = argv[1];
    bench.peer.port = argv[2];
    bench.conninfo = argv[3];
    bench.tenant = argv[4];
    bench.rounds = argc > 5 ? atoi(argv[5]) : 5;
    bench.seconds = argc > 6 ? atof(argv[6]) : 3;
    bench.connections = argc > 7 ? atoi(argv[7]) : 4;
    if (bench.rounds < 1 || bench.rounds > 100 || bench.connections < 1 ||
        bench.connections > 64)
        die("1 to 100 rounds, 1 to 64 connections");
    printf("%-12s %6s %12s %12s %14s %14s\n", "function", "round", "direct 1/s", "server 1/s",
           "no SQL 1/s", "server/direct");
    for (bench.function = 0; bench.function < FUNCTIONS; bench.function++)
        compare();
    return EXIT_SUCCESS;
}
