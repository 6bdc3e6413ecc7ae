-- What people ask (request) and what must be true (membership, address).
-- Locks: tables made here; for foreign keys and a trigger SHARE ROW EXCLUSIVE on app_user, network and
-- infrastructure_node (no writes there meanwhile).

CREATE TABLE membership (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  network          int NOT NULL REFERENCES network,
  asn              bigint NOT NULL CHECK (asn BETWEEN 1 AND 4294967294),
  router_sequence  int NOT NULL CHECK (router_sequence BETWEEN 1 AND 9999),
  node_id          text CHECK (node_id ~ '^[0-9a-f]{10}$'),
  previous_node_id text CHECK (previous_node_id ~ '^[0-9a-f]{10}$'),
  ipv4_wanted      boolean NOT NULL,
  desired          text NOT NULL DEFAULT 'present'
                   CONSTRAINT membership_desired_known CHECK (desired IN ('present', 'absent')),
  suspended        boolean NOT NULL DEFAULT false,
  session_v4       boolean NOT NULL DEFAULT true,
  session_v6       boolean NOT NULL DEFAULT true,
  md5_key          text NOT NULL DEFAULT '' CHECK (md5_key ~ '^([A-Za-z0-9]{8,80})?$'),
  ttl_security     boolean NOT NULL DEFAULT false,
  limit_v4         int NOT NULL CHECK (limit_v4 BETWEEN 1 AND 200000),
  limit_v6         int NOT NULL CHECK (limit_v6 BETWEEN 1 AND 100000),
  version          int NOT NULL DEFAULT 1 CHECK (version >= 1),
  confirmed_version int NOT NULL DEFAULT 0 CHECK (confirmed_version BETWEEN 0 AND version),
  held             boolean NOT NULL DEFAULT false,
  held_version     int,
  held_file        text,
  held_line        int,
  held_message     text,
  waiting_for      text NOT NULL DEFAULT '',
  waiting_remedy   text NOT NULL DEFAULT '',
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  ended_at         timestamptz,
  CONSTRAINT membership_ended_is_absent CHECK (ended_at IS NULL OR desired = 'absent'),
  CONSTRAINT membership_held_complete CHECK (NOT held OR (held_version IS NOT NULL AND held_message IS NOT NULL)),
  CONSTRAINT membership_node_differs CHECK (node_id <> previous_node_id)
);
COMMENT ON COLUMN membership.ended_at IS 'When the last trace of it was confirmed gone; until then it is live and keeps its node and sequence';
COMMENT ON COLUMN membership.version IS 'Counts every change of what is rendered';
-- Over all ASNs: one node cannot be two members of one network.
CREATE UNIQUE INDEX membership_live_node ON membership (network, node_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX membership_live_sequence ON membership (network, asn, router_sequence) WHERE ended_at IS NULL;
CREATE INDEX membership_previous_node ON membership (network, previous_node_id)
  WHERE ended_at IS NULL AND previous_node_id IS NOT NULL;

CREATE TABLE request (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  asn          bigint NOT NULL CHECK (asn BETWEEN 1 AND 4294967294),
  network      int NOT NULL REFERENCES network,
  node_id      text CHECK (node_id ~ '^[0-9a-f]{10}$'),
  state        text NOT NULL DEFAULT 'pending' CONSTRAINT request_state_known CHECK (state IN (
                 'pending', 'needs_info', 'approved', 'provisioning', 'active', 'failed', 'rejected', 'withdrawn',
                 'expired', 'revoking', 'revoked')),
  ipv4         boolean NOT NULL,
  note         text NOT NULL DEFAULT '',
  requested_by uuid NOT NULL REFERENCES app_user,
  membership   bigint CONSTRAINT request_membership UNIQUE REFERENCES membership,
  reason       text NOT NULL DEFAULT '',
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT request_approved_has_membership CHECK (
    (membership IS NULL) = (state IN ('pending', 'needs_info', 'rejected', 'withdrawn', 'expired')))
);
COMMENT ON COLUMN request.reason IS 'Of a rejection or revocation, or the cause of a failure';
CREATE UNIQUE INDEX request_open_slot ON request (asn, network, node_id) NULLS NOT DISTINCT
  WHERE state NOT IN ('rejected', 'withdrawn', 'expired', 'revoked');
-- One for each way to list: newest first, with the id where two have the same age.
CREATE INDEX request_newest ON request (created_at DESC, id DESC);
CREATE INDEX request_by_state ON request (state, created_at DESC, id DESC);
CREATE INDEX request_by_asn ON request (asn, created_at DESC, id DESC);
CREATE INDEX request_by_network ON request (network, created_at DESC, id DESC);

CREATE TABLE request_message (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request uuid NOT NULL REFERENCES request,
  at      timestamptz NOT NULL DEFAULT now(),
  author  text NOT NULL,
  kind    text NOT NULL CHECK (kind IN ('question', 'answer', 'reason')),
  text    text NOT NULL
);
CREATE INDEX request_message_by_request ON request_message (request, id);

CREATE TABLE address (
  id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  network             int NOT NULL REFERENCES network,
  address             inet NOT NULL CHECK (masklen(address) = CASE family(address) WHEN 4 THEN 32 ELSE 128 END),
  asn                 bigint CHECK (asn BETWEEN 1 AND 4294967294),
  router_sequence     int CHECK (router_sequence BETWEEN 1 AND 9999),
  infrastructure_node bigint REFERENCES infrastructure_node ON DELETE CASCADE,
  state               text NOT NULL CONSTRAINT address_state_known CHECK (state IN ('reserved', 'live', 'cooling_off')),
  until               timestamptz,
  owed                boolean NOT NULL DEFAULT false,
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now(),
  -- While reserved, live or cooling off; an IPv4 row is deleted or given a new owner only after `until`.
  CONSTRAINT address_once UNIQUE (network, address),
  CONSTRAINT address_has_owner CHECK (
    (asn IS NULL) = (router_sequence IS NULL) AND (asn IS NULL) <> (infrastructure_node IS NULL)),
  CONSTRAINT address_cooling_off_v4 CHECK (
    (state = 'cooling_off') = (until IS NOT NULL) AND (state <> 'cooling_off' OR family(address) = 4))
);
COMMENT ON COLUMN address.until IS 'End of cooling off: free from then on, the longest free first';
COMMENT ON COLUMN address.owed IS 'A route server that could not be reached still has it: not to be given away';
CREATE UNIQUE INDEX address_per_member ON address (network, asn, router_sequence, family(address)) WHERE asn IS NOT NULL;
CREATE INDEX address_cooling_off ON address (network, until) WHERE state = 'cooling_off';

-- An IPv6 address tells its owner (ASN and sequence are readable in it), so it never gets another one.
CREATE FUNCTION keep_ipv6_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.asn IS NOT NULL AND family(OLD.address) = 6 AND (TG_OP = 'DELETE'
     OR (OLD.network, OLD.address, OLD.asn, OLD.router_sequence)
        IS DISTINCT FROM (NEW.network, NEW.address, NEW.asn, NEW.router_sequence)) THEN
    RAISE EXCEPTION 'an IPv6 address keeps its owner for ever'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'address_ipv6_owner';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER address_ipv6_owner BEFORE UPDATE OR DELETE ON address
  FOR EACH ROW EXECUTE FUNCTION keep_ipv6_owner();

-- A node is one thing on a network: one member, one infrastructure node, or the controller. Two tables cannot share
-- a unique index, so both sides first take the same lock.
CREATE FUNCTION lock_node(network int, node_id text) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('ztix.node:' || network || ':' || node_id, 0))
$$;

