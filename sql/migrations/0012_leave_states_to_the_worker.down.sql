-- Locks: none beyond the catalogue's.
GRANT UPDATE (state) ON route_server TO ztix_app;
