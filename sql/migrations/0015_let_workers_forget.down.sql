-- Locks: ACCESS EXCLUSIVE on job, drift, forecast and rollout, for a moment.

REVOKE DELETE ON job, drift, forecast, rollout FROM ztix_worker;

DROP INDEX rollout_by_age;
DROP INDEX forecast_by_age;
DROP INDEX drift_resolved;
DROP INDEX job_over;
