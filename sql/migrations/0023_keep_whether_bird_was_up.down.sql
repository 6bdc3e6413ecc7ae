-- Locks: ACCESS EXCLUSIVE on route_server, for a moment.

ALTER TABLE route_server DROP COLUMN bird_up;
