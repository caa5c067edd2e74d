-- What Chroma's clients set and read back of a collection.

set local role kvasir_owner;

-- configuration: {"hnsw": {...}, "embedding_function": ...} as given, without the space, which has a
-- column of its own; schema: as given at creation; keys: the kinds of value seen under each key of
-- the metadata, "key" -> ["string", "int", ...].
alter table kvasir.collection
    add column configuration jsonb not null default '{}',
    add column schema        jsonb,
    add column keys          jsonb not null default '{}';
grant update (configuration, keys) on kvasir.collection to kvasir_app;
