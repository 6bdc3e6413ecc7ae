-- The audit log: appended to by whoever acts, changed by nobody.

-- name: audit_append
-- $1 actor kind, $2 actor's user id or NULL, $3 actor name, $4 remote address, $5 trace id, $6 action,
-- $7 subject kind, $8 subject id, $9 facts
INSERT INTO audit (actor_kind, actor_user_id, actor_name, remote_address, trace_id, action, subject_kind, subject_id, facts)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: audit_trail
-- $1 subject kind, $2 subject id
SELECT id, at, actor_kind, actor_user_id, actor_name, remote_address, trace_id, action, subject_kind, subject_id, facts
FROM audit WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id
