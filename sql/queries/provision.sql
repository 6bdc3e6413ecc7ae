-- What member.provision reads and writes.

-- name: provision_subject
-- $1 membership. `published` is the revision since which its current version is in the manifest; `frozen` is why its
-- network stands still (freeze_of_network; here, since this read stands before the first step of every member).
SELECT m.id, r.id AS request, r.state, m.desired, m.asn, m.router_sequence, m.node_id, m.previous_node_id,
       m.ipv4_wanted, v4.address AS ipv4, v6.address AS ipv6, n.number, n.zt_network_id, n.name, n.lan_v4, n.lan_v6,
       coalesce((SELECT o.from_revision FROM config_object o
                 WHERE o.kind = 'membership' AND o.subject = m.id::text AND o.version = m.version
                   AND o.to_revision IS NULL), 0) AS published,
       m.suspended,
       coalesce((SELECT f.reason FROM "freeze" f
                 WHERE f.lifted_at IS NULL AND coalesce(f.until > now(), true)
                   AND (f.scope = 'all' OR f.network = m.network)
                 ORDER BY f.id LIMIT 1), '') AS frozen
FROM membership m
JOIN request r ON r.membership = m.id
JOIN network n ON n.number = m.network
LEFT JOIN address v4 ON v4.network = m.network AND v4.asn = m.asn AND v4.router_sequence = m.router_sequence
                    AND family(v4.address) = 4
LEFT JOIN address v6 ON v6.network = m.network AND v6.asn = m.asn AND v6.router_sequence = m.router_sequence
                    AND family(v6.address) = 6
WHERE m.id = $1;

-- name: provision_lock_membership
-- $1 membership, as it is rendered and what holds it.
SELECT m.id, m.network, m.asn, m.router_sequence, m.desired, m.ipv4_wanted, m.session_v4, m.session_v6, m.md5_key,
       m.ttl_security, m.limit_v4, m.limit_v6, m.version, m.confirmed_version, m.held, m.held_version, m.suspended,
       n.lan_v6
FROM membership m JOIN network n ON n.number = m.network
WHERE m.id = $1
FOR UPDATE OF m;

-- name: provision_addresses
-- $1 network, $2 AS number, $3 router sequence: what this member has.
SELECT id, address, state FROM address WHERE network = $1 AND asn = $2 AND router_sequence = $3 ORDER BY address;

-- name: provision_keep_address
-- $1 address row: its own again, if it was cooling off.
UPDATE address SET state = 'reserved', until = NULL, updated_at = now() WHERE id = $1 AND state = 'cooling_off';

-- name: provision_reserve_address
-- $1 network, $2 address, $3 AS number, $4 router sequence. No row: somebody has it.
INSERT INTO address (network, address, asn, router_sequence, state) VALUES ($1, $2, $3, $4, 'reserved')
ON CONFLICT (network, address) DO UPDATE SET
  asn = excluded.asn, router_sequence = excluded.router_sequence, state = 'reserved', until = NULL, updated_at = now()
  WHERE address.state = 'cooling_off' AND address.until <= now() AND NOT address.owed
RETURNING id;

-- name: provision_lock_pool
-- $1 network: one reservation from its pool at a time, until the transaction ends.
SELECT pg_advisory_xact_lock(1515476307, $1::int);

-- name: provision_free_ipv4
-- $1 network: the address of the pool that is free for longest. Never used comes first, in order; then what was
-- released, oldest first. Infrastructure addresses are rows too. The LAN's first and last address are no hosts.
SELECT c.candidate
FROM (
  SELECT n.lan_v4, n.pool_first + i AS candidate
  FROM network n, generate_series(0, n.pool_last - n.pool_first) AS i
  WHERE n.number = $1
) c
LEFT JOIN address a ON a.network = $1 AND a.address = c.candidate
WHERE (a.id IS NULL OR (a.state = 'cooling_off' AND a.until <= now() AND NOT a.owed))
  AND c.candidate <> host(network(c.lan_v4))::inet AND c.candidate <> host(broadcast(c.lan_v4))::inet
