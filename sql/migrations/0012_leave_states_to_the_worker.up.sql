-- A drain is ordered by a row; the worker moves the route server. So the application needs no right to its state.
-- Locks: none beyond the catalogue's.
REVOKE UPDATE (state) ON route_server FROM ztix_app;
