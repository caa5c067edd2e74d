/*
 * note: notes of users and shared ones.
 *
 * Each function adds a statement to a pipe that the caller runs; `legacy` chooses the names of
 * older clients for what comes back.
 */
#ifndef MEMORY_NOTE_H
#define MEMORY_NOTE_H

#include "memory/given.h"

/* row 0: id, the note as JSON */
struct call *note_create_call(struct pipe *pipe, struct arena *arena, struct json_object *args,
                              bool legacy);
struct call *note_update_call(struct pipe *pipe, struct arena *arena, struct str id,
                              struct json_object *args, bool legacy);
struct call *note_get_call(struct pipe *pipe, struct str id, struct str user, bool legacy);
struct call *note_delete_call(struct pipe *pipe, struct str id, struct str user);
/* row 0: the notes as a JSON array, how many there are; the tool's own tags may be a list in
   one text. */
struct call *note_list_call(struct pipe *pipe, struct json_object *args, bool legacy);

#endif
