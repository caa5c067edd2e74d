/*
 * session: what an older client is given by initialize, and brings back with each request.
 *
 * The id is all of it: version, capabilities and when it was made, sealed for the one who asked
 * (base/seal.h), so that any process on any host accepts what another gave out and none keeps
 * it.  Postgres knows only of what changed since: that a session was ended, and which messages
 * of the log it wants.  An id is not a credential: the caller is who his key says, and the id
 * of somebody else opens nothing (2025-11-25, Security Best Practices, "Session Hijacking").
 */
#ifndef MCP_SESSION_H
#define MCP_SESSION_H

#include "base/uuid.h"
#include "db/pipe.h"
#include "mcp/rpc.h"

#include <stdbool.h>
#include <stdint.h>

#define SESSION_SECONDS (30L * 24 * 3600) /* then the client begins anew */

struct session {
    char id[UUID_TEXT];
    const char *version; /* that initialize agreed on */
    unsigned client;     /* turn_client, or-ed */
    int64_t expires;     /* clock_wall() time */
    bool entered;        /* a transaction of this request has asked whether it was ended */
};

/* A new one for this caller, into the reply's headers.  The caller's key is looked up. */
bool session_begin(struct ctx *ctx, const char *version, unsigned client);

/* The session of the request's header, into rpc->session; none without a header.  False: it is
   not one of this caller's, or it expired, and 404 is answered. */
bool session_find(struct ctx *ctx, struct rpc *rpc);

/* Makes what `pipe` does depend on the session; ERR_ENDED when it was ended. */
void session_enter(struct session *session, struct pipe *pipe);

/* A pipe for the work of a method, which depends on its session. */
struct pipe *session_pipe(struct ctx *ctx, const struct rpc *rpc);

/* When nothing of this request has asked yet whether its session was ended, ask now. */
bool session_check(struct ctx *ctx, const struct rpc *rpc);

/* The response that was made a stream ends with the session; NULL: with none. */
void session_watch(struct ctx *ctx, const struct session *session);

/* The answer of 404 that makes a client begin anew. */
bool session_refuse(struct ctx *ctx, const struct rpc *rpc, const char *says);

/* DELETE: everything that comes with this id later is answered by 404, and what is still open
   of it ends, in whichever process. */
bool session_delete(struct ctx *ctx);

/* The text inside an id, for tests: false unless it is one. */
bool session_parse(struct str text, int64_t now, struct session *session_out);

#endif