CREATE FUNCTION refuse_foreign_node() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.node_id IS NULL OR NEW.ended_at IS NOT NULL
     OR (TG_OP = 'UPDATE' AND NEW.node_id IS NOT DISTINCT FROM OLD.node_id) THEN
    RETURN NEW;
  END IF;
  PERFORM lock_node(NEW.network, NEW.node_id);
  IF EXISTS (SELECT FROM infrastructure_node i WHERE i.network = NEW.network AND i.node_id = NEW.node_id)
     OR EXISTS (SELECT FROM network n WHERE n.number = NEW.network AND left(n.zt_network_id, 10) = NEW.node_id)
     OR EXISTS (SELECT FROM membership m WHERE m.network = NEW.network AND m.previous_node_id = NEW.node_id
                AND m.ended_at IS NULL AND m.id <> NEW.id) THEN
    RAISE EXCEPTION 'the node is in use' USING ERRCODE = 'unique_violation', CONSTRAINT = 'membership_foreign_node';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER membership_foreign_node BEFORE INSERT OR UPDATE OF node_id ON membership
  FOR EACH ROW EXECUTE FUNCTION refuse_foreign_node();

CREATE FUNCTION claim_infrastructure_node() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_node(NEW.network, NEW.node_id);
  IF EXISTS (SELECT FROM membership m WHERE m.network = NEW.network AND m.ended_at IS NULL
             AND NEW.node_id IN (m.node_id, m.previous_node_id)) THEN
    RAISE EXCEPTION 'the node is a member' USING ERRCODE = 'unique_violation', CONSTRAINT = 'infrastructure_node_member';
  END IF;
  -- Same table as the members' addresses, so that address_once holds over both.
  INSERT INTO address (network, address, infrastructure_node, state)
  SELECT NEW.network, a, NEW.id, 'live' FROM unnest(ARRAY[NEW.ipv4, NEW.ipv6]) AS a WHERE a IS NOT NULL;
  RETURN NEW;
END
$$;
CREATE TRIGGER infrastructure_node_claim AFTER INSERT ON infrastructure_node
  FOR EACH ROW EXECUTE FUNCTION claim_infrastructure_node();

CREATE VIEW request_detail AS
SELECT r.id, r.asn, n.zt_network_id, r.network, r.node_id, r.state, coalesce(m.ipv4_wanted, r.ipv4) AS ipv4, r.note,
       r.requested_by, u.username AS requested_by_name, r.membership, m.router_sequence,
       (SELECT host(a.address) FROM address a
        WHERE a.network = m.network AND a.asn = m.asn AND a.router_sequence = m.router_sequence
          AND family(a.address) = 4 AND m.ended_at IS NULL) AS address_v4,
       (SELECT host(a.address) FROM address a
        WHERE a.network = m.network AND a.asn = m.asn AND a.router_sequence = m.router_sequence
          AND family(a.address) = 6 AND m.ended_at IS NULL) AS address_v6,
       coalesce(m.waiting_for, '') AS waiting_for, coalesce(m.waiting_remedy, '') AS waiting_remedy, r.reason,
       coalesce(m.held, false) AS held, r.created_at, r.updated_at
FROM request r
JOIN network n ON n.number = r.network
JOIN app_user u ON u.id = r.requested_by
LEFT JOIN membership m ON m.id = r.membership;
COMMENT ON VIEW request_detail IS 'A request as people see it; addresses only while its membership lives';

GRANT SELECT ON request_detail, membership, request, request_message, address TO ztix_app, ztix_worker;
GRANT INSERT, UPDATE ON membership, request TO ztix_app;
GRANT UPDATE ON membership, request TO ztix_worker;
GRANT INSERT ON request_message TO ztix_app, ztix_worker;
GRANT UPDATE ON address TO ztix_app;
GRANT INSERT, UPDATE, DELETE ON address TO ztix_worker;
