-- Locks: ACCESS EXCLUSIVE on user_asn, for a moment. Who is known only through PeeringDB cannot log in afterwards.

DROP VIEW account;
CREATE VIEW account AS
SELECT u.id, u.username, u.disabled, u.created_at,
       ARRAY(SELECT r.role FROM user_role r WHERE r.user_id = u.id ORDER BY r.role) AS roles,
       ARRAY(SELECT a.asn FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asns,
       ARRAY(SELECT a.source FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asn_sources,
       ARRAY(SELECT n.zt_network_id FROM user_network_access x JOIN network n ON n.number = x.network
             WHERE x.user_id = u.id ORDER BY n.number) AS networks,
       u.login_epoch,
       EXISTS (SELECT FROM user_factor f WHERE f.user_id = u.id AND f.confirmed) AS has_second_factor
FROM app_user u;
COMMENT ON VIEW account IS 'A user with everything that belongs to it, except secrets';
GRANT SELECT ON account TO ztix_app, ztix_worker;

REVOKE UPDATE ON user_asn FROM ztix_app;
DROP TABLE admin_task;
ALTER TABLE user_asn DROP CONSTRAINT user_asn_proof, DROP COLUMN proven_at, DROP COLUMN may_update;
DROP TABLE external_identity;
