/*
 * evolution_report: note how a run with a prompt went.
 */
#include "tool/evolution.h"

#include "tool/invoke.h"
#include "tool/result.h"

enum { RUN, VERSION, AVERAGE, RUNS, NEEDS };

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call =
        prompt_report_call(pipe, ctx->arena, js_str(js_find(args, "agentId")), args);

    if (!invoke_commit(ctx, &evolution_report, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_long(out, "runId", call_cell_long(call, 0, RUN));
    emit_long(out, "promptVersion", call_cell_long(call, 0, VERSION));
    emit_double(out, "averageKpiDelta", call_cell_double(call, 0, AVERAGE));
    emit_long(out, "runs", call_cell_long(call, 0, RUNS));
    emit_bool(out, "needsRefinement", call_cell_bool(call, 0, NEEDS));
    emit_null(out, "aiAnalysis"); /* no language model is asked */
    emit_object_end(out);
    return true;
}

const struct tool evolution_report = {
    .name = "evolution.report-run",
    .aliases = {"prompts.report_run"},
    .title = "Report a run of a prompt",
    .says = "Notes by how much a run with a prompt changed a measure, and gives the average of "
            "the last ten runs of this version by this measure; below 0 it needs refinement.",
    .scope = "write",
    .schema =
        "{\"type\":\"object\",\"required\":[\"agentId\",\"kpiName\",\"kpiDelta\"],"
        "\"additionalProperties\":false,\"properties\":{" EVOLUTION_AGENT_SCHEMA
        ",\"promptVersion\":" EVOLUTION_VERSION_SCHEMA
        ",\"kpiName\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256},"
        "\"kpiDelta\":{\"type\":\"number\"},\"inputSummary\":{\"type\":\"string\","
        "\"maxLength\":100000},\"outputSummary\":{\"type\":\"string\",\"maxLength\":100000},"
        "\"runContext\":{\"description\":\"Anything that tells more.\"}}}",
    .result = RESULT_DONE(
        "\"runId\",\"promptVersion\",\"averageKpiDelta\",\"runs\",\"needsRefinement\"",
        "\"runId\":" RESULT_COUNT ",\"promptVersion\":" RESULT_COUNT
        ",\"averageKpiDelta\":" RESULT_NUMBER ",\"runs\":" RESULT_COUNT
        ",\"needsRefinement\":" RESULT_FLAG),
    .toolsets = "prompts",
    .run = run,
};
