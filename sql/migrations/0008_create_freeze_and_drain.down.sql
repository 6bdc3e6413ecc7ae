-- Locks: ACCESS EXCLUSIVE on the tables that go and on route_server, and on network while its foreign key goes.
REVOKE UPDATE (state) ON route_server FROM ztix_app;
DROP TABLE drain, "freeze";
