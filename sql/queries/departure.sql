-- What member.revoke reads and writes; what is owed, and its payment.

-- name: departure_member
-- $1 membership.
SELECT m.id, r.id AS request, r.state, m.asn, m.router_sequence, m.network, n.zt_network_id, m.node_id,
       m.previous_node_id, m.departure, m.rereads, (SELECT i.id FROM installation i) AS installation,
       floor(extract(epoch FROM now() - m.withdrawn_at) * 1000)::bigint AS withdrawn_for,
       floor(extract(epoch FROM now() - m.cut_off_at) * 1000)::bigint AS cut_off_for
FROM membership m
JOIN request r ON r.membership = m.id
JOIN network n ON n.number = m.network
WHERE m.id = $1;

-- name: departure_route_servers
-- $1 membership: the route servers of its network, and whether each has confirmed a revision without it.
SELECT s.name, s.ssh_host, s.ssh_port, s.ssh_user, s.host_key, s.state, coalesce(f.fence, 0) AS fence,
       s.confirmed_revision >= m.removed_in AND m.desired = 'absent' AS is_rid_of_it
FROM membership m
JOIN route_server_attachment a ON a.network = m.network
JOIN route_server s ON s.id = a.route_server
LEFT JOIN route_server_fence f ON f.route_server = s.id
WHERE m.id = $1 AND s.state <> 'removed'
ORDER BY s.name;

-- name: departure_fence
-- $1 name.
SELECT f.fence FROM route_server_fence f JOIN route_server s ON s.id = f.route_server WHERE s.name = $1;

-- name: departure_withdrawn
-- $1 membership.
UPDATE membership SET withdrawn_at = coalesce(withdrawn_at, now()), updated_at = now() WHERE id = $1 RETURNING id;

-- name: departure_cut_off
-- $1 membership, $2 how often it was read again. A node it had before is forgotten: it was cut off with it.
UPDATE membership SET cut_off_at = coalesce(cut_off_at, now()), rereads = $2, previous_node_id = NULL,
                      updated_at = now()
WHERE id = $1
RETURNING id;

-- name: departure_debtors
-- $1 membership: the route servers that may still hold it, locked, so that a confirm of theirs comes before this
-- transaction or after it, never unseen.
SELECT s.id, s.name
FROM membership m
JOIN route_server_attachment a ON a.network = m.network
JOIN route_server s ON s.id = a.route_server
WHERE m.id = $1 AND s.state <> 'removed' AND s.confirmed_revision < m.removed_in
ORDER BY s.id
FOR SHARE OF s;

-- name: departure_owe
-- $1 membership, $2 route servers.
INSERT INTO owed (membership, route_server) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING;

-- name: departure_end
-- $1 membership, $2 hours of cooling off, $3 something is owed. The IPv6 address keeps its owner for ever; the IPv4 one
-- goes back to the pool after its time.
WITH ended AS (
  UPDATE membership SET ended_at = now(), suspended = false, suspended_reason = '', updated_at = now()
  WHERE id = $1
  RETURNING network, asn, router_sequence
)
UPDATE address a SET
  state = CASE WHEN family(a.address) = 4 THEN 'cooling_off' ELSE 'reserved' END,
  until = CASE WHEN family(a.address) = 4 THEN now() + $2::bigint * INTERVAL '1 hour' END,
  owed = $3, updated_at = now()
FROM ended e
WHERE a.network = e.network AND a.asn = e.asn AND a.router_sequence = e.router_sequence;

-- name: departure_pay
-- $1 route server, $2 revision it confirmed: what it owed and does not hold any more.
DELETE FROM owed o USING membership m
WHERE o.route_server = $1 AND m.id = o.membership AND m.removed_in <= $2
RETURNING o.membership, (SELECT r.id FROM request r WHERE r.membership = m.id) AS request;

-- name: departure_release
-- $1 memberships: their addresses, where no route server owes any more.
UPDATE address a SET owed = false, updated_at = now()
FROM membership m
WHERE m.id = ANY ($1::bigint[]) AND a.network = m.network AND a.asn = m.asn
  AND a.router_sequence = m.router_sequence AND a.owed
  AND NOT EXISTS (
    SELECT 1 FROM owed o JOIN membership other ON other.id = o.membership
    WHERE other.network = m.network AND other.asn = m.asn AND other.router_sequence = m.router_sequence);

-- name: departure_confirmed
-- $1 route server, $2 revision it confirmed: shown with the requests whose membership has left it.
UPDATE request_route_server q SET
  state = 'confirmed', confirmed_revision = $2::bigint, last_step = 'A11 commit', last_error = '', updated_at = now()
FROM request r JOIN membership m ON m.id = r.membership
WHERE q.route_server = $1 AND q.state <> 'confirmed' AND q.wanted_revision <= $2::bigint AND r.id = q.request
  AND m.desired = 'absent' AND m.removed_in <= $2::bigint;

-- name: departure_make_due
-- $1 route server, $2 revision it confirmed: departures that may have waited for it look again now.
WITH due AS (
  UPDATE job j SET run_at = now()
  FROM membership m JOIN route_server_attachment a ON a.network = m.network AND a.route_server = $1
  WHERE m.desired = 'absent' AND m.ended_at IS NULL AND m.withdrawn_at IS NULL
    AND m.removed_in <= $2::bigint
    AND j.kind = 'member.revoke' AND j.subject = 'membership:' || m.id AND j.state = 'ready' AND j.run_at > now()
  RETURNING j.id
)
SELECT id, pg_notify('job_ready', id::text) FROM due;
