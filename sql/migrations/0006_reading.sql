-- What conditional reads saw (docs/decisions/0012-conditional-writes.md).

set local role kvasir_owner;

create sequence kvasir.reading_token;
grant usage on sequence kvasir.reading_token to kvasir_app;

-- version: which writing of the record was seen; null: there was none.  The row with the id '' says
-- that the token was given out.
create table kvasir.reading (
    tenant_id     uuid not null,
    collection_id uuid not null,
    token         bigint not null,
    id            text collate "C" not null,
    version       text,
    read_at       timestamptz not null default now(),
    primary key (tenant_id, collection_id, token, id),
    foreign key (tenant_id, collection_id) references kvasir.collection on delete cascade
);
alter table kvasir.reading enable row level security;
alter table kvasir.reading force row level security;
create policy own on kvasir.reading
    using (tenant_id = (select kvasir.tenant()));
grant select, insert, delete on kvasir.reading to kvasir_app;
