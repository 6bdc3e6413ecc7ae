-- Freezes. One whose time is over holds no more, though nobody has lifted it.

-- name: freeze_subject_network
-- $1 ZeroTier network id.
SELECT number FROM network WHERE zt_network_id = $1;

-- name: freeze_subject_route_server
-- $1 name.
SELECT id FROM route_server WHERE name = $1 AND state <> 'removed';

-- name: freeze_set
-- $1 scope, $2 network or null, $3 route server or null, $4 until or null, $5 reason, $6 who. Setting it again replaces
-- it.
INSERT INTO "freeze" AS f (scope, network, route_server, until, reason, set_by) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (scope, network, route_server) WHERE lifted_at IS NULL DO UPDATE SET
  until = excluded.until, reason = excluded.reason, set_by = excluded.set_by, set_at = now()
RETURNING id, set_at;

-- name: freeze_lift
-- $1 scope, $2 network or null, $3 route server or null, $4 who. No row: there is none, or its time is over.
WITH lifted AS (
  UPDATE "freeze" SET lifted_at = now(), lifted_by = $4
  WHERE scope = $1 AND network IS NOT DISTINCT FROM $2 AND route_server IS NOT DISTINCT FROM $3 AND lifted_at IS NULL
  RETURNING id, coalesce(until > now(), true) AS held
)
SELECT id FROM lifted WHERE held;

-- name: freeze_wake
-- Whatever may have waited for a freeze looks again.
WITH due AS (
  UPDATE job SET run_at = now()
  WHERE state = 'ready' AND kind IN ('rs.apply', 'member.provision', 'controller.reconcile')
    AND run_at > now() AND run_at < 'infinity'
  RETURNING id
)
SELECT id, pg_notify('job_ready', id::text) FROM due;

-- name: freeze_active
SELECT f.id, f.scope, coalesce(n.zt_network_id, s.name, '') AS subject, f.until, f.reason, f.set_by, f.set_at
FROM "freeze" f
LEFT JOIN network n ON n.number = f.network
LEFT JOIN route_server s ON s.id = f.route_server
WHERE f.lifted_at IS NULL AND coalesce(f.until > now(), true)
ORDER BY f.id;

-- name: freeze_of_network
-- $1 network: why it stands still. No row: it does not.
SELECT reason FROM "freeze"
WHERE lifted_at IS NULL AND coalesce(until > now(), true) AND (scope = 'all' OR network = $1)
ORDER BY id LIMIT 1;

-- name: freeze_of_route_server
-- $1 route server: why it stands still, by itself or with a network it is attached to.
SELECT reason FROM "freeze" f
WHERE f.lifted_at IS NULL AND coalesce(f.until > now(), true)
  AND (f.scope = 'all' OR f.route_server = $1
       OR f.network IN (SELECT a.network FROM route_server_attachment a WHERE a.route_server = $1))
ORDER BY f.id LIMIT 1;
