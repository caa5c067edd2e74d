-- stream: telling who listens, in whichever process, that something changed.

set local role kvasir_owner;

-- To listeners of this tenant, when the transaction commits.
create or replace function kvasir.stream_tell(topic text, said jsonb default null)
returns void
language plpgsql volatile as $$
begin
    perform pg_notify('kvasir_stream', format('topic %s %s', kvasir.tenant(), topic));
end
$$;

grant execute on function kvasir.stream_tell(text, jsonb) to kvasir_app, kvasir_engine;
