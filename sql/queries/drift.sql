-- Differences between what the exchange has put somewhere and what is there.

-- name: drift_see
-- $1 target, $2 kind, $3 subject, $4 difference.
INSERT INTO drift (target, kind, subject, diff) VALUES ($1, $2, $3, $4)
ON CONFLICT (target, kind, subject, md5(diff)) WHERE resolved_at IS NULL DO UPDATE SET last_seen = now()
RETURNING id, xmax = 0 AS is_new;

-- name: drift_end_others
-- $1 target, $2 ids that were seen: everything else of it is gone.
UPDATE drift SET resolved_at = now(), resolution = 'gone'
WHERE target = $1 AND resolved_at IS NULL AND id <> ALL ($2::bigint[])
RETURNING kind, subject;

-- name: drift_repaired
-- $1 target, $2 kind, $3 subject, $4 difference, $5 how.
UPDATE drift SET resolved_at = now(), resolution = $5
WHERE target = $1 AND kind = $2 AND subject = $3 AND diff = $4 AND resolved_at IS NULL
RETURNING id;

-- name: drift_list
-- $1 only what is open, $2 limit.
SELECT id, target, kind, subject, diff, first_seen, last_seen, resolved_at, resolution
FROM drift
WHERE NOT $1::boolean OR resolved_at IS NULL
ORDER BY id DESC
LIMIT $2;
