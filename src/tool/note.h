/*
 * note: the tools for notes.
 */
#ifndef TOOL_NOTE_H
#define TOOL_NOTE_H

#include "memory/note.h"
#include "tool/result.h"
#include "tool/tool.h"

extern const struct tool note_list, note_get, note_create, note_update, note_delete;

#define NOTE_ID_SCHEMA                                                                         \
    "\"id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":100,\"description\":\"A "       \
    "note.\"}"
#define NOTE_USER_SCHEMA                                                                       \
    "\"userId\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256,\"description\":\"In "  \
    "whose name: his own notes and the shared ones. None: the shared ones.\"}"
#define NOTE_TAGS_SCHEMA                                                                       \
    "\"tags\":{\"type\":[\"string\",\"array\"],\"maxItems\":100,\"maxLength\":10000,"          \
    "\"items\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256},\"description\":\"A "   \
    "list, or one text with commas.\"}"
#define NOTE_FIELDS_SCHEMA                                                                     \
    "\"title\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000},"                      \
    "\"content\":{\"type\":\"string\",\"maxLength\":1000000},"                                 \
    "\"body\":{\"type\":\"string\",\"maxLength\":1000000,\"description\":\"Another name for "  \
    "content.\"}," NOTE_TAGS_SCHEMA ",\"source\":{\"type\":\"string\",\"maxLength\":1000},"    \
    "\"owner\":{\"type\":\"string\",\"maxLength\":256},\"compliance\":{\"type\":\"string\","   \
    "\"enum\":[\"clean\",\"review\",\"restricted\"]},\"retention\":{\"type\":\"string\","      \
    "\"enum\":[\"30d\",\"90d\",\"1y\",\"archive\"],\"description\":\"How long it is kept "     \
    "after its last change.\"},\"riskScore\":{\"type\":\"number\"},\"attachments\":{"          \
    "\"type\":\"array\",\"maxItems\":100}," NOTE_USER_SCHEMA

/* One note in a result. */
#define NOTE_RESULT                                                                            \
    RESULT("\"id\",\"title\",\"body\",\"createdAt\",\"updatedAt\"",                            \
           "\"id\":" RESULT_TEXT ",\"title\":" RESULT_TEXT ",\"body\":" RESULT_TEXT            \
           ",\"userId\":" RESULT_TEXT_NULL ",\"tags\":" RESULT_TEXT                            \
           ",\"createdAt\":" RESULT_TEXT ",\"updatedAt\":" RESULT_TEXT)

#endif
