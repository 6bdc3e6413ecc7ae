-- Locks: ACCESS EXCLUSIVE on every table it drops. All accounts and the audit log are gone afterwards.

DROP TABLE idempotency;
DROP TABLE audit;
DROP TABLE user_asn;
DROP TABLE credential;
DROP TABLE user_role;
DROP TABLE app_user;
DROP TABLE installation;
