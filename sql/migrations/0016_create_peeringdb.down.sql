-- Locks: ACCESS EXCLUSIVE on what goes.
DROP VIEW peeringdb_followed;
DROP TABLE peeringdb_query, peeringdb_access, peeringdb_network;
