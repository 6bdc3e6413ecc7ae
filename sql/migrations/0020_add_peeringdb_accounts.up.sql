-- Accounts that PeeringDB vouches for, how old that is, and what administrators have to look at because of it.
-- Locks: ACCESS EXCLUSIVE on user_asn, for a moment; the view account is replaced.

CREATE TABLE external_identity (
  issuer     text NOT NULL CHECK (issuer <> ''),
  subject    text NOT NULL CHECK (subject <> ''),
  user_id    uuid NOT NULL REFERENCES app_user,
  name       text NOT NULL,
  email      text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  login_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX external_identity_by_user ON external_identity (user_id);
COMMENT ON TABLE external_identity IS 'Who somebody is elsewhere. The key is (issuer, subject); the e-mail address finds nobody';

ALTER TABLE user_asn
  ADD COLUMN may_update boolean NOT NULL DEFAULT true,
  ADD COLUMN proven_at timestamptz,
  ADD CONSTRAINT user_asn_proof CHECK ((source = 'peeringdb') = (proven_at IS NOT NULL));
COMMENT ON COLUMN user_asn.may_update IS 'False: may look at what belongs to the number, and change nothing';

CREATE TABLE admin_task (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text NOT NULL CONSTRAINT admin_task_kind_known CHECK (kind IN ('affiliation_lost')),
  asn        bigint NOT NULL CHECK (asn BETWEEN 1 AND 4294967294),
  user_id    uuid NOT NULL REFERENCES app_user,
  created_at timestamptz NOT NULL DEFAULT now(),
  done_at    timestamptz,
  done_by    text,
  CHECK ((done_at IS NULL) = (done_by IS NULL))
);
CREATE UNIQUE INDEX admin_task_open ON admin_task (kind, asn, user_id) WHERE done_at IS NULL;
COMMENT ON TABLE admin_task IS 'What only a person can decide; nothing happens by itself';

-- A proof counts for 30 days, by the clock of the database, the only one that all programs share.
CREATE OR REPLACE VIEW account AS
SELECT u.id, u.username, u.disabled, u.created_at,
       ARRAY(SELECT r.role FROM user_role r WHERE r.user_id = u.id ORDER BY r.role) AS roles,
       ARRAY(SELECT a.asn FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asns,
       ARRAY(SELECT a.source FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asn_sources,
       ARRAY(SELECT n.zt_network_id FROM user_network_access x JOIN network n ON n.number = x.network
             WHERE x.user_id = u.id ORDER BY n.number) AS networks,
       u.login_epoch,
       EXISTS (SELECT FROM user_factor f WHERE f.user_id = u.id AND f.confirmed) AS has_second_factor,
       ARRAY(SELECT CASE WHEN NOT a.may_update THEN 'read_only'
                         WHEN a.proven_at <= now() - interval '30 days' THEN 'proof_too_old'
                         ELSE 'full' END
             FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asn_rights
FROM app_user u;

GRANT SELECT, INSERT, UPDATE ON external_identity, admin_task TO ztix_app;
GRANT UPDATE ON user_asn TO ztix_app;
