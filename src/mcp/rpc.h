/*
 * rpc: one JSON-RPC 2.0 message of the Model Context Protocol, and what is answered to it.
 *
 * Both generations of the protocol come by the same address; era.h tells which one a message
 * belongs to.  An answer is one JSON object.  Errors carry the request's id as it was sent, or
 * null when it could not be read (JSON-RPC 2.0, section 5).
 */
#ifndef MCP_RPC_H
#define MCP_RPC_H

#include "base/emit.h"
#include "base/str.h"
#include "web/ctx.h"

#include <stdbool.h>

struct json_object;
struct toolset;
struct session; /* mcp/session.h */
struct push;    /* mcp/push.h */

/* Codes of JSON-RPC 2.0, section 5.1, and of MCP 2026-07-28. */
enum rpc_code {
    RPC_PARSE = -32700,
    RPC_REQUEST = -32600,
    RPC_METHOD = -32601,
    RPC_PARAMS = -32602,
    RPC_INTERNAL = -32603,
    RPC_HEADER = -32020,  /* a header and the body tell different things */
    RPC_VERSION = -32022, /* a version that is not spoken here */
    RPC_CLIENT = -32021,  /* the client has not declared what this needs */
    RPC_SERVER = -32000,
    RPC_SESSION = -32001,  /* a session that is not there any more, as older SDKs have it */
    RPC_RESOURCE = -32002, /* 2025-11-25: there is no such resource */
    RPC_LIMITED = 429,     /* our own, so outside of what JSON-RPC and MCP reserve */
};

struct rpc {
    const char *id; /* JSON text of a string or number; NULL: a notification or an answer */
    struct str method;
    struct json_object *params;    /* an object, or NULL */
    struct json_object *meta;      /* params._meta, or NULL */
    bool is_answer;                /* a result or error for a request of ours ... */
    struct json_object *outcome;   /* ... this one */
    bool is_failure;               /* ... the error */
    bool is_modern;                /* 2026-07-28 or later */
    const char *version;           /* of the protocol that is spoken */
    const struct toolset *toolset; /* that the address names; NULL: all tools */
    unsigned client;               /* what the client can do: turn_client, or-ed */
    struct push *push;             /* it goes on after answers; NULL: it has just come */
    struct session *session;       /* of an older client; NULL: it brought none */
};

/* Of an internal error, whose own words are for the log alone. */
#define RPC_FAILED "the server failed; its log tells more about this request"

/* Read the body: one message, or an array of them; then one message.  False: the answer is
   written, an error. */
bool rpc_parse(struct ctx *ctx, struct json_object **tree_out);
bool rpc_read(struct ctx *ctx, struct json_object *tree, struct rpc *rpc);

/* Writes an error; `data` is JSON text or NULL.  Returns true, as handlers do that answered. */
bool rpc_error(struct ctx *ctx, const struct rpc *rpc, int status, enum rpc_code code,
               const char *data, const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/* The reason in ctx->err as an error of the protocol, with the status that fits. */
bool rpc_refuse(struct ctx *ctx, const struct rpc *rpc);

/* An open result object to write into; modern ones say resultType and who serves. */
struct emit *rpc_result(struct ctx *ctx, const struct rpc *rpc);
/* The same with a resultType other than "complete". */
struct emit *rpc_result_of(struct ctx *ctx, const struct rpc *rpc, const char *type);
void rpc_result_end(struct emit *json);

/* {name, version} of this server. */
void rpc_server(struct emit *json, const char *name);

#endif