ORDER BY a.until NULLS FIRST, c.candidate
LIMIT 1;

-- name: provision_note_waiting
-- $1 membership, $2 word, $3 remedy.
UPDATE membership SET waiting_for = $2, waiting_remedy = $3, updated_at = now()
WHERE id = $1 AND (waiting_for, waiting_remedy) IS DISTINCT FROM ($2, $3);

-- name: provision_forget_previous_node
-- $1 membership.
UPDATE membership SET previous_node_id = NULL, updated_at = now()
WHERE id = $1 AND previous_node_id IS NOT NULL
RETURNING network;

-- name: provision_set_reason
-- $1 request, $2 cause: of a request that is failed already.
UPDATE request SET reason = $2, updated_at = now() WHERE id = $1;

-- name: provision_published
-- $1 membership as text, $2 version: since when it is in the manifest. No row: it is not.
SELECT from_revision FROM config_object
WHERE kind = 'membership' AND subject = $1 AND version = $2 AND to_revision IS NULL;

-- name: provision_version_differs
-- $1 membership as text, $2 version, $3 content: was this version published with another content once? A suspension is no
-- part of a version: it lies over whichever is rendered.
SELECT EXISTS (
  SELECT 1 FROM config_object
  WHERE kind = 'membership' AND subject = $1 AND version = $2
    AND content - 'suspended' <> $3::jsonb - 'suspended') AS differs;

-- name: provision_set_version
UPDATE membership SET version = $2, updated_at = now() WHERE id = $1;

-- name: provision_addresses_live
-- $1 network, $2 AS number, $3 router sequence.
UPDATE address SET state = 'live', updated_at = now()
WHERE network = $1 AND asn = $2 AND router_sequence = $3 AND state = 'reserved';

-- name: provision_route_servers
-- $1 network: those that take applies.
SELECT s.id, s.name, s.confirmed_revision
FROM route_server s JOIN route_server_attachment a ON a.route_server = s.id
WHERE a.network = $1 AND s.state IN ('joining', 'enabled')
ORDER BY s.name;

-- name: provision_deliver
-- $1 request, $2 network, $3 revision: one row per route server that takes applies; done already where that was
-- confirmed.
INSERT INTO request_route_server (request, route_server, wanted_revision, confirmed_revision, state)
SELECT $1, s.id, $3::bigint, CASE WHEN s.confirmed_revision >= $3::bigint THEN s.confirmed_revision ELSE 0 END,
       CASE WHEN s.confirmed_revision >= $3::bigint THEN 'confirmed' ELSE 'waiting' END
FROM route_server s JOIN route_server_attachment a ON a.route_server = s.id
WHERE a.network = $2 AND s.state IN ('joining', 'enabled')
ORDER BY s.id
ON CONFLICT (request, route_server) DO UPDATE SET
  wanted_revision = excluded.wanted_revision, state = excluded.state, last_error = '', updated_at = now(),
  confirmed_revision = greatest(request_route_server.confirmed_revision, excluded.confirmed_revision);

-- name: provision_lock_fabric
-- $1 the network id as a number. A session's lock: it goes with the connection. The server ends the session of a holder
-- that is silent for 10 s: a worker that was stopped with the lock in its hand would keep everybody from the network.
WITH tried AS MATERIALIZED (SELECT pg_try_advisory_lock($1::bigint) AS locked)
SELECT locked, CASE WHEN locked THEN set_config('idle_session_timeout', '10s', false) END AS bounded FROM tried;

-- name: provision_unlock_fabric
SELECT pg_advisory_unlock($1::bigint) AS unlocked, set_config('idle_session_timeout', '0', false) AS unbounded;

-- name: provision_fabric_held
-- $1 the network id as a number: does this very connection hold it?
SELECT EXISTS (
  SELECT 1 FROM pg_locks
  WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND ((classid::bigint << 32) | objid::bigint) = $1::bigint) AS held;
