/*
 * server_health: whether what this server needs answers.
 */
#include "tool/server.h"

#include "config.h"

#include "embed/service.h"
#include "tool/invoke.h"
#include "tool/result.h"

#define STATUS "\"status\":{\"enum\":[\"pass\",\"warn\"]}"
#define POSTGRES                                                                               \
    RESULT("\"version\",\"migration\"",                                                        \
           "\"version\":" RESULT_TEXT ",\"migration\":" RESULT_COUNT)
#define WORKS                                                                                  \
    RESULT("\"works\"",                                                                        \
           "\"works\":" RESULT_FLAG ",\"name\":" RESULT_TEXT ",\"reason\":" RESULT_TEXT)

static void
emit_model(struct ctx *ctx, struct emit *out)
{
    const struct service *service = ctx->service;

    emit_object(out, "model");
    emit_bool(out, "works", service->embed != NULL);
    if (service->embed != NULL)
        emit_text(out, "name", embed_model(service->embed));
    else
        emit_text(out, "reason",
                  service->embed_missing[0] != '\0'
                      ? service->embed_missing
                      : "this server has no embedding model: texts are found by words");
    emit_object_end(out);
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *server = pipe_add(pipe, STMT_health);
    struct call *schema = pipe_add(pipe, STMT_health_schema);
    bool engine;

    (void)args; /* it takes none */
    if (!invoke_commit(ctx, &server_health, pipe))
        return false;
    engine = call_cell_bool(schema, 0, 1);
    emit_object(out, NULL);
    emit_text(out, "status", engine && ctx->service->embed != NULL ? "pass" : "warn");
    emit_text(out, "version", PACKAGE_VERSION);
    emit_object(out, "postgres");
    emit_str(out, "version", call_cell(server, 0, 0));
    emit_long(out, "migration", call_cell_long(schema, 0, 0));
    emit_object_end(out);
    emit_object(out, "engine");
    emit_bool(out, "works", engine);
    emit_object_end(out);
    emit_model(ctx, out);
    emit_object_end(out);
    return true;
}

const struct tool server_health = {
    .name = "system.health",
    .title = "Does this server work?",
    .says = "Says whether the database answers, whether work in the background is done, and "
            "whether search by "
            "meaning works.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{}}",
    .result = RESULT("\"status\",\"version\",\"postgres\",\"engine\",\"model\"",
                     STATUS ",\"version\":" RESULT_TEXT ",\"postgres\":" POSTGRES
                            ",\"engine\":" WORKS ",\"model\":" WORKS),
    .toolsets = "system",
    .run = run,
};
