-- Locks: ACCESS EXCLUSIVE on job, briefly. Waiting jobs are gone; nothing else refers to them.
DROP TABLE job;
