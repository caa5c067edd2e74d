-- Sets of words, so that what a collection's words are can change (docs/decisions/0035-words-made-anew.md).

set local role kvasir_owner;

-- The set that searches of a collection read; null: the one it was made with, which has its own number.
alter table kvasir.collection add column words bigint;

-- Sets that were made later.  Their numbers are those of no collection; a number names the postings of a
-- set and its rows in unposted, run, forgotten and tally.
-- making: writers write into it, and the engine reads the records up to `last` that were there before, of
-- which those up to `reached` are done.  asked: a transaction that began after all others could know of that
-- state; null: none yet.  left: nobody reads it any more, and it is taken away.
create table kvasir.word_set (
    tenant_id  uuid not null,
    collection bigint not null, -- its number
    number     bigint not null,
    language   text not null,
    weights    jsonb,
    state      text not null check (state in ('making', 'searched', 'left')),
    since      timestamptz not null default now(), -- in this state
    asked      xid8,
    last       bigint,                    -- null: the engine has not begun
    reached    bigint not null default 0,
    read       bigint not null default 0, -- records so far
    records    bigint,                    -- that there were when it was asked for
    primary key (tenant_id, number)
);
create unique index on kvasir.word_set (tenant_id, collection) where state = 'making';
alter table kvasir.word_set enable row level security;
alter table kvasir.word_set force row level security;
create policy own on kvasir.word_set
    using (tenant_id = (select kvasir.tenant()));
create policy every on kvasir.word_set for select to kvasir_engine
    using (true);
grant select on kvasir.word_set to kvasir_app, kvasir_engine;

-- The set whose words are told of; null: the one that the collection was made with.
alter table kvasir.tally add column number bigint;

-- How many words the record had before: asked for while a set is being made.
alter table kvasir.forgotten add column len integer;

-- Calls of a language model are kept for llm_retention: the engine takes old ones away.
create index llm_call_age on kvasir.llm_call (called_at);
create policy every on kvasir.llm_call to kvasir_engine
    using (true) with check (true);
grant select (tenant_id, id, called_at), delete on kvasir.llm_call to kvasir_engine;
