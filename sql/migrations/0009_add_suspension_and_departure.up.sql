-- Why a member is suspended, how a membership ends, and which route servers may still hold one that ended.
-- Locks: ACCESS EXCLUSIVE on membership (columns with constant defaults, no rewrite) and request_detail; SHARE ROW
-- EXCLUSIVE on route_server while the foreign key is made.

ALTER TABLE membership
  ADD COLUMN suspended_reason text NOT NULL DEFAULT '',
  ADD COLUMN departure text CONSTRAINT membership_departure_known CHECK (departure IN ('orderly', 'urgent')),
  ADD COLUMN removed_in bigint NOT NULL DEFAULT 0 CHECK (removed_in >= 0),
  ADD COLUMN withdrawn_at timestamptz,
  ADD COLUMN cut_off_at timestamptz,
  ADD COLUMN rereads int NOT NULL DEFAULT 0 CHECK (rereads >= 0),
  ADD CONSTRAINT membership_suspended_says_why CHECK (suspended = (suspended_reason <> '')),
  ADD CONSTRAINT membership_departing_is_absent CHECK (departure IS NULL OR desired = 'absent');
COMMENT ON COLUMN membership.departure IS 'urgent: cut off at once; orderly: out of the configurations first';
COMMENT ON COLUMN membership.removed_in IS 'First revision without it; 0 when it never was in one';
COMMENT ON COLUMN membership.withdrawn_at IS 'When every reachable route server had confirmed a revision without it';
COMMENT ON COLUMN membership.cut_off_at IS 'When the controller first read back that its node is neither authorised nor addressed';

-- A route server that could not be reached when a membership ended. Its confirm of a later revision pays.
CREATE TABLE owed (
  membership   bigint NOT NULL REFERENCES membership,
  route_server bigint NOT NULL REFERENCES route_server,
  since        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (membership, route_server)
);
CREATE INDEX owed_by_route_server ON owed (route_server);

CREATE OR REPLACE VIEW request_detail AS
SELECT r.id, r.asn, n.zt_network_id, r.network, r.node_id, r.state, coalesce(m.ipv4_wanted, r.ipv4) AS ipv4, r.note,
       r.requested_by, u.username AS requested_by_name, r.membership, m.router_sequence,
       (SELECT host(a.address) FROM address a
        WHERE a.network = m.network AND a.asn = m.asn AND a.router_sequence = m.router_sequence
          AND family(a.address) = 4 AND m.ended_at IS NULL) AS address_v4,
       (SELECT host(a.address) FROM address a
        WHERE a.network = m.network AND a.asn = m.asn AND a.router_sequence = m.router_sequence
          AND family(a.address) = 6 AND m.ended_at IS NULL) AS address_v6,
       coalesce(m.waiting_for, '') AS waiting_for, coalesce(m.waiting_remedy, '') AS waiting_remedy, r.reason,
       coalesce(m.held, false) AS held, r.created_at, r.updated_at,
       coalesce(m.suspended, false) AS suspended, coalesce(m.suspended_reason, '') AS suspended_reason,
       r.state = 'revoking' AND coalesce(m.departure = 'orderly', false) AS leaving,
       ARRAY(SELECT s.name FROM owed o JOIN route_server s ON s.id = o.route_server
             WHERE o.membership = m.id ORDER BY s.name) AS owed,
       ARRAY(SELECT s.name || ' ' || t.family FROM session_admin_state t JOIN route_server s ON s.id = t.route_server
             WHERE t.membership = m.id AND t.state = 'limit_tripped' ORDER BY s.name, t.family) AS tripped_limits
FROM request r
JOIN network n ON n.number = r.network
JOIN app_user u ON u.id = r.requested_by
LEFT JOIN membership m ON m.id = r.membership;

GRANT SELECT ON owed TO ztix_app, ztix_worker;
GRANT INSERT, DELETE ON owed TO ztix_worker;
-- A cleared limit leaves no row behind.
GRANT DELETE ON session_admin_state TO ztix_app, ztix_worker;
