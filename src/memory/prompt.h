/*
 * prompt: versions of agents' prompts, and their measured runs.
 *
 * Each function adds a statement to a pipe that the caller runs; `legacy` chooses the names of
 * older clients.
 */
#ifndef MEMORY_PROMPT_H
#define MEMORY_PROMPT_H

#include "memory/given.h"

/* row 0: version, the prompt as JSON */
struct call *prompt_add_call(struct pipe *pipe, struct str agent, struct json_object *args,
                             bool legacy);
/* `version` 0: the active one */
struct call *prompt_get_call(struct pipe *pipe, struct str agent, long version, bool legacy);
struct call *prompt_activate_call(struct pipe *pipe, struct str agent, long version,
                                  bool legacy);
/* row 0: the prompts with their statistics as a JSON array, how many there are */
struct call *prompt_list_call(struct pipe *pipe, struct str agent, long limit, bool legacy);
/* row 0: id, version, average, how many runs that is of, whether it needs refinement */
struct call *prompt_report_call(struct pipe *pipe, struct arena *arena, struct str agent,
                                struct json_object *args);

/* As clients of MCP see them.  Rows: name, the prompt as JSON. */
enum prompt_listed { PROMPT_NAME, PROMPT_JSON };

struct call *prompt_page_call(struct pipe *pipe, struct str after, long how_many);

/* row 0: the text of `name` (agent or agent@version) with the arguments in it.  ERR_MISSING: no
   such prompt; ERR_INPUT: an argument is missing, unknown or no string. */
enum prompt_filled { PROMPT_AGENT, PROMPT_VERSION, PROMPT_SAYS, PROMPT_BODY };

struct call *prompt_fill_call(struct pipe *pipe, struct arena *arena, struct str name,
                              struct json_object *args);

#endif
