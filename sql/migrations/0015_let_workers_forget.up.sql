-- Old jobs, settled differences, forecasts and turns are deleted in small batches by the worker.
-- Locks: SHARE on job, drift, forecast and rollout while their indexes are made: writers wait for that.

CREATE INDEX job_over ON job (finished_at) WHERE state IN ('done', 'cancelled');
CREATE INDEX drift_resolved ON drift (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX forecast_by_age ON forecast (computed_at);
CREATE INDEX rollout_by_age ON rollout (ended_at) WHERE ended_at IS NOT NULL;

GRANT DELETE ON job, drift, forecast, rollout TO ztix_worker;
