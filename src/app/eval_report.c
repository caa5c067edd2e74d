/*
 * eval_report: what a person or a program is told of judged questions.
 */
#include "app/eval_report.h"

#include "base/emit.h"

#include <stdio.h>
#include <unistd.h>

void
eval_report_progress(const char *set, const char *what, size_t done, size_t all)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%s, %s: %zu of %zu\033[K%s", set, what, done < all ? done : all, all,
                done < all ? "" : "\r\033[K");
}

void
eval_report_head(bool json)
{
    if (!json)
        printf("%-16s %-22s %5s  %-17s %5s %-17s %5s %5s %5s %7s %7s\n", "set", "how", "n",
               "nDCG@10 (95 %)", "R@2", "R@5 (95 %)", "R@10", "R@100", "MRR", "ms p50",
               "ms p95");
}

static void
emit_measures(struct emit *emit, const struct summary *summary)
{
    for (int kind = 0; kind < MEASURES; kind++)
        emit_double(emit, measure_name((enum measure_kind)kind), summary->measure[kind].mean);
    emit_object(emit, "intervals");
    for (int kind = 0; kind < MEASURES; kind++) {
        emit_array(emit, measure_name((enum measure_kind)kind));
        emit_double(emit, NULL, summary->measure[kind].low);
        emit_double(emit, NULL, summary->measure[kind].high);
        emit_array_end(emit);
    }
    emit_object_end(emit);
}

static void
print_json(const struct eval_report_row *row, const struct summary *summary)
{
    struct arena *arena = arena_new(4096);
    struct emit emit;
    struct buf buf;

    buf_start(&buf, arena, 1024);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    emit_text(&emit, "set", row->set);
    emit_text(&emit, "mode", row->how);
    emit_str(&emit, "type", row->type);
    emit_text(&emit, "half", row->half);
    if (row->weight >= 0)
        emit_double(&emit, "weight", row->weight);
    emit_long(&emit, "questions", (long)summary->questions);
    emit_measures(&emit, summary);
    emit_double(&emit, "ms_p50", summary->p50);
    emit_double(&emit, "ms_p95", summary->p95);
    emit_object_end(&emit);
    puts(buf.data);
    arena_free(arena);
}

static const char *
how_of(char *text, size_t room, const struct eval_report_row *row)
{
    int used = snprintf(text, room, "%s", row->how);

    if (row->weight >= 0)
        used += snprintf(text + used, room - (size_t)used, " %.2f", row->weight);
    if (row->half != NULL)
        used += snprintf(text + used, room - (size_t)used, ", %s half", row->half);
    if (row->type.at != NULL)
        snprintf(text + used, room - (size_t)used, ": %.*s",
                 (int)(row->type.len < 24 ? row->type.len : 24), row->type.at);
    return text;
}

void
eval_report_print(bool json, const struct eval_report_row *row, const struct summary *summary)
{
    const struct bootstrap *at = summary->measure;
    char how[96];

    if (json)
        print_json(row, summary);
    else
        printf("%-16s %-22s %5zu  %.3f (%.3f-%.3f) %5.3f %.3f (%.3f-%.3f) %5.3f %5.3f %5.3f "
               "%7.1f %7.1f\n",
               row->set, how_of(how, sizeof how, row), summary->questions,
               at[MEASURE_NDCG10].mean, at[MEASURE_NDCG10].low, at[MEASURE_NDCG10].high,
               at[MEASURE_RECALL2].mean, at[MEASURE_RECALL5].mean, at[MEASURE_RECALL5].low,
               at[MEASURE_RECALL5].high, at[MEASURE_RECALL10].mean, at[MEASURE_RECALL100].mean,
               at[MEASURE_MRR10].mean, summary->p50, summary->p95);
    fflush(stdout);
}
