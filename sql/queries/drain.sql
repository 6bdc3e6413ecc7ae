-- Route servers on their way out of service and back.

-- name: drain_others_up
-- $1 route server: the networks that no other enabled route server serves whose BIRD answered a probe in the last
-- minutes (two and a half intervals of the slowest usual setting).
SELECT n.name
FROM route_server_attachment mine JOIN network n ON n.number = mine.network
WHERE mine.route_server = $1 AND NOT EXISTS (
  SELECT FROM route_server_attachment a JOIN route_server s ON s.id = a.route_server
  WHERE a.network = mine.network AND s.id <> $1 AND s.state = 'enabled' AND s.confirmed_revision > 0
    AND NOT EXISTS (SELECT FROM drain d WHERE d.route_server = s.id AND d.returning_at IS NULL)
    AND s.last_probe_at > now() - INTERVAL '150 seconds' AND s.bird_up)
ORDER BY n.name;

-- name: drain_begin
-- $1 route server, $2 seconds, $3 reason, $4 who. Its ROAs are what it shall have again.
INSERT INTO drain AS d (route_server, seconds, reason, set_by, roa_counts)
SELECT s.id, $2, $3, $4, coalesce(s.last_probe -> 'roa_counts', '{}') FROM route_server s WHERE s.id = $1
ON CONFLICT (route_server) DO UPDATE SET
  seconds = excluded.seconds, reason = excluded.reason, set_by = excluded.set_by, set_at = now(),
  roa_counts = excluded.roa_counts, announced_at = NULL, returning_at = NULL;

-- name: drain_is_ordered
SELECT 1 AS ordered FROM drain WHERE route_server = $1 AND returning_at IS NULL;

-- name: drain_give_back
-- $1 route server, $2 who. Also for one that came to maintenance by another way.
INSERT INTO drain AS d (route_server, seconds, set_by, returning_at) VALUES ($1, 0, $2, now())
ON CONFLICT (route_server) DO UPDATE SET returning_at = coalesce(d.returning_at, now());

-- name: drain_list
SELECT s.name, s.state, d.seconds, d.announced_at, d.returning_at, d.reason, d.set_by
FROM drain d JOIN route_server s ON s.id = d.route_server
WHERE s.state NOT IN ('disabled', 'removed') AND NOT (s.state = 'enabled' AND d.returning_at IS NOT NULL)
ORDER BY s.name;

-- name: drain_steps
-- What each may do next. An order is a row; who drained and returned is over. It returns with the newest revision, seen up since it was asked for, and with 95 % of the ROAs
-- that another route server has, or that it had itself.
SELECT s.id, s.name, CASE
    WHEN s.state = 'enabled' AND d.returning_at IS NULL THEN 'begin'
    WHEN s.state = 'draining' AND d.returning_at IS NOT NULL THEN 'join'
    WHEN s.state = 'draining' AND d.announced_at IS NULL AND s.confirmed_revision >= s.wanted_revision THEN 'announced'
    WHEN s.state = 'draining' AND d.announced_at + d.seconds * INTERVAL '1 second' <= now() THEN 'close'
    WHEN s.state = 'maintenance' AND d.returning_at IS NOT NULL AND s.confirmed_revision >= s.wanted_revision
         AND s.last_probe_at > d.returning_at AND s.bird_up
         AND NOT EXISTS (
           SELECT FROM jsonb_each_text(coalesce((
             SELECT o.last_probe -> 'roa_counts' FROM route_server o
             WHERE o.state = 'enabled' AND o.id <> s.id AND o.bird_up
               AND o.last_probe_at > now() - INTERVAL '150 seconds'
             ORDER BY o.name LIMIT 1), d.roa_counts)) AS good (roa_table, entries)
           WHERE coalesce((s.last_probe -> 'roa_counts' ->> good.roa_table)::numeric, 0) < 0.95 * good.entries::numeric)
      THEN 'join'
    WHEN s.state IN ('enabled', 'disabled', 'removed') THEN 'over'
  END AS step
FROM drain d JOIN route_server s ON s.id = d.route_server
ORDER BY s.name;

-- name: drain_announced
UPDATE drain SET announced_at = now() WHERE route_server = $1 AND announced_at IS NULL;

-- name: drain_over
DELETE FROM drain WHERE route_server = $1;
