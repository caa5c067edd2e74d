/*
 * health: is the process alive, does all that it needs answer, what has it counted.
 *
 * Each check really asks, but for the language model, which costs: there it tells how calls
 * have ended.  Without Postgres nothing works: "fail", 503.  Without Redis, the engine, the
 * embedding model or the language model requests are still answered, later or less well:
 * "warn", 200, "degraded".
 */
#include "rest/health.h"

#include "config.h"

#include "base/clock.h"
#include "base/metric.h"
#include "bus/redis.h"
#include "db/pipe.h"
#include "db/schema.h"
#include "embed/service.h"
#include "llm/endpoint.h"
#include "web/ctx.h"

#include <string.h>

#define REDIS_US    200000
#define POSTGRES_US 2000000

enum health_status { HEALTH_PASS, HEALTH_WARN, HEALTH_FAIL };

/* What one check found. */
struct check {
    const char *name;
    enum health_status status;
    int64_t us;
    const char *reason; /* NULL when it passed */
    struct str version;
    long level; /* of the schema; 0: has none */
};

static const char *const status_names[] = {"pass", "warn", "fail"};

bool
health_livez(struct ctx *ctx)
{
    struct emit *json = reply_json(&ctx->reply, 200);

    emit_object(json, NULL);
    emit_text(json, "status", "pass");
    emit_object_end(json);
    return true;
}

/* The number of the newest migration that this program brings. */
static long
level_wanted(void)
{
    size_t count;
    const struct schema *rows = schema_rows(&count);
    long level = 0;

    for (size_t i = 0; i < count; i++)
        if (rows[i].number > level)
            level = rows[i].number;
    return level;
}

static void
judge_level(struct ctx *ctx, struct check *check)
{
    long wanted = level_wanted();

    if (check->level >= wanted)
        return;
    check->status = HEALTH_FAIL;
    check->reason = str_format(ctx->arena,
                               "the schema is at migration %ld and this program needs %ld: "
                               "run `kvasir migrate`",
                               check->level, wanted);
}

/* Both questions in one trip; a database without our schema answers the first alone. */
static bool
ask_postgres(struct ctx *ctx, struct check *check, bool *engine_out, struct err *err)
{
    static const struct claims nobody = {.kind = CLAIMS_NONE};
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &nobody);
    struct call *first = pipe_add(pipe, STMT_health);
    struct call *ours = pipe_add(pipe, STMT_health_schema);
    bool right = pipe_run(pipe, clock_us() + POSTGRES_US, err);

    if (call_rows(first) > 0)
        check->version = call_cell(first, 0, 0);
    if (!right)
        return call_rows(first) > 0 && !call_cell_bool(first, 0, 1);
    check->level = call_cell_long(ours, 0, 0);
    *engine_out = call_cell_bool(ours, 0, 1);
    return true;
}

static struct check
check_postgres(struct ctx *ctx, bool *engine_out)
{
    struct check check = {.name = "postgres"};
    struct err err = {.kind = ERR_NONE};
    int64_t began = clock_us();
    bool right = ask_postgres(ctx, &check, engine_out, &err);

    check.us = clock_us() - began;
    if (right) {
        judge_level(ctx, &check);
        return check;
    }
    check.status = HEALTH_FAIL;
    check.reason = arena_strdup(ctx->arena, err.text);
    err_detail(&ctx->err, "%s", err.detail);
    return check;
}

/* It writes that it lives into the database, so Postgres has to answer first. */
static struct check
check_engine(bool lives)
{
    struct check check = {.name = "engine"};

    if (!lives) {
        check.status = HEALTH_WARN;
        check.reason = "no kvasir-engine has been heard of for 15 seconds: events wait, and "
                       "no index is built";
    }
    return check;
}

static bool
ping_redis(struct ctx *ctx, struct redis *redis, struct err *err)
{
    static const char *words[] = {"PING"};
    int64_t deadline = clock_us() + REDIS_US;
    struct redisReply *answer;

    if (!redis_need(redis, deadline, err))
        return false;
    redis_add(redis, 1, words, NULL);
    return redis_answer(redis, ctx->arena, deadline, &answer, err);
}

static void
redis_end(void *redis)
{
    redis_free(redis);
}

