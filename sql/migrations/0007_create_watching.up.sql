-- What watching has found: how sessions are, where the world differs from what the exchange has put there, and what the
-- controller answered last.
-- Locks: SHARE ROW EXCLUSIVE on route_server and network while the foreign keys are made.

-- By the last look; never mixed with what we want of a session (session_admin_state).
CREATE TABLE session_status (
  route_server bigint NOT NULL REFERENCES route_server,
  protocol     text NOT NULL CHECK (protocol <> ''),
  health       text NOT NULL CONSTRAINT session_status_health_known
               CHECK (health IN ('never_up', 'up', 'down', 'limit', 'disabled')),
  info         text NOT NULL DEFAULT '',
  since        timestamptz NOT NULL DEFAULT now(),
  was_up       boolean NOT NULL,
  PRIMARY KEY (route_server, protocol)
) WITH (fillfactor = 70);

CREATE TABLE drift (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  target      text NOT NULL CHECK (target ~ '^(route_server|network):.'),
  kind        text NOT NULL CONSTRAINT drift_kind_known CHECK (kind IN (
                'bird_down', 'running_differs', 'boot_differs', 'files_damaged', 'armed_by_hand', 'configured_by_hand',
                'session_disabled', 'session_enabled', 'drop_in_missing', 'network_settings', 'member_authorized',
                'member_deauthorized', 'member_addresses', 'infrastructure_node', 'stray_node')),
  subject     text NOT NULL DEFAULT '',
  diff        text NOT NULL CHECK (diff <> ''),
  first_seen  timestamptz NOT NULL DEFAULT now(),
  last_seen   timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  resolution  text NOT NULL DEFAULT '',
  CONSTRAINT drift_resolved_says_how CHECK ((resolved_at IS NULL) = (resolution = ''))
) WITH (fillfactor = 70);
COMMENT ON COLUMN drift.diff IS 'Lines "- wanted" and "+ there"; the same difference has the same text in every look';
-- One event per difference, however often it is seen.
CREATE UNIQUE INDEX drift_open ON drift (target, kind, subject, md5(diff)) WHERE resolved_at IS NULL;

CREATE TABLE fabric_look (
  network    integer PRIMARY KEY REFERENCES network (number),
  looked_at  timestamptz NOT NULL DEFAULT now(),
  ready      boolean NOT NULL,
  message    text NOT NULL DEFAULT '',
  remedy     text NOT NULL DEFAULT '',
  members    integer NOT NULL DEFAULT 0 CHECK (members >= 0),
  authorized integer NOT NULL DEFAULT 0 CHECK (authorized BETWEEN 0 AND members)
);

GRANT SELECT ON session_status, drift, fabric_look TO ztix_app, ztix_worker;
GRANT INSERT, UPDATE, DELETE ON session_status TO ztix_worker;
GRANT INSERT, UPDATE ON drift, fabric_look TO ztix_worker;
