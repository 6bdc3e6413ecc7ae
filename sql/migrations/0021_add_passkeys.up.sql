-- Passkeys as second factors.
-- Locks: ACCESS EXCLUSIVE on user_factor, for a moment; the view account is replaced.

ALTER TABLE user_factor
  DROP CONSTRAINT user_factor_kind_known,
  ADD CONSTRAINT user_factor_kind_known CHECK (kind IN ('totp', 'passkey')),
  ALTER COLUMN secret DROP NOT NULL,
  ADD CONSTRAINT user_factor_secret_of_totp CHECK ((kind = 'totp') = (secret IS NOT NULL));

CREATE TABLE passkey (
  factor        uuid PRIMARY KEY REFERENCES user_factor ON DELETE CASCADE,
  credential_id text NOT NULL CONSTRAINT passkey_known_once UNIQUE CHECK (credential_id <> ''),
  algorithm     integer NOT NULL CHECK (algorithm IN (-7, -8, -257)),
  public_key    text NOT NULL CHECK (public_key <> ''),
  sign_count    bigint NOT NULL CHECK (sign_count BETWEEN 0 AND 4294967295)
);
COMMENT ON TABLE passkey IS 'Bytes are base64url without padding; the algorithm is a COSE number. Nothing here is secret';
COMMENT ON COLUMN passkey.sign_count IS 'The last one seen; what does not count further comes from a copy. 0 = this one never counts';

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
             FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asn_rights,
       EXISTS (SELECT FROM user_factor f WHERE f.user_id = u.id AND f.kind = 'passkey') AS has_passkey
FROM app_user u;

GRANT SELECT, INSERT, UPDATE ON passkey TO ztix_app;
