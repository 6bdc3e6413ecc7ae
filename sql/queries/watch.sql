-- Watching: how sessions are, and what the controller shall hold.

-- name: watch_settled
-- $1 route server's name, $2 its fence as this job's claim has read it. Not while an apply runs, nor after one has
-- begun.
SELECT f.fence = $2::bigint AND NOT EXISTS (
         SELECT FROM job j WHERE j.kind = 'rs.apply' AND j.subject = 'route_server:' || s.name AND j.state = 'running'
       ) AS settled
FROM route_server s JOIN route_server_fence f ON f.route_server = s.id
WHERE s.name = $1;

-- name: watch_record_sessions
-- $1 route server's name, $2 the protocols of a probe. Only what has changed is written.
-- NOT IN is looked up in a hash table; for NOT EXISTS every session is compared with every other one, since nothing
-- tells PostgreSQL how many a probe has.
WITH server AS (
  SELECT id FROM route_server WHERE name = $1
), seen AS (
  SELECT p.name, left(p.info, 200) AS info,
         CASE
           WHEN p.info LIKE 'Established%' THEN 'up'
           WHEN p.state = 'down' AND (p.is_limit_hit OR p.last_error LIKE '%limit exceeded%') THEN 'limit'
           WHEN p.state = 'down' THEN 'disabled'
           ELSE 'down'
         END AS health
  FROM jsonb_to_recordset($2::jsonb) AS p (name text, protocol text, state text, info text, is_limit_hit boolean,
                                         last_error text)
  WHERE p.protocol = 'BGP'
), gone AS (
  DELETE FROM session_status t USING server
  WHERE t.route_server = server.id AND t.protocol NOT IN (SELECT seen.name FROM seen)
)
INSERT INTO session_status AS t (route_server, protocol, health, info, was_up)
SELECT server.id, seen.name, CASE seen.health WHEN 'down' THEN 'never_up' ELSE seen.health END, seen.info,
       seen.health = 'up'
FROM seen, server
ORDER BY seen.name
ON CONFLICT (route_server, protocol) DO UPDATE SET
  health = CASE WHEN excluded.health = 'never_up' AND t.was_up THEN 'down' ELSE excluded.health END,
  info = excluded.info,
  since = CASE
    WHEN t.health = CASE WHEN excluded.health = 'never_up' AND t.was_up THEN 'down' ELSE excluded.health END
    THEN t.since ELSE now() END,
  was_up = t.was_up OR excluded.was_up
WHERE (t.health, t.info) IS DISTINCT FROM
      (CASE WHEN excluded.health = 'never_up' AND t.was_up THEN 'down' ELSE excluded.health END, excluded.info);

-- name: watch_sessions_lost
-- $1 route server's name: BIRD is down, and its sessions with it.
UPDATE session_status t SET health = 'down', info = 'BIRD is down', since = now()
FROM route_server s
WHERE s.name = $1 AND t.route_server = s.id AND t.health = 'up';

-- name: watch_sessions_of
-- $1 membership. Its sessions are named first and then looked up by their key, one by one: put together inside the
-- comparison a name is put together anew for every session of the exchange.
WITH named AS MATERIALIZED (
  SELECT s.id, s.name, 'as' || m.asn || '_' || lpad(m.router_sequence::text, 4, '0') || '_n' || m.network || f.suffix
           AS protocol
  FROM membership m
  JOIN route_server_attachment a ON a.network = m.network
  JOIN route_server s ON s.id = a.route_server AND s.state <> 'removed'
  CROSS JOIN (VALUES ('_v4'), ('_v6')) AS f (suffix)
  WHERE m.id = $1 AND m.ended_at IS NULL
)
SELECT n.name AS route_server, t.protocol, right(t.protocol, 3) = '_v4' AS is_v4, t.health, t.since, t.info
FROM named n CROSS JOIN LATERAL (
  SELECT * FROM session_status t WHERE t.route_server = n.id AND t.protocol = n.protocol LIMIT 1) t
ORDER BY n.name, t.protocol;

-- name: watch_members
-- $1 network: every node that is or was a member, with the newest that is said of it. Of one that is on its way, by a
-- job or between two states, nothing can be said.
SELECT DISTINCT ON (m.node_id)
       m.id, m.node_id, m.asn, m.router_sequence,
       m.ended_at IS NULL AND m.desired = 'present' AND NOT m.suspended AS authorized,
       r.state NOT IN ('active', 'revoked') OR m.previous_node_id IS NOT NULL OR EXISTS (
         SELECT FROM job j WHERE j.subject = 'membership:' || m.id AND j.state IN ('ready', 'running')) AS in_change,
       (SELECT a.address FROM address a
        WHERE a.network = m.network AND a.asn = m.asn AND a.router_sequence = m.router_sequence
          AND family(a.address) = 4 AND m.ipv4_wanted) AS ipv4,
       (SELECT a.address FROM address a
        WHERE a.network = m.network AND a.asn = m.asn AND a.router_sequence = m.router_sequence
          AND family(a.address) = 6) AS ipv6
FROM membership m JOIN request r ON r.membership = m.id
WHERE m.network = $1 AND m.node_id IS NOT NULL
ORDER BY m.node_id, m.ended_at IS NULL DESC, m.id DESC;

-- name: watch_leaving_nodes
-- $1 network: nodes that lose their place to another one of the same member.
SELECT previous_node_id FROM membership
WHERE network = $1 AND previous_node_id IS NOT NULL AND ended_at IS NULL;

-- name: watch_record_fabric
-- $1 ZeroTier network, $2 ready, $3 message, $4 remedy, $5 members, $6 authorised ones.
INSERT INTO fabric_look AS t (network, ready, message, remedy, members, authorized)
SELECT number, $2, $3, $4, $5, $6 FROM network WHERE zt_network_id = $1
ON CONFLICT (network) DO UPDATE SET
  looked_at = now(), ready = excluded.ready, message = excluded.message, remedy = excluded.remedy,
  members = CASE WHEN excluded.ready THEN excluded.members ELSE t.members END,
  authorized = CASE WHEN excluded.ready THEN excluded.authorized ELSE t.authorized END;

-- name: watch_fabric_looks
SELECT n.zt_network_id, n.name, l.looked_at, coalesce(l.ready, false) AS ready, coalesce(l.message, '') AS message,
       coalesce(l.remedy, '') AS remedy, coalesce(l.members, 0) AS members, coalesce(l.authorized, 0) AS authorized
FROM network n LEFT JOIN fabric_look l ON l.network = n.number
ORDER BY n.number;

-- name: watch_targets
-- What is looked at all the time.
SELECT 'rs.probe' AS kind, 'route_server:' || name AS subject FROM route_server
WHERE state NOT IN ('disabled', 'removed')
UNION ALL
SELECT 'controller.reconcile', 'network:' || zt_network_id FROM network
ORDER BY subject;

-- name: watch_trip_limit
-- $1 membership, $2 route server, $3 family, $4 what BIRD said. No row: it is written down already.
INSERT INTO session_admin_state AS t (membership, route_server, family, state, reason)
VALUES ($1, $2, $3, 'limit_tripped', left($4, 200))
ON CONFLICT (membership, route_server, family) DO UPDATE SET
  state = excluded.state, reason = excluded.reason, since = now()
WHERE t.state <> 'limit_tripped'
RETURNING t.membership;
