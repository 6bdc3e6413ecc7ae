-- What rs.apply reads and writes.

-- name: apply_installation
SELECT id FROM installation;

-- name: apply_route_server
-- $1 name.
SELECT id, name, ssh_host, ssh_port, ssh_user, host_key, state, bird_version, confirmed_revision, confirmed_file,
       confirmed_digest, CASE WHEN take_over_until > now() THEN take_over_reason ELSE '' END AS take_over_reason
FROM route_server WHERE name = $1;

-- name: apply_target
-- What shall run now: the newest revision that is not quarantined or, while a culprit is looked for, the first step that
-- nobody has proven yet.
WITH step AS (
  SELECT min(v.revision) AS revision, max(s.last_revision) AS last
  FROM rollout_search s
  JOIN config_revision v ON v.revision BETWEEN s.first_revision AND s.last_revision AND v.quarantined_at IS NULL
  WHERE s.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM rollout r
    WHERE r.verdict = 'confirmed' AND r.revision BETWEEN v.revision AND s.last_revision)
)
SELECT coalesce(step.revision, newest.usable) AS revision, coalesce(step.revision < step.last, false) AS is_step,
       newest.highest
FROM step CROSS JOIN (
  SELECT coalesce(max(revision) FILTER (WHERE quarantined_at IS NULL), 0) AS usable,
         coalesce(max(revision), 0) AS highest
  FROM config_revision
) newest;

-- name: apply_find_root
-- $1 route server, $2 file or config digest. One configuration may have been rendered for several revisions: one that
-- is not quarantined first, the newest of them.
SELECT o.revision, o.file_digest, o.config_digest, v.quarantined_at IS NOT NULL AS quarantined
FROM root o
JOIN config_revision v ON v.revision = o.revision
JOIN route_server s ON s.id = o.route_server
WHERE s.name = $1 AND $2::text IN (o.file_digest, o.config_digest)
ORDER BY quarantined, o.revision DESC
LIMIT 1;

-- name: apply_record_root
-- $1 route server, $2 revision, $3 file digest, $4 config digest.
WITH recorded AS (
  INSERT INTO root (route_server, revision, file_digest, config_digest) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING
)
UPDATE route_server SET wanted_digest = $4, wanted_revision = greatest(wanted_revision, $2) WHERE id = $1;

-- name: apply_record_probe
-- $1 route server, $2 what was found, $3 BIRD's version, or null when it did not answer.
UPDATE route_server SET last_probe = $2::jsonb, last_probe_at = now(), bird_version = coalesce($3, bird_version)
WHERE id = $1;

-- name: apply_record_progress
-- $1 job, $2 fence, $3 route server's name, $4 step, $5 delivery state, $6 revision, $7 error. One statement, since it is
-- written at every step: the job's progress, the route server's row, then the requests that wait for this revision or
-- an older one. No row: the job is not ours any more.
WITH mine AS (
  UPDATE job SET
    last_step = $4,
    crash_count = CASE WHEN $4 = ANY (steps_reached) THEN crash_count ELSE 0 END,
    steps_reached = CASE WHEN $4 = ANY (steps_reached) THEN steps_reached ELSE steps_reached || $4::text END
  WHERE id = $1 AND fence = $2 AND state = 'running'
  RETURNING id
), shown AS (
  UPDATE route_server s SET last_step = $4, last_error = $7, last_step_at = now()
  FROM mine WHERE s.name = $3
  RETURNING s.id
), delivered AS (
  UPDATE request_route_server q SET state = $5, last_step = $4, last_error = $7, updated_at = now()
  FROM shown
  WHERE q.route_server = shown.id AND q.state <> 'confirmed' AND q.wanted_revision <= $6::bigint
)
SELECT id FROM mine;

-- name: apply_lock_waiting_requests
-- $1 route server: the requests that its confirm may complete, locked in a fixed order.
SELECT r.id FROM request r
JOIN membership m ON m.id = r.membership
JOIN route_server_attachment a ON a.network = m.network AND a.route_server = $1
WHERE r.state IN ('provisioning', 'failed')
ORDER BY r.id
FOR UPDATE OF r;

