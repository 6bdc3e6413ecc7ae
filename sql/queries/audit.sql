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

-- name: audit_list
-- Newest first. $1 actor or NULL, $2 action or its noun or NULL, $3 subject kind or NULL, $4 subject id or NULL, $5 from
-- and $6 before which time or NULL, $7 below which id or NULL, $8 how many
SELECT id, at, actor_kind, actor_user_id, actor_name, remote_address, trace_id, action, subject_kind, subject_id, facts
FROM audit
WHERE ($1::text IS NULL OR actor_name = $1)
  AND ($2::text IS NULL OR action = $2 OR split_part(action, '.', 1) = $2)
  AND ($3::text IS NULL OR subject_kind = $3)
  AND ($4::text IS NULL OR subject_id = $4)
  AND ($5::timestamptz IS NULL OR at >= $5)
  AND ($6::timestamptz IS NULL OR at < $6)
  AND ($7::bigint IS NULL OR id < $7)
ORDER BY id DESC LIMIT $8::integer

-- name: audit_revision
-- $1 revision
SELECT revision, created_at, actor, cause FROM config_revision WHERE revision = $1

-- name: audit_approvals
-- $1 revision: each of its members, with every approval of the request that its membership comes from; without any, one row
-- without one.
SELECT m.id AS membership, m.asn, n.zt_network_id, m.router_sequence, r.id AS request, u.username AS requested_by, a.id,
       a.at, a.actor_kind, a.actor_user_id, a.actor_name, a.remote_address, a.trace_id, a.action, a.subject_kind, a.subject_id,
       a.facts
FROM config_object o
JOIN membership m ON m.id = o.subject::bigint
JOIN network n ON n.number = m.network
LEFT JOIN request r ON r.membership = m.id
LEFT JOIN app_user u ON u.id = r.requested_by
LEFT JOIN audit a ON a.subject_kind = 'request' AND a.subject_id = r.id::text AND a.action = 'request.approved'
WHERE o.kind = 'membership' AND o.from_revision <= $1::bigint AND (o.to_revision IS NULL OR o.to_revision > $1::bigint)
ORDER BY m.asn, n.zt_network_id, m.router_sequence, a.id
