/*
 * fcgi: kvasir-fcgi, the program behind nginx that answers requests.
 */
#include "access/vault.h"
#include "access/who.h"
#include "app/notify.h"
#include "app/options.h"
#include "app/routes.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/metric.h"
#include "bus/limit.h"
#include "chroma/system.h"
#include "chroma/wire.h"
#include "embed/blas.h"
#include "embed/service.h"
#include "fixture/fixture.h"
#include "graph/fill.h"
#include "legacy/tools.h"
#include "llm/endpoint.h"
#include "mcp/mcp.h"
#include "tool/calling.h"
#include "tool/journal.h"
#include "tool/rate.h"
#include "web/serve.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct options_help help = {
    .program = "kvasir-fcgi",
    .says = "Answers the requests that nginx hands over by FastCGI.",
    .socket = "listen at this Unix socket when none is given by descriptor 0 or LISTEN_FDS",
};

/* Whether only this machine can reach the socket. */
static bool
is_local(int listener)
{
    struct sockaddr_storage at = {0};
    socklen_t size = sizeof at;

    if (getsockname(listener, (struct sockaddr *)&at, &size) != 0)
        return false;
    if (at.ss_family == AF_INET)
        return ntohl(((struct sockaddr_in *)&at)->sin_addr.s_addr) >> 24 == 127;
    if (at.ss_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((struct sockaddr_in6 *)&at)->sin6_addr);
    return at.ss_family == AF_UNIX;
}

/* Open access is for one person's own machine. */
static bool
access_allowed(int listener, struct err *err)
{
    if (strcmp(conf_text(CONF_auth), "open") != 0)
        return true;
    if (strcmp(conf_text(CONF_mode), "production") == 0)
        return err_set(
            err, ERR_INPUT,
            "auth=open lets everyone in, and mode=production forbids that: set auth=key "
            "and make a key with `kvasir key create`, or set mode=development.");
    if (!is_local(listener))
        return err_set(err, ERR_INPUT,
                       "auth=open lets everyone in, and this socket can be reached from other "
                       "machines: listen on a Unix socket or 127.0.0.1, or set auth=key.");
    return true;
}

static bool
log_start(struct err *err)
{
    enum log_level least = LOG_INFO_LEVEL;

    log_level_parse(conf_text(CONF_log_level), &least);
    return log_open(help.program, conf_text(CONF_log_file), least, err);
}

/* A model that is not there costs meaning, not the service. */
static struct embed *
model_open(struct err *why)
{
    struct embed *embed = NULL;

    if (!embed_open(conf_text(CONF_model_dir), conf_text(CONF_model), &embed, why)) {
        log_say(LOG_WARN_LEVEL, "model", "searches go by words alone: %s", why->text);
        return NULL;
    }
    return embed;
}

static bool
path_starts(const struct ctx *ctx, const char *prefix)
{
    return ctx->request->path != NULL &&
           strncmp(ctx->request->path, prefix, strlen(prefix)) == 0;
}

static bool
is_legacy(const struct ctx *ctx)
{
    return path_starts(ctx, "/api/mcp/") || path_starts(ctx, "/api/memory/") ||
           path_starts(ctx, "/api/srag/");
}

/* Each wire has its own form for errors. */
static void
refuse(struct ctx *ctx)
{
    if (path_starts(ctx, "/api/v1"))
        system_v1(ctx);
    else if (path_starts(ctx, WIRE_PREFIX))
        wire_refuse(ctx);
    else if (path_starts(ctx, MCP_PREFIX))
        mcp_refuse(ctx);
    else if (!is_legacy(ctx) || !legacy_tools_refuse(ctx, (struct str){NULL, 0}))
        reply_problem(&ctx->reply, &ctx->err, ctx->request->id);
}

static bool
run(int listener, const struct service *service, struct err *err)
{
    struct serve serve = {
        .routes = routes,
        .routes_count = routes_count,
        .listener = listener,
        .threads = (int)conf_long(CONF_threads),
        .conninfo = conf_text(CONF_database),
        .max_body = conf_long(CONF_max_body),
        .timeout_ms = conf_long(CONF_request_timeout),
        .drain_ms = conf_long(CONF_drain_timeout),
        .streams_most = conf_long(CONF_stream_most),
        .stream_buffer = conf_long(CONF_stream_buffer),
        .keepalive_ms = conf_long(CONF_stream_keepalive) * 1000,
        .admit = who_admit,
        .refuse = refuse,
        .service = service,
        .tell = notify_tell,
    };

    log_say(LOG_INFO_LEVEL, "start", "%d threads, %zu routes", serve.threads, routes_count);
    return serve_run(&serve, err);
}

/* What the request threads share, opened in order, closed in reverse. */
static bool
served(int listener, struct service *service, struct err *err)
{
    struct err no_model = {.kind = ERR_NONE};
    struct embed *embed = model_open(&no_model);
    bool right;

    service->vault = vault_new();
    service->embed = embed;
    service->embed_missing = no_model.text;
    service->journal = journal_new(conf_text(CONF_database));
    service->graphs = fill_new(conf_text(CONF_database), conf_long(CONF_explore_cache));
    right = run(listener, service, err);
    fill_free(service->graphs);
    journal_free(service->journal);
    vault_free(service->vault);
    embed_close(embed);
    return right;
}

/* All that lives as long as the process, the same way. */
static bool
live(struct err *err)
{
    struct service service = {.redis = conf_text(CONF_redis)};
    int listener;
    bool right;

    if (!log_start(err))
        return false;
    if (!fixture_add(err) || !rate_check(err) || !metric_open(conf_text(CONF_run_dir), err))
        return log_close(), false;
    listener = serve_listener(conf_text(CONF_socket), err);
    if (listener < 0 || !access_allowed(listener, err) || !endpoint_open(&service.llm, err))
        return metric_close(), log_close(), false;
    right = limit_new(service.redis, &service.limit, err) && served(listener, &service, err);
    limit_free(service.limit);
    endpoint_close(service.llm);
    metric_close();
    log_say(LOG_INFO_LEVEL, "stop", "served what had come");
    log_close();
    return right;
}

int
main(int argc, char **argv)
{
    struct options options = options_read(argc, argv, &help);
    struct err err = {.kind = ERR_NONE};
    bool right;

    arena_return_large();
    blas_choose();
    right = conf_load(options.set, options.count, &err) && live(&err);

    if (!right)
        fprintf(stderr, "%s: %s%s%s\n", help.program, err.text,
                err.detail[0] != '\0' ? ": " : "", err.detail);
    conf_free();
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
