-- Locks: SHARE UPDATE EXCLUSIVE, which lets reads and writes go on.

ALTER TABLE job RESET (autovacuum_analyze_threshold, autovacuum_vacuum_threshold);
ALTER TABLE membership RESET (autovacuum_analyze_threshold, autovacuum_vacuum_threshold);
ALTER TABLE request RESET (autovacuum_analyze_threshold, autovacuum_vacuum_threshold);
ALTER TABLE address RESET (autovacuum_analyze_threshold, autovacuum_vacuum_threshold);
ALTER TABLE config_object RESET (autovacuum_analyze_threshold, autovacuum_vacuum_threshold);
ALTER TABLE route_server RESET (autovacuum_analyze_threshold, autovacuum_vacuum_threshold);
ALTER TABLE route_server_fence RESET (autovacuum_analyze_threshold, autovacuum_vacuum_threshold);
