-- Requests. A change locks the request's row first, so the first write wins and the others see its state.

-- name: request_read
-- $1 request id
SELECT * FROM request_detail WHERE id = $1

-- name: request_list
-- $1 owned AS numbers or NULL, $2 state or NULL, $3 AS number or NULL, $4 ZeroTier network id or NULL, $5 least age in
-- minutes or NULL, $6 and $7 age and id of the last row of the page before or NULL, $8 how many.
-- Planned for its values: which index serves it depends on which filters are set.
SELECT d.* FROM (
  SELECT r.id FROM request r
  WHERE ($1::bigint[] IS NULL OR r.asn = ANY ($1::bigint[]))
    AND ($2::text IS NULL OR r.state = $2)
    AND ($3::bigint IS NULL OR r.asn = $3)
    AND ($4::text IS NULL OR r.network = (SELECT n.number FROM network n WHERE n.zt_network_id = $4))
    AND ($5::bigint IS NULL OR r.created_at <= now() - $5 * interval '1 minute')
    AND ($6::timestamptz IS NULL OR (r.created_at, r.id) < ($6, $7::uuid))
  ORDER BY r.created_at DESC, r.id DESC
  LIMIT $8
) page JOIN request_detail d ON d.id = page.id
ORDER BY d.created_at DESC, d.id DESC

-- name: request_route_servers
-- $1 request ids
SELECT q.request, s.name, q.state, q.wanted_revision, q.confirmed_revision, q.last_step, q.last_error, q.updated_at
FROM request_route_server q JOIN route_server s ON s.id = q.route_server
WHERE q.request = ANY ($1::uuid[]) ORDER BY s.name

-- name: request_messages
-- $1 request id
SELECT at, author, kind, text FROM request_message WHERE request = $1 ORDER BY id

-- name: request_network
-- $1 ZeroTier network id
SELECT number FROM network WHERE zt_network_id = $1

-- name: request_open
-- $1 AS number, $2 network number, $3 node id or NULL: the open request that holds this slot
SELECT id FROM request
WHERE asn = $1 AND network = $2 AND node_id IS NOT DISTINCT FROM $3
  AND state NOT IN ('rejected', 'withdrawn', 'expired', 'revoked')

-- name: request_node_taken
-- $1 network number, $2 node id: is it a live member of any ASN, an infrastructure node, or the controller?
SELECT EXISTS (SELECT FROM membership m WHERE m.network = $1 AND m.ended_at IS NULL
                                          AND (m.node_id = $2 OR m.previous_node_id = $2))
    OR EXISTS (SELECT FROM infrastructure_node i WHERE i.network = $1 AND i.node_id = $2)
    OR EXISTS (SELECT FROM network n WHERE n.number = $1 AND left(n.zt_network_id, 10) = $2) AS taken

-- name: request_create
-- $1 AS number, $2 network number, $3 node id or NULL, $4 IPv4 wanted, $5 note, $6 user id. No row: the slot is taken.
INSERT INTO request (asn, network, node_id, ipv4, note, requested_by) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (asn, network, node_id) WHERE state NOT IN ('rejected', 'withdrawn', 'expired', 'revoked') DO NOTHING
RETURNING id

-- name: request_lock
-- $1 request id
SELECT id, asn, network, node_id, state, ipv4, membership, requested_by FROM request WHERE id = $1 FOR UPDATE

-- name: request_transition
-- $1 request id, $2 state it is in, $3 state it goes to, $4 new reason or NULL to keep it
UPDATE request SET state = $3, reason = coalesce($4, reason), updated_at = now() WHERE id = $1 AND state = $2 RETURNING id

-- name: request_approve
-- $1 request id, $2 membership id
UPDATE request SET state = 'approved', membership = $2, updated_at = now() WHERE id = $1 AND state = 'pending' RETURNING id

-- name: request_set_node
-- $1 request id, $2 node id
UPDATE request SET node_id = $2, updated_at = now() WHERE id = $1

-- name: request_add_message
-- $1 request id, $2 author, $3 kind, $4 text
INSERT INTO request_message (request, author, kind, text) VALUES ($1, $2, $3, $4)

-- name: request_expire
-- $1 hours without an answer
UPDATE request SET state = 'expired', updated_at = now()
WHERE state IN ('pending', 'needs_info') AND updated_at < now() - $1::bigint * interval '1 hour'
RETURNING id

-- name: membership_lock_sequences
-- $1 network number, $2 AS number. A statement of its own: what follows must see what the one before us committed.
SELECT pg_advisory_xact_lock(hashtextextended('ztix.sequence:' || $1::int || ':' || $2::bigint, 0))

-- name: membership_free_sequence
-- $1 network number, $2 AS number: the lowest sequence with neither a live membership nor an address that some route
-- server may still have; NULL when all are taken.
WITH used AS (
  SELECT router_sequence FROM membership WHERE network = $1 AND asn = $2 AND ended_at IS NULL
  UNION
  SELECT router_sequence FROM address WHERE network = $1 AND asn = $2 AND owed
), candidate AS (
  SELECT 1 AS sequence UNION SELECT router_sequence + 1 FROM used
)
SELECT min(sequence) AS sequence FROM candidate
WHERE sequence <= 9999 AND sequence NOT IN (SELECT router_sequence FROM used)

-- name: membership_create
-- $1 network number, $2 AS number, $3 router sequence, $4 node id or NULL, $5 IPv4 wanted, $6 and $7 prefix limits,
-- $8 waiting for, $9 remedy
INSERT INTO membership (network, asn, router_sequence, node_id, ipv4_wanted, limit_v4, limit_v6, waiting_for, waiting_remedy)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id

-- name: membership_lock
-- $1 membership id
SELECT id, node_id, previous_node_id FROM membership WHERE id = $1 FOR UPDATE

-- name: membership_set_node
-- $1 membership id, $2 node id. A node it had before must lose its authorisation.
UPDATE membership SET previous_node_id = node_id, node_id = $2, waiting_for = '', waiting_remedy = '', updated_at = now()
WHERE id = $1

-- name: membership_release_hold
-- $1 membership id
UPDATE membership SET held = false, held_version = NULL, held_file = NULL, held_line = NULL, held_message = NULL,
                      updated_at = now()
WHERE id = $1
