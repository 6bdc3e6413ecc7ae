-- Locks: ACCESS EXCLUSIVE on the tables that go, and on route_server and network while their foreign keys go.
DROP TABLE fabric_look, drift, session_status;
