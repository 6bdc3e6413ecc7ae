-- The inventory of route servers. Whoever is wanted by name is locked before its state is judged.

-- name: route_server_create
-- $1 name, $2 host, $3 port, $4 user, $5 host key, $6 router id, $7 why fewer than two RTR caches are enough.
WITH made AS (
  INSERT INTO route_server (name, ssh_host, ssh_port, ssh_user, host_key, router_id, rtr_exception)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  RETURNING id
), fenced AS (
  INSERT INTO route_server_fence (route_server) SELECT id FROM made
)
SELECT id FROM made;

-- name: route_server_add_cache
INSERT INTO rtr_cache (route_server, position, address, port) VALUES ($1, $2, $3, $4);

-- name: route_server_drop_caches
DELETE FROM rtr_cache WHERE route_server = $1;

-- name: route_server_published
-- What may run on each by now: its part of its confirmed revision and of every later one, the newest last.
SELECT s.id, s.state, s.confirmed_revision > 0 AS has_confirmed, o.content
FROM route_server s
JOIN config_object o ON o.kind = 'route_server' AND o.subject = s.id::text
                    AND (o.to_revision IS NULL OR o.to_revision > s.confirmed_revision)
WHERE s.state <> 'removed'
ORDER BY s.id, o.from_revision;

-- name: route_server_set
-- $1 route server, $2 host, $3 port, $4 user, $5 why fewer than two RTR caches are enough.
UPDATE route_server SET ssh_host = $2, ssh_port = $3, ssh_user = $4, rtr_exception = $5 WHERE id = $1;

-- name: route_server_attach
INSERT INTO route_server_attachment (route_server, network, infrastructure_node) VALUES ($1, $2, $3);

-- name: route_server_list
-- $1 name, or null for all. The newest revision that changes something for one is its wanted one.
SELECT id, name, ssh_host, ssh_port, ssh_user, host_key, router_id, state, bird_version, wanted_revision, wanted_digest,
       confirmed_revision, confirmed_file, confirmed_digest, confirmed_at, last_step, last_error, last_step_at,
       last_probe_at, state = 'enabled' AND confirmed_revision < wanted_revision AS diverged, rtr_exception
FROM route_server
WHERE $1::text IS NULL OR name = $1
ORDER BY name;

-- name: route_server_lock
-- $1 name.
SELECT id, state FROM route_server WHERE name = $1 FOR UPDATE;

-- name: route_server_caches
-- $1 route server, or null for all.
SELECT route_server, address, port FROM rtr_cache
WHERE $1::bigint IS NULL OR route_server = $1
ORDER BY route_server, position;

-- name: route_server_attachments
-- $1 route server, or null for all.
SELECT a.route_server, a.network, n.route_server_asn, i.ipv4, i.ipv6
FROM route_server_attachment a
JOIN network n ON n.number = a.network
JOIN infrastructure_node i ON i.id = a.infrastructure_node
WHERE $1::bigint IS NULL OR a.route_server = $1
ORDER BY a.route_server, a.network;

-- name: route_server_set_state
UPDATE route_server SET state = $2 WHERE id = $1;

-- name: route_server_set_host_key
UPDATE route_server SET host_key = $2 WHERE name = $1 RETURNING id;

-- name: route_server_take_over
-- $1 name, $2 reason, $3 seconds for which the order holds.
UPDATE route_server SET take_over_reason = $2, take_over_until = now() + $3::bigint * INTERVAL '1 second'
WHERE name = $1;
