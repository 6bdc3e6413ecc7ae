-- Jobs. All time is the server's: now() is the only clock that all workers share.

-- name: job_enqueue
-- $1 kind, $2 subject, $3 want_revision, $4 priority, $5 delay in milliseconds, $6 trace id.
-- A waiting job of the same subject takes the wish over; a higher revision is new work and gets its attempts back.
-- Announced after the commit (enqueue_job), not in it.
INSERT INTO job (kind, subject, want_revision, priority, run_at, trace_id)
VALUES ($1, $2, $3, $4, now() + $5::bigint * INTERVAL '1 millisecond', $6)
ON CONFLICT (kind, subject) WHERE state = 'ready' DO UPDATE SET
  attempt = CASE WHEN excluded.want_revision > job.want_revision THEN 0 ELSE job.attempt END,
  want_revision = greatest(job.want_revision, excluded.want_revision),
  priority = least(job.priority, excluded.priority),
  run_at = least(job.run_at, excluded.run_at),
  trace_id = excluded.trace_id
RETURNING id;

-- name: job_claim
-- $1 worker, $2 lease in milliseconds, $3 how many, $4 crashes without progress that make a job dead, $5 worst priority
-- that is taken.
-- Of one subject at most one row is ready and one running (unique indexes), and a ready row is left while the other
-- runs or ran out of its lease: so no subject comes twice. The fence of a route server rises with each claim of its
-- rs.apply, in this very statement. The job's own fence rises by a random number: a claim need not be on the disk yet
-- when it is used, and one that a crash of the server takes back must not have the number of the next.
WITH expired AS (
  SELECT id, priority, lease_until AS since FROM job
  WHERE state = 'running' AND lease_until < now() AND priority <= $5::smallint
  ORDER BY priority, lease_until, id
  LIMIT $3::integer
  FOR UPDATE SKIP LOCKED
), due AS (
  SELECT j.id, j.priority, j.run_at AS since FROM job j
  WHERE j.state = 'ready' AND j.priority <= $5::smallint AND j.run_at <= now()
    AND NOT EXISTS (SELECT 1 FROM job r WHERE r.state = 'running' AND r.kind = j.kind AND r.subject = j.subject)
  ORDER BY j.priority, j.run_at, j.id
  LIMIT $3::integer
  FOR UPDATE OF j SKIP LOCKED
), chosen AS (
  SELECT id FROM (SELECT * FROM expired UNION ALL SELECT * FROM due) found
  ORDER BY priority, since, id
  LIMIT $3::integer
), claimed AS (
  UPDATE job j SET
    state = CASE WHEN j.state = 'running' AND j.crash_count + 1 >= $4::integer THEN 'dead' ELSE 'running' END,
    crash_count = j.crash_count + (j.state = 'running')::integer,
    finished_at = CASE WHEN j.state = 'running' AND j.crash_count + 1 >= $4::integer THEN now() END,
    last_error = CASE
      WHEN j.state = 'running' THEN 'The worker ' || j.worker || ' was lost at step "' || j.last_step || '".'
      ELSE j.last_error END,
    attempt = j.attempt + 1,
    fence = j.fence + 1 + (random() * 4294967296)::bigint,
    worker = $1,
    lease_until = now() + $2::bigint * INTERVAL '1 millisecond'
  FROM chosen
  WHERE j.id = chosen.id
  RETURNING j.*, CASE WHEN starts_with(j.subject, 'route_server:') THEN substr(j.subject, 14) END AS route_server
), raised AS (
  UPDATE route_server_fence f SET fence = f.fence + 1
  FROM claimed c JOIN route_server s ON s.name = c.route_server
  WHERE c.state = 'running' AND c.kind = 'rs.apply' AND f.route_server = s.id
  RETURNING f.route_server, f.fence
)
SELECT c.id, c.kind, c.subject, c.want_revision, c.priority, c.attempt, c.crash_count, c.fence, c.last_step, c.trace_id,
       coalesce(raised.fence, f.fence, 0) AS target_fence
FROM claimed c
LEFT JOIN route_server s ON s.name = c.route_server
LEFT JOIN route_server_fence f ON f.route_server = s.id
LEFT JOIN raised ON raised.route_server = s.id
WHERE c.state = 'running'
ORDER BY c.priority, c.run_at, c.id;

