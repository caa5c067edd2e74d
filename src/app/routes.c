/*
 * routes: the table of contents: every path that kvasir-fcgi answers.
 *
 * Method, path, handler, scope (NULL: public), what it does, media type of its bodies (NULL:
 * JSON,
 * "*": any).  The first row that matches wins, so a literal stands above a `:name` of the same
 * place.
 */
#include "app/routes.h"

#include "app/openapi.h"
#include "chroma/collections.h"
#include "chroma/commit.h"
#include "chroma/find.h"
#include "chroma/records.h"
#include "chroma/search.h"
#include "chroma/system.h"
#include "chroma/tenancy.h"
#include "legacy/direct.h"
#include "legacy/resources.h"
#include "legacy/tools.h"
#include "mcp/mcp.h"
#include "mcp/session.h"
#include "rest/answer.h"
#include "rest/audit.h"
#include "rest/collections.h"
#include "rest/extraction.h"
#include "rest/facts.h"
#include "rest/find.h"
#include "rest/graph.h"
#include "rest/health.h"
#include "rest/memories.h"
#include "rest/notes.h"
#include "rest/prompts.h"
#include "rest/records.h"
#include "rest/relations.h"
#include "rest/tasks.h"
#include "rest/toolbox.h"
#include "rest/usage.h"

