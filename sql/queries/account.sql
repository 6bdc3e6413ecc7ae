-- The installation and its users. Arrays are added and removed as sets, so repeating a call changes nothing.

-- name: installation_create
-- $1 name, $2 single admin. No row: there is one already.
INSERT INTO installation (name, single_admin) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id, name, single_admin

-- name: installation_read
SELECT id, name, single_admin FROM installation

-- name: account_create
-- $1 user name. No row: the name is taken.
INSERT INTO app_user (username) VALUES ($1) ON CONFLICT (username) DO NOTHING RETURNING id

-- name: account_lock
-- $1 user name
SELECT id FROM app_user WHERE username = $1 FOR UPDATE

-- name: account_list
SELECT * FROM account ORDER BY username

-- name: account_by_id
-- $1 user id
SELECT * FROM account WHERE id = $1

-- name: account_by_ids
-- $1 user ids
SELECT * FROM account WHERE id = ANY ($1::uuid[])

-- name: account_login
-- $1 user name
SELECT a.*, c.secret AS password_hash
FROM account a JOIN credential c ON c.user_id = a.id AND c.kind = 'password'
WHERE a.username = $1

-- name: account_set_password
-- $1 user id, $2 PHC string
INSERT INTO credential (user_id, kind, secret) VALUES ($1, 'password', $2)
ON CONFLICT (user_id, kind) DO UPDATE SET secret = excluded.secret, updated_at = now()

-- name: account_replace_password
-- $1 user id, $2 PHC string
UPDATE credential SET secret = $2, updated_at = now() WHERE user_id = $1 AND kind = 'password'

-- name: account_set_disabled
-- $1 user id, $2 disabled
UPDATE app_user SET disabled = $2, updated_at = now() WHERE id = $1

-- name: account_add_roles
-- $1 user id, $2 roles
INSERT INTO user_role (user_id, role) SELECT $1, r FROM unnest($2::text[]) AS r ON CONFLICT DO NOTHING

-- name: account_remove_roles
-- $1 user id, $2 roles
DELETE FROM user_role WHERE user_id = $1 AND role = ANY ($2::text[])

-- name: account_add_asns
-- $1 user id, $2 AS numbers, $3 source
INSERT INTO user_asn (user_id, asn, source) SELECT $1, a, $3 FROM unnest($2::bigint[]) AS a ON CONFLICT DO NOTHING

-- name: account_remove_asns
-- $1 user id, $2 AS numbers, $3 source
DELETE FROM user_asn WHERE user_id = $1 AND asn = ANY ($2::bigint[]) AND source = $3

-- name: account_unknown_networks
-- $1 ZeroTier network ids
SELECT z AS zt_network_id FROM unnest($1::text[]) AS z
WHERE NOT EXISTS (SELECT FROM network n WHERE n.zt_network_id = z)

-- name: account_add_networks
-- $1 user id, $2 ZeroTier network ids
INSERT INTO user_network_access (user_id, network)
SELECT $1, n.number FROM network n WHERE n.zt_network_id = ANY ($2::text[]) ON CONFLICT DO NOTHING

-- name: account_remove_networks
-- $1 user id, $2 ZeroTier network ids
DELETE FROM user_network_access
WHERE user_id = $1 AND network IN (SELECT number FROM network WHERE zt_network_id = ANY ($2::text[]))