-- name: apply_record_confirmed
-- $1 route server, $2 revision, $3 file digest, $4 config digest.
UPDATE route_server SET
  confirmed_revision = $2, confirmed_file = $3, confirmed_digest = $4, confirmed_at = now(),
  last_step = 'A11 commit', last_error = '', last_step_at = now(),
  state = CASE WHEN state = 'joining' THEN 'enabled' ELSE state END,
  take_over_reason = '', take_over_until = NULL
WHERE id = $1;

-- name: apply_confirm_versions
-- $1 route server, $2 revision that is confirmed now, $3 the one before. That some route server confirmed this version
-- of a membership decides what a later refusal falls back to. Only what changed in between is touched, locked in a
-- fixed order and before the route server's row, as a publish does.
WITH brought AS (
  SELECT m.id, o.version
  FROM config_object o
  JOIN membership m ON o.subject = m.id::text
  JOIN route_server_attachment a ON a.network = o.network AND a.route_server = $1
  WHERE o.kind = 'membership' AND o.from_revision <= $2::bigint AND o.from_revision > $3::bigint
    AND (o.to_revision IS NULL OR o.to_revision > $2::bigint)
    AND m.confirmed_version < o.version AND o.version <= m.version
  ORDER BY m.id
  FOR UPDATE OF m
)
UPDATE membership m SET confirmed_version = brought.version FROM brought WHERE m.id = brought.id;

-- name: apply_confirm_new_members
-- $1 route server, $2 revision that is confirmed now, $3 the one before.
INSERT INTO request_route_server (request, route_server, state, wanted_revision, confirmed_revision, last_step)
SELECT r.id, $1, 'confirmed', $2::bigint, $2::bigint, 'A11 commit'
FROM config_object o
JOIN request r ON o.subject = r.membership::text
JOIN route_server_attachment a ON a.network = o.network AND a.route_server = $1
WHERE o.kind = 'membership' AND o.from_revision <= $2::bigint AND o.from_revision > $3::bigint
  AND (o.to_revision IS NULL OR o.to_revision > $2::bigint)
ORDER BY r.id
ON CONFLICT (request, route_server) DO UPDATE SET
  state = 'confirmed', confirmed_revision = excluded.confirmed_revision, last_step = excluded.last_step,
  last_error = '', updated_at = now()
  WHERE request_route_server.wanted_revision <= excluded.confirmed_revision;

-- name: apply_confirm_waiting
-- $1 route server, $2 revision: what waited for this one or an older one is there, as far as it is in the manifest.
UPDATE request_route_server q SET
  state = 'confirmed', confirmed_revision = $2::bigint, last_step = 'A11 commit', last_error = '', updated_at = now()
FROM request r JOIN membership m ON m.id = r.membership
WHERE q.route_server = $1 AND q.state <> 'confirmed' AND q.wanted_revision <= $2::bigint AND r.id = q.request
  AND EXISTS (
    SELECT 1 FROM config_object o
    WHERE o.kind = 'membership' AND o.subject = m.id::text AND o.version = m.version
      AND o.from_revision <= $2::bigint AND (o.to_revision IS NULL OR o.to_revision > $2::bigint));

-- name: apply_hold
-- $1 membership, $2 version, $3 file, $4 line, $5 message.
UPDATE membership SET held = true, held_version = $2, held_file = $3, held_line = $4, held_message = $5, updated_at = now()
WHERE id = $1;

-- name: apply_fail_delivery
-- $1 request, $2 error: on every route server that has not confirmed it.
UPDATE request_route_server SET state = 'failed', last_error = $2, updated_at = now()
WHERE request = $1 AND state <> 'confirmed';

-- name: apply_raise_fence
-- $1 route server's name, $2 fence the host has seen.
UPDATE route_server_fence f SET fence = greatest(f.fence, $2::bigint) + 1
FROM route_server s WHERE s.name = $1 AND f.route_server = s.id
RETURNING f.fence;

-- name: apply_route_servers
SELECT id, name, state NOT IN ('disabled', 'removed') AS takes_applies FROM route_server WHERE state <> 'removed' ORDER BY name;
