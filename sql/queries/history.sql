-- What is forgotten. Each statement takes a small batch and leaves what others hold, so no lock is held for long.
-- $1 hours after which, $2 how many at most.

-- name: history_purge_jobs
DELETE FROM job WHERE id IN (
  SELECT id FROM job
  WHERE state IN ('done', 'cancelled') AND finished_at < now() - $1::bigint * INTERVAL '1 hour'
  ORDER BY finished_at LIMIT $2::integer FOR UPDATE SKIP LOCKED)
RETURNING id;

-- name: history_purge_dead_jobs
-- Other dead jobs say what must be true: they come back within an hour, and are never forgotten before that.
DELETE FROM job WHERE id IN (
  SELECT id FROM job
  WHERE state = 'dead' AND kind LIKE 'mail.%' AND finished_at < now() - $1::bigint * INTERVAL '1 hour'
  ORDER BY finished_at LIMIT $2::integer FOR UPDATE SKIP LOCKED)
RETURNING id;

-- name: history_purge_idempotency
-- Without a lock, for which the worker had to be allowed to change keys: one that is taken anew meanwhile is another row
-- version, and stays.
DELETE FROM idempotency WHERE ctid IN (
  SELECT ctid FROM idempotency WHERE taken_at < now() - $1::bigint * INTERVAL '1 hour'
  ORDER BY taken_at LIMIT $2::integer)
RETURNING key;

-- name: history_purge_peeringdb
-- Whom nobody follows any more is not asked about either, so the last answer says since when. Ordered ones are followed.
DELETE FROM peeringdb_network WHERE asn IN (
  SELECT p.asn FROM peeringdb_network p
  WHERE p.asked_at < now() - $1::bigint * INTERVAL '1 hour'
    AND NOT EXISTS (SELECT FROM peeringdb_followed f WHERE f.asn = p.asn)
  ORDER BY p.asked_at LIMIT $2::integer FOR UPDATE OF p SKIP LOCKED)
RETURNING asn;

-- name: history_purge_drift
DELETE FROM drift WHERE id IN (
  SELECT id FROM drift WHERE resolved_at < now() - $1::bigint * INTERVAL '1 hour'
  ORDER BY resolved_at LIMIT $2::integer FOR UPDATE SKIP LOCKED)
RETURNING id;

-- name: history_purge_forecasts
-- The newest of each route server stays: it says what the last change was.
DELETE FROM forecast f USING (
  SELECT o.route_server, o.revision FROM forecast o
  WHERE o.computed_at < now() - $1::bigint * INTERVAL '1 hour'
    AND EXISTS (SELECT 1 FROM forecast n WHERE n.route_server = o.route_server AND n.revision > o.revision)
  ORDER BY o.computed_at LIMIT $2::integer FOR UPDATE OF o SKIP LOCKED) old
WHERE f.route_server = old.route_server AND f.revision = old.revision
RETURNING f.revision;

-- name: history_purge_turns
-- Turns below the newest proven revision decide nothing any more, once they have ended and what was armed in them is
-- certainly undone. While a culprit is looked for, its steps are kept.
DELETE FROM rollout r USING (
  SELECT o.revision, o.route_server FROM rollout o
  WHERE o.ended_at < now() - $1::bigint * INTERVAL '1 hour'
    AND (o.armed_until IS NULL OR o.armed_until < now())
    AND o.revision < (
      SELECT max(p.revision) FROM rollout p JOIN config_revision v ON v.revision = p.revision
      WHERE p.verdict = 'confirmed' AND v.quarantined_at IS NULL)
    AND o.revision < (SELECT coalesce(min(first_revision), 9223372036854775807) FROM rollout_search WHERE ended_at IS NULL)
  ORDER BY o.ended_at LIMIT $2::integer FOR UPDATE OF o SKIP LOCKED) old
WHERE r.revision = old.revision AND r.route_server = old.route_server
RETURNING r.revision;
