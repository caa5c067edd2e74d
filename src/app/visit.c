/*
 * visit: what a verb of the command line opens to work on the database as a tenant.
 */
#include "app/visit.h"

#include "base/clock.h"
#include "base/conf.h"

#include <unistd.h>

#define PATIENCE_US (60 * 1000000LL)

static bool
model_open(struct visit *visit)
{
    return embed_open(conf_text(CONF_model_dir), conf_text(CONF_model), &visit->embed,
                      &visit->no_model);
}

bool
visit_begin(struct visit *visit, enum visit_model model, bool admin, struct err *err)
{
    enum conf_key key = admin ? CONF_database_admin : CONF_database;

    *visit = (struct visit){.claims = {.kind = CLAIMS_OPEN,
                                       .tenant = "default_tenant",
                                       .request_id = "command line"}};
    if (conf_text(key)[0] == '\0')
        return err_set(err, ERR_INPUT, "setting %s is empty: say how to reach Postgres",
                       conf_row(key)->key);
    visit->arena = arena_new(1 << 16);
    visit->conn = conn_new(conf_text(key), "kvasir");
    if (model == VISIT_WITH_MODEL)
        model_open(visit);
    visit->service = (struct service){.embed = visit->embed,
                                      .embed_missing = visit->no_model.text,
                                      .redis = conf_text(CONF_redis)};
    if (conn_need(visit->conn, clock_us() + PATIENCE_US, err))
        return true;
    visit_end(visit);
    return false;
}

void
visit_end(struct visit *visit)
{
    conn_free(visit->conn);
    embed_close(visit->embed);
    arena_free(visit->arena);
}

struct pipe *
visit_pipe(struct visit *visit)
{
    return pipe_new(visit->conn, visit->arena, &visit->claims);
}

bool
visit_run(struct pipe *pipe, struct err *err)
{
    return pipe_run(pipe, clock_us() + PATIENCE_US, err);
}
