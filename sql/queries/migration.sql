-- What Migrator runs, as ztix_owner.

-- name: migration_table_create
CREATE TABLE IF NOT EXISTS schema_migration (
  number     int PRIMARY KEY,
  name       text NOT NULL,
  checksum   text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)

-- name: migration_table_grant
GRANT SELECT ON schema_migration TO ztix_app, ztix_worker

-- name: migration_lock
SELECT pg_advisory_lock(hashtextextended('ztix.migrations', 0))

-- name: migration_checksum
-- $1 up text, $2 down text
SELECT encode(sha256(convert_to($1 || E'\x01' || $2, 'UTF8')), 'hex') AS checksum

-- name: migration_list
SELECT number, name, checksum, applied_at FROM schema_migration ORDER BY number

-- name: migration_record
-- $1 number, $2 name, $3 checksum
INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)

-- name: migration_forget
-- $1 number
DELETE FROM schema_migration WHERE number = $1

-- name: migration_prerequisites
SELECT
  ARRAY(SELECT r FROM unnest(ARRAY['ztix_owner', 'ztix_app', 'ztix_worker']) AS r
        WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r)) AS missing_roles,
  ARRAY(SELECT rolname FROM pg_roles
        WHERE rolname IN ('ztix_app', 'ztix_worker') AND NOT pg_has_role('ztix_owner', oid, 'USAGE')) AS foreign_roles,
  current_user::text AS who,
  has_schema_privilege('public', 'CREATE') AS may_create
