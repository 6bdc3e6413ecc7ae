-- Turns. Whoever reads or writes them holds the rollout's lock; time is the server's at that moment, since a transaction
-- may have waited for the lock.

-- name: rollout_lock
-- One decision at a time, until the transaction ends. The numbers only keep apart from other locks.
SELECT pg_advisory_xact_lock(1515476308, 1);

-- name: rollout_facts
SELECT clock_timestamp() AS now,
       coalesce((SELECT r.revision FROM rollout r JOIN config_revision v ON v.revision = r.revision
                 WHERE r.verdict = 'confirmed' AND v.quarantined_at IS NULL
                 ORDER BY r.revision DESC LIMIT 1), 0) AS proven,
       EXISTS (SELECT 1 FROM rollout_search WHERE ended_at IS NULL) AS searching;

-- name: rollout_servers
-- At work: it will ask for a turn by itself. One that only an administrator can move will not.
SELECT s.id, s.name, s.state, t.unreachable_since IS NULL AS reachable, s.confirmed_revision, s.wanted_revision,
       t.last_canary_at, t.quiet_until, CASE WHEN s.bird_up THEN s.last_probe_at END AS seen_up_at,
       EXISTS (
         SELECT 1 FROM job j
         WHERE j.kind = 'rs.apply' AND j.subject = 'route_server:' || s.name
           AND (j.state = 'running' OR (j.state = 'ready' AND (j.run_at <= clock_timestamp() OR j.run_at = 'infinity')))
       ) AND NOT EXISTS (
         SELECT 1 FROM rollout r
         WHERE r.route_server = s.id AND r.verdict = 'waiting' AND r.wait IN ('last_one', 'awaiting_acceptance')
       ) AS at_work
FROM route_server s LEFT JOIN rollout_standing t ON t.route_server = s.id
WHERE s.state <> 'removed'
ORDER BY s.id;

-- name: rollout_turns
-- $1 newest proven revision: the turns that still matter.
SELECT r.revision, r.route_server, r.turn, r.verdict, r.taken_at, r.ended_at, r.armed_until
FROM rollout r
JOIN route_server s ON s.id = r.route_server AND s.state <> 'removed'
JOIN config_revision v ON v.revision = r.revision
WHERE r.verdict IN ('waiting', 'taken') OR r.armed_until > clock_timestamp()
   OR (r.revision >= $1::bigint AND v.quarantined_at IS NULL)
ORDER BY r.revision, r.turn, r.route_server;

-- name: rollout_permitted
-- $1 route server, $2 revision.
SELECT coalesce(bool_or(p.kind = 'last_one' AND (
         p.until_revision >= $2::bigint
         OR (p.until_revision IS NULL AND NOT EXISTS (
           SELECT 1 FROM route_server s WHERE s.state = 'enabled' AND s.id <> $1::bigint)))), false) AS last_one,
       coalesce(max(p.restarts) FILTER (WHERE p.kind = 'restarts' AND p.until_revision >= $2::bigint), 0) AS restarts
FROM rollout_permission p
WHERE p.route_server = $1::bigint;

-- name: rollout_supersede
-- $1 route server, $2 revision: whatever else it was at is over. A worker that died right after a confirm left a turn
-- open that was good.
UPDATE rollout r SET
  verdict = CASE WHEN r.verdict = 'taken' AND r.revision = s.confirmed_revision THEN 'confirmed' ELSE 'superseded' END,
  ended_at = clock_timestamp(), armed_until = NULL
FROM route_server s
WHERE s.id = r.route_server AND r.route_server = $1::bigint AND r.revision <> $2::bigint
  AND r.verdict IN ('waiting', 'taken')
RETURNING r.harms, r.last_harm, r.verdict;

-- name: rollout_put
-- $1 revision, $2 route server, $3 turn, $4 verdict, $5 wait, $6 class of change, $7 restarts, $8 milliseconds for which
-- it may be armed, $9 harms and $10 last harm of what it supersedes.
INSERT INTO rollout (revision, route_server, turn, verdict, wait, change_class, restarts, harms, last_harm, armed_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $9, $10,
        CASE WHEN $4 = 'taken' THEN clock_timestamp() + $8::bigint * INTERVAL '1 millisecond' END)
ON CONFLICT (revision, route_server) DO UPDATE SET
  turn = excluded.turn, verdict = excluded.verdict, wait = excluded.wait, change_class = excluded.change_class,
  restarts = excluded.restarts, harms = greatest(rollout.harms, excluded.harms),
  last_harm = CASE WHEN excluded.harms > rollout.harms THEN excluded.last_harm ELSE rollout.last_harm END,
  taken_at = clock_timestamp(), ended_at = NULL, armed_until = excluded.armed_until;

-- name: rollout_is_canary
-- $1 route server.
INSERT INTO rollout_standing (route_server, last_canary_at) VALUES ($1, clock_timestamp())
ON CONFLICT (route_server) DO UPDATE SET last_canary_at = excluded.last_canary_at;

