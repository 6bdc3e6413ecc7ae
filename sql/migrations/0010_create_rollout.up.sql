-- In which order a revision reaches the route servers, and what became of it there.
-- Locks: SHARE ROW EXCLUSIVE on route_server and config_revision while the foreign keys are made.

-- One row per route server and revision it was offered. All is read and written under one advisory lock.
CREATE TABLE rollout (
  revision bigint NOT NULL REFERENCES config_revision,
  route_server bigint NOT NULL REFERENCES route_server,
  -- 1: canary; 2 and up: wave; 0: not given yet.
  turn integer NOT NULL CHECK (turn >= 0),
  verdict text NOT NULL CONSTRAINT rollout_verdict_known
    CHECK (verdict IN ('waiting', 'taken', 'confirmed', 'undone', 'unreachable', 'superseded', 'abandoned')),
  wait text NOT NULL DEFAULT 'none' CONSTRAINT rollout_wait_known
    CHECK (wait IN ('none', 'turn', 'bake', 'last_one', 'awaiting_acceptance')),
  change_class text NOT NULL CONSTRAINT rollout_change_class_known
    CHECK (change_class IN ('none', 'peers_only', 'filters', 'shared', 'restarts')),
  -- Sessions that restart although no changed membership names them, by the forecast.
  restarts integer NOT NULL DEFAULT 0 CHECK (restarts >= 0),
  -- How often it was undone because of harm, this revision or one that it superseded here.
  harms integer NOT NULL DEFAULT 0 CHECK (harms >= 0),
  last_harm text NOT NULL DEFAULT '',
  taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  -- Until then BIRD may run what was armed in this turn and never confirmed.
  armed_until timestamptz,
  PRIMARY KEY (revision, route_server),
  CONSTRAINT rollout_ended_has_time CHECK ((verdict IN ('waiting', 'taken')) = (ended_at IS NULL)),
  CONSTRAINT rollout_taken_has_turn CHECK (verdict <> 'taken' OR turn > 0)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX rollout_one_open ON rollout (route_server) WHERE verdict IN ('waiting', 'taken');
CREATE INDEX rollout_confirmed ON rollout (revision) WHERE verdict = 'confirmed';
CREATE INDEX rollout_armed ON rollout (armed_until) WHERE armed_until IS NOT NULL;
CREATE INDEX rollout_of_route_server ON rollout (route_server, revision);

-- What decides who is canary. A table of its own: its rows are written while those of route_server are locked.
CREATE TABLE rollout_standing (
  route_server bigint PRIMARY KEY REFERENCES route_server,
  unreachable_since timestamptz,
  last_canary_at timestamptz,
  -- After harm: nothing new before what it cost has come back.
  quiet_until timestamptz
) WITH (fillfactor = 70);

-- What an administrator allows once, or, with no last revision, for as long as it is the only route server.
CREATE TABLE rollout_permission (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  route_server bigint NOT NULL REFERENCES route_server,
  kind text NOT NULL CONSTRAINT rollout_permission_kind_known CHECK (kind IN ('last_one', 'restarts')),
  restarts integer NOT NULL DEFAULT 0 CHECK (restarts >= 0),
  until_revision bigint,
  reason text NOT NULL CHECK (reason <> ''),
  given_by text NOT NULL,
  given_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT rollout_permission_standing CHECK (until_revision IS NOT NULL OR kind = 'last_one')
);
CREATE INDEX rollout_permission_of ON rollout_permission (route_server, kind);

-- After harm the changes go out one at a time: these revisions, each one change more than the one before.
CREATE TABLE rollout_search (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  first_revision bigint NOT NULL REFERENCES config_revision,
  last_revision bigint NOT NULL REFERENCES config_revision,
  cause text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  CONSTRAINT rollout_search_order CHECK (first_revision <= last_revision)
);
CREATE UNIQUE INDEX rollout_search_one ON rollout_search ((ended_at IS NULL)) WHERE ended_at IS NULL;

-- Content that did harm and was taken back: it is not published again by a program that only finds it missing.
CREATE TABLE rollout_undone (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  revision bigint NOT NULL REFERENCES config_revision,
  kind text NOT NULL,
  subject text NOT NULL,
  content jsonb,
  cause text NOT NULL,
  undone_at timestamptz NOT NULL DEFAULT now(),
  -- An administrator lets it be tried again.
  released_at timestamptz
);
CREATE INDEX rollout_undone_kept ON rollout_undone (kind, subject) WHERE released_at IS NULL;

GRANT SELECT ON rollout, rollout_standing, rollout_permission, rollout_search, rollout_undone TO ztix_app, ztix_worker;
GRANT INSERT, UPDATE ON rollout, rollout_standing, rollout_search, rollout_undone TO ztix_worker;
GRANT INSERT ON rollout_permission TO ztix_app;
GRANT UPDATE (released_at) ON rollout_undone TO ztix_app;
