-- The networks of the exchange and the nodes that belong to the exchange itself.
-- Locks: tables made here, and for the foreign key SHARE ROW EXCLUSIVE on app_user (no writes there meanwhile).

CREATE TABLE network (
  number           int PRIMARY KEY CHECK (number BETWEEN 1 AND 9999),
  zt_network_id    text NOT NULL CONSTRAINT network_zt_network_id UNIQUE CHECK (zt_network_id ~ '^[0-9a-f]{16}$'),
  name             text NOT NULL CONSTRAINT network_name UNIQUE CHECK (name <> ''),
  location         text NOT NULL DEFAULT '',
  lan_v4           cidr CHECK (family(lan_v4) = 4),
  lan_v6           cidr NOT NULL CHECK (family(lan_v6) = 6 AND masklen(lan_v6) = 64),
  pool_first       inet,
  pool_last        inet,
  admission        text NOT NULL DEFAULT 'listed'
                   CONSTRAINT network_admission_known CHECK (admission IN ('open', 'listed', 'closed')),
  route_server_asn bigint NOT NULL CHECK (route_server_asn BETWEEN 1 AND 4294967294),
  mtu              int NOT NULL DEFAULT 1500 CHECK (mtu BETWEEN 1280 AND 10000),
  created_at       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT network_lan_v4_overlap EXCLUDE USING gist (lan_v4 inet_ops WITH &&),
  CONSTRAINT network_lan_v6_overlap EXCLUDE USING gist (lan_v6 inet_ops WITH &&),
  CONSTRAINT network_pool_complete CHECK ((pool_first IS NULL) = (pool_last IS NULL) AND pool_first <= pool_last),
  -- The first address names the LAN and the last one is its broadcast address.
  CONSTRAINT network_pool_inside CHECK (
    pool_first IS NULL
    OR (lan_v4 IS NOT NULL AND pool_first > host(lan_v4)::inet AND pool_last < host(broadcast(lan_v4))::inet))
);
COMMENT ON COLUMN network.number IS 'The n<number> of protocol names: never changes, since a renamed protocol restarts its session';

CREATE TABLE user_network_access (
  user_id    uuid NOT NULL REFERENCES app_user,
  network    int NOT NULL REFERENCES network,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, network)
);
CREATE INDEX user_network_access_by_network ON user_network_access (network);

CREATE TABLE infrastructure_node (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  network    int NOT NULL REFERENCES network,
  node_id    text NOT NULL CHECK (node_id ~ '^[0-9a-f]{10}$'),
  name       text NOT NULL CHECK (name <> ''),
  role       text NOT NULL CONSTRAINT infrastructure_node_role_known CHECK (role IN ('route_server', 'collector')),
  ipv4       inet CHECK (family(ipv4) = 4 AND masklen(ipv4) = 32),
  ipv6       inet NOT NULL CHECK (family(ipv6) = 6 AND masklen(ipv6) = 128),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT infrastructure_node_name UNIQUE (network, name),
  CONSTRAINT infrastructure_node_node_id UNIQUE (network, node_id)
);

CREATE VIEW account AS
SELECT u.id, u.username, u.disabled, u.created_at,
       ARRAY(SELECT r.role FROM user_role r WHERE r.user_id = u.id ORDER BY r.role) AS roles,
       ARRAY(SELECT a.asn FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asns,
       ARRAY(SELECT a.source FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asn_sources,
       ARRAY(SELECT n.zt_network_id FROM user_network_access x JOIN network n ON n.number = x.network
             WHERE x.user_id = u.id ORDER BY n.number) AS networks
FROM app_user u;
COMMENT ON VIEW account IS 'A user with everything that belongs to it, except secrets';

GRANT SELECT ON account, network, user_network_access, infrastructure_node TO ztix_app, ztix_worker;
GRANT INSERT, DELETE ON user_network_access TO ztix_app;
