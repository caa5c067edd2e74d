-- How often a collection's graph was written (docs/decisions/0032-whole-graphs-kept-by-epoch.md).

set local role kvasir_owner;

-- One row per transaction, later folded into others: no two writers wait for each other.  `writes` summed
-- and `mark`, a random number of each write, joined by exclusive or are the epoch: whoever sees other
-- writes sees another one, also after the database went back to a backup and was written again.
create table kvasir.graph_write (
    tenant_id uuid not null,
    number    bigint not null, -- of the collection
    writer    xid8 not null default pg_current_xact_id(),
    writes    bigint not null default 1,
    mark      bigint not null,
    primary key (tenant_id, number, writer)
) with (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 1000);
alter table kvasir.graph_write enable row level security;
alter table kvasir.graph_write force row level security;
create policy own on kvasir.graph_write
    using (tenant_id = (select kvasir.tenant()));
grant select, insert, update, delete on kvasir.graph_write to kvasir_app;
