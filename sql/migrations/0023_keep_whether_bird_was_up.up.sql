-- A look at a host is large (every session of every member). Who decides about a turn asks of all route servers only
-- whether BIRD was up in the last one, and had all of them unpacked for it.
-- Locks: ACCESS EXCLUSIVE on route_server while its few rows are written anew.

ALTER TABLE route_server
  ADD COLUMN bird_up boolean GENERATED ALWAYS AS ((last_probe ->> 'bird_up')::boolean) STORED;
COMMENT ON COLUMN route_server.bird_up IS 'In the last probe; null before the first';
