-- Locks: only the function.

DROP FUNCTION end_silent_sessions(interval);
