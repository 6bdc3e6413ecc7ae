-- Revisions: what all configurations are made of.

-- name: revision_lock
-- One revision at a time, exchange-wide, until the transaction ends. The numbers only keep apart from other locks.
SELECT pg_advisory_xact_lock(1515476306, 1);

-- name: revision_newest
SELECT coalesce(max(revision), 0) AS revision FROM config_revision;

-- name: revision_newest_usable
SELECT coalesce(max(revision), 0) AS revision FROM config_revision WHERE quarantined_at IS NULL;

-- name: revision_object_current
-- $1 kind, $2 subject, $3 content or null. No row: it was never published. `current_version` is null when it left.
SELECT max(version) AS highest_version,
       max(version) FILTER (WHERE to_revision IS NULL) AS current_version,
       coalesce(bool_or(content = $3::jsonb) FILTER (WHERE to_revision IS NULL), false) AS same_content
FROM config_object
WHERE kind = $1 AND subject = $2
HAVING count(*) > 0;

-- name: revision_insert
-- $1 actor, $2 cause.
INSERT INTO config_revision (revision, actor, cause)
SELECT coalesce(max(revision), 0) + 1, $1, $2 FROM config_revision
RETURNING revision;

-- name: revision_insert_above
-- $1 revision, $2 actor, $3 cause. Nothing when the newest is above already.
INSERT INTO config_revision (revision, actor, cause)
SELECT $1::bigint + 1, $2, $3
WHERE NOT EXISTS (SELECT 1 FROM config_revision WHERE revision > $1::bigint)
RETURNING revision;

-- name: revision_object_end
-- $1 kind, $2 subject, $3 revision from which on it is replaced or gone.
UPDATE config_object SET to_revision = $3 WHERE kind = $1 AND subject = $2 AND to_revision IS NULL;

-- name: revision_object_insert
-- $1 kind, $2 subject, $3 version, $4 content, $5 network or null, $6 route server or null, $7 revision.
INSERT INTO config_object (kind, subject, version, content, network, route_server, from_revision)
VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7);

-- name: revision_concerned
-- $1 revision: the route servers for which it changes something.
SELECT s.id, s.name, s.state NOT IN ('disabled', 'removed') AS takes_applies
FROM route_server s
WHERE s.state <> 'removed' AND EXISTS (
  SELECT 1 FROM config_object o
  WHERE (o.from_revision = $1 OR o.to_revision = $1)
    AND (o.route_server IS NULL OR o.route_server = s.id)
    AND (o.network IS NULL OR EXISTS (
      SELECT 1 FROM route_server_attachment a WHERE a.route_server = s.id AND a.network = o.network)))
ORDER BY s.name;

-- name: revision_wanted
-- $1 route servers, $2 revision.
UPDATE route_server SET wanted_revision = greatest(wanted_revision, $2) WHERE id = ANY ($1::bigint[]);

-- name: revision_manifest
-- $1 revision, $2 route server: its part of the manifest.
WITH attached AS (
  SELECT (jsonb_array_elements(content -> 'attachments') ->> 'network_number')::int AS network
  FROM config_object
  WHERE kind = 'route_server' AND subject = $2::bigint::text
    AND from_revision <= $1::bigint AND (to_revision IS NULL OR to_revision > $1::bigint)
)
SELECT o.kind, o.content
FROM config_object o
WHERE o.from_revision <= $1::bigint AND (o.to_revision IS NULL OR o.to_revision > $1::bigint)
  AND (o.route_server IS NULL OR o.route_server = $2::bigint)
  AND (o.network IS NULL OR o.network IN (SELECT network FROM attached))
  AND o.kind <> 'templates';

-- name: revision_quarantine
-- $1 revision, $2 cause. No row when it is quarantined already.
UPDATE config_revision SET quarantined_at = now(), quarantine_cause = $2
WHERE revision = $1 AND quarantined_at IS NULL
RETURNING revision;

-- name: revision_last_content
-- $1 kind, $2 subject, $3 version: as it was published last.
SELECT content, network FROM config_object
WHERE kind = $1 AND subject = $2 AND version = $3
ORDER BY from_revision DESC LIMIT 1;

-- name: revision_membership_objects
-- $1 subject of a membership: the revision from which on each version was published, newest first.
SELECT version, from_revision, to_revision IS NULL AS current
FROM config_object
WHERE kind = 'membership' AND subject = $1
ORDER BY from_revision DESC LIMIT 1;
