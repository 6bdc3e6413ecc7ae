-- What is foreseen and measured of a change on one route server.

-- name: forecast_record
-- $1 route server's name, $2 revision, $3 revision before, $4 class, $5 restarts, $6 unnamed ones, $7 content, $8 diff.
-- A new try begins: what an earlier one measured is gone.
INSERT INTO forecast (route_server, revision, from_revision, change_class, restarts, unnamed_restarts, content, diff)
SELECT id, $2::bigint, $3::bigint, $4, $5::integer, $6::integer, $7::jsonb, $8 FROM route_server WHERE name = $1
ON CONFLICT (route_server, revision) DO UPDATE SET
  from_revision = excluded.from_revision, computed_at = now(), change_class = excluded.change_class,
  restarts = excluded.restarts, unnamed_restarts = excluded.unnamed_restarts, content = excluded.content,
  diff = excluded.diff, verdict = 'none', harm = '', measured_restarts = 0, measurement = NULL, measured_at = NULL
RETURNING revision;

-- name: forecast_record_baseline
-- $1 route server's name, $2 content, $3 seconds after which an earlier one is too old to be joined.
INSERT INTO apply_baseline (route_server, content) SELECT id, $2::jsonb FROM route_server WHERE name = $1
ON CONFLICT (route_server) DO UPDATE SET
  content = excluded.content,
  taken_at = CASE WHEN apply_baseline.taken_at > now() - $3::bigint * interval '1 s' THEN apply_baseline.taken_at
                  ELSE now() END;

-- name: forecast_earlier_baseline
-- $1 route server's name, $2 seconds.
SELECT b.content FROM apply_baseline b JOIN route_server s ON s.id = b.route_server
WHERE s.name = $1 AND b.taken_at > now() - $2::bigint * interval '1 s';

-- name: forecast_forget_baseline
DELETE FROM apply_baseline b USING route_server s WHERE s.name = $1 AND b.route_server = s.id;

-- name: forecast_record_measurement
-- $1 route server's name, $2 revision, $3 verdict, $4 harm, $5 restarts, $6 measurement.
UPDATE forecast f SET verdict = $3, harm = $4, measured_restarts = $5, measurement = $6::jsonb, measured_at = now()
FROM route_server s WHERE s.name = $1 AND f.route_server = s.id AND f.revision = $2::bigint
RETURNING f.revision;

-- name: forecast_witnesses
-- $1 route server's name: the others that are in service, with the fence that looking carries unchanged.
SELECT s.name, s.ssh_host, s.ssh_port, s.ssh_user, s.host_key, f.fence
FROM route_server s JOIN route_server_fence f ON f.route_server = s.id
WHERE s.name <> $1 AND s.state = 'enabled'
ORDER BY s.name;

-- name: forecast_read
-- $1 route server, $2 revision, or null for the newest there is.
SELECT revision, from_revision, computed_at, change_class, restarts, unnamed_restarts, content, diff, verdict, harm,
       measured_restarts, measurement, measured_at
FROM forecast
WHERE route_server = $1 AND ($2::bigint IS NULL OR revision = $2::bigint)
ORDER BY revision DESC
LIMIT 1;

-- name: forecast_released_templates
SELECT content ->> 'digest' AS digest FROM config_object WHERE kind = 'templates' AND to_revision IS NULL;
