-- Second factors, recovery codes and one-time codes. What may happen once is decided by a guarded UPDATE.

-- name: factor_list
-- $1 user id, $2 seconds that an enrolment may take. Confirmed ones, and the one that was begun lately.
SELECT f.id, f.user_id, f.kind, f.label, f.secret, f.confirmed, f.last_used_at, f.created_at,
       p.credential_id, p.algorithm, p.public_key, p.sign_count
FROM user_factor f LEFT JOIN passkey p ON p.factor = f.id
WHERE f.user_id = $1 AND (f.confirmed OR f.created_at > now() - make_interval(secs => $2::bigint))
ORDER BY f.created_at, f.id

-- name: factor_is_owner
SELECT pg_has_role(current_user, c.relowner, 'MEMBER') AS is_owner FROM pg_class c WHERE c.oid = 'user_factor'::regclass

-- name: factor_lock_user
-- $1 user id
SELECT id FROM app_user WHERE id = $1 FOR UPDATE

-- name: factor_drop_begun
-- $1 user id
DELETE FROM user_factor WHERE user_id = $1 AND NOT confirmed

-- name: factor_add
-- $1 user id, $2 kind, $3 label, $4 sealed secret, $5 confirmed
INSERT INTO user_factor (user_id, kind, label, secret, confirmed) VALUES ($1, $2, $3, $4, $5)
RETURNING id, created_at

-- name: passkey_add
-- $1 factor, $2 credential id, $3 COSE algorithm, $4 public key, $5 signatures so far. No row: somebody has it already.
INSERT INTO passkey (factor, credential_id, algorithm, public_key, sign_count) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT passkey_known_once DO NOTHING RETURNING factor

-- name: factor_confirm
-- $1 user id, $2 factor, $3 step of the code, $4 seconds that an enrolment may take
UPDATE user_factor SET confirmed = true, last_step = $3, last_used_at = now()
WHERE user_id = $1 AND id = $2 AND NOT confirmed AND created_at > now() - make_interval(secs => $4::bigint)
RETURNING id

-- name: factor_accept_step
-- $1 user id, $2 factor, $3 step of the code. No row: a code of this step or a later one was accepted before.
UPDATE user_factor SET last_step = $3, last_used_at = now()
WHERE user_id = $1 AND id = $2 AND confirmed AND last_step < $3 RETURNING id

-- name: passkey_count_further
-- $1 user id, $2 factor, $3 signatures now. No row: it has counted so far before.
UPDATE passkey p SET sign_count = $3 FROM user_factor f
WHERE f.id = p.factor AND f.user_id = $1 AND f.id = $2 AND (p.sign_count < $3 OR (p.sign_count = 0 AND $3::bigint = 0))
RETURNING p.factor

-- name: factor_used
-- $1 factor
UPDATE user_factor SET last_used_at = now() WHERE id = $1

-- name: factor_remove
-- $1 user id, $2 factor
DELETE FROM user_factor WHERE user_id = $1 AND id = $2 RETURNING label

-- name: factor_count
-- $1 user id
SELECT count(*) AS n FROM user_factor WHERE user_id = $1 AND confirmed

-- name: login_epoch_raise
-- $1 user id
UPDATE app_user SET login_epoch = login_epoch + 1, updated_at = now() WHERE id = $1 RETURNING login_epoch

-- name: recovery_drop
-- $1 user id
DELETE FROM recovery_code WHERE user_id = $1

-- name: recovery_add
-- $1 user id, $2 digests
INSERT INTO recovery_code (user_id, digest) SELECT $1, d FROM unnest($2::text[]) AS d

-- name: recovery_use
-- $1 user id, $2 digest
UPDATE recovery_code SET used_at = now() WHERE user_id = $1 AND digest = $2 AND used_at IS NULL RETURNING digest

-- name: recovery_left
-- $1 user id
SELECT count(*) AS n FROM recovery_code WHERE user_id = $1 AND used_at IS NULL

-- name: one_time_put
-- $1 user id, $2 purpose, $3 digest, $4 seconds it is good for
INSERT INTO one_time_code (user_id, purpose, digest, expires_at) VALUES ($1, $2, $3, now() + make_interval(secs => $4::bigint))
ON CONFLICT (user_id, purpose) DO UPDATE SET digest = excluded.digest, expires_at = excluded.expires_at, used_at = NULL

-- name: one_time_look
-- $1 user id, $2 purpose, $3 digest. A row when it would be taken now.
SELECT user_id FROM one_time_code
WHERE user_id = $1 AND purpose = $2 AND digest = $3 AND used_at IS NULL AND expires_at > now()

-- name: one_time_use
-- $1 user id, $2 purpose, $3 digest
UPDATE one_time_code SET used_at = now()
WHERE user_id = $1 AND purpose = $2 AND digest = $3 AND used_at IS NULL AND expires_at > now() RETURNING user_id

-- name: one_time_end
-- $1 user id, $2 purpose
UPDATE one_time_code SET used_at = now() WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL
