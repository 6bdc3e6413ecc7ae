-- Suspending, resuming, ending a membership, letting tripped sessions up again.

-- name: lifecycle_lock
-- $1 request: it and its membership, locked. No row: there is no such request. `desired` is null before it has one.
SELECT r.id, r.asn, r.network, r.node_id, r.state FROM request r WHERE r.id = $1 FOR UPDATE;

-- name: lifecycle_lock_membership
-- $1 request.
SELECT m.id, m.desired, m.suspended, m.departure
FROM membership m JOIN request r ON r.membership = m.id
WHERE r.id = $1
FOR UPDATE OF m;

-- name: lifecycle_suspend
-- $1 membership, $2 reason; empty = not suspended.
UPDATE membership SET suspended = ($2::text <> ''), suspended_reason = $2, updated_at = now() WHERE id = $1;

-- name: lifecycle_published
-- $1 membership as text: what the newest manifest says of it. No row: it is not in it.
SELECT content FROM config_object WHERE kind = 'membership' AND subject = $1 AND to_revision IS NULL;

-- name: lifecycle_depart
-- $1 membership, $2 departure.
UPDATE membership SET desired = 'absent', departure = $2, waiting_for = '', waiting_remedy = '', updated_at = now()
WHERE id = $1;

-- name: lifecycle_removed_in
-- $1 membership: notes the first revision from which on it is in no manifest.
UPDATE membership m SET removed_in = (
  SELECT coalesce(max(o.to_revision), 0) FROM config_object o
  WHERE o.kind = 'membership' AND o.subject = m.id::text)
WHERE m.id = $1
RETURNING m.removed_in;

-- name: lifecycle_tripped
-- $1 membership: sessions with a limit that tripped.
SELECT t.route_server, s.name, t.family
FROM session_admin_state t JOIN route_server s ON s.id = t.route_server
WHERE t.membership = $1 AND t.state = 'limit_tripped'
ORDER BY s.name, t.family;

-- name: lifecycle_written_states
-- $1 membership: everything that is written down of its sessions.
SELECT route_server, family FROM session_admin_state WHERE membership = $1 ORDER BY route_server, family;

-- name: lifecycle_forget_states
-- $1 membership, $2 only those in this state; null = all.
DELETE FROM session_admin_state WHERE membership = $1 AND ($2::text IS NULL OR state = $2);

-- name: lifecycle_owner_clears
-- $1 request: how often its owner cleared limits in the last 24 hours. The log is the record: what was done was audited.
SELECT count(*) AS cleared FROM audit
WHERE subject_kind = 'request' AND subject_id = $1 AND action = 'session.limit_cleared'
  AND facts ->> 'by' = 'owner' AND at > now() - INTERVAL '24 hours';
