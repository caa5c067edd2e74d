/*
 * search_embed: the query's own embedding, when a search wants one and none was given.
 */
#include "search/search_embed.h"

#include "access/proof.h"
#include "search/hint.h"

static bool
embed_query(struct search *search, const struct embed *embed, struct arena *arena,
            struct err *err)
{
    float *vector;

    search->dims = embed_dims(embed);
    search->model = embed_model(embed);
    vector = arena_take(arena, search->dims * sizeof *vector);
    if (!embed_read(embed, arena, search->query, &search->reading, vector, err))
        return false;
    embed_to_be(vector, search->dims);
    buf_add(&search->vector, vector, search->dims * sizeof *vector);
    return true;
}

/* Has it a query that its mode compares by meaning, and no vector of it? */
static bool
is_wanted(const struct search *search)
{
    return search->mode != SEARCH_LEXICAL && search->dims == 0 && search->query.at != NULL;
}

bool
search_embed(struct search *search, const struct service *service, struct arena *arena,
             struct err *err)
{
    if (!is_wanted(search))
        return true;
    if (service->embed != NULL)
        return embed_query(search, service->embed, arena, err);
    search->no_meaning = service->embed_missing[0] != '\0'
                             ? service->embed_missing
                             : "this server runs without an embedding model";
    return search->mode != SEARCH_VECTOR ||
           err_set(err, ERR_BUSY, "search by meaning is not possible: %.180s",
                   search->no_meaning);
}

static bool
is_known_foreign(const struct search *search, const struct ctx *ctx)
{
    const struct hint *hint =
        hint_of(ctx->conn, &ctx->claims, search->database, search->collection);

    return hint != NULL && hint->foreign;
}

bool
search_embed_for(struct search *search, struct ctx *ctx)
{
    const struct embed *embed = ctx->service->embed;

    if (is_wanted(search) && embed != NULL && is_known_foreign(search, ctx)) {
        search->model = embed_model(embed);
        search->kept_back = embed;
        return true;
    }
    return (!is_wanted(search) || embed == NULL || proof_need(ctx)) &&
           search_embed(search, ctx->service, ctx->arena, &ctx->err);
}

void
search_embed_learn(const struct search *search, const struct lookup_trip *trip,
                   const struct lookup *lookup)
{
    struct hint *hint;

    if (search->model == NULL || lookup->set.at == NULL)
        return;
    hint = hint_of(trip->conn, trip->claims, search->database, search->collection);
    if (hint != NULL)
        hint->foreign = !str_is(lookup->embedder, search->model);
}

bool
search_embed_is_late(const struct search *search, const struct lookup *lookup)
{
    return search->kept_back != NULL && str_is(lookup->embedder, search->model);
}

bool
search_embed_late(struct search *search, struct arena *arena, struct err *err)
{
    const struct embed *embed = search->kept_back;

    search->kept_back = NULL;
    return embed_query(search, embed, arena, err);
}
