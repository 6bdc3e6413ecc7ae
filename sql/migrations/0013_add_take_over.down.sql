-- Locks: ACCESS EXCLUSIVE on route_server (no rewrite).

ALTER TABLE route_server DROP COLUMN take_over_reason, DROP COLUMN take_over_until;
