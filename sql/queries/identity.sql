-- Accounts that PeeringDB vouches for, and the tasks that a lost affiliation leaves to administrators.

-- name: identity_lock
-- $1 issuer, $2 subject: two first logins of one person at the same time make one user.
SELECT pg_advisory_xact_lock(hashtextextended('ztix.identity:' || $1::text || ' ' || $2::text, 0))

-- name: identity_find
-- $1 issuer, $2 subject
SELECT user_id FROM external_identity WHERE issuer = $1 AND subject = $2

-- name: identity_add
-- $1 issuer, $2 subject, $3 user id, $4 name, $5 e-mail address
INSERT INTO external_identity (issuer, subject, user_id, name, email) VALUES ($1, $2, $3, $4, $5)

-- name: identity_seen
-- $1 issuer, $2 subject, $3 name, $4 e-mail address
UPDATE external_identity SET name = $3, email = $4, login_at = now() WHERE issuer = $1 AND subject = $2

-- name: identity_lose_asns
-- $1 user id, $2 AS numbers that PeeringDB still names
DELETE FROM user_asn WHERE user_id = $1 AND source = 'peeringdb' AND asn <> ALL ($2::bigint[]) RETURNING asn

-- name: identity_prove_asns
-- $1 user id, $2 AS numbers that PeeringDB names, $3 those of them that this person may edit there. `is_new`: the number
-- was not linked by PeeringDB before (a row that was only changed has an older version).
INSERT INTO user_asn (user_id, asn, source, may_update, proven_at)
SELECT $1, a, 'peeringdb', a = ANY ($3::bigint[]), now() FROM unnest($2::bigint[]) AS a
ON CONFLICT (user_id, asn, source) DO UPDATE SET may_update = excluded.may_update, proven_at = excluded.proven_at
RETURNING xmax = 0 AS is_new

-- name: identity_open_tasks
-- $1 user id, $2 AS numbers that were lost: those with a live membership become a task, unless there is one.
INSERT INTO admin_task (kind, asn, user_id)
SELECT 'affiliation_lost', a, $1 FROM unnest($2::bigint[]) AS a
WHERE EXISTS (SELECT FROM membership m WHERE m.asn = a AND m.ended_at IS NULL)
ON CONFLICT DO NOTHING RETURNING id, asn

-- name: admin_task_list
-- $1 only what is open, $2 limit. `others`: further people who may act for the number.
SELECT t.id, t.kind, t.asn, u.username, t.created_at, t.done_at, coalesce(t.done_by, '') AS done_by,
       (SELECT count(DISTINCT a.user_id) FROM user_asn a JOIN app_user o ON o.id = a.user_id
        WHERE a.asn = t.asn AND a.may_update AND NOT o.disabled AND a.user_id <> t.user_id) AS others
FROM admin_task t JOIN app_user u ON u.id = t.user_id
WHERE NOT $1::boolean OR t.done_at IS NULL
ORDER BY t.id DESC LIMIT $2

-- name: admin_task_finish
-- $1 id, $2 by whom. No row: there is no such task, or it is done.
UPDATE admin_task SET done_at = now(), done_by = $2 WHERE id = $1 AND done_at IS NULL RETURNING asn
