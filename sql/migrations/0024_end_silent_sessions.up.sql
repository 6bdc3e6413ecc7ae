-- A program that is stopped (SIGSTOP, a frozen machine) while half of a pipeline or of a long result is on its way keeps
-- the locks of its transaction as long as it likes: neither idle_in_transaction_session_timeout nor statement_timeout
-- acts there (measured, PostgreSQL 15). Somebody who lives has to end such a session.
-- Locks: only the function made here.

CREATE FUNCTION end_silent_sessions(at_least interval)
RETURNS TABLE (pid int, application text, silent_for interval)
-- With the rights of ztix_owner, which is a member of the two others (deploy/roles.sql): a worker ends the sessions of
-- the HTTP process too, but of nobody else. What is not ours by its name (psql, pg_dump) is left alone.
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH silent AS MATERIALIZED (
    SELECT a.pid, a.application_name, now() - a.state_change AS silent_for
    FROM pg_stat_activity a
    WHERE datname = current_database() AND usename IN ('ztix_owner', 'ztix_app', 'ztix_worker')
      AND starts_with(application_name, 'ztix') AND a.pid <> pg_backend_pid()
      AND state = 'active' AND wait_event_type = 'Client' AND state_change <= now() - at_least
  )
  -- Only after all of that is known: as one more condition it could be tried before the others.
  SELECT s.pid, s.application_name, s.silent_for FROM silent s WHERE pg_terminate_backend(s.pid)
$$;
COMMENT ON FUNCTION end_silent_sessions IS 'Ends sessions of ours that wait for their program in the middle of something';
REVOKE EXECUTE ON FUNCTION end_silent_sessions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION end_silent_sessions TO ztix_worker;
