-- API tokens. Whether one is over is always the database's clock.

-- name: token_count_live
-- $1 user id. The user's row is locked, so that two calls cannot both be the last one.
SELECT (SELECT count(*) FROM api_token t WHERE t.user_id = u.id AND t.ended_at IS NULL AND t.expires_at > now()) AS live
FROM app_user u WHERE u.id = $1 FOR NO KEY UPDATE

-- name: token_create
-- $1 user id, $2 name, $3 scope, $4 hours, $5 SHA-256
INSERT INTO api_token (user_id, name, scope, expires_at, token_sha256)
VALUES ($1, $2, $3, now() + $4::bigint * interval '1 hour', $5) RETURNING id

-- name: token_by_id
-- $1 id
SELECT t.*, t.expires_at <= now() AS expired, u.username FROM api_token t JOIN app_user u ON u.id = t.user_id WHERE t.id = $1

-- name: token_list
-- $1 user id, or NULL for all
SELECT t.*, t.expires_at <= now() AS expired, u.username
FROM api_token t JOIN app_user u ON u.id = t.user_id
WHERE $1::uuid IS NULL OR t.user_id = $1 ORDER BY t.created_at DESC, t.id

-- name: token_find
-- $1 first 16 digits of the SHA-256
SELECT t.*, t.expires_at <= now() AS expired, u.username
FROM api_token t JOIN app_user u ON u.id = t.user_id WHERE left(t.token_sha256, 16) = $1

-- name: token_end
-- $1 id, $2 user id or NULL, $3 reason. No row: none of that id and user, or it has ended before.
UPDATE api_token SET ended_at = now(), end_reason = $3
WHERE id = $1 AND ($2::uuid IS NULL OR user_id = $2) AND ended_at IS NULL RETURNING id

-- name: token_end_all
-- $1 user id, $2 reason
UPDATE api_token SET ended_at = now(), end_reason = $2
WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now() RETURNING id

-- name: token_used
-- $1 id
UPDATE api_token SET last_used_at = now()
WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')

-- name: token_refused
-- $1 id. No row: the last minute has one already.
UPDATE api_token SET refused_at = now()
WHERE id = $1 AND (refused_at IS NULL OR refused_at < now() - interval '1 minute') RETURNING id