-- name: job_claim_one
-- $1 worker, $2 lease in milliseconds, $3 id. A ready job only: what ran out of its lease belongs to the sweep.
WITH chosen AS (
  SELECT j.id FROM job j
  WHERE j.id = $3 AND j.state = 'ready' AND j.run_at <= now()
    AND NOT EXISTS (SELECT 1 FROM job r WHERE r.state = 'running' AND r.kind = j.kind AND r.subject = j.subject)
  FOR UPDATE OF j SKIP LOCKED
), claimed AS (
  UPDATE job j SET
    state = 'running', attempt = j.attempt + 1, fence = j.fence + 1 + (random() * 4294967296)::bigint, worker = $1,
    lease_until = now() + $2::bigint * INTERVAL '1 millisecond'
  FROM chosen
  WHERE j.id = chosen.id
  RETURNING j.*, CASE WHEN starts_with(j.subject, 'route_server:') THEN substr(j.subject, 14) END AS route_server
), raised AS (
  UPDATE route_server_fence f SET fence = f.fence + 1
  FROM claimed c JOIN route_server s ON s.name = c.route_server
  WHERE c.kind = 'rs.apply' AND f.route_server = s.id
  RETURNING f.route_server, f.fence
)
SELECT c.id, c.kind, c.subject, c.want_revision, c.priority, c.attempt, c.crash_count, c.fence, c.last_step, c.trace_id,
       coalesce(raised.fence, f.fence, 0) AS target_fence
FROM claimed c
LEFT JOIN route_server s ON s.name = c.route_server
LEFT JOIN route_server_fence f ON f.route_server = s.id
LEFT JOIN raised ON raised.route_server = s.id;

-- name: job_heartbeat
-- $1 worker, $2 lease in milliseconds, $3 ids, $4 fences. Rows are locked in the order of their ids, as job_finish does:
-- of two that each lock many, neither can wait for the other.
WITH kept AS (
  SELECT j.id FROM UNNEST($3::bigint[], $4::bigint[]) AS mine (id, fence) JOIN job j ON j.id = mine.id
  WHERE j.fence = mine.fence AND j.state = 'running' AND j.worker = $1
  ORDER BY j.id
  FOR UPDATE OF j
)
UPDATE job j SET lease_until = now() + $2::bigint * INTERVAL '1 millisecond' FROM kept WHERE j.id = kept.id
RETURNING j.id;

-- name: job_step
-- $1 id, $2 fence, $3 step. Progress is a step that was never reached before: a job that always dies at its fourth
-- step passes the first three each time, and must not live for ever by that.
UPDATE job SET
  last_step = $3,
  crash_count = CASE WHEN $3 = ANY (steps_reached) THEN crash_count ELSE 0 END,
  steps_reached = CASE WHEN $3 = ANY (steps_reached) THEN steps_reached ELSE steps_reached || $3::text END
WHERE id = $1 AND fence = $2 AND state = 'running'
RETURNING id;

-- name: job_hold
-- $1 id, $2 fence. First statement of every transaction that writes for a job: while it is open nobody can take the
-- job over, because a claim skips locked rows.
SELECT worker FROM job WHERE id = $1 AND fence = $2 AND state = 'running' FOR SHARE;

-- name: job_finish
-- $1 ids, $2 fences, $3 new state (done or dead), $4 error. Waiting jobs of the same subjects are announced: they may
-- start now.
WITH held AS (
  SELECT j.id FROM UNNEST($1::bigint[], $2::bigint[]) AS mine (id, fence) JOIN job j ON j.id = mine.id
  WHERE j.fence = mine.fence AND j.state = 'running'
  ORDER BY j.id
  FOR UPDATE OF j
), finished AS (
  UPDATE job j SET state = $3, finished_at = now(), lease_until = NULL, last_error = $4 FROM held WHERE j.id = held.id
  RETURNING j.id, j.kind, j.subject
), announced AS (
  SELECT pg_notify('job_ready', w.id::text)
  FROM finished f JOIN job w ON w.state = 'ready' AND w.kind = f.kind AND w.subject = f.subject AND w.run_at <= now()
)
-- The count is read, since a join nobody reads is left out together with its notifications.
SELECT finished.id, counted.announced FROM finished CROSS JOIN (SELECT count(*) AS announced FROM announced) counted;

-- name: job_put_back
-- $1 id, $2 fence, $3 delay in milliseconds, $4 error, $5 give the attempt back, $6 the run ended by itself (its
-- crashes are forgiven). A waiting job of the same subject takes the wish over and this row is done; attempts used up
-- make it dead.
WITH mine AS (
  SELECT * FROM job WHERE id = $1 AND fence = $2 AND state = 'running' FOR UPDATE
), merged AS (
  UPDATE job w SET
    want_revision = greatest(w.want_revision, mine.want_revision),
    priority = least(w.priority, mine.priority)
  FROM mine
  WHERE w.state = 'ready' AND w.kind = mine.kind AND w.subject = mine.subject
  RETURNING w.id
), verdict AS (
  SELECT mine.id,
    CASE
      WHEN EXISTS (SELECT 1 FROM merged) THEN 'done'
      WHEN NOT $5::boolean AND mine.attempt >= mine.max_attempt THEN 'dead'
      ELSE 'ready'
    END AS state
  FROM mine
), put_back AS (
  UPDATE job j SET
    state = verdict.state,
    attempt = j.attempt - $5::boolean::integer,
    run_at = now() + $3::bigint * INTERVAL '1 millisecond',
    lease_until = NULL,
    last_error = $4,
    crash_count = CASE WHEN $6::boolean THEN 0 ELSE j.crash_count END,
    steps_reached = CASE WHEN $6::boolean THEN '{}' ELSE j.steps_reached END,
    finished_at = CASE WHEN verdict.state = 'ready' THEN NULL ELSE now() END
  FROM verdict
  WHERE j.id = verdict.id
  RETURNING j.id, j.state
)
SELECT put_back.id, put_back.state,
       pg_notify('job_ready', coalesce((SELECT id FROM merged LIMIT 1), put_back.id)::text)
