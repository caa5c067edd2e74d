/*
 * config: a collection's configuration: space, settings of the index, embedding function.
 *
 * Of what Chroma's clients set here the index is built and searched with the space,
 * max_neighbors, ef_construction and ef_search; the others are kept and told back.
 */
#ifndef CHROMA_CONFIG_H
#define CHROMA_CONFIG_H

#include "base/emit.h"
#include "base/js.h"
#include "base/scan.h"

#include <stdbool.h>

#define CONFIG_MOST 1048576 /* bytes of what is kept as it came: it is told back each time */

enum config_setting {
    CONFIG_EF_CONSTRUCTION,
    CONFIG_MAX_NEIGHBORS,
    CONFIG_EF_SEARCH,
    CONFIG_NUM_THREADS,
    CONFIG_BATCH_SIZE,
    CONFIG_SYNC_THRESHOLD,
    CONFIG_RESIZE_FACTOR,
    CONFIG_SETTINGS
};

struct config {
    struct str space;                     /* absent: not said */
    struct str settings[CONFIG_SETTINGS]; /* numbers as JSON; absent: not said */
    struct str embedding_function;        /* as JSON; absent: not said */
    bool has_hnsw, has_spann;             /* said, even if nothing of it */
    bool is_bad;                          /* legacy keys that no one understands */
};

/* The value of "configuration" or "new_configuration", or null. */
bool config_scan(struct scan *scan, struct config *config);
bool config_scan_change(struct scan *scan, struct config *config);

/* The same settings as a schema writes them, and an embedding function by itself. */
bool config_scan_vector(struct scan *scan, struct config *config, struct str *source_key);
bool config_scan_function(struct scan *scan, struct str *json);

/* A key "hnsw:..." of a collection's metadata and its value as JSON. */
void config_legacy(struct config *config, struct str key, struct str json, struct arena *arena);

/* What a collection made with both is set to: legacy keys count where the configuration says
   nothing of an index. */
bool config_join(struct config *config, const struct config *legacy, struct err *err);

/* Whether it says nothing else than what holds without it. */
bool config_is_default(const struct config *config);

/* The parts that the database keeps: {"ef_search": ...}, or absent; and all, as one object. */
struct str config_hnsw(const struct config *config, struct arena *arena);
struct str config_stored(const struct config *config, bool with_space, struct arena *arena);

/* configuration_json of a collection, and the parts of it that its schema repeats. */
void config_emit(struct emit *emit, const char *name, struct str space,
                 struct json_object *stored, struct arena *arena);
void config_emit_vector(struct emit *emit, struct str space, const char *source_key,
                        struct json_object *stored, struct arena *arena);

#endif
