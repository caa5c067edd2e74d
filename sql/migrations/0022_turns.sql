-- 0022: whose turn it is: of the open responses of one session, and of the tasks of many tenants.
set local role kvasir_owner;

-- Open responses of which one at a time is told what all of them hear; `session` is the topic
-- that they have in common.  `holder` names the connection by which their process listens: a lock
-- that Postgres frees with it tells whether the process is still there (kvasir.stream_hold()).
-- The newest that is held is the one, since who comes again has lost the one before.
create table kvasir.session_stream (
    tenant_id uuid not null references kvasir.tenant on delete cascade,
    session   text not null check (length(session) between 1 and 1024),
    stream    uuid not null,
    holder    uuid not null,
    number    bigint generated always as identity,
    primary key (tenant_id, session, stream)
);
alter table kvasir.session_stream enable row level security;
alter table kvasir.session_stream force row level security;
create policy own on kvasir.session_stream
    using (tenant_id = (select kvasir.tenant()));
-- A process joins and leaves for the tenants of all its streams; kvasir_engine tidies up.
create policy listen on kvasir.session_stream to kvasir_owner
    using (true);
create policy every on kvasir.session_stream to kvasir_engine
    using (true);
grant select, delete on kvasir.session_stream to kvasir_engine;

create index told_topic on kvasir.told (tenant_id, topic, number);

-- Whoever waited for a task's answer has gone, or takes the call back: `label` is that of the call's
-- transactions (claims.label of the program).
alter table kvasir.task add column label text collate "C";
create index task_stream on kvasir.task (tenant_id, stream)
    where stream is not null and status in ('queued', 'working', 'input_required');
create index task_label on kvasir.task (tenant_id, label)
    where label is not null and status in ('queued', 'working', 'input_required');

-- Tasks are begun in the order of `turn`, in which tenants alternate, and those of one tenant as they came
-- (kvasir.task_turn()).  Those that wait for a time are not `ready`, so that nobody looks at them before.
alter table kvasir.task add column turn bigint not null default 0;
alter table kvasir.task add column ready boolean not null default true;
drop index kvasir.task_due;
create index task_turn on kvasir.task (turn, run_at) where status = 'queued' and ready;
create index task_line on kvasir.task (tenant_id, turn) where status = 'queued' and ready;
create index task_later on kvasir.task (run_at) where status = 'queued' and not ready;
create index task_serving on kvasir.task (turn) where status = 'working';
