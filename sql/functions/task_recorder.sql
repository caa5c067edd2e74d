-- task_recorder: calls that are made again and again with the same arguments, as the audit knows them.

set local role kvasir_owner;

-- One row per tool and arguments among the newest calls, the most frequent first.  A call that was
-- seen three times and went well in seven of ten is suggested.
create or replace function kvasir.task_patterns()
returns table (signature text, suggestion_id text, tool text, seen bigint, success_rate double precision,
               average_ms double precision, first_seen timestamptz, third_seen timestamptz,
               last_seen timestamptz, suggested boolean, verdict text)
language sql stable as $$
    with newest as (
        select a.id, a.tool, a.digest, a.outcome, a.ms, a.called_at
          from kvasir.audit a
         where a.tenant_id = (select kvasir.tenant())
         order by a.id desc limit 100000),
    pattern as (
        select n.tool || ':' || left(encode(n.digest, 'hex'), 16) as signature, n.tool, count(*) as seen,
               count(*) filter (where n.outcome = 'ok') / count(*)::double precision as success_rate,
               avg(n.ms)::double precision as average_ms, min(n.called_at) as first_seen,
               (array_agg(n.called_at order by n.id))[3] as third_seen, max(n.called_at) as last_seen
          from newest n
         where n.digest is not null and n.tool not like 'taskrecorder.%'
           and n.outcome not in ('denied', 'limited', 'repeated', 'conflict', 'input')
         group by n.tool, n.digest
        having count(*) >= 2)
    select p.signature, md5((select kvasir.tenant())::text || p.signature)::uuid::text, p.tool, p.seen,
           p.success_rate, p.average_ms, p.first_seen, p.third_seen, p.last_seen,
           p.seen >= 3 and p.success_rate >= 0.7, v.verdict
      from pattern p
      left join kvasir.task_verdict v
        on v.tenant_id = (select kvasir.tenant()) and v.signature = p.signature
     order by p.seen desc, p.signature
$$;

create or replace function kvasir.task_pattern_list(how_many bigint) returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'taskSignature', p.signature, 'taskType', p.tool, 'frequency', p.seen,
               'successRate', p.success_rate, 'averageDuration', p.average_ms,
               'firstSeen', kvasir.moment(p.first_seen), 'lastSeen', kvasir.moment(p.last_seen),
               'hasSuggestion', p.suggested,
               'suggestionStatus', case when p.suggested then coalesce(p.verdict, 'pending') end)
               order by p.seen desc, p.signature), '[]')
      from (select * from kvasir.task_patterns() limit how_many) p
$$;

-- What nobody has decided on yet.
create or replace function kvasir.task_suggestion_list(how_many bigint) returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'id', p.suggestion_id, 'taskSignature', p.signature, 'taskType', p.tool,
               'suggestedAction', format('Do %s with these arguments by itself', p.tool),
               'confidence', p.success_rate, 'observedCount', p.seen,
               'estimatedBenefit', format('%s calls so far, %s ms each', p.seen, round(p.average_ms)),
               'requiresApproval', true, 'status', 'pending', 'createdAt', kvasir.moment(p.third_seen))
               order by p.seen desc, p.signature), '[]')
      from (select * from kvasir.task_patterns() q
             where q.suggested and q.verdict is null limit how_many) p
$$;

-- Decides on a suggestion, and tells who did, or KV404.
create or replace function kvasir.task_decide(suggestion text, verdict text) returns text
language plpgsql volatile as $$
#variable_conflict use_variable
declare
    wanted text := (select p.signature from kvasir.task_patterns() p
                     where p.suggested and p.suggestion_id = suggestion);
begin
    if wanted is null then
        raise exception using errcode = 'KV404', message = format('no suggestion %s', suggestion);
    end if;
    insert into kvasir.task_verdict as v (tenant_id, signature, verdict, decided_by)
    values ((select kvasir.tenant()), wanted, verdict, kvasir.caller())
    on conflict on constraint task_verdict_pkey do update
        set verdict = excluded.verdict, decided_by = excluded.decided_by, decided_at = now();
    perform kvasir.emit('taskrecorder.suggestion.' || verdict, wanted,
                        jsonb_build_object('suggestion', suggestion, 'by', kvasir.caller()));
    return kvasir.caller();
end
$$;

grant execute on function
    kvasir.task_patterns(),
    kvasir.task_pattern_list(bigint),
    kvasir.task_suggestion_list(bigint),
    kvasir.task_decide(text, text)
to kvasir_app;
