-- Locks: ACCESS EXCLUSIVE on these tables and, for the foreign keys, on those they point to.
DROP TABLE session_admin_state;
DROP TABLE request_route_server;
DROP TABLE route_server_attachment;
DROP TABLE rtr_cache;
DROP TABLE route_server_fence;
DROP TABLE route_server;
