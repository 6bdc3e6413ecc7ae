-- When a revision is taken back that had changed RTR caches, the worker makes the inventory what is published again.
-- Locks: none beyond the catalogue's.
GRANT DELETE ON rtr_cache TO ztix_worker;
