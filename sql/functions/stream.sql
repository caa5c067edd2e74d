-- stream: tells whoever listens for a topic of this transaction's tenant.

set local role kvasir_owner;

create or replace function kvasir.stream_tell(topic text) returns void
language sql volatile as $$
    select pg_notify('kvasir_stream', (select kvasir.tenant()) || ' ' || topic)
$$;
grant execute on function kvasir.stream_tell(text) to kvasir_app, kvasir_engine;