/* A connection of its own: one that was opened for the question proves that others can be. */
static struct check
check_redis(struct ctx *ctx)
{
    struct check check = {.name = "redis"};
    int64_t began = clock_us();
    struct err err = {.kind = ERR_NONE};
    struct redis *redis;
    bool right = redis_new(ctx->service->redis, &redis, &err);

    if (right) {
        arena_defer(ctx->arena, redis_end, redis);
        right = ping_redis(ctx, redis, &err);
    }
    if (!right) {
        check.status = HEALTH_WARN;
        check.reason = str_format(ctx->arena,
                                  "%s: events wait, and each process counts by itself "
                                  "how often tools are called",
                                  err.text);
    }
    check.us = clock_us() - began;
    return check;
}

static struct check
check_model(struct ctx *ctx)
{
    struct check check = {.name = "model"};

    if (ctx->service->embed != NULL) {
        check.version = str_of(embed_model(ctx->service->embed));
        return check;
    }
    check.status = HEALTH_WARN;
    check.reason = ctx->service->embed_missing;
    return check;
}

static struct check
check_llm(const struct endpoint *llm)
{
    struct check check = {.name = "llm", .version = str_of(endpoint_model(llm))};

    if (endpoint_is_failing(llm)) {
        check.status = HEALTH_WARN;
        check.reason = "the language model failed several times in a row and has not answered "
                       "this process since: answers are sentences of records";
    }
    return check;
}

static void
say_check(struct emit *json, const struct check *check)
{
    emit_object(json, check->name);
    emit_text(json, "status", status_names[check->status]);
    if (check->us > 0)
        emit_ms(json, "ms", check->us);
    if (check->version.at != NULL)
        emit_str(json, "version", check->version);
    if (check->level > 0)
        emit_long(json, "migration", check->level);
    if (check->reason != NULL)
        emit_text(json, "reason", check->reason);
    emit_object_end(json);
}

static void
say_readiness(struct ctx *ctx, enum health_status worst, const struct check *checks,
              size_t count)
{
    struct emit *json = reply_json(&ctx->reply, worst == HEALTH_FAIL ? 503 : 200);

    emit_object(json, NULL);
    emit_text(json, "status", status_names[worst]);
    emit_text(json, "version", PACKAGE_VERSION);
    emit_bool(json, "degraded", worst != HEALTH_PASS);
    emit_object(json, "checks");
    for (size_t i = 0; i < count; i++)
        say_check(json, &checks[i]);
    emit_object_end(json);
    emit_object_end(json);
}

bool
health_readyz(struct ctx *ctx)
{
    struct check checks[5];
    size_t count = 0;
    enum health_status worst = HEALTH_PASS;
    bool engine = false;

    checks[count++] = check_postgres(ctx, &engine);
    if (checks[0].status == HEALTH_PASS)
        checks[count++] = check_engine(engine);
    if (*ctx->service->redis != '\0')
        checks[count++] = check_redis(ctx);
    if (ctx->service->embed != NULL || *ctx->service->embed_missing != '\0')
        checks[count++] = check_model(ctx);
    if (ctx->service->llm != NULL)
        checks[count++] = check_llm(ctx->service->llm);
    for (size_t i = 0; i < count; i++)
        if (checks[i].status > worst)
            worst = checks[i].status;
    ctx->degraded = worst != HEALTH_PASS;
    say_readiness(ctx, worst, checks, count);
    if (worst == HEALTH_FAIL)
        reply_header(&ctx->reply, "Retry-After", "1");
    return true;
}

bool
health_metrics(struct ctx *ctx)
{
    ctx->reply.status = 200;
    ctx->reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    metric_print(&ctx->reply.body);
    return true;
}

bool
health_index(struct ctx *ctx)
{
    /* clang-format off */
    static const struct { const char *name, *path; } links[] = {
        {"alive", "/livez"}, {"ready", "/readyz"}, {"metrics", "/metrics"}, {"chroma", "/api/v2"},
        {"openapi", "/openapi.json"},
    };
    /* clang-format on */
    struct emit *json = reply_json(&ctx->reply, 200);

    emit_object(json, NULL);
    emit_text(json, "name", PACKAGE_NAME);
    emit_text(json, "version", PACKAGE_VERSION);
    emit_object(json, "links");
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        emit_text(json, links[i].name, links[i].path);
    emit_object_end(json);
    emit_object_end(json);
    return true;
}
