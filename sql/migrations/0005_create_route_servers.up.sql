-- The inventory of route servers, what is known of each, and how far each request got on each of them.
-- Locks: SHARE ROW EXCLUSIVE on network, infrastructure_node, request and membership while the foreign keys are made.

CREATE TABLE route_server (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Part of job subjects and of URLs: never changes, never used again.
  name text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9-]{0,31}$'),
  ssh_host text NOT NULL CHECK (ssh_host <> ''),
  ssh_port integer NOT NULL CHECK (ssh_port BETWEEN 1 AND 65535),
  ssh_user text NOT NULL CHECK (ssh_user <> ''),
  host_key text NOT NULL CHECK (host_key <> ''),
  router_id inet NOT NULL CHECK (family(router_id) = 4 AND masklen(router_id) = 32),
  state text NOT NULL DEFAULT 'joining' CONSTRAINT route_server_state_known
    CHECK (state IN ('joining', 'enabled', 'draining', 'maintenance', 'disabled', 'removed')),
  -- Why fewer than two RTR caches are enough.
  rtr_exception text NOT NULL DEFAULT '',
  bird_version text NOT NULL DEFAULT '',
  -- Newest revision that changes anything for this route server.
  wanted_revision bigint NOT NULL DEFAULT 0 CHECK (wanted_revision >= 0),
  wanted_digest text NOT NULL DEFAULT '',
  -- What it is known to run and to boot: revision, file digest of the root, ZTIX_DIGEST.
  confirmed_revision bigint NOT NULL DEFAULT 0 CHECK (confirmed_revision >= 0),
  confirmed_file text NOT NULL DEFAULT '',
  confirmed_digest text NOT NULL DEFAULT '',
  confirmed_at timestamptz,
  last_step text NOT NULL DEFAULT '',
  last_error text NOT NULL DEFAULT '',
  last_step_at timestamptz,
  last_probe jsonb,
  last_probe_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);

CREATE UNIQUE INDEX route_server_address ON route_server (ssh_host, ssh_port) WHERE state <> 'removed';
CREATE UNIQUE INDEX route_server_router_id ON route_server (router_id) WHERE state <> 'removed';

-- One number per route server that the host refuses to see fall (architecture: a stale worker is refused by the
-- target). A table of its own: a claim raises it and must wait for nobody who writes the route server's row.
CREATE TABLE route_server_fence (
  route_server bigint PRIMARY KEY REFERENCES route_server,
  fence bigint NOT NULL DEFAULT 0 CHECK (fence >= 0)
) WITH (fillfactor = 50);

CREATE TABLE rtr_cache (
  route_server bigint NOT NULL REFERENCES route_server,
  position integer NOT NULL CHECK (position >= 0),
  address inet NOT NULL,
  port integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
  PRIMARY KEY (route_server, position),
  UNIQUE (route_server, address, port)
);

CREATE TABLE route_server_attachment (
  route_server bigint NOT NULL REFERENCES route_server,
  network integer NOT NULL REFERENCES network (number),
  infrastructure_node bigint NOT NULL UNIQUE REFERENCES infrastructure_node,
  PRIMARY KEY (route_server, network)
);
CREATE INDEX route_server_attachment_network ON route_server_attachment (network);

-- How far one request got on one route server.
CREATE TABLE request_route_server (
  request uuid NOT NULL REFERENCES request,
  route_server bigint NOT NULL REFERENCES route_server,
  state text NOT NULL DEFAULT 'waiting' CONSTRAINT request_route_server_state_known
    CHECK (state IN ('waiting', 'checking', 'armed', 'confirmed', 'failed')),
  wanted_revision bigint NOT NULL CHECK (wanted_revision > 0),
  confirmed_revision bigint NOT NULL DEFAULT 0 CHECK (confirmed_revision >= 0),
  last_step text NOT NULL DEFAULT '',
  last_error text NOT NULL DEFAULT '',
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (request, route_server)
) WITH (fillfactor = 70);
CREATE INDEX request_route_server_open ON request_route_server (route_server, wanted_revision)
  WHERE state <> 'confirmed';

-- What must stay down has to be written down: BIRD enables again what was only switched off by command. No row =
-- enabled.
CREATE TABLE session_admin_state (
  membership bigint NOT NULL REFERENCES membership,
  route_server bigint NOT NULL REFERENCES route_server,
  family text NOT NULL CONSTRAINT session_admin_state_family_known
    CHECK (family IN ('ipv4', 'ipv6')),
  state text NOT NULL CONSTRAINT session_admin_state_state_known
    CHECK (state IN ('enabled', 'suspended', 'limit_tripped', 'drained')),
  reason text NOT NULL DEFAULT '',
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (membership, route_server, family)
);

GRANT SELECT ON route_server, route_server_fence, rtr_cache, route_server_attachment, request_route_server,
                session_admin_state TO ztix_app;
GRANT SELECT, INSERT, UPDATE ON route_server, route_server_fence, rtr_cache, route_server_attachment,
                                request_route_server, session_admin_state TO ztix_worker;
-- "Apply now" and a hold released by a retry come from the app, which notes the wish on the row.
GRANT UPDATE (wanted_revision) ON route_server TO ztix_app;
GRANT INSERT, UPDATE ON session_admin_state, request_route_server TO ztix_app;
