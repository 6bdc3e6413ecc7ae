-- The sessions of the database itself.

-- name: session_end_silent
-- $1 milliseconds.
SELECT pid, application, extract(epoch FROM silent_for)::bigint AS silent_seconds
FROM end_silent_sessions($1::bigint * INTERVAL '1 millisecond');
