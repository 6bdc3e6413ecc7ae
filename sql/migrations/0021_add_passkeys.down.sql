-- Locks: ACCESS EXCLUSIVE on user_factor and passkey. All passkeys are gone afterwards.

DROP VIEW account;
CREATE VIEW account AS
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
COMMENT ON VIEW account IS 'A user with everything that belongs to it, except secrets';
GRANT SELECT ON account TO ztix_app, ztix_worker;

DROP TABLE passkey;
DELETE FROM user_factor WHERE kind = 'passkey';
ALTER TABLE user_factor
  DROP CONSTRAINT user_factor_secret_of_totp,
  ALTER COLUMN secret SET NOT NULL,
  DROP CONSTRAINT user_factor_kind_known,
  ADD CONSTRAINT user_factor_kind_known CHECK (kind IN ('totp'));
