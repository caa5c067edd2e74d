/*
 * given: arguments of a call, which our own wire and older clients name differently.
 */
#include "memory/given.h"

#include <math.h>

struct json_object *
given_value(struct json_object *args, const char *ours, const char *theirs)
{
    struct json_object *value = js_find(args, ours);

    return value != NULL || theirs == NULL ? value : js_find(args, theirs);
}

struct str
given_str(struct json_object *args, const char *ours, const char *theirs)
{
    return js_str(given_value(args, ours, theirs));
}

void
given_call_str(struct call *call, struct json_object *args, const char *ours,
               const char *theirs)
{
    call_str(call, given_str(args, ours, theirs));
}

void
given_call_json(struct call *call, struct arena *arena, struct json_object *args,
                const char *ours, const char *theirs)
{
    struct json_object *value = given_value(args, ours, theirs);

    if (value == NULL)
        call_null(call);
    else
        call_text(call, js_text(arena, value));
}

void
given_call_number(struct call *call, struct json_object *args, const char *ours,
                  const char *theirs)
{
    double number = js_double(given_value(args, ours, theirs), NAN);

    if (isnan(number))
        call_null(call);
    else
        call_double(call, number);
}

void
given_call_texts(struct pipe *pipe, struct call *call, struct json_object *list)
{
    struct array *array;

    if (list == NULL) {
        call_null(call);
        return;
    }
    array = array_new(pipe, ARRAY_TEXT);
    for (size_t i = 0; i < js_count(list); i++)
        array_str(array, js_str(js_item(list, i)));
    call_array(call, array);
}