/* clang-format off */
const struct route routes[] = {
    {"GET",    "/livez",   health_livez,   NULL, "Whether the process answers.", NULL},
    {"GET",    "/readyz",  health_readyz,  NULL, "Whether each thing that it needs answers.", NULL},
    {"GET",    "/metrics", health_metrics, NULL, "Counters in Prometheus' text format.", NULL},

    {"POST",   "/v1/collections", collections_create, "write", "Make a collection.", NULL},
    {"GET",    "/v1/collections", collections_list, "read", "The collections of a database.", NULL},
    {"GET",    "/v1/collections/:name", collections_describe, "read", "One collection: count, dimension, embedder, bytes, last change.", NULL},
    {"PATCH",  "/v1/collections/:name", collections_change, "write", "Change the language and the weights of a collection's words.", NULL},
    {"DELETE", "/v1/collections/:name", collections_delete, "write", "Delete a collection with its records.", NULL},
    {"POST",   "/v1/collections/:name/records", records_put, "write", "Insert or replace records.", NULL},
    {"PATCH",  "/v1/collections/:name/records", records_update, "write", "Change what is given of existing records.", NULL},
    {"POST",   "/v1/collections/:name/records/get", records_get, "read", "Records by ids, by filter, or all in pages.", NULL},
    {"POST",   "/v1/collections/:name/records/delete", records_delete, "write", "Delete records by ids or by filter.", NULL},
    {"GET",    "/v1/collections/:name/records/:id", records_get_one, "read", "One record with its embedding.", NULL},
    {"DELETE", "/v1/collections/:name/records/:id", records_delete_one, "write", "Delete one record.", NULL},
    {"GET",    "/v1/collections/:name/records/:id/related", graph_related, "read", "Records that one leads to by what it speaks of.", NULL},
    {"GET",    "/v1/collections/:name/graph", graph_export, "read", "Every mention and relation of a collection with its evidence.", NULL},
    {"GET",    "/v1/collections/:name/entities", graph_entities, "read", "What a collection's records speak of.", NULL},
    {"POST",   "/v1/collections/:name/entities/path", graph_path, "read", "The shortest way from one entity to another.", NULL},
    {"POST",   "/v1/collections/:name/entities/merge", graph_merge, "write", "Make two entities one.", NULL},
    {"POST",   "/v1/collections/:name/entities/unmerge", graph_unmerge, "write", "Take a merge back.", NULL},
    {"GET",    "/v1/collections/:name/entities/:entity", graph_entity, "read", "One entity: evidence, aliases, neighbours, relations.", NULL},
    {"GET",    "/v1/collections/:name/communities", graph_communities, "read", "Entities that are spoken of together, with the sentences that tell most of them.", NULL},
    {"POST",   "/v1/collections/:name/relations", relations_put, "write", "Say how entities relate, with or without evidence.", NULL},
    {"GET",    "/v1/collections/:name/relations", relations_list, "read", "Relations by subject, predicate and object, as of a time and as known at a time.", NULL},
    {"POST",   "/v1/collections/:name/relations/forget", relations_forget, "write", "Take away all that one extractor said.", NULL},
    {"GET",    "/v1/collections/:name/relations/:relation", relations_get, "read", "One relation: its versions and its evidence.", NULL},
    {"POST",   "/v1/collections/:name/relations/:relation/end", relations_end, "write", "Say until when a relation held.", NULL},
    {"DELETE", "/v1/collections/:name/relations/:relation", relations_delete, "write", "Delete a relation with its versions.", NULL},
    {"GET",    "/v1/collections/:name/predicates", relations_predicates, "read", "The predicates in use, and which have one value at a time.", NULL},
    {"POST",   "/v1/collections/:name/predicates", relations_predicate_set, "write", "Say whether a predicate has one value at a time.", NULL},
    {"GET",    "/v1/collections/:name/extraction", extraction_get, "read", "Whether a language model reads a collection's records, and how far it is.", NULL},
    {"PUT",    "/v1/collections/:name/extraction", extraction_put, "write", "Switch that on or off.", NULL},
    {"DELETE", "/v1/collections/:name/extraction", extraction_delete, "write", "Take away all that one extractor read.", NULL},
    {"GET",    "/v1/collections/:name/extraction/estimate", extraction_estimate_get, "read", "What reading all records would cost, without asking the model.", NULL},
    {"GET",    "/v1/collections/:name/extraction/mentions", extraction_mentions, "read", "Every mention that a language model found, with its place.", NULL},
    {"POST",   "/v1/search", find_search, "read", "Search by words, by meaning, or by both.", NULL},
    {"POST",   "/v1/answer", rest_answer, "read", "A question answered by sentences of records, or by the language model, cited.", NULL},
    {"GET",    "/v1/usage",  usage_get, "read", "What a month's language model cost, and the budget.", NULL},
    {"GET",    "/v1/audit",  audit_get, "admin", "Who called which tool, the newest call first.", NULL},
    {"POST",   "/v1/embeddings", find_embeddings, "read", "Embeddings of texts, in the form of OpenAI's.", NULL},

    {"POST",   "/v1/memory", memories_put, "write", "Remember something, for one user or shared.", NULL},
    {"POST",   "/v1/memory/search", memories_search, "read", "Memories by meaning, words, importance and recency.", NULL},
    {"POST",   "/v1/memory/tags", memories_tag, "write", "Add tags to a memory, or take some away.", NULL},
    {"POST",   "/v1/memory/relations", memories_relate, "write", "Relate two memories.", NULL},
    {"GET",    "/v1/memory/:id/relations", memories_related, "read", "The memories that are related to one.", NULL},
    {"DELETE", "/v1/memory/:id", memories_delete, "write", "Forget a memory, with its relations.", NULL},
    {"POST",   "/v1/notes", notes_create, "write", "Write a note, for one user or shared.", NULL},
    {"GET",    "/v1/notes", notes_list, "read", "Notes, the last changed first.", NULL},
    {"POST",   "/v1/notes/search", notes_search, "read", "Notes by words and tags.", NULL},
    {"GET",    "/v1/notes/:id", notes_get, "read", "One note.", NULL},
    {"PATCH",  "/v1/notes/:id", notes_update, "write", "Change what is given of a note.", NULL},
    {"DELETE", "/v1/notes/:id", notes_delete, "write", "Delete a note.", NULL},
    {"POST",   "/v1/facts", facts_add, "write", "Store a structured fact.", NULL},
    {"POST",   "/v1/facts/query", facts_query, "read", "Facts by typed conditions, or groups of them with aggregates.", NULL},
    {"POST",   "/v1/prompts/:agent", prompts_add, "write", "The next version of an agent's prompt.", NULL},
    {"GET",    "/v1/prompts/:agent", prompts_list, "read", "The versions of an agent's prompt, with statistics of their runs.", NULL},
    {"GET",    "/v1/prompts/:agent/active", prompts_active, "read", "The prompt that an agent should use.", NULL},
    {"POST",   "/v1/prompts/:agent/active", prompts_activate, "write", "Choose the version that an agent should use.", NULL},
    {"POST",   "/v1/prompts/:agent/runs", prompts_report, "write", "Report a measured run of a prompt.", NULL},

    {"GET",    "/v1/tools", toolbox_list, "read", "The HTTP tools of the tenant.", NULL},
    {"POST",   "/v1/tools", toolbox_add, "admin", "Declare an HTTP tool, or another in its place.", NULL},
    {"DELETE", "/v1/tools/:name", toolbox_remove, "admin", "Remove an HTTP tool.", NULL},
    {"GET",    "/v1/tasks", tasks_list, "read", "The caller's tasks, the newest first.", NULL},
    {"GET",    "/v1/tasks/:id", tasks_show, "read", "One task: status, questions, result.", NULL},
    {"POST",   "/v1/tasks/:id/answers", tasks_reply, "read", "Answer some of a task's questions.", NULL},
    {"DELETE", "/v1/tasks/:id", tasks_stop, "read", "Cancel a task.", NULL},

    {"GET",    "/mcp", mcp_listen, "read", "A stream of notifications of the Model Context Protocol, for its older generation.", NULL},
    {"POST",   "/mcp", mcp_serve, "read", "The Model Context Protocol, both generations.", NULL},
    {"POST",   "/mcp/:toolset", mcp_serve, "read", "The same with the tools of one toolset.", NULL},
    {"GET",    "/mcp/:toolset", mcp_listen, "read", "The same at the address of a toolset.", NULL},
    {"DELETE", "/mcp/:toolset", session_delete, "read", "Ends the session of an older client that has the address of a toolset.", NULL},
    {"DELETE", "/mcp", session_delete, "read", "Ends the session of an older client.", NULL},
    {"POST",   "/api/mcp/route", legacy_tools_route, "read", "Calls a tool: {tool, payload}, as older clients do.", NULL},
    {"GET",    "/api/mcp/tools", legacy_tools_list,  "read", "The tools that can be called.", NULL},
    {"GET",    "/api/mcp/resources", legacy_resources_read, "read", "One resource of MCP, as older clients read it: ?uri=.", NULL},
    {"POST",   "/api/memory/ingest", legacy_direct_memory_ingest, "read", "Remembers something, as older clients do.", NULL},
    {"POST",   "/api/memory/contextual-prompt", legacy_direct_memory_prompt, "read", "Memories that matter to a question, as a text too.", NULL},
    {"POST",   "/api/memory/search", legacy_direct_memory_search, "read", "Finds memories, as older clients do.", NULL},
    {"POST",   "/api/srag/query", legacy_direct_srag_query, "read", "Asks facts and documents, as older clients do.", NULL},
    {"POST",   "/api/srag/ingest/document", legacy_direct_srag_document, "read", "Stores a text with its source.", NULL},
    {"POST",   "/api/srag/ingest/fact", legacy_direct_srag_fact, "read", "Stores a fact, as older clients do.", NULL},

    {"GET",    "/api/v2",           system_heartbeat, NULL, "Chroma: the time here, as a sign of life.", NULL},
    {"GET",    "/api/v2/heartbeat", system_heartbeat, NULL, "Chroma: the same.", NULL},
    {"GET",    "/api/v2/version",   system_version,   NULL, "Chroma: version of the API.", NULL},
    {"GET",    "/api/v2/pre-flight-checks", system_preflight, NULL, "Chroma: what one request may hold.", NULL},
    {"GET",    "/api/v2/healthcheck", system_health, NULL, "Chroma: whether the database answers.", NULL},
    {"GET",    "/api/v2/auth/identity", system_identity, "read", "Chroma: the caller's tenant and databases.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/add", chroma_records_add, "write", "Chroma: add records; those that are there stay.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/upsert", chroma_records_upsert, "write", "Chroma: add or change records.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/update", chroma_records_update, "write", "Chroma: change records that are there.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/get", chroma_find_get, "read", "Chroma: records by ids, by filter, or all in pages.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/query", chroma_find_query, "read", "Chroma: the records nearest to embeddings.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/search", chroma_search, "read", "Chroma: records by ranking expressions, in groups, with what is selected of them.", NULL},
    {"GET",    "/api/v2/tenants/:tenant/databases/:database/collections/:collection/count", chroma_find_count, "read", "Chroma: how many records there are.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/delete", chroma_records_delete, "write", "Chroma: delete records by ids, by filter or by both.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/conditional/get", chroma_find_conditional, "write", "Chroma: a get that notes what it saw.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/conditional/commit", commit_run, "write", "Chroma: several writes at once, if what was read still holds.", NULL},
    {"POST",   "/api/v2/reset", tenancy_reset, "admin", "Chroma: everything is removed (in development).", NULL},
    {"GET",    "/api/v2/collections/:crn", chroma_collections_by_crn, "read", "Chroma: a collection by tenant:database:name.", NULL},
    {"POST",   "/api/v2/tenants", tenancy_tenant_create, "write", "Chroma: make a tenant (open access).", NULL},
    {"GET",    "/api/v2/tenants/:tenant", tenancy_tenant, "read", "Chroma: a tenant.", NULL},
    {"PATCH",  "/api/v2/tenants/:tenant", tenancy_tenant_change, "admin", "Chroma: give a tenant its resource name.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases", tenancy_database_create, "write", "Chroma: make a database.", NULL},
    {"GET",    "/api/v2/tenants/:tenant/databases", tenancy_database_list, "read", "Chroma: the databases of a tenant.", NULL},
    {"GET",    "/api/v2/tenants/:tenant/databases/:database", tenancy_database, "read", "Chroma: a database.", NULL},
    {"DELETE", "/api/v2/tenants/:tenant/databases/:database", tenancy_database_delete, "write", "Chroma: delete a database with its collections.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections", chroma_collections_create, "write", "Chroma: make a collection.", NULL},
    {"GET",    "/api/v2/tenants/:tenant/databases/:database/collections", chroma_collections_list, "read", "Chroma: the collections of a database.", NULL},
    {"GET",    "/api/v2/tenants/:tenant/databases/:database/collections_count", chroma_collections_count, "read", "Chroma: how many collections there are.", NULL},
    {"GET",    "/api/v2/tenants/:tenant/databases/:database/collections/by-id/:collection", chroma_collections_by_id, "read", "Chroma: a collection by its id.", NULL},
    {"GET",    "/api/v2/tenants/:tenant/databases/:database/collections/:collection", chroma_collections_get, "read", "Chroma: a collection by its name.", NULL},
    {"PUT",    "/api/v2/tenants/:tenant/databases/:database/collections/:collection", chroma_collections_change, "write", "Chroma: rename a collection, replace its metadata, change its settings.", NULL},
    {"DELETE", "/api/v2/tenants/:tenant/databases/:database/collections/:collection", chroma_collections_delete, "write", "Chroma: delete a collection by its name.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/fork", chroma_collections_fork, "write", "Chroma: copy a collection with its records.", NULL},
    {"GET",    "/api/v2/tenants/:tenant/databases/:database/collections/:collection/fork_count", chroma_collections_fork_count, "read", "Chroma: how many forks its family has.", NULL},
    {"GET",    "/api/v2/tenants/:tenant/databases/:database/collections/:collection/indexing_status", chroma_collections_progress, "read", "Chroma: how many records are indexed.", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/functions/attach", chroma_collections_functions, "write", "Chroma: not supported (501).", NULL},
    {"GET",    "/api/v2/tenants/:tenant/databases/:database/collections/:collection/functions/:function", chroma_collections_functions, "read", "Chroma: not supported (501).", NULL},
    {"POST",   "/api/v2/tenants/:tenant/databases/:database/collections/:collection/attached_functions/:function/detach", chroma_collections_functions, "write", "Chroma: not supported (501).", NULL},
    {"GET",    "/api/v1",           system_v1, NULL, "Chroma: gone.", NULL},
    {"GET",    "/api/v1/heartbeat", system_v1, NULL, "Chroma: gone.", NULL},
    {"GET",    "/api/v1/version",   system_v1, NULL, "Chroma: gone.", NULL},

    {"GET",    "/openapi.json", openapi_get, NULL, "These routes as an OpenAPI document.", NULL},
    {"GET",    "/",        health_index,   NULL, "What this is and where things are.", NULL},
};
/* clang-format on */

const size_t routes_count = sizeof routes / sizeof routes[0];
