-- Locks: ACCESS EXCLUSIVE on these tables and, for the foreign keys, on those they point to.
DROP TABLE apply_baseline;
DROP TABLE forecast;
