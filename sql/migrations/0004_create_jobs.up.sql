-- The job table is the only queue: whoever changes something inserts the job in the same transaction, Redis and NOTIFY
-- only say "look now". A job names a subject and the least revision it must match; it never carries a diff, so two
-- waiting jobs of one subject are one job.
-- Locks: creates new objects only.

CREATE TABLE job (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind ~ '^[a-z_]+\.[a-z_]+$'),
  subject text NOT NULL CHECK (subject <> '' AND length(subject) <= 200),
  want_revision bigint NOT NULL DEFAULT 0 CHECK (want_revision >= 0),
  -- 0 urgent (what takes rights away), 1 normal, 2 bulk.
  priority smallint NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 2),
  state text NOT NULL DEFAULT 'ready' CONSTRAINT job_state_known
    CHECK (state IN ('ready', 'running', 'done', 'dead', 'cancelled')),
  run_at timestamptz NOT NULL DEFAULT now(),
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  max_attempt integer NOT NULL DEFAULT 20 CHECK (max_attempt > 0),
  -- Leases that ran out since the job last reached a step it had not reached before.
  crash_count integer NOT NULL DEFAULT 0 CHECK (crash_count >= 0),
  steps_reached text[] NOT NULL DEFAULT '{}',
  -- Raised by every claim; every write of a running job carries it.
  fence bigint NOT NULL DEFAULT 0 CHECK (fence >= 0),
  lease_until timestamptz,
  worker text NOT NULL DEFAULT '',
  last_step text NOT NULL DEFAULT '',
  last_error text NOT NULL DEFAULT '',
  trace_id text NOT NULL DEFAULT '',
  revive_count integer NOT NULL DEFAULT 0 CHECK (revive_count >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CONSTRAINT job_running_has_lease CHECK (state <> 'running' OR (lease_until IS NOT NULL AND worker <> '')),
  CONSTRAINT job_finished_has_time CHECK ((state IN ('done', 'dead', 'cancelled')) = (finished_at IS NOT NULL))
) WITH (fillfactor = 70);

CREATE UNIQUE INDEX job_one_waiting ON job (subject, kind) WHERE state = 'ready';
CREATE UNIQUE INDEX job_one_running ON job (subject, kind) WHERE state = 'running';
CREATE INDEX job_due ON job (priority, run_at, id) WHERE state = 'ready';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'running';
-- What became of a subject's last job.
CREATE INDEX job_ended ON job (subject, kind, id) WHERE state IN ('done', 'dead');
CREATE INDEX job_dead ON job (finished_at) WHERE state = 'dead';

GRANT SELECT, INSERT, UPDATE ON job TO ztix_app, ztix_worker;
