/*
 * reference_tools: the registry of tools as Markdown, for docs/tools.md.
 */
#ifndef APP_REFERENCE_TOOLS_H
#define APP_REFERENCE_TOOLS_H

/* By toolset, each tool in the first of its own: a heading, a sentence and a table each. */
void reference_tools_print(void);

#endif