-- name: rollout_lost
-- $1 route server: it cannot be reached.
INSERT INTO rollout_standing (route_server, unreachable_since) VALUES ($1, clock_timestamp())
ON CONFLICT (route_server) DO UPDATE SET
  unreachable_since = coalesce(rollout_standing.unreachable_since, excluded.unreachable_since);

-- name: rollout_quiet
-- $1 route server, $2 seconds: nothing new is armed there before what harm cost has come back.
INSERT INTO rollout_standing (route_server, quiet_until)
VALUES ($1, clock_timestamp() + $2::bigint * INTERVAL '1 second')
ON CONFLICT (route_server) DO UPDATE SET quiet_until = excluded.quiet_until;

-- name: rollout_answered
-- $1 route server, $2 is something armed there: it was reached.
WITH reached AS (
  UPDATE rollout_standing SET unreachable_since = NULL WHERE route_server = $1 AND unreachable_since IS NOT NULL
)
UPDATE rollout SET armed_until = NULL
WHERE route_server = $1 AND armed_until IS NOT NULL AND verdict <> 'taken' AND NOT $2::boolean;

-- name: rollout_end
-- $1 route server, $2 verdict, $3 revision it concerns, or null for any. What only waited is superseded.
UPDATE rollout SET
  verdict = CASE WHEN verdict = 'waiting' OR ($3::bigint IS NOT NULL AND revision <> $3) THEN 'superseded' ELSE $2 END,
  ended_at = clock_timestamp(),
  armed_until = CASE WHEN verdict = 'taken' AND $2 IN ('unreachable', 'abandoned') THEN armed_until END
WHERE route_server = $1 AND verdict IN ('waiting', 'taken')
RETURNING revision;

-- name: rollout_search_end
-- $1 confirmed revision: the last step of a search is proven.
UPDATE rollout_search SET ended_at = now() WHERE ended_at IS NULL AND last_revision <= $1::bigint;

-- name: rollout_harm
-- $1 route server, $2 what happened: to the revision whose turn it is.
UPDATE rollout SET harms = harms + 1, last_harm = $2 WHERE route_server = $1 AND verdict = 'taken'
RETURNING harms;

-- name: rollout_park
-- $1 job, $2 fence, $3 what it waits for. Back to ready for an unknown time, as if it had not run; a job of the same
-- subject that was asked for meanwhile takes the wish over and runs at once.
WITH mine AS (
  SELECT * FROM job WHERE id = $1 AND fence = $2 AND state = 'running' FOR UPDATE
), merged AS (
  UPDATE job w SET
    want_revision = greatest(w.want_revision, mine.want_revision), priority = least(w.priority, mine.priority)
  FROM mine
  WHERE w.state = 'ready' AND w.kind = mine.kind AND w.subject = mine.subject
  RETURNING w.id
), parked AS (
  UPDATE job j SET
    state = CASE WHEN EXISTS (SELECT 1 FROM merged) THEN 'done' ELSE 'ready' END,
    finished_at = CASE WHEN EXISTS (SELECT 1 FROM merged) THEN now() END,
    attempt = j.attempt - 1, run_at = 'infinity', lease_until = NULL, last_error = $3, crash_count = 0,
    steps_reached = '{}'
  FROM mine WHERE j.id = mine.id
  RETURNING j.id
)
SELECT parked.id, (SELECT count(pg_notify('job_ready', id::text)) FROM merged) AS announced FROM parked;

-- name: rollout_waiting
-- Who waits, with the job that does, in the order in which they may be canary.
SELECT r.route_server, r.revision, r.change_class, r.restarts, j.id AS job
FROM rollout r
JOIN route_server s ON s.id = r.route_server AND s.state <> 'removed'
JOIN job j ON j.kind = 'rs.apply' AND j.subject = 'route_server:' || s.name AND j.state = 'ready'
          AND j.run_at = 'infinity'
LEFT JOIN rollout_standing t ON t.route_server = s.id
WHERE r.verdict = 'waiting'
ORDER BY t.last_canary_at NULLS FIRST, s.id;

-- name: rollout_wake
-- $1 jobs. One that is locked is being claimed or asked for: it runs anyway.
WITH waiting AS (
  SELECT id FROM job WHERE id = ANY ($1::bigint[]) AND state = 'ready' AND run_at = 'infinity'
  ORDER BY id FOR UPDATE SKIP LOCKED
), due AS (
  UPDATE job j SET run_at = now() FROM waiting WHERE j.id = waiting.id RETURNING j.id
)
SELECT id, pg_notify('job_ready', id::text) FROM due;

-- name: rollout_anybody_waits
-- Cheap: is there anything for a look at the turns to do?
SELECT EXISTS (SELECT 1 FROM job WHERE state = 'ready' AND kind = 'rs.apply' AND run_at = 'infinity')
    OR EXISTS (SELECT 1 FROM rollout WHERE verdict = 'taken') AS waits;

