-- Idempotency keys: (user, method, route, key).

-- name: idempotency_take
-- $1 user id, $2 method, $3 route, $4 key, $5 SHA-256 of the body. A row: the key is ours. A key is taken over from a
-- holder that died (60 s; its change, if any, is not in the database, else the key were done), and from one that is
-- older than 24 h.
INSERT INTO idempotency AS i (user_id, method, route, key, body_sha256) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id, method, route, key) DO UPDATE
  SET body_sha256 = excluded.body_sha256, done = false, status = NULL, resource_id = '', error_body = '', taken_at = now()
  WHERE i.taken_at < now() - interval '24 hours'
     OR (NOT i.done AND i.taken_at < now() - interval '60 seconds' AND i.body_sha256 = excluded.body_sha256)
RETURNING key

-- name: idempotency_read
-- $1 user id, $2 method, $3 route, $4 key
SELECT body_sha256, done, status, resource_id, error_body FROM idempotency
WHERE user_id = $1 AND method = $2 AND route = $3 AND key = $4

-- name: idempotency_finish
-- $1 user id, $2 method, $3 route, $4 key, $5 status, $6 resource id, $7 error body
UPDATE idempotency SET done = true, status = $5, resource_id = $6, error_body = $7
WHERE user_id = $1 AND method = $2 AND route = $3 AND key = $4 AND NOT done

-- name: idempotency_release
-- $1 user id, $2 method, $3 route, $4 key
DELETE FROM idempotency WHERE user_id = $1 AND method = $2 AND route = $3 AND key = $4 AND NOT done
