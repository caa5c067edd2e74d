-- What a language model reads in records, where a collection wants that
-- (docs/decisions/0021-a-model-that-must-quote.md).

set local role kvasir_owner;

-- A collection whose records are read; no row: off.
create table kvasir.extraction (
    tenant_id     uuid not null,
    collection_id uuid not null,
    number        bigint not null, -- of the collection
    since         timestamptz not null default now(),
    rest_until    timestamptz not null default '-infinity', -- after the endpoint was away
    note          text,                                     -- why it rests or has stopped
    stopped       boolean not null default false,           -- until somebody switches it on again
    primary key (tenant_id, number),
    foreign key (tenant_id, collection_id) references kvasir.collection on delete cascade
);

-- One row per record that waits to be read, as kvasir.unlinked.  failure: why it is not tried again.
create table kvasir.unextracted (
    tenant_id uuid not null,
    number    bigint not null,
    seq       bigint not null,
    stamp     xid8 not null default pg_current_xact_id(),
    since     timestamptz not null default now(),
    failure   text,
    primary key (tenant_id, number, seq)
);
create index unextracted_due on kvasir.unextracted (tenant_id, number, seq) where failure is null;

-- What the model names in a record, with the place of the quote.
create table kvasir.extracted_mention (
    tenant_id uuid not null references kvasir.tenant on delete cascade,
    number    bigint not null,
    seq       bigint not null,
    key       text collate "C" not null,
    start_at  integer not null check (start_at >= 0),
    stop_at   integer not null check (stop_at > start_at),
    type      text collate "C" not null,
    name      text not null,
    extractor text collate "C" not null check (extractor ~ '^llm:[^@]+@.+$'),
    primary key (tenant_id, number, seq, key, start_at, stop_at, extractor)
);
create index extracted_mention_key on kvasir.extracted_mention (tenant_id, number, key);

-- Replies by the SHA-256 of all that they follow from, so that the same text is never paid for twice.
-- The string "cut": the reply is too long, so that halves of the text are asked for.
create table kvasir.extracted (
    tenant_id uuid not null references kvasir.tenant on delete cascade,
    number    bigint not null,
    digest    bytea not null check (length(digest) = 32),
    extractor text collate "C" not null,
    reply     jsonb not null,
    used_at   timestamptz not null default now(),
    primary key (tenant_id, number, digest)
);
create index extracted_used on kvasir.extracted (used_at);

do $$
declare
    name text;
begin
    foreach name in array array['extraction', 'unextracted', 'extracted_mention', 'extracted'] loop
        execute format('alter table kvasir.%I enable row level security', name);
        execute format('alter table kvasir.%I force row level security', name);
        execute format('create policy own on kvasir.%I using (tenant_id = (select kvasir.tenant()))',
                       name);
        execute format('grant select, insert, update, delete on kvasir.%I to kvasir_app', name);
    end loop;
    foreach name in array array['extraction', 'unextracted'] loop
        execute format('create policy every on kvasir.%I for select to kvasir_engine using (true)',
                       name);
        execute format('grant select on kvasir.%I to kvasir_engine', name);
    end loop;
end
$$;

-- What nobody asked for in a month the engine forgets, and sees no more of it than that.
create policy old on kvasir.extracted to kvasir_engine
    using (used_at < now() - interval '30 days') with check (false);
grant select (tenant_id, number, digest, used_at), delete on kvasir.extracted to kvasir_engine;
