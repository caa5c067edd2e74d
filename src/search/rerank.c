/*
 * rerank: what a search says about the order of its hits beyond their scores.
 */
#include "search/rerank.h"

#include "base/emit.h"

#define LONGEST_HALF_LIFE 36500.0 /* days */

bool
rerank_is_asked(const struct rerank *rerank)
{
    return rerank->by_ranks || rerank->has_diversity || rerank->has_recency ||
           rerank->has_importance || rerank->highlight;
}

static bool
scan_share(struct scan *scan, double *value)
{
    return scan_double(scan, value) && ((*value >= 0 && *value <= 1) ||
                                        scan_refuse(scan, ERR_SHAPE, "must be from 0 to 1"));
}

static bool
fusion_scan(struct scan *scan, struct rerank *rerank)
{
    struct str name;

    if (!scan_string(scan, &name))
        return false;
    rerank->by_ranks = str_is(name, "rrf");
    return rerank->by_ranks || str_is(name, "weighted") ||
           scan_refuse(scan, ERR_SHAPE, "must be weighted or rrf");
}

static bool
diversity_scan(struct scan *scan, struct rerank *rerank)
{
    struct str name;

    rerank->has_diversity = true;
    rerank->lambda = 0.5;
    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!(str_is(name, "lambda")
                  ? scan_share(scan, &rerank->lambda)
                  : scan_refuse(scan, ERR_SHAPE, "is not a member of diversity")))
            return false;
    }
    return true;
}

static bool
half_life_scan(struct scan *scan, double *days)
{
    return scan_double(scan, days) &&
           ((*days > 0 && *days <= LONGEST_HALF_LIFE) ||
            scan_refuse(scan, ERR_SHAPE, "must be above 0 and at most 36500"));
}

static bool
recency_scan(struct scan *scan, struct rerank *rerank)
{
    struct str name;

    rerank->has_recency = true;
    rerank->half_life = 30;
    rerank->recency_weight = 0.2;
    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        bool good = str_is(name, "half_life_days") ? half_life_scan(scan, &rerank->half_life)
                    : str_is(name, "weight")
                        ? scan_share(scan, &rerank->recency_weight)
                        : scan_refuse(scan, ERR_SHAPE, "is not a member of recency");

        if (!good)
            return false;
    }
    return true;
}

static bool
importance_scan(struct scan *scan, struct rerank *rerank)
{
    struct str name;

    rerank->has_importance = true;
    rerank->importance_weight = 0.2;
    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        bool good = str_is(name, "field") ? scan_string(scan, &rerank->field)
                    : str_is(name, "weight")
                        ? scan_share(scan, &rerank->importance_weight)
                        : scan_refuse(scan, ERR_SHAPE, "is not a member of importance");

        if (!good)
            return false;
    }
    return true;
}

bool
rerank_has(struct str member)
{
    return str_is(member, "fusion") || str_is(member, "diversity") ||
           str_is(member, "recency") || str_is(member, "importance") ||
           str_is(member, "highlight");
}

bool
rerank_member(struct scan *scan, struct str member, struct rerank *rerank)
{
    if (str_is(member, "highlight"))
        return scan_bool(scan, &rerank->highlight);
    if (str_is(member, "fusion"))
        return fusion_scan(scan, rerank);
    if (scan_null(scan))
        return true;
    if (str_is(member, "diversity"))
        return diversity_scan(scan, rerank);
    return str_is(member, "recency") ? recency_scan(scan, rerank)
                                     : importance_scan(scan, rerank);
}

bool
rerank_check(const struct rerank *rerank, bool is_hybrid, long depth, struct err *err)
{
    if (rerank->by_ranks && !is_hybrid)
        return err_set(err, ERR_SHAPE, "fusion rrf needs the mode hybrid");
    if (rerank->recency_weight + rerank->importance_weight > 1)
        return err_set(err, ERR_SHAPE,
                       "recency.weight and importance.weight must be at most 1 together");
    if (rerank_is_asked(rerank) && depth > RERANK_DEPTH)
        return err_set(err, ERR_SHAPE,
                       "k and offset must be at most %d together beside fusion rrf, diversity, "
                       "recency, importance or highlight",
                       RERANK_DEPTH);
    return true;
}

void
rerank_write(struct rerank *rerank, struct arena *arena)
{
    struct emit emit;
    struct buf buf;

    buf_start(&buf, arena, 256);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    if (rerank->by_ranks)
        emit_text(&emit, "fusion", "rrf");
    if (rerank->has_diversity)
        emit_double(&emit, "lambda", rerank->lambda);
    if (rerank->has_recency) {
        emit_double(&emit, "half_life", rerank->half_life);
        emit_double(&emit, "recency_weight", rerank->recency_weight);
    }
    if (rerank->field.at != NULL)
        emit_str(&emit, "field", rerank->field);
    if (rerank->has_importance)
        emit_double(&emit, "importance_weight", rerank->importance_weight);
    emit_bool(&emit, "highlight", rerank->highlight);
    emit_object_end(&emit);
    rerank->json = buf.data;
}
