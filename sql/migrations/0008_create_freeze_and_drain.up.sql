-- What people have told to stand still, and route servers on their way out of service and back.
-- Locks: SHARE ROW EXCLUSIVE on network and route_server while the foreign keys are made.

CREATE TABLE "freeze" (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  scope        text NOT NULL CONSTRAINT freeze_scope_known CHECK (scope IN ('all', 'network', 'route_server')),
  network      integer REFERENCES network (number),
  route_server bigint REFERENCES route_server,
  until        timestamptz,
  reason       text NOT NULL CHECK (reason <> ''),
  set_by       text NOT NULL,
  set_at       timestamptz NOT NULL DEFAULT now(),
  lifted_by    text,
  lifted_at    timestamptz,
  CONSTRAINT freeze_names_its_scope CHECK (
    (scope = 'network') = (network IS NOT NULL) AND (scope = 'route_server') = (route_server IS NOT NULL)),
  CONSTRAINT freeze_lifted_by_somebody CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);
CREATE UNIQUE INDEX freeze_not_lifted ON "freeze" (scope, network, route_server) NULLS NOT DISTINCT
  WHERE lifted_at IS NULL;

-- A route server that is being drained, stands in maintenance, or returns from it. Gone when it is back.
CREATE TABLE drain (
  route_server  bigint PRIMARY KEY REFERENCES route_server,
  -- How long members are told before their sessions are closed.
  seconds       integer NOT NULL CHECK (seconds BETWEEN 0 AND 86400),
  -- When the route server confirmed that it tells them; from then on the seconds count.
  announced_at  timestamptz,
  -- Set by whoever wants it back: it returns when it has the newest revision and its ROAs.
  returning_at  timestamptz,
  -- ROAs per table as it was drained: what it shall have again.
  roa_counts    jsonb NOT NULL DEFAULT '{}',
  reason        text NOT NULL DEFAULT '',
  set_by        text NOT NULL,
  set_at        timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT ON "freeze", drain TO ztix_app, ztix_worker;
GRANT INSERT, UPDATE ON "freeze" TO ztix_app;
GRANT INSERT, UPDATE ON drain TO ztix_app;
GRANT UPDATE, DELETE ON drain TO ztix_worker;
GRANT UPDATE (state) ON route_server TO ztix_app;
