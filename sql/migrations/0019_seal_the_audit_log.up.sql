-- The audit log is sealed: the worker chains its rows with a key that only it and `ztix audit verify` read.
-- Locks: ACCESS EXCLUSIVE on audit, and SHARE while its indexes are made: whoever writes it waits for that.

-- Which transaction wrote a row. Numbers of rows become visible out of order, those of transactions below the snapshot's
-- xmin do not: so the sealer knows from where on it has to look again. Rows of before stay without one.
ALTER TABLE audit ADD COLUMN xact xid8;
ALTER TABLE audit ALTER COLUMN xact SET DEFAULT pg_current_xact_id();
CREATE INDEX audit_by_xact ON audit (xact);
CREATE INDEX audit_by_time ON audit USING brin (at);

CREATE TABLE audit_seal (
  seq            bigint PRIMARY KEY CHECK (seq > 0),
  audit_id       bigint NOT NULL CONSTRAINT audit_seal_once UNIQUE,
  hmac           bytea NOT NULL CHECK (length(hmac) = 32),
  complete_since timestamptz
);
COMMENT ON TABLE audit_seal IS 'One row for each sealed row of audit, without gaps: HMAC-SHA-256 over the seal before, and the row';
COMMENT ON COLUMN audit_seal.complete_since IS 'What was committed before this time was sealed before; NULL: not known';

-- Nobody needs to be told twice: not the programs, who have no right to it, and not the owner by mistake.
CREATE TRIGGER audit_is_immutable BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER audit_is_kept BEFORE TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER audit_seal_is_immutable BEFORE UPDATE OR DELETE ON audit_seal
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER audit_seal_is_kept BEFORE TRUNCATE ON audit_seal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- Who appends chooses neither the number nor the time of a row, nor what the sealer finds it by.
REVOKE INSERT ON audit FROM ztix_app, ztix_worker;
GRANT INSERT (actor_kind, actor_user_id, actor_name, remote_address, trace_id, action, subject_kind, subject_id, facts)
  ON audit TO ztix_app, ztix_worker;
GRANT SELECT, INSERT ON audit_seal TO ztix_worker;
