-- An administrator's order to replace, once, a configuration that somebody else gave a route server's BIRD.
-- Locks: ACCESS EXCLUSIVE on route_server (columns with constant defaults, no rewrite).

ALTER TABLE route_server
  ADD COLUMN take_over_reason text NOT NULL DEFAULT '',
  ADD COLUMN take_over_until timestamptz,
  ADD CONSTRAINT route_server_take_over_says_why CHECK ((take_over_until IS NULL) = (take_over_reason = ''));
COMMENT ON COLUMN route_server.take_over_until IS 'The order holds for what runs now, not for what somebody does later';
