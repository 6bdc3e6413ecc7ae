-- Revisions: what every route server's configuration is made of, for ever. One sequence for the whole exchange. The
-- manifest of revision N is every object with from_revision <= N < to_revision, so a change costs one row per changed
-- object, however large the exchange is.
-- Locks: SHARE ROW EXCLUSIVE on route_server while the foreign key is made.

CREATE TABLE config_revision (
  revision bigint PRIMARY KEY CHECK (revision > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  cause text NOT NULL CHECK (cause <> ''),
  quarantined_at timestamptz,
  quarantine_cause text NOT NULL DEFAULT '',
  CONSTRAINT config_revision_quarantine_has_cause CHECK ((quarantined_at IS NOT NULL) = (quarantine_cause <> ''))
);

CREATE TABLE config_object (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CONSTRAINT config_object_kind_known
    CHECK (kind IN ('network', 'route_server', 'membership', 'session_admin_state', 'policy', 'templates')),
  subject text NOT NULL CHECK (subject <> ''),
  version integer NOT NULL CHECK (version > 0),
  content jsonb NOT NULL,
  -- Whom it concerns: the route servers of one network, one route server, or, with neither, all.
  network integer,
  route_server bigint,
  from_revision bigint NOT NULL REFERENCES config_revision,
  to_revision bigint REFERENCES config_revision,
  CONSTRAINT config_object_span CHECK (to_revision > from_revision)
);

CREATE UNIQUE INDEX config_object_current ON config_object (kind, subject) WHERE to_revision IS NULL;
CREATE INDEX config_object_history ON config_object (kind, subject, version, from_revision);
CREATE INDEX config_object_from ON config_object (from_revision);
CREATE INDEX config_object_to ON config_object (to_revision);

-- A root as it was rendered for one route server: what a digest found on a host means.
CREATE TABLE root (
  route_server bigint NOT NULL REFERENCES route_server,
  revision bigint NOT NULL REFERENCES config_revision,
  file_digest text NOT NULL CHECK (file_digest ~ '^[0-9a-f]{64}$'),
  config_digest text NOT NULL CHECK (config_digest ~ '^[0-9a-f]{64}$'),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (route_server, file_digest, revision)
);
CREATE INDEX root_config_digest ON root (route_server, config_digest, revision);

-- What was published is never rewritten: only the end of an object's span and a quarantine are added, once.
CREATE FUNCTION refuse_rewriting_history() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are immutable', tg_table_name USING errcode = 'restrict_violation';
END
$$;

CREATE TRIGGER config_object_no_delete BEFORE DELETE ON config_object
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER config_object_only_ends BEFORE UPDATE ON config_object
  FOR EACH ROW WHEN (
    old.to_revision IS NOT NULL OR new.to_revision IS NULL
    OR (old.id, old.kind, old.subject, old.version, old.content, old.from_revision)
       IS DISTINCT FROM (new.id, new.kind, new.subject, new.version, new.content, new.from_revision)
    OR (old.network, old.route_server) IS DISTINCT FROM (new.network, new.route_server)
  ) EXECUTE FUNCTION refuse_rewriting_history();

CREATE TRIGGER config_revision_no_delete BEFORE DELETE ON config_revision
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER config_revision_only_quarantine BEFORE UPDATE ON config_revision
  FOR EACH ROW WHEN (
    old.quarantined_at IS NOT NULL OR new.quarantined_at IS NULL
    OR (old.revision, old.created_at, old.actor, old.cause)
       IS DISTINCT FROM (new.revision, new.created_at, new.actor, new.cause)
  ) EXECUTE FUNCTION refuse_rewriting_history();

CREATE TRIGGER root_is_immutable BEFORE UPDATE OR DELETE ON root
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();

GRANT SELECT ON config_revision, config_object, root TO ztix_app, ztix_worker;
GRANT INSERT ON config_revision, config_object TO ztix_app, ztix_worker;
GRANT UPDATE (to_revision) ON config_object TO ztix_app, ztix_worker;
GRANT UPDATE (quarantined_at, quarantine_cause) ON config_revision TO ztix_worker;
GRANT INSERT ON root TO ztix_worker;
