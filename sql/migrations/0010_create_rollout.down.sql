-- Locks: ACCESS EXCLUSIVE on what it drops.
DROP TABLE rollout_undone;
DROP TABLE rollout_search;
DROP TABLE rollout_permission;
DROP TABLE rollout_standing;
DROP TABLE rollout;
