-- The three roles of ZTIX. Roles belong to the whole PostgreSQL cluster, so a superuser makes them once, before the
-- first migration; repeating this file changes nothing. It sets no passwords: `\password ROLE` in psql does.
--
--   ztix_owner   owns the schema: migrations and the command line
--   ztix_app     the HTTP process
--   ztix_worker  the job process
--
-- What the last two may touch is granted by the migrations. The owner is a member of both: so the database can end their
-- sessions when a program of theirs was stopped in the middle of something.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['ztix_owner', 'ztix_app', 'ztix_worker'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', role_name);
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', role_name);
  END LOOP;
END
$$;

GRANT ztix_app, ztix_worker TO ztix_owner;
