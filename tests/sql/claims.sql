-- claims: who may enter, and what is said to the others.
\set VERBOSITY sqlstate
select kvasir.tenant_create('keyed', false) is not null;
begin;
select kvasir.enter_open('keyed', null, null, 0);
select kvasir.key_create('good', sha256('good'), 'a key', array['read'], null);
select kvasir.key_create('boss', sha256('boss'), 'its master', array['admin'], null);
select kvasir.key_create('late', sha256('late'), 'too old', array['read'], '-1 day');
select kvasir.key_create('gone', sha256('gone'), 'revoked', array['read'], null);
select kvasir.key_revoke('gone');
commit;
set role kvasir_app;

\echo a tenant that is not there
select kvasir.enter_open('nobody', null, null, 0);
\echo a key that is not known, or whose secret is wrong
select kvasir.enter_key('none', sha256('none'), 'read', null, null, 0);
select kvasir.enter_key('good', sha256('bad'), 'read', null, null, 0);
\echo expired, revoked, of another scope
select kvasir.enter_key('late', sha256('late'), 'read', null, null, 0);
select kvasir.enter_key('gone', sha256('gone'), 'read', null, null, 0);
select kvasir.enter_key('good', sha256('good'), 'write', null, null, 0);
\echo the right key binds its tenant, request and time limit; an admin key may do all
begin;
select kvasir.enter_key('good', sha256('good'), 'read', 'r1', 't1', 1234);
select name, current_setting('kvasir.request'), current_setting('kvasir.trace'),
       current_setting('statement_timeout')
  from kvasir.tenant;
commit;
begin;
select kvasir.enter_key('boss', sha256('boss'), 'write', null, null, 0);
select name from kvasir.tenant;
commit;
\echo the app may not read keys
select * from kvasir.api_key;
