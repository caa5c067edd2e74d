/*
 * cmd_doctor: kvasir doctor: whether this installation is in order, and what mends it.
 *
 * One line per check, in the order of need.  Exits 1 when a check failed; warnings alone do
 * not.
 */
#include "app/command.h"
#include "app/doctor.h"
#include "base/emit.h"

#include <stdio.h>

static const struct doctor_check checks[] = {
    {"settings", doctor_settings},
    {"database", doctor_app},
    {"database_engine", doctor_engine_role},
    {"database_admin", doctor_admin},
    {"pgvector", doctor_vector},
    {"schema", doctor_schema},
    {"wall", doctor_wall},
    {"redis", doctor_redis},
    {"engine", doctor_engine},
    {"outbox", doctor_outbox},
    {"words", doctor_words},
    {"model", doctor_model},
    {"llm", doctor_llm},
    {"run_dir", doctor_run_dir},
    {"disk", doctor_disk},
    {"url", doctor_url},
};
#define CHECKS (sizeof checks / sizeof checks[0])

static const char *const state_names[] = {"ok", "warning", "failed", "skipped"};

static void
print_line(const struct doctor_check *check, const struct doctor_finding *finding)
{
    printf("%-8s %-16s %s\n", state_names[finding->state], check->name, finding->says);
    if (finding->mend[0] != '\0')
        printf("%-8s %-16s mend: %s\n", "", "", finding->mend);
    fflush(stdout);
}

static void
emit_finding(struct emit *emit, const struct doctor_check *check,
             const struct doctor_finding *finding)
{
    emit_object(emit, NULL);
    emit_text(emit, "name", check->name);
    emit_text(emit, "state", state_names[finding->state]);
    emit_text(emit, "says", finding->says);
    emit_text(emit, "mend", finding->mend[0] == '\0' ? NULL : finding->mend);
    emit_object_end(emit);
}

/* All checks; the number of those that failed. */
static size_t
look(struct doctor *doctor, struct emit *emit)
{
    size_t failed = 0;

    for (size_t i = 0; i < CHECKS; i++) {
        struct doctor_finding finding = {.state = DOCTOR_SKIPPED};

        checks[i].look(doctor, &finding);
        failed += finding.state == DOCTOR_FAILED;
        if (emit == NULL)
            print_line(&checks[i], &finding);
        else
            emit_finding(emit, &checks[i], &finding);
    }
    return failed;
}

static size_t
look_json(struct doctor *doctor)
{
    struct emit emit;
    struct buf buf;
    size_t failed;

    buf_start(&buf, doctor->arena, 4096);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    emit_array(&emit, "checks");
    failed = look(doctor, &emit);
    emit_array_end(&emit);
    emit_long(&emit, "failed", (long)failed);
    emit_object_end(&emit);
    puts(buf.data);
    return failed;
}

int
cmd_doctor(const struct command_args *args)
{
    struct doctor doctor = {.arena = NULL};
    size_t failed;

    if (args->count > 1)
        return command_usage(args);
    doctor.arena = arena_new(65536);
    failed = args->json ? look_json(&doctor) : look(&doctor, NULL);
    conn_free(doctor.app);
    conn_free(doctor.engine);
    conn_free(doctor.admin);
    arena_free(doctor.arena);
    return failed == 0 ? COMMAND_OK : COMMAND_FAILED;
}
