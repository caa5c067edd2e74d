/*
 * knowledge_hit: one found text as the tools of the archive give it back.
 */
#include "tool/knowledge_hit.h"

#include "search/search_emit.h"

void
knowledge_hit_emit(const struct search *search, const struct call *call, size_t index,
                   const char *relation, struct emit *out)
{
    emit_object(out, NULL);
    emit_str(out, "id", search_hit_id(search, call, index));
    emit_str(out, "content", search_hit_text(search, call, index));
    emit_raw(out, "metadata", search_hit_metadata(search, call, index).at);
    emit_double(out, "score", search_hit_score(search, call, index));
    if (relation != NULL)
        emit_text(out, "relation", relation);
    emit_object_end(out);
}
