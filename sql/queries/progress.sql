-- The worker's steps in the life of a request.

-- name: progress_lock_of_membership
-- $1 membership.
SELECT id, state FROM request WHERE membership = $1 FOR UPDATE;

-- name: progress_open
-- Cheap, as it is asked each second: which may be complete, and which may be stuck. Without parameters, so that a
-- connection plans it once.
SELECT id, state IN ('provisioning', 'failed') AS may_be_complete,
       state IN ('approved', 'provisioning')
       AND EXISTS (SELECT 1 FROM job WHERE state = 'dead' AND kind IN ('member.provision', 'rs.apply')) AS may_be_stuck
FROM request WHERE state IN ('approved', 'provisioning', 'failed');

-- name: progress_complete
-- $1 requests: those of them that every enabled route server of their network, at least one, has confirmed.
-- Confirmed is what the confirmed revision holds: this version of the membership, not merely a higher number.
-- Those that wait are found first, whatever PostgreSQL believes of the tables: with statistics older than the members it
-- compares every member with every route server, under the lock that all confirms of a revision wait for.
WITH waiting AS MATERIALIZED (
  SELECT r.id, r.state, m.network, m.id::text AS subject, m.version
  FROM request r JOIN membership m ON m.id = r.membership
  WHERE r.state IN ('provisioning', 'failed')
    AND r.id = ANY ($1::uuid[])
    AND m.desired = 'present' AND NOT m.held
)
SELECT w.id, w.state
FROM waiting w
WHERE EXISTS (
    SELECT 1 FROM route_server s JOIN route_server_attachment a ON a.route_server = s.id
    WHERE a.network = w.network AND s.state = 'enabled')
  AND NOT EXISTS (
    SELECT 1 FROM route_server s JOIN route_server_attachment a ON a.route_server = s.id
    WHERE a.network = w.network AND s.state = 'enabled' AND NOT EXISTS (
      SELECT 1 FROM config_object o
      WHERE o.kind = 'membership' AND o.subject = w.subject AND o.version = w.version
        AND o.from_revision <= s.confirmed_revision
        AND (o.to_revision IS NULL OR o.to_revision > s.confirmed_revision)));

-- name: progress_stuck
-- $1 requests: those of them that wait for a job that is dead and was not asked for again, with its cause.
WITH dead AS (
  SELECT d.kind, d.subject, d.last_error FROM job d
  WHERE d.state = 'dead' AND d.kind IN ('member.provision', 'rs.apply')
    AND NOT EXISTS (SELECT 1 FROM job n WHERE n.kind = d.kind AND n.subject = d.subject AND n.state = 'ready')
    AND NOT EXISTS (SELECT 1 FROM job n WHERE n.kind = d.kind AND n.subject = d.subject AND n.state = 'running')
    AND NOT EXISTS (SELECT 1 FROM job n WHERE n.kind = d.kind AND n.subject = d.subject AND n.id > d.id
                                          AND n.state IN ('done', 'dead'))
), waiting AS (
  SELECT r.id, r.state, dead.last_error AS cause
  FROM dead JOIN membership m ON dead.kind = 'member.provision' AND dead.subject = 'membership:' || m.id
  JOIN request r ON r.membership = m.id AND r.state IN ('approved', 'provisioning')
  UNION ALL
  SELECT r.id, r.state, s.name || ': ' || dead.last_error
  FROM dead JOIN route_server s ON dead.kind = 'rs.apply' AND dead.subject = 'route_server:' || s.name
  JOIN request_route_server q ON q.route_server = s.id AND q.state <> 'confirmed'
  JOIN request r ON r.id = q.request AND r.state = 'provisioning'
  WHERE s.state = 'enabled'
)
SELECT DISTINCT ON (id) id, state, cause FROM waiting
WHERE id = ANY ($1::uuid[])
ORDER BY id, cause;
