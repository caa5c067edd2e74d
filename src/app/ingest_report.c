/*
 * ingest_report: what a person or a program is told of an ingestion, during and after it.
 */
#include "app/ingest_report.h"

#include "base/clock.h"
#include "base/emit.h"

#include <stdio.h>
#include <unistd.h>

#define TERMINAL_US 100000   /* between two pictures of the same line */
#define PLAIN_US    10000000 /* between two lines of a log */

static double
seconds_since(const struct ingest_report_form *form)
{
    return (double)(clock_us() - form->began) / 1e6;
}

/* By bytes, since the number of passages in files not read yet is not known. */
static double
seconds_left(const struct ingest_report_form *form, const struct ingest_report *report)
{
    size_t done = report->bytes_done - report->bytes_waiting;

    return done == 0 ? 0 : seconds_since(form) * (double)(report->bytes - done) / (double)done;
}

void
ingest_report_show(void *self, const struct ingest_report *report)
{
    struct ingest_report_form *form = self;
    bool terminal = isatty(STDERR_FILENO) == 1;
    int64_t now = clock_us();
    size_t made = report->embedded + report->under_way;

    if (form->shown == 0)
        form->shown = form->began;
    if (now - form->shown < (terminal ? TERMINAL_US : PLAIN_US))
        return;
    form->shown = now;
    form->is_open = terminal;
    fprintf(stderr, "%s%zu of %zu files, %zu passages, %.0f/s, about %.0f s left%s",
            terminal ? "\r\033[K" : "", report->files_done, report->files, made + report->kept,
            (double)made / (seconds_since(form) + 1e-3), seconds_left(form, report),
            terminal ? "" : "\n");
}

static void
print_json(const struct ingest_report_form *form, const struct ingest_report *report,
           struct arena *arena)
{
    const struct walk *walk = &report->walk;
    struct emit emit;
    struct buf buf;

    buf_start(&buf, arena, 1024);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    emit_text(&emit, "collection", form->collection);
    emit_text(&emit, "model", form->model);
    emit_bool(&emit, "dry_run", form->dry_run);
    emit_bool(&emit, "stopped", report->stopped);
    emit_double(&emit, "seconds", seconds_since(form));
    emit_object(&emit, "files");
    emit_long(&emit, "found", (long)report->files);
    emit_long(&emit, "new", (long)report->fresh);
    emit_long(&emit, "changed", (long)report->changed);
    emit_long(&emit, "unchanged", (long)report->unchanged);
    emit_long(&emit, "removed", (long)report->removed);
    emit_object_end(&emit);
    emit_object(&emit, "passages");
    emit_long(&emit, "written", (long)report->embedded);
    emit_long(&emit, "kept", (long)report->kept);
    emit_long(&emit, "removed", (long)report->dropped);
    emit_object_end(&emit);
    emit_array(&emit, "skipped");
    for (size_t i = 0; i < walk->skips_count; i++) {
        emit_object(&emit, NULL);
        emit_text(&emit, "path", walk->skips[i].path);
        emit_text(&emit, "reason", walk->skips[i].reason);
        emit_object_end(&emit);
    }
    emit_array_end(&emit);
    emit_object_end(&emit);
    puts(buf.data);
}

static void
print_text(const struct ingest_report_form *form, const struct ingest_report *report)
{
    const struct walk *walk = &report->walk;
    const char *how = form->model == NULL ? "found by words alone" : "embedded";

    for (size_t i = 0; i < walk->skips_count; i++)
        fprintf(stderr, "skipped %s: %s\n", walk->skips[i].path, walk->skips[i].reason);
    printf("%s%s\n", form->dry_run ? "would be done in " : "", form->collection);
    printf(
        "files     %zu found: %zu new, %zu changed, %zu unchanged, %zu skipped; %zu removed\n",
        report->files, report->fresh, report->changed, report->unchanged, walk->skips_count,
        report->removed);
    printf("passages  %zu %s, %zu kept, %zu removed\n", report->embedded, how, report->kept,
           report->dropped);
    printf("time      %.1f s\n", seconds_since(form));
}

void
ingest_report_print(struct ingest_report_form *form, const struct ingest_report *report,
                    struct arena *arena)
{
    if (form->is_open)
        fputs("\r\033[K", stderr);
    if (form->json)
        print_json(form, report, arena);
    else
        print_text(form, report);
    fflush(stdout);
}
