/*
 * claims: on whose behalf a transaction runs.
 *
 * They travel as the first statement of every pipeline (sql/queries/claims.sql): Postgres looks
 * the key up, checks scope and expiry and binds the tenant to the transaction, so that knowing
 * who asks costs no round trip of its own.  Without claims no tenant table shows a row.
 */
#ifndef DB_CLAIMS_H
#define DB_CLAIMS_H

#include "base/str.h"

#include <stdbool.h>

enum claims_kind {
    CLAIMS_NONE, /* maintenance: no tenant table is touched */
    CLAIMS_OPEN, /* tenant by name, unchecked: development, and the command line */
    CLAIMS_KEY,  /* an API key decides the tenant and the scopes */
    CLAIMS_TASK, /* a task that this program works on: the tenant and the key that it was made
                    by */
};

struct claims {
    enum claims_kind kind;
    const char *tenant;         /* OPEN: name of the tenant */
    const char *key_id;         /* KEY: public part of the key */
    unsigned char key_hash[32]; /* KEY: SHA-256 of the whole key */
    const char *task, *lease;   /* TASK: its id, and the proof that we work on it */
    const char *scope;          /* what this request needs: "read", "write", "admin" */
    const char *request_id;     /* goes into events and audit */
    const char *trace;          /* W3C traceparent, or NULL */
    const char *label;          /* application_name of the transaction, or NULL: unchanged */
    long timeout_ms;            /* statement_timeout; 0: none */
};

#endif