FROM put_back;

-- name: job_next_due
-- Milliseconds until a waiting job may start, none when none waits. Those whose subject is being worked on are
-- announced by its finish.
-- For each priority its first row: ten thousand that wait cost no more than one.
SELECT greatest(0, ceil(extract(epoch FROM min(first.run_at) - now()) * 1000))::bigint AS wait_ms
FROM generate_series(0, 2) AS p (priority)
CROSS JOIN LATERAL (
  SELECT j.run_at FROM job j
  WHERE j.state = 'ready' AND j.priority = p.priority AND j.run_at < 'infinity'
    AND NOT EXISTS (SELECT 1 FROM job r WHERE r.state = 'running' AND r.kind = j.kind AND r.subject = j.subject)
  ORDER BY j.run_at
  LIMIT 1
) first
HAVING count(*) > 0;

-- name: job_make_due
-- $1 subject.
WITH due AS (
  UPDATE job SET run_at = now() WHERE state = 'ready' AND subject = $1 AND run_at > now() RETURNING id
)
SELECT id, pg_notify('job_ready', id::text) FROM due;

-- name: job_list
-- $1 state or null, $2 limit.
SELECT id, kind, subject, want_revision, priority, state, attempt, crash_count, worker, last_step, last_error,
       nullif(run_at, 'infinity') AS run_at, created_at
FROM job
WHERE $1::text IS NULL OR state = $1
ORDER BY id DESC
LIMIT $2;

-- name: job_lock
SELECT state, kind, subject FROM job WHERE id = $1 FOR UPDATE;

-- name: job_retry
-- $1 id of a dead job. A waiting job of the subject becomes due instead.
WITH mine AS (
  SELECT id, kind, subject FROM job WHERE id = $1 AND state = 'dead'
), waiting AS (
  UPDATE job w SET run_at = least(w.run_at, now()) FROM mine
  WHERE w.state = 'ready' AND w.kind = mine.kind AND w.subject = mine.subject
  RETURNING w.id
), retried AS (
  UPDATE job j SET
    state = CASE WHEN EXISTS (SELECT 1 FROM waiting) THEN 'cancelled' ELSE 'ready' END,
    finished_at = CASE WHEN EXISTS (SELECT 1 FROM waiting) THEN now() END,
    run_at = now(), attempt = 0, crash_count = 0, steps_reached = '{}', lease_until = NULL
  FROM mine WHERE j.id = mine.id
  RETURNING j.id
)
SELECT id, pg_notify('job_ready', coalesce((SELECT id FROM waiting LIMIT 1), id)::text) FROM retried;

-- name: job_revive_dead
-- $1 crashes without progress that make a job dead, $2 first back-off in milliseconds of one that died so, $3 of any
-- other; both double up to an hour. All kinds but mail are level-triggered, so to run them again is harmless. A subject
-- that was worked on or asked for since needs no reviving: its dead row is history.
WITH passed AS (
  SELECT j.id, EXISTS (
      SELECT 1 FROM job n
      WHERE n.kind = j.kind AND n.subject = j.subject AND n.id <> j.id
        AND (n.state IN ('ready', 'running') OR (n.id > j.id AND n.state IN ('done', 'dead')))
    ) AS superseded
  FROM job j
  WHERE j.state = 'dead' AND j.kind NOT LIKE 'mail.%'
    AND j.finished_at + least(
      INTERVAL '1 hour',
      (CASE WHEN j.crash_count >= $1::integer THEN $2::bigint ELSE $3::bigint END) * INTERVAL '1 millisecond'
        * power(2, least(j.revive_count, 10))
    ) <= now()
  ORDER BY j.id
  LIMIT 1000
  FOR UPDATE OF j SKIP LOCKED
), revived AS (
  UPDATE job j SET
    state = CASE WHEN passed.superseded THEN 'cancelled' ELSE 'ready' END,
    finished_at = CASE WHEN passed.superseded THEN j.finished_at END,
    run_at = CASE WHEN passed.superseded THEN j.run_at ELSE now() END,
    attempt = 0, crash_count = 0, steps_reached = '{}', lease_until = NULL,
    revive_count = j.revive_count + 1
  FROM passed WHERE j.id = passed.id
  RETURNING j.id, j.state
)
SELECT id, pg_notify('job_ready', id::text) FROM revived WHERE state = 'ready';
