-- Locks: ACCESS EXCLUSIVE on api_token.

DROP TABLE api_token;
