/*
 * conf_table: every setting: CONF(key, type, default, unit or choices, what it says).
 */
/* clang-format off */
CONF(mode,             CONF_CHOICE, "production", "development|production", "development allows open access on loopback and Chroma's reset")
CONF(auth,             CONF_CHOICE, "key",        "key|open",  "key: every request carries an API key; open: everyone is default_tenant (development only)")
CONF(database,         CONF_SECRET, "",           "conninfo",  "libpq connection string of the role kvasir_app")
CONF(database_engine,  CONF_SECRET, "",           "conninfo",  "libpq connection string of the role kvasir_engine")
CONF(database_admin,   CONF_SECRET, "",           "conninfo",  "libpq connection string of a role that may create roles and schemas; for setup, migrate and keys")
CONF(redis,            CONF_SECRET, "",           "URL",       "redis://[:password@]host:port[/db] or unix:/path of Redis; empty: no Redis")
CONF(socket,           CONF_TEXT,   "",           "path",      "Unix socket to listen on when none is given by fd 0 or LISTEN_FDS")
CONF(threads,          CONF_LONG,   "4",          "1..64",     "request threads of kvasir-fcgi, each with its own Postgres connection")
CONF(request_timeout,  CONF_LONG,   "30000",      "ms",        "deadline of one request; longer work in Postgres is cancelled")
CONF(max_body,         CONF_LONG,   "67108864",   "bytes",     "largest request body")
CONF(drain_timeout,    CONF_LONG,   "10000",      "ms",        "how long SIGTERM waits for requests under way")
CONF(run_dir,          CONF_TEXT,   "/run/kvasir", "folder",   "where the processes share their counters")
CONF(log_file,         CONF_TEXT,   "",           "path",      "log file, opened again on SIGUSR1; empty: standard error")
CONF(log_level,        CONF_CHOICE, "info",       "debug|info|warn|error", "least important line that is written")
CONF(model,            CONF_TEXT,   "all-MiniLM-L6-v2", "name or none", "embedding model in model_dir; none: no meaning, words only")
CONF(model_dir,        CONF_TEXT,   "/var/lib/kvasir/models", "folder", "where `kvasir model install` puts models")
CONF(index_threshold,  CONF_LONG,   "10000",      "records",   "the engine builds an HNSW index when a collection has so many embeddings")
CONF(index_memory,     CONF_LONG,   "1024",       "MB",        "most memory of Postgres that building one index may take (maintenance_work_mem)")
CONF(index_workers,    CONF_LONG,   "2",          "0..64",     "parallel workers of Postgres that help to build one index")
CONF(graph_delay,      CONF_LONG,   "3",          "seconds",   "how long a new record waits before the engine stores what it speaks of: what is being filled is filled first")
CONF(event_stream,     CONF_TEXT,   "kvasir:events", "key",    "Redis Stream that events are relayed to")
CONF(event_stream_max, CONF_LONG,   "1000000",    "entries",   "approximate length at which the stream is trimmed")
CONF(event_retention,  CONF_LONG,   "604800",     "s",         "how long relayed events stay in Postgres")
CONF(url,              CONF_TEXT,   "http://127.0.0.1:8787", "URL", "where this installation is reached, for messages")
/* clang-format on */
