-- Locks: ACCESS EXCLUSIVE on app_user and the tables it drops. All second factors are gone afterwards.

DROP VIEW account;
CREATE VIEW account AS
SELECT u.id, u.username, u.disabled, u.created_at,
       ARRAY(SELECT r.role FROM user_role r WHERE r.user_id = u.id ORDER BY r.role) AS roles,
       ARRAY(SELECT a.asn FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asns,
       ARRAY(SELECT a.source FROM user_asn a WHERE a.user_id = u.id ORDER BY a.asn, a.source) AS asn_sources,
       ARRAY(SELECT n.zt_network_id FROM user_network_access x JOIN network n ON n.number = x.network
             WHERE x.user_id = u.id ORDER BY n.number) AS networks
FROM app_user u;
COMMENT ON VIEW account IS 'A user with everything that belongs to it, except secrets';
GRANT SELECT ON account TO ztix_app, ztix_worker;

DROP TABLE one_time_code;
DROP TABLE recovery_code;
DROP TABLE user_factor;

ALTER TABLE app_user DROP COLUMN login_epoch;
