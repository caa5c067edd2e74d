/*
 * relation: what somebody says of entities, with the places in records that it was read from.
 */
#include "graph/relation.h"

#include "graph/entity.h"

static bool
emit_key(struct arena *arena, struct emit *json, const char *member, struct str name,
         struct err *err)
{
    struct str key = entity_key(arena, name);

    if (key.at == NULL)
        return err_set(err, ERR_SHAPE, "%s must have letters or digits, at most %d bytes",
                       member, ENTITY_KEY_MAX);
    emit_str(json, member, key);
    return true;
}

static void
emit_given(struct emit *json, const char *member, struct str text)
{
    if (text.at != NULL)
        emit_str(json, member, text);
}

static void
emit_evidence(struct emit *json, const struct relation_evidence *evidence)
{
    emit_object(json, NULL);
    emit_str(json, "record", evidence->record);
    emit_given(json, "quote", evidence->quote);
    if (evidence->start >= 0)
        emit_long(json, "start", evidence->start);
    if (evidence->end >= 0)
        emit_long(json, "end", evidence->end);
    if (evidence->confidence >= 0)
        emit_double(json, "confidence", evidence->confidence);
    emit_object_end(json);
}

bool
relation_emit(struct arena *arena, struct emit *json, const struct relation *relation,
              struct err *err)
{
    emit_object(json, NULL);
    if (!emit_key(arena, json, "subject", relation->subject, err))
        return false;
    emit_str(json, "predicate", relation->predicate);
    if (relation->object.at == NULL)
        emit_str(json, "literal", relation->value);
    else if (!emit_key(arena, json, "object", relation->object, err))
        return false;
    emit_given(json, "valid_from", relation->valid_from);
    emit_given(json, "valid_to", relation->valid_to);
    emit_array(json, "evidence");
    for (size_t i = 0; i < relation->evidence_count; i++)
        emit_evidence(json, &relation->evidence[i]);
    emit_array_end(json);
    emit_object_end(json);
    return true;
}

struct call *
relation_put_for(struct pipe *pipe, struct str tenant, long number, const char *extractor,
                 const char *json)
{
    struct call *call = pipe_add(pipe, STMT_relation_put_for);

    call_str(call, tenant);
    call_long(call, number);
    call_text(call, extractor);
    call_text(call, json);
    return call;
}
