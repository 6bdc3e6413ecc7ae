-- What lies between an approval and the worker's first step is planned once and kept. After an ANALYZE or VACUUM that
-- changes a table's counts PostgreSQL plans anew: 2 to 4 ms for the claim and 1.5 to 3 ms for the first step (measured,
-- PostgreSQL 15), which take half a millisecond otherwise. With the usual thresholds (50 rows and a fifth) a small
-- exchange has that in every minute in which members come. The plans do not get better by it: each finds its few rows by
-- an index.
-- Locks: SHARE UPDATE EXCLUSIVE, which lets reads and writes go on.

ALTER TABLE job SET (autovacuum_analyze_threshold = 5000, autovacuum_vacuum_threshold = 5000);
ALTER TABLE membership SET (autovacuum_analyze_threshold = 5000, autovacuum_vacuum_threshold = 5000);
ALTER TABLE request SET (autovacuum_analyze_threshold = 5000, autovacuum_vacuum_threshold = 5000);
ALTER TABLE address SET (autovacuum_analyze_threshold = 5000, autovacuum_vacuum_threshold = 5000);
ALTER TABLE config_object SET (autovacuum_analyze_threshold = 5000, autovacuum_vacuum_threshold = 5000);
ALTER TABLE route_server SET (autovacuum_analyze_threshold = 5000, autovacuum_vacuum_threshold = 5000);
ALTER TABLE route_server_fence SET (autovacuum_analyze_threshold = 5000, autovacuum_vacuum_threshold = 5000);
