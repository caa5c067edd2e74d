/*
 * engine: kvasir-engine, the program that does the work behind the requests.
 *
 * Starts the crew with the table of jobs and waits for signals:
 * SIGTERM or SIGINT end it, SIGUSR1 opens the log file again.
 */
#include "app/jobs.h"
#include "app/notify.h"
#include "app/options.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/metric.h"
#include "embed/blas.h"
#include "fixture/fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const struct options_help help = {
    .program = "kvasir-engine",
    .says = "The background half of Kvasir: relays events, builds indexes, tidies up.",
};

static bool
log_start(struct err *err)
{
    enum log_level least = LOG_INFO_LEVEL;

    log_level_parse(conf_text(CONF_log_level), &least);
    return log_open(help.program, conf_text(CONF_log_file), least, err);
}

/* Blocked before any thread starts, so that all of them leave signals to sigwait(). */
static sigset_t
take_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return set;
}

static void
wait_for_end(const sigset_t *set)
{
    int got = 0;

    while (sigwait(set, &got) != 0 || got == SIGUSR1)
        if (got == SIGUSR1)
            log_reopen();
}

static bool
run(const sigset_t *signals, struct err *err)
{
    struct crew *crew;

    if (conf_text(CONF_database_engine)[0] == '\0')
        return err_set(err, ERR_INPUT, "setting database_engine is not set");
    if (!crew_new(jobs_table, jobs_count, conf_text(CONF_database_engine), &crew, err))
        return false;
    log_say(LOG_INFO_LEVEL, "start", "%zu jobs", jobs_count);
    notify_tell("READY=1");
    wait_for_end(signals);
    notify_tell("STOPPING=1");
    crew_free(crew);
    log_say(LOG_INFO_LEVEL, "stop", "all jobs have ended");
    return true;
}

/* All that lives as long as the process: opened in order, closed in reverse. */
static bool
live(const sigset_t *signals, struct err *err)
{
    bool right;

    if (!log_start(err))
        return false;
    right = fixture_add(err) && metric_open(conf_text(CONF_run_dir), err) && run(signals, err);
    metric_close();
    log_close();
    return right;
}

int
main(int argc, char **argv)
{
    struct options options = options_read(argc, argv, &help);
    sigset_t signals = take_signals();
    struct err err = {.kind = ERR_NONE};
    bool right;

    arena_return_large();
    blas_choose();
    right = conf_load(options.set, options.count, &err) && live(&signals, &err);
    if (!right)
        fprintf(stderr, "%s: %s%s%s\n", help.program, err.text,
                err.detail[0] != '\0' ? ": " : "", err.detail);
    conf_free();
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
