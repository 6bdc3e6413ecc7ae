-- Second factors, recovery codes, one-time codes, and a number that ends all logins of a user when it rises.
-- Locks: ACCESS EXCLUSIVE on app_user for a moment; what else it makes is new.

CREATE TABLE user_factor (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id      uuid NOT NULL REFERENCES app_user,
  kind         text NOT NULL CONSTRAINT user_factor_kind_known CHECK (kind IN ('totp')),
  label        text NOT NULL CHECK (length(label) BETWEEN 1 AND 64),
  secret       text NOT NULL CHECK (secret <> ''),
  confirmed    boolean NOT NULL DEFAULT false,
  last_step    bigint NOT NULL DEFAULT 0,
  last_used_at timestamptz,
  created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX user_factor_by_user ON user_factor (user_id);
CREATE UNIQUE INDEX user_factor_one_begun ON user_factor (user_id) WHERE NOT confirmed;
COMMENT ON COLUMN user_factor.secret IS 'Encrypted with a key that is not in the database';
COMMENT ON COLUMN user_factor.last_step IS 'Newest 30 s step whose code was accepted; no code of it or before it counts again';

CREATE TABLE recovery_code (
  user_id uuid NOT NULL REFERENCES app_user,
  digest  text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  used_at timestamptz,
  PRIMARY KEY (user_id, digest)
);
COMMENT ON COLUMN recovery_code.digest IS 'SHA-256 of a code of 120 random bits, never the code';

CREATE TABLE one_time_code (
  user_id    uuid NOT NULL REFERENCES app_user,
  purpose    text NOT NULL CONSTRAINT one_time_code_purpose_known CHECK (purpose IN ('enrolment', 'password_reset')),
  digest     text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (user_id, purpose)
);
COMMENT ON TABLE one_time_code IS 'The newest code of each purpose; a newer one takes the place of the one before';

ALTER TABLE app_user ADD COLUMN login_epoch bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN app_user.login_epoch IS 'Raised with roles, password, factors and by ztix user logout: sessions of an older one are over';

CREATE OR REPLACE VIEW account AS
SELECT u.id, u.username, u.disabled, u.created_at,
       ARRAY(SELECT r.role FROM user_role r WHERE r.user_id = u.id ORDER BY r.role) AS roles,
       ARRAY(SELECT a.asn FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asns,
       ARRAY(SELECT a.source FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asn_sources,
       ARRAY(SELECT n.zt_network_id FROM user_network_access x JOIN network n ON n.number = x.network
             WHERE x.user_id = u.id ORDER BY n.number) AS networks,
       u.login_epoch,
       EXISTS (SELECT FROM user_factor f WHERE f.user_id = u.id AND f.confirmed) AS has_second_factor
FROM app_user u;

GRANT SELECT, INSERT, UPDATE, DELETE ON user_factor, recovery_code TO ztix_app;
GRANT SELECT, UPDATE ON one_time_code TO ztix_app;
