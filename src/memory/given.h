/*
 * given: arguments of a call, which our own wire and older clients name differently.
 *
 * Ours are written half_life_days, theirs halfLifeDays.  Arguments fit a schema already, so a
 * value that is there has its type; one that is not there is bound as null.
 */
#ifndef MEMORY_GIVEN_H
#define MEMORY_GIVEN_H

#include "base/js.h"
#include "db/pipe.h"

/* By the one name or the other; NULL when neither is there. */
struct json_object *given_value(struct json_object *args, const char *ours, const char *theirs);
struct str given_str(struct json_object *args, const char *ours, const char *theirs);

/* As the next parameter of a statement. */
void given_call_str(struct call *call, struct json_object *args, const char *ours,
                    const char *theirs);
void given_call_json(struct call *call, struct arena *arena, struct json_object *args,
                     const char *ours, const char *theirs);
void given_call_number(struct call *call, struct json_object *args, const char *ours,
                       const char *theirs);
void given_call_texts(struct pipe *pipe, struct call *call, struct json_object *list);

#endif
