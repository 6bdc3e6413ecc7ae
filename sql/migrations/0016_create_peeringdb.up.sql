-- What PeeringDB has said about networks, and how it is asked. Data of others, kept to be read while they do not answer.
-- Locks: creates new objects only.

CREATE TABLE peeringdb_network (
  asn        bigint PRIMARY KEY CHECK (asn BETWEEN 1 AND 4294967294),
  -- The last good entry; it stays while PeeringDB does not answer, and when it no longer has one.
  content    jsonb,
  seen_at    timestamptz,
  -- The last answer in which this network could have been.
  asked_at   timestamptz,
  gone_since timestamptz,
  -- A person wants it to be asked about.
  ordered_at timestamptz,
  problem    text NOT NULL DEFAULT '',
  CONSTRAINT peeringdb_network_seen CHECK ((content IS NULL) = (seen_at IS NULL)),
  CONSTRAINT peeringdb_network_gone CHECK (gone_since IS NULL OR content IS NOT NULL)
) WITH (fillfactor = 70);

-- One row: when the next query may be sent, and since when there are no answers.
CREATE TABLE peeringdb_access (
  only_one      boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  next_query_at timestamptz NOT NULL DEFAULT now(),
  failures      integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
  last_error    text NOT NULL DEFAULT '',
  CONSTRAINT peeringdb_access_failing CHECK ((failures > 0) = (last_error <> ''))
);
INSERT INTO peeringdb_access DEFAULT VALUES;

-- PeeringDB limits the repetition of a query, more so when its answer is large.
CREATE TABLE peeringdb_query (
  digest   text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
  asked_at timestamptz NOT NULL,
  bytes    bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0)
);

CREATE VIEW peeringdb_followed AS
SELECT l.asn FROM user_asn l JOIN app_user u ON u.id = l.user_id WHERE NOT u.disabled
UNION
SELECT asn FROM request WHERE state NOT IN ('rejected', 'withdrawn', 'expired', 'revoked')
UNION
SELECT asn FROM membership WHERE ended_at IS NULL
UNION
SELECT asn FROM peeringdb_network WHERE ordered_at > coalesce(asked_at, '-infinity');
COMMENT ON VIEW peeringdb_followed IS 'Whom PeeringDB is asked about';

GRANT SELECT ON peeringdb_network, peeringdb_access, peeringdb_followed TO ztix_app, ztix_worker;
GRANT INSERT, UPDATE, DELETE ON peeringdb_network TO ztix_worker;
GRANT UPDATE ON peeringdb_access TO ztix_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON peeringdb_query TO ztix_worker;
