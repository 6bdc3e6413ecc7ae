-- Locks: ACCESS EXCLUSIVE on every table it drops, and on app_user, network and infrastructure_node for foreign keys
-- and the trigger.

DROP TRIGGER infrastructure_node_claim ON infrastructure_node;
DROP VIEW request_detail;
DROP TABLE address;
DROP TABLE request_message;
DROP TABLE request;
DROP TABLE membership;
DROP FUNCTION claim_infrastructure_node();
DROP FUNCTION refuse_foreign_node();
DROP FUNCTION lock_node(int, text);
DROP FUNCTION keep_ipv6_owner();
