/*
 * doctor: what `kvasir doctor` looks at, one check after the other.
 *
 * A check fills its finding and nothing else.  ok: it was tried and works; warning: requests
 * are answered, later or less well; failed: a part of this installation does not do its work;
 * skipped: it could not be tried, or this installation does without.
 */
#ifndef APP_DOCTOR_H
#define APP_DOCTOR_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/conn.h"

#include <stddef.h>

enum doctor_state { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_FAILED, DOCTOR_SKIPPED };

struct doctor_finding {
    enum doctor_state state;
    char says[500];
    char mend[300]; /* "" when there is nothing to do */
};

/* Connections that a check has opened and found good, for the checks that follow; or NULL. */
struct doctor {
    struct arena *arena;
    struct conn *app, *engine, *admin;
};

struct doctor_check {
    const char *name;
    void (*look)(struct doctor *doctor, struct doctor_finding *finding);
};

void doctor_say(struct doctor_finding *finding, enum doctor_state state, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void doctor_mend(struct doctor_finding *finding, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A failure's own words, its detail included: who runs this may know it. */
void doctor_err(struct doctor_finding *finding, enum doctor_state state, const struct err *err);

/* Settings, folders and the model: doctor_host.c. */
void doctor_settings(struct doctor *doctor, struct doctor_finding *finding);
void doctor_model(struct doctor *doctor, struct doctor_finding *finding);
void doctor_run_dir(struct doctor *doctor, struct doctor_finding *finding);
void doctor_disk(struct doctor *doctor, struct doctor_finding *finding);

/* Postgres and what it knows: doctor_db.c. */
void doctor_app(struct doctor *doctor, struct doctor_finding *finding);
void doctor_engine_role(struct doctor *doctor, struct doctor_finding *finding);
void doctor_admin(struct doctor *doctor, struct doctor_finding *finding);
void doctor_vector(struct doctor *doctor, struct doctor_finding *finding);
void doctor_schema(struct doctor *doctor, struct doctor_finding *finding);
void doctor_wall(struct doctor *doctor, struct doctor_finding *finding);
void doctor_engine(struct doctor *doctor, struct doctor_finding *finding);
void doctor_outbox(struct doctor *doctor, struct doctor_finding *finding);
void doctor_words(struct doctor *doctor, struct doctor_finding *finding);

/* Others that are spoken to: doctor_net.c. */
void doctor_redis(struct doctor *doctor, struct doctor_finding *finding);
void doctor_llm(struct doctor *doctor, struct doctor_finding *finding);
void doctor_url(struct doctor *doctor, struct doctor_finding *finding);

#endif
