-- Names and kinship that Chroma's clients ask for.

set local role kvasir_owner;

-- The first part of a collection's resource name ("tenant:database:collection"), beside the
-- tenant's own name.
alter table kvasir.tenant
    add column resource_name text unique check (length(resource_name) between 1 and 512);

-- The collection that a line of forks began with, which may be gone by now; null: not a fork.
alter table kvasir.collection add column family uuid;
