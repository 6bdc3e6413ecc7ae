-- A program that is stopped (SIGSTOP, a frozen machine) while half of a pipeline or of a long result is on its way keeps
-- the locks of its transaction as long as it likes: neither idle_in_transaction_session_timeout nor statement_timeout
-- acts there (measured, PostgreSQL 15). Somebody who lives has to end such a session.
-- Locks: only the function made here.

CREATE FUNCTION end_silent_sessions(silent_for interval)
RETURNS TABLE (session int, application text, silent interval)
-- With the rights of ztix_owner, which is a member of the two others (deploy/roles.sql): a worker ends the sessions of
-- the HTTP process too, but of nobody else. What is not ours by its name (psql, pg_dump) is left alone.
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH silent AS MATERIALIZED (
    SELECT pid, application_name, now() - state_change AS since
    FROM pg_stat_activity
    WHERE datname = current_database() AND usename IN ('ztix_owner', 'ztix_app', 'ztix_worker')
      AND starts_with(application_name, 'ztix') AND pid <> pg_backend_pid()
      AND state = 'active' AND wait_event_type = 'Client' AND state_change <= now() - silent_for
  )
  -- Only after all of that is known: as one more condition it could be tried before the others.
  SELECT pid, application_name, since FROM silent WHERE pg_terminate_backend(pid)
$$;
COMMENT ON FUNCTION end_silent_sessions IS 'Ends sessions of ours that wait for their program in the middle of something';
REVOKE EXECUTE ON FUNCTION end_silent_sessions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION end_silent_sessions TO ztix_worker;
