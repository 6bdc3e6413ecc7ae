-- Locks: ACCESS EXCLUSIVE on every table it drops, and on app_user for the foreign key.

DROP VIEW account;
DROP TABLE infrastructure_node;
DROP TABLE user_network_access;
DROP TABLE network;
