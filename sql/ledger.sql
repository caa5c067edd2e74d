-- ledger: what `kvasir migrate` has done to this database; run at its begin and at its end.
create schema if not exists kvasir;
create table if not exists kvasir.migration (
    number     integer unique,          -- null: a file of functions, which may change
    name       text primary key,
    checksum   text not null,           -- SHA-256 of the file
    applied_at timestamptz not null default now(),
    duration   interval not null
);
do $$
begin
    if exists (select from pg_catalog.pg_roles where rolname = 'kvasir_owner') then
        alter schema kvasir owner to kvasir_owner;
        alter table kvasir.migration owner to kvasir_owner;
    end if;
end
$$;
