-- Locks: ACCESS EXCLUSIVE on the view, for a moment.

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
