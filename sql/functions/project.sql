-- project: what happened in a project, and the state of its features.

set local role kvasir_owner;

create or replace function kvasir.project_log(event_type text, status text, details jsonb)
returns bigint
language plpgsql volatile as $$
#variable_conflict use_column
declare
    event_id bigint;
begin
    insert into kvasir.project_event (tenant_id, event_type, status, details)
    values ((select kvasir.tenant()), event_type, status, details)
    returning id into event_id;
    perform kvasir.emit('kvasir.project.event', event_id::text,
                        jsonb_build_object('eventType', event_type, 'status', status));
    return event_id;
end
$$;

create or replace function kvasir.project_events(type_wanted text, status_wanted text, how_many bigint)
returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'id', e.id, 'eventType', e.event_type, 'status', e.status, 'details', e.details,
               'timestamp', kvasir.moment(e.created_at)) order by e.id desc), '[]')
      from (select * from kvasir.project_event p
             where p.tenant_id = (select kvasir.tenant())
               and (type_wanted is null or p.event_type = type_wanted)
               and (status_wanted is null or p.status = status_wanted)
             order by p.id desc limit how_many) e
$$;

-- Adds a feature, or changes what is given of the one of that name.  True when it is new.
create or replace function kvasir.project_feature_put(feature text, description text, status text)
returns boolean
language plpgsql volatile as $$
declare
    fresh boolean;
begin
    insert into kvasir.project_feature as f (tenant_id, name, description, status)
    values ((select kvasir.tenant()), feature, coalesce(project_feature_put.description, feature),
            coalesce(project_feature_put.status, 'planned'))
    on conflict (tenant_id, name) do update
       set description = coalesce(project_feature_put.description, f.description),
           status = coalesce(project_feature_put.status, f.status), updated_at = clock_timestamp()
    returning xmax = 0 into fresh;
    perform kvasir.emit('kvasir.project.feature', feature,
                        jsonb_build_object('name', feature, 'status', project_feature_put.status,
                                           'created', fresh));
    return fresh;
end
$$;

create or replace function kvasir.project_features(status_wanted text) returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'name', f.name, 'description', f.description, 'status', f.status,
               'createdAt', kvasir.moment(f.created_at), 'updatedAt', kvasir.moment(f.updated_at))
               order by f.updated_at desc, f.name), '[]')
      from kvasir.project_feature f
     where f.tenant_id = (select kvasir.tenant())
       and (status_wanted is null or f.status = status_wanted)
$$;

grant execute on function
    kvasir.project_log(text, text, jsonb),
    kvasir.project_events(text, text, bigint),
    kvasir.project_feature_put(text, text, text),
    kvasir.project_features(text)
to kvasir_app;
