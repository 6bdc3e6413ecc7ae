-- Locks: ACCESS EXCLUSIVE on these tables and, for the foreign keys, on those they point to.
DROP TABLE root;
DROP TABLE config_object;
DROP TABLE config_revision;
DROP FUNCTION refuse_rewriting_history();
