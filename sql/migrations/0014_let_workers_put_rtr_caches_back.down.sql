-- Locks: none beyond the catalogue's.
REVOKE DELETE ON rtr_cache FROM ztix_worker;
