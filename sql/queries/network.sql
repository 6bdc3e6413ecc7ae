-- Networks and infrastructure nodes.

-- name: network_lock_numbers
-- Numbers are given without gaps, so only one network is added at a time.
SELECT pg_advisory_xact_lock(hashtextextended('ztix.network_number', 0))

-- name: network_create
-- $1 ZeroTier network id, $2 name, $3 location, $4 IPv4 LAN, $5 IPv6 LAN, $6 and $7 pool, $8 admission, $9 ASN
INSERT INTO network (number, zt_network_id, name, location, lan_v4, lan_v6, pool_first, pool_last, admission, route_server_asn)
SELECT coalesce(max(number), 0) + 1, $1, $2, $3, $4::cidr, $5::cidr, $6::inet, $7::inet, $8, $9::bigint FROM network
RETURNING number, mtu

-- name: network_list
SELECT number, zt_network_id, name, location, lan_v4, lan_v6, host(pool_first) AS pool_first, host(pool_last) AS pool_last,
       admission, route_server_asn, mtu
FROM network ORDER BY number

-- name: network_read
-- $1 ZeroTier network id
SELECT number, zt_network_id, name, location, lan_v4, lan_v6, host(pool_first) AS pool_first, host(pool_last) AS pool_last,
       admission, route_server_asn, mtu
FROM network WHERE zt_network_id = $1

-- name: infrastructure_node_create
-- $1 network number, $2 node id, $3 name, $4 role, $5 IPv4, $6 IPv6
INSERT INTO infrastructure_node (network, node_id, name, role, ipv4, ipv6) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id

-- name: infrastructure_node_list
-- $1 network number
SELECT network, node_id, name, role, host(ipv4) AS ipv4, host(ipv6) AS ipv6
FROM infrastructure_node WHERE network = $1 ORDER BY name