-- name: rollout_end_orphans
-- Turns whose route server has no job any more: confirmed by a worker that died right after it, or given up.
UPDATE rollout r SET
  verdict = CASE WHEN r.revision = s.confirmed_revision THEN 'confirmed' ELSE 'abandoned' END,
  ended_at = clock_timestamp(), armed_until = CASE WHEN r.revision = s.confirmed_revision THEN NULL ELSE r.armed_until END
FROM route_server s
WHERE s.id = r.route_server AND r.verdict IN ('waiting', 'taken') AND NOT EXISTS (
  SELECT 1 FROM job j
  WHERE j.kind = 'rs.apply' AND j.subject = 'route_server:' || s.name AND j.state IN ('ready', 'running'))
RETURNING r.route_server;

-- name: rollout_without_turn
-- Jobs that wait for a turn nobody has noted.
SELECT j.id AS job FROM job j
WHERE j.state = 'ready' AND j.kind = 'rs.apply' AND j.run_at = 'infinity' AND NOT EXISTS (
  SELECT 1 FROM rollout r JOIN route_server s ON s.id = r.route_server
  WHERE r.verdict = 'waiting' AND j.subject = 'route_server:' || s.name);

-- name: rollout_permit
-- $1 route server, $2 kind, $3 restarts, $4 last revision or null, $5 reason, $6 who.
INSERT INTO rollout_permission (route_server, kind, restarts, until_revision, reason, given_by)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: rollout_list
-- $1 route server's name or null, $2 limit.
SELECT r.revision, s.name, r.turn, r.verdict, r.wait, r.change_class, r.restarts, r.harms, r.last_harm, r.taken_at,
       r.ended_at
FROM rollout r JOIN route_server s ON s.id = r.route_server
WHERE $1::text IS NULL OR s.name = $1
ORDER BY r.revision DESC, r.turn, s.name
LIMIT $2;

-- name: rollout_base
-- $1 route server: the newest revision that is known to be good, since it runs here or was confirmed in a turn. A
-- confirm without a turn shows nothing: it was not in service, or the revision changed nothing there.
SELECT greatest(
  (SELECT confirmed_revision FROM route_server WHERE id = $1::bigint),
  coalesce((SELECT r.revision FROM rollout r WHERE r.verdict = 'confirmed' ORDER BY r.revision DESC LIMIT 1), 0)
) AS base;

-- name: rollout_changes
-- $1 older revision, $2 newer revision, $3 route server: what differs for it, with the revision that brought each.
WITH concerned AS (
  SELECT o.* FROM config_object o
  WHERE (o.route_server IS NULL OR o.route_server = $3::bigint)
    AND (o.network IS NULL OR o.network IN (
      SELECT a.network FROM route_server_attachment a WHERE a.route_server = $3::bigint))
    AND o.kind <> 'templates'
), before AS (
  SELECT * FROM concerned WHERE from_revision <= $1::bigint AND (to_revision IS NULL OR to_revision > $1::bigint)
), after AS (
  SELECT * FROM concerned WHERE from_revision <= $2::bigint AND (to_revision IS NULL OR to_revision > $2::bigint)
)
SELECT coalesce(a.kind, b.kind) AS kind, coalesce(a.subject, b.subject) AS subject,
       b.version AS old_version, b.content AS old_content, a.version AS new_version, a.content AS new_content,
       coalesce(a.network, b.network) AS network, coalesce(a.route_server, b.route_server) AS route_server,
       coalesce(a.from_revision, b.to_revision) AS brought_by
FROM after a FULL JOIN before b ON a.kind = b.kind AND a.subject = b.subject
WHERE a.content IS DISTINCT FROM b.content
ORDER BY brought_by, kind, subject;

-- name: rollout_search_open
SELECT id, first_revision, last_revision FROM rollout_search WHERE ended_at IS NULL;

-- name: rollout_search_close
UPDATE rollout_search SET ended_at = now() WHERE ended_at IS NULL;

-- name: rollout_search_begin
-- $1 first step, $2 last step, $3 cause.
INSERT INTO rollout_search (first_revision, last_revision, cause) VALUES ($1, $2, $3);

-- name: rollout_note_undone
-- $1 revision, $2 kind, $3 subject, $4 content that did harm, $5 cause.
INSERT INTO rollout_undone (revision, kind, subject, content, cause) VALUES ($1, $2, $3, $4::jsonb, $5);

-- name: rollout_undone_because
-- $1 kind, $2 subject, $3 content: which harm it did. No row: none, or it may be tried again.
SELECT cause FROM rollout_undone
WHERE kind = $1 AND subject = $2 AND content = $3::jsonb AND released_at IS NULL
ORDER BY id LIMIT 1;

-- name: rollout_release_undone
-- What did harm once may be tried again.
UPDATE rollout_undone SET released_at = now() WHERE released_at IS NULL RETURNING kind, subject;
