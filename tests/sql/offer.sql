-- offer: resources, prompts and completion show a tenant its own, and addresses come back as they went.
select kvasir.tenant_create('tenant_a', false) is not null, kvasir.tenant_create('tenant_b', false) is not null;

\echo addresses
select kvasir.uri_part(p), kvasir.uri_unpart(kvasir.uri_part(p)) = p
  from unnest(array['plain-1.2_~', 'a/b', 'ü%', '..', 'a b', '%41', '💡']) p;
select kvasir.uri_unpart('%ff') is null, kvasir.uri_unpart('%4'), kvasir.uri_unpart('a%2Fb');
select kvasir.uri('notes'), kvasir.uri('notes', 'records', 'a/1');

\echo arguments of a text
select kvasir.prompt_arguments(t) from unnest(array[
    'none', '{{a}} {{b?}} {{a?}}', '{{ a }}{{}}{{1}}{{a b}}', '{{{a}}}', '{{a?}}{{a}}']) t;

\echo each tenant has a prompt, a note and a memory
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_a', null, null, 1000);
select version from kvasir.prompt_add('greet', 'Hello {{name}}', true, null);
select title from kvasir.note_create(null, 'n', 'b', '{apple,avocado}', null, null, 'clean', 'archive', null, '[]');
select made from kvasir.collection_create('default_database', 'memory', null, 'cosine', null, 'english', null, false);
select inserted from kvasir.record_put('default_database', 'memory', array['m1', 'm2'], array['one', 'two'],
    array['{"tags": ["apricot", "apple"]}', '{"tags": ["almond"], "user": "u"}']::jsonb[],
    array[null, null]::text[], array[null, null]::vector[], null);
commit;
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_b', null, null, 1000);
select version from kvasir.prompt_add('other', 'Of b', true, null);
select made from kvasir.collection_create('default_database', 'bees', null, 'cosine', null, 'english', null, false);
select inserted from kvasir.record_put('default_database', 'bees', array['b1'], array['one'], array['{}'::jsonb],
    array[null::text], array[null]::vector[], null);
commit;

\echo tenant b sees nothing of a
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_b', null, null, 1000);
select count(*) from kvasir.tag_use;
select name from kvasir.prompt_page(null, 10);
select resource ->> 'uri' from kvasir.resource_page('default_database', null, null, 0, 10);
select value from kvasir.complete(null, 'tag', null, '');
select value from kvasir.complete(null, 'collection', null, '');
select value from kvasir.complete(null, 'record', 'memory', '');
select kvasir.resource_version('kvasir://collections/memory/records/m1'),
       kvasir.resource_version('kvasir://collections/bees/records/b1') > 0;
savepoint s;
select body from kvasir.prompt_fill('greet', '{"name": "x"}');
rollback to s;
select * from kvasir.resource_read('default_database', 'memory', 'records', 'm1');
rollback;

\echo tenant a: each tag once, none of one user, and they go with what had them
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_a', null, null, 1000);
select body from kvasir.prompt_fill('greet@1', '{"name": "{{name}}"}');
select value from kvasir.complete(null, 'tag', null, 'a');
select value from kvasir.complete(null, 'tag', null, 'ap');
select updated from kvasir.record_update('default_database', 'memory', array['m1'], array[null]::text[],
    array['{"tags": ["avens"]}'::jsonb], array[null]::text[], array[null]::vector[], null);
select value from kvasir.complete(null, 'tag', null, 'a');
select kvasir.record_delete('default_database', 'memory', array['m1'], null);
select value from kvasir.complete(null, 'tag', null, 'a');
rollback;
begin;
set local role kvasir_app;
select kvasir.enter_open('tenant_a', null, null, 1000);
select kvasir.collection_drop('default_database', 'memory');
select value from kvasir.complete(null, 'tag', null, 'a');
rollback;
