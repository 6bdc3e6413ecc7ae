-- Locks: ACCESS EXCLUSIVE on membership, owed and request_detail.
REVOKE DELETE ON session_admin_state FROM ztix_app, ztix_worker;
DROP VIEW request_detail;
CREATE VIEW request_detail AS
SELECT r.id, r.asn, n.zt_network_id, r.network, r.node_id, r.state, coalesce(m.ipv4_wanted, r.ipv4) AS ipv4, r.note,
       r.requested_by, u.username AS requested_by_name, r.membership, m.router_sequence,
       (SELECT host(a.address) FROM address a
        WHERE a.network = m.network AND a.asn = m.asn AND a.router_sequence = m.router_sequence
          AND family(a.address) = 4 AND m.ended_at IS NULL) AS address_v4,
       (SELECT host(a.address) FROM address a
        WHERE a.network = m.network AND a.asn = m.asn AND a.router_sequence = m.router_sequence
          AND family(a.address) = 6 AND m.ended_at IS NULL) AS address_v6,
       coalesce(m.waiting_for, '') AS waiting_for, coalesce(m.waiting_remedy, '') AS waiting_remedy, r.reason,
       coalesce(m.held, false) AS held, r.created_at, r.updated_at
FROM request r
JOIN network n ON n.number = r.network
JOIN app_user u ON u.id = r.requested_by
LEFT JOIN membership m ON m.id = r.membership;
COMMENT ON VIEW request_detail IS 'A request as people see it; addresses only while its membership lives';
GRANT SELECT ON request_detail TO ztix_app, ztix_worker;
DROP TABLE owed;
ALTER TABLE membership
  DROP CONSTRAINT membership_departing_is_absent,
  DROP CONSTRAINT membership_suspended_says_why,
  DROP COLUMN rereads,
  DROP COLUMN cut_off_at,
  DROP COLUMN withdrawn_at,
  DROP COLUMN removed_in,
  DROP COLUMN departure,
  DROP COLUMN suspended_reason;
