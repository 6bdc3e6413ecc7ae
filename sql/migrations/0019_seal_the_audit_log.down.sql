-- Locks: ACCESS EXCLUSIVE on audit and audit_seal, for a moment.

REVOKE INSERT (actor_kind, actor_user_id, actor_name, remote_address, trace_id, action, subject_kind, subject_id, facts)
  ON audit FROM ztix_app, ztix_worker;
GRANT INSERT ON audit TO ztix_app, ztix_worker;

DROP TRIGGER audit_is_kept ON audit;
DROP TRIGGER audit_is_immutable ON audit;
DROP TABLE audit_seal;
DROP INDEX audit_by_time;
DROP INDEX audit_by_xact;
ALTER TABLE audit DROP COLUMN xact;
