-- What PeeringDB has said, and when it may be asked again. All time is the server's.

-- name: peeringdb_views
-- $1 AS numbers, in the order in which they are returned.
SELECT a.asn, p.content, p.seen_at, coalesce(extract(epoch FROM now() - p.seen_at), 0)::bigint AS age_seconds, p.asked_at,
       p.gone_since, coalesce(p.problem, '') AS problem, x.last_error AS outage
FROM unnest($1::bigint[]) WITH ORDINALITY AS a (asn, place)
LEFT JOIN peeringdb_network p ON p.asn = a.asn
CROSS JOIN peeringdb_access x
ORDER BY a.place;

-- name: peeringdb_due
-- $1 seconds after which an answer is old, $2 how many at most. Those nobody knows anything about come first.
SELECT f.asn FROM peeringdb_followed f LEFT JOIN peeringdb_network p ON p.asn = f.asn
WHERE p.asked_at IS NULL OR p.asked_at <= now() - $1::bigint * INTERVAL '1 second' OR p.ordered_at > p.asked_at
ORDER BY p.asked_at NULLS FIRST, f.asn
LIMIT $2::integer;

-- name: peeringdb_next_due
-- $1 seconds after which an answer is old. Milliseconds, at most that long, and whether somebody was never asked about
-- although PeeringDB answers.
SELECT greatest(0, least($1::bigint * 1000,
         ceil(extract(epoch FROM min(CASE
           WHEN p.asked_at IS NULL OR p.ordered_at > p.asked_at THEN now()
           ELSE p.asked_at + $1::bigint * INTERVAL '1 second' END) - now()) * 1000)))::bigint AS wait_ms,
       coalesce(bool_or(p.asked_at IS NULL), false) AND (SELECT failures = 0 FROM peeringdb_access) AS is_urgent
FROM peeringdb_followed f LEFT JOIN peeringdb_network p ON p.asn = f.asn;

-- name: peeringdb_record
-- $1 whom the answer is about, $2 and $3 those that it has, with their entries, $4 and $5 those whose record could not be
-- read, with the reason. Who is in none of these is not in PeeringDB (any more).
INSERT INTO peeringdb_network AS t (asn, content, seen_at, asked_at, problem)
SELECT a.asn, e.content::jsonb, CASE WHEN e.content IS NOT NULL THEN now() END, now(), coalesce(r.problem, '')
FROM unnest($1::bigint[]) AS a (asn)
LEFT JOIN unnest($2::bigint[], $3::text[]) AS e (asn, content) ON e.asn = a.asn
LEFT JOIN unnest($4::bigint[], $5::text[]) AS r (asn, problem) ON r.asn = a.asn
ORDER BY a.asn
ON CONFLICT (asn) DO UPDATE SET
  content = coalesce(excluded.content, t.content),
  seen_at = coalesce(excluded.seen_at, t.seen_at),
  asked_at = excluded.asked_at,
  gone_since = CASE
    WHEN excluded.content IS NOT NULL OR t.content IS NULL THEN NULL
    WHEN excluded.problem <> '' THEN t.gone_since
    ELSE coalesce(t.gone_since, excluded.asked_at) END,
  problem = excluded.problem;

-- name: peeringdb_recovered
UPDATE peeringdb_access SET failures = 0, last_error = '' WHERE failures > 0;

-- name: peeringdb_failed
-- $1 why.
UPDATE peeringdb_access SET failures = failures + 1, last_error = left($1, 500) RETURNING failures;

-- name: peeringdb_order
-- $1 AS numbers.
INSERT INTO peeringdb_network AS t (asn, ordered_at)
SELECT asn, now() FROM unnest($1::bigint[]) AS a (asn) GROUP BY asn ORDER BY asn
ON CONFLICT (asn) DO UPDATE SET ordered_at = excluded.ordered_at;

-- name: peeringdb_followed_asns
SELECT asn FROM peeringdb_followed ORDER BY asn;

-- name: peeringdb_take_place
-- $1 digest of the query, $2 milliseconds between two queries, $3 between two that are the same, $4 the same when the
-- answer had more than $5 bytes, $6 who would wait longer gets no place.
WITH access AS (
  SELECT next_query_at FROM peeringdb_access FOR UPDATE
), place AS (
  SELECT greatest(now(), a.next_query_at,
           q.asked_at + CASE WHEN q.bytes > $5::bigint THEN $4::bigint ELSE $3::bigint END * INTERVAL '1 millisecond') AS at
  FROM access a LEFT JOIN peeringdb_query q ON q.digest = $1
), judged AS (
  SELECT at, at <= now() + $6::bigint * INTERVAL '1 millisecond' AS taken FROM place
), moved AS (
  UPDATE peeringdb_access SET next_query_at = j.at + $2::bigint * INTERVAL '1 millisecond' FROM judged j WHERE j.taken
), remembered AS (
  INSERT INTO peeringdb_query (digest, asked_at) SELECT $1, j.at FROM judged j WHERE j.taken
  ON CONFLICT (digest) DO UPDATE SET asked_at = excluded.asked_at
)
SELECT ceil(extract(epoch FROM at - now()) * 1000)::bigint AS wait_ms, taken FROM judged;

-- name: peeringdb_answered
-- $1 digest of the query, $2 bytes. Those of yesterday limit nothing any more.
WITH old AS (
  DELETE FROM peeringdb_query WHERE asked_at < now() - INTERVAL '1 day' AND digest <> $1
)
UPDATE peeringdb_query SET bytes = $2 WHERE digest = $1;

-- name: peeringdb_pause
-- $1 milliseconds.
UPDATE peeringdb_access SET next_query_at = greatest(next_query_at, now() + $1::bigint * INTERVAL '1 millisecond');
