/*
 * test_metric: sums that survive their processes.
 */
#include "base/metric.h"

#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "test_metric.XXXXXX";

static void
start(void)
{
    struct err err = {0};

    memcpy(dir + strlen(dir) - 6, "XXXXXX", 6);
    CU_ASSERT_PTR_NOT_NULL(mkdtemp(dir));
    CU_ASSERT(metric_open(dir, &err));
}

static void
finish(void)
{
    char command[64];

    metric_close();
    snprintf(command, sizeof command, "rm -r %s", dir);
    CU_ASSERT_EQUAL(system(command), 0);
}

/* Another process counts and stays until its standard input ends, or leaves at once. */
static pid_t
other_process(int64_t searches, int64_t in_flight, const int hold[2])
{
    int ready[2];
    char byte = 0;
    pid_t pid;

    CU_ASSERT_EQUAL(pipe(ready), 0);
    pid = fork();
    if (pid == 0) {
        struct err err = {0};

        metric_close();
        close(hold[1]);
        if (!metric_open(dir, &err))
            _exit(EXIT_FAILURE);
        metric_add(METRIC_searches_total, searches);
        metric_add(METRIC_requests_in_flight, in_flight);
        if (write(ready[1], "", 1) != 1)
            _exit(EXIT_FAILURE);
        _exit(read(hold[0], &byte, 1) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    close(ready[1]);
    CU_ASSERT_EQUAL(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return pid;
}

static void
test_processes(void)
{
    int hold[2], status = -1;
    pid_t pid;

    start();
    CU_ASSERT_EQUAL(pipe(hold), 0);
    metric_add(METRIC_searches_total, 1);
    metric_add(METRIC_requests_in_flight, 2);
    pid = other_process(10, 20, hold);
    CU_ASSERT_EQUAL(metric_sum(METRIC_searches_total), 11);
    CU_ASSERT_EQUAL(metric_sum(METRIC_requests_in_flight), 22);
    close(hold[1]);
    CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
    CU_ASSERT_EQUAL(status, 0);
    CU_ASSERT_EQUAL(metric_sum(METRIC_searches_total), 11);
    CU_ASSERT_EQUAL(metric_sum(METRIC_requests_in_flight), 2);
    close(hold[0]);
    finish();
}

static void
test_successor(void)
{
    struct err err = {0};

    start();
    metric_add(METRIC_searches_total, 5);
    metric_add(METRIC_requests_in_flight, 7);
    metric_close();
    CU_ASSERT(metric_open(dir, &err));
    metric_add(METRIC_searches_total, 1);
    CU_ASSERT_EQUAL(metric_sum(METRIC_searches_total), 6);
    CU_ASSERT_EQUAL(metric_sum(METRIC_requests_in_flight), 0);
    finish();
}

static void
test_private(void)
{
    metric_add(METRIC_tools_called_total, 3);
    CU_ASSERT_EQUAL(metric_sum(METRIC_tools_called_total), 3);
    start();
    CU_ASSERT_EQUAL(metric_sum(METRIC_tools_called_total), 3);
    metric_add(METRIC_tools_called_total, 1);
    CU_ASSERT_EQUAL(metric_sum(METRIC_tools_called_total), 4);
    finish();
    CU_ASSERT_EQUAL(metric_sum(METRIC_tools_called_total), 0);
}

static void *
count_many(void *unused)
{
    for (int i = 0; i < 20000; i++)
        metric_add(METRIC_embeddings_total, 1);
    return unused;
}

static void
test_threads(void)
{
    pthread_t threads[4];

    start();
    for (size_t i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, count_many, NULL);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    CU_ASSERT_EQUAL(metric_sum(METRIC_embeddings_total), 80000);
    finish();
}

static void
test_print(void)
{
    static const char *const lines[] = {
        "# HELP kvasir_requests_total Requests answered, by class of status.\n"
        "# TYPE kvasir_requests_total counter\n"
        "kvasir_requests_total{status=\"2xx\"} 7\n"
        "kvasir_requests_total{status=\"3xx\"} 0\n",
        "# TYPE kvasir_requests_in_flight gauge\nkvasir_requests_in_flight 1\n",
        "# TYPE kvasir_request_seconds histogram\n"
        "kvasir_request_seconds_bucket{le=\"0.001\"} 1\n"
        "kvasir_request_seconds_bucket{le=\"0.0025\"} 2\n",
        "kvasir_request_seconds_bucket{le=\"10\"} 2\n"
        "kvasir_request_seconds_bucket{le=\"+Inf\"} 3\n"
        "kvasir_request_seconds_sum 11.002001\n"
        "kvasir_request_seconds_count 3\n",
    };
    struct arena *arena = arena_new(1024);
    struct buf text;

    start();
    metric_add(METRIC_requests_total__2xx, 7);
    metric_add(METRIC_requests_in_flight, 1);
    metric_time(METRIC_request_seconds, 1000); /* a bound belongs to its bucket */
    metric_time(METRIC_request_seconds, 1001);
    metric_time(METRIC_request_seconds, 11000000);
    CU_ASSERT_EQUAL(metric_sum(METRIC_request_seconds), 3);
    buf_start(&text, arena, 1024);
    metric_print(&text);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(text.data, lines[i]));
    arena_free(arena);
    finish();
}

static void
test_refused(void)
{
    struct err err = {0};

    CU_ASSERT_FALSE(metric_open("/no/such/folder", &err));
    CU_ASSERT_EQUAL(err.kind, ERR_UNAVAILABLE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "/no/such/folder"));
    metric_add(METRIC_searches_total, 1); /* counting goes on in private */
    CU_ASSERT_EQUAL(metric_sum(METRIC_searches_total), 1);
}

SUITE("metric",
      {"what was counted before opening is kept, and closing starts anew", test_private},
      {"counters of processes add up and outlive them, gauges do not", test_processes},
      {"a successor goes on counting from the same slot", test_successor},
      {"threads lose no count", test_threads},
      {"the text is Prometheus's, with cumulative buckets", test_print},
      {"a folder that is not there is refused by name", test_refused});
