/*
 * metric_table: every metric: METRIC(name, type, constant labels, what it says).
 *
 * Rows of one metric with several labels stand together; the name before "__" is the metric's.
 */
/* clang-format off */
METRIC(requests_total__2xx,     METRIC_COUNTER, "status=\"2xx\"", "Requests answered, by class of status.")
METRIC(requests_total__3xx,     METRIC_COUNTER, "status=\"3xx\"", "")
METRIC(requests_total__4xx,     METRIC_COUNTER, "status=\"4xx\"", "")
METRIC(requests_total__5xx,     METRIC_COUNTER, "status=\"5xx\"", "")
METRIC(request_seconds,         METRIC_SECONDS, "", "Time from the first byte read to the last byte written.")
METRIC(requests_in_flight,      METRIC_GAUGE,   "", "Requests being handled now.")
METRIC(streams_open,            METRIC_GAUGE,   "", "Responses that are open for what is told later.")
METRIC(streams_total,           METRIC_COUNTER, "", "Responses that were opened so.")
METRIC(db_round_trips_total,    METRIC_COUNTER, "", "Times that a request or job waited for Postgres.")
METRIC(db_seconds,              METRIC_SECONDS, "", "Time of one round trip to Postgres.")
METRIC(db_connects_total,       METRIC_COUNTER, "", "Connections opened to Postgres.")
METRIC(db_cancels_total,        METRIC_COUNTER, "", "Statements cancelled because the client left.")
METRIC(records_written_total,   METRIC_COUNTER, "", "Records inserted or updated.")
METRIC(records_deleted_total,   METRIC_COUNTER, "", "Records deleted.")
METRIC(searches_total,          METRIC_COUNTER, "", "Searches answered.")
METRIC(searches_degraded_total, METRIC_COUNTER, "", "Searches answered by words because meaning was not available.")
METRIC(embeddings_total,        METRIC_COUNTER, "", "Texts turned into vectors in this installation.")
METRIC(embed_seconds,           METRIC_SECONDS, "", "Time to turn one batch of texts into vectors.")
METRIC(tools_called_total,      METRIC_COUNTER, "", "Tools run.")
METRIC(tasks_ended_total,       METRIC_COUNTER, "", "Turns at tasks that ended, whatever the end.")
METRIC(tasks_running,           METRIC_GAUGE,   "", "Tasks that are worked on now.")
METRIC(task_seconds,            METRIC_SECONDS, "", "Time of one turn at a task.")
METRIC(events_relayed_total,    METRIC_COUNTER, "", "Events written to the Redis Stream.")
METRIC(events_relay_errors_total, METRIC_COUNTER, "", "Failed attempts to write to the Redis Stream.")
METRIC(llm_calls_total,         METRIC_COUNTER, "", "Calls of the language model.")
METRIC(llm_failures_total,      METRIC_COUNTER, "", "Those that brought no usable reply.")
METRIC(llm_seconds,             METRIC_SECONDS, "", "Time of one call of the language model.")
METRIC(extracted_total,         METRIC_COUNTER, "", "Records that the language model read and whose entities and relations were stored.")
METRIC(ungrounded_total,        METRIC_COUNTER, "", "Statements of the language model that were dropped because no text bears them out.")
METRIC(indexes_built_total,     METRIC_COUNTER, "", "Vector indexes built.")
/* clang-format on */
