/*
 * result: pieces of JSON Schema for what tools answer with.
 *
 * A result may always have more members than its schema names, so that a tool can grow.
 */
#ifndef TOOL_RESULT_H
#define TOOL_RESULT_H

#define RESULT_TEXT       "{\"type\":\"string\"}"
#define RESULT_TEXT_NULL  "{\"type\":[\"string\",\"null\"]}"
#define RESULT_NUMBER     "{\"type\":\"number\"}"
#define RESULT_COUNT      "{\"type\":\"integer\",\"minimum\":0}"
#define RESULT_FLAG       "{\"type\":\"boolean\"}"
#define RESULT_ANY        "{\"type\":\"object\"}"
#define RESULT_ANY_NULL   "{\"type\":[\"object\",\"null\"]}"
#define RESULT_LIST(item) "{\"type\":\"array\",\"items\":" item "}"
#define RESULT_TEXTS      "{\"type\":\"array\",\"items\":" RESULT_TEXT "}"

/* An object: the names that are always there, each in quotes, and its members. */
#define RESULT(required, members)                                                              \
    "{\"type\":\"object\",\"required\":[" required "],\"properties\":{" members "}}"

/* The same with success: true, as older clients want it. */
#define RESULT_DONE(required, members)                                                         \
    RESULT("\"success\"," required, "\"success\":{\"const\":true}," members)
#define RESULT_SUCCESS RESULT("\"success\"", "\"success\":{\"const\":true}")

/* How a search was done; absent when there was nothing to search. */
#define RESULT_HOW                                                                             \
    "\"mode\":" RESULT_TEXT ",\"degraded\":" RESULT_FLAG ",\"reason\":" RESULT_TEXT

#endif
