-- The chain over the audit log: docs/audit.md. A row's canonical form is PostgreSQL's text of all that it says, in the
-- time zone and the date style that every connection of ours has.

-- name: seal_lock
-- One sealer at a time, as long as its connection lives. The numbers only keep apart from other locks.
SELECT pg_try_advisory_lock(1515476306, 3) AS locked

-- name: seal_horizon
-- Taken before looking: what was written below the horizon is visible, or never will be.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon, now()::text AS at, coalesce((SELECT max(id) FROM audit), 0) AS newest

-- name: seal_head
SELECT seq, encode(hmac, 'hex') AS hmac, complete_since::text AS complete_since, now() AS now
FROM audit_seal ORDER BY seq DESC LIMIT 1

-- name: seal_at
-- $1 sequence
SELECT seq, encode(hmac, 'hex') AS hmac FROM audit_seal WHERE seq = $1

-- name: seal_unsealed_of
-- $1 id above which, $2 id up to which
SELECT a.id, ROW(a.id, a.at, a.actor_kind, a.actor_user_id, a.actor_name, a.remote_address, a.trace_id, a.action, a.subject_kind,
                 a.subject_id, a.facts)::text AS canonical
FROM audit a
WHERE a.id > $1::bigint AND a.id <= $2::bigint AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.audit_id = a.id)
ORDER BY a.id

-- name: seal_unsealed_since
-- $1 the horizon of the look before, $2 how many. Whatever the statistics say, the few new rows are found by their
-- transaction and not by reading the log from its beginning.
WITH written AS MATERIALIZED (SELECT * FROM audit WHERE xact >= $1::text::xid8)
SELECT a.id, ROW(a.id, a.at, a.actor_kind, a.actor_user_id, a.actor_name, a.remote_address, a.trace_id, a.action, a.subject_kind,
                 a.subject_id, a.facts)::text AS canonical
FROM written a
WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.audit_id = a.id)
ORDER BY a.id LIMIT $2::integer

-- name: seal_insert
-- $1 sequence of the first, $2 audit ids, $3 their HMACs in hexadecimal digits, $4 complete since
INSERT INTO audit_seal (seq, audit_id, hmac, complete_since)
SELECT $1::bigint + i - 1, id, decode(hmac, 'hex'), $4::timestamptz
FROM unnest($2::bigint[], $3::text[]) WITH ORDINALITY AS sealed (id, hmac, i)

-- name: seal_chain
-- $1 sequence above which, $2 how many: seals with the rows they are of. A row that says it is much older than a time before
-- which all was sealed, before this seal was made, came afterwards.
SELECT s.seq, s.audit_id, encode(s.hmac, 'hex') AS hmac, coalesce(s.complete_since::text, '') AS complete_since,
       coalesce(a.at < s.complete_since - INTERVAL '5 minutes', false) AS came_later,
       CASE WHEN a.id IS NOT NULL THEN
         ROW(a.id, a.at, a.actor_kind, a.actor_user_id, a.actor_name, a.remote_address, a.trace_id, a.action, a.subject_kind,
             a.subject_id, a.facts)::text
       END AS canonical
FROM (SELECT * FROM audit_seal WHERE seq > $1::bigint ORDER BY seq LIMIT $2::integer) s
LEFT JOIN audit a ON a.id = s.audit_id
ORDER BY s.seq

-- name: seal_not_sealed
-- $1 how many: rows without a seal, oldest first.
SELECT a.id, a.at < now() - INTERVAL '1 minute' AS is_old
FROM audit a
WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.audit_id = a.id)
ORDER BY a.id LIMIT $1::integer
