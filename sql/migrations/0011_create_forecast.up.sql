-- What was foreseen of each change on each route server, what was measured of it, and how it looked before.
-- Locks: SHARE ROW EXCLUSIVE on route_server and config_revision while the foreign keys are made.

CREATE TABLE forecast (
  route_server bigint NOT NULL REFERENCES route_server,
  revision bigint NOT NULL REFERENCES config_revision,
  -- What ran before; 0: nothing of ours.
  from_revision bigint NOT NULL CHECK (from_revision >= 0),
  computed_at timestamptz NOT NULL DEFAULT now(),
  change_class text NOT NULL CONSTRAINT forecast_change_class_known
    CHECK (change_class IN ('none', 'peers_only', 'filters', 'shared', 'restarts')),
  restarts integer NOT NULL CHECK (restarts >= 0),
  unnamed_restarts integer NOT NULL CHECK (unnamed_restarts BETWEEN 0 AND restarts),
  -- Sessions that something happens to, and what they share.
  content jsonb NOT NULL,
  -- For people; secrets are left out.
  diff text NOT NULL,
  verdict text NOT NULL DEFAULT 'none' CONSTRAINT forecast_verdict_known CHECK (verdict IN ('none', 'good', 'harm')),
  harm text NOT NULL DEFAULT '',
  measured_restarts integer NOT NULL DEFAULT 0 CHECK (measured_restarts >= 0),
  measurement jsonb,
  measured_at timestamptz,
  PRIMARY KEY (route_server, revision),
  CONSTRAINT forecast_measured CHECK ((verdict = 'none') = (measured_at IS NULL) AND (verdict = 'harm') = (harm <> ''))
) WITH (fillfactor = 70);

-- How a route server looked before something was armed there that did not end well yet: what died in a first try was
-- not "already down" in the second.
CREATE TABLE apply_baseline (
  route_server bigint PRIMARY KEY REFERENCES route_server,
  taken_at timestamptz NOT NULL DEFAULT now(),
  content jsonb NOT NULL
);

GRANT SELECT ON forecast TO ztix_app;
GRANT SELECT, INSERT, UPDATE ON forecast TO ztix_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON apply_baseline TO ztix_worker;
