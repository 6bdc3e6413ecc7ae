-- Who may do what, and what was done: installation, users, credentials, audit, idempotency keys.
-- Locks: only tables made here. The roles are made once per cluster by deploy/roles.sql.

CREATE TABLE installation (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  only_one     boolean NOT NULL DEFAULT true CONSTRAINT installation_only_one UNIQUE CHECK (only_one),
  name         text NOT NULL CHECK (name <> ''),
  single_admin boolean NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE installation IS 'The exchange itself: one row, made by ztix setup';

CREATE TABLE app_user (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  username   text NOT NULL CONSTRAINT app_user_username UNIQUE CHECK (username ~ '^[a-z0-9._-]{2,64}$'),
  disabled   boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE user_role (
  user_id uuid NOT NULL REFERENCES app_user,
  role    text NOT NULL CONSTRAINT user_role_role_known CHECK (role IN ('operator', 'admin', 'auditor')),
  PRIMARY KEY (user_id, role)
);

CREATE TABLE credential (
  user_id    uuid NOT NULL REFERENCES app_user,
  kind       text NOT NULL CHECK (kind IN ('password')),
  secret     text NOT NULL CHECK (secret <> ''),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, kind)
);
COMMENT ON COLUMN credential.secret IS 'A password as PHC string (argon2id), never the password';

CREATE TABLE user_asn (
  user_id    uuid NOT NULL REFERENCES app_user,
  asn        bigint NOT NULL CHECK (asn BETWEEN 1 AND 4294967294),
  source     text NOT NULL CHECK (source IN ('cli', 'peeringdb')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, asn, source)
);
CREATE INDEX user_asn_by_asn ON user_asn (asn);

-- No foreign keys: the log must neither forbid nor lose anything.
CREATE TABLE audit (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at             timestamptz NOT NULL DEFAULT now(),
  actor_kind     text NOT NULL CONSTRAINT audit_actor_kind_known CHECK (actor_kind IN ('user', 'cli', 'worker', 'policy')),
  actor_user_id  uuid,
  actor_name     text NOT NULL,
  remote_address text NOT NULL DEFAULT '',
  trace_id       text NOT NULL DEFAULT '',
  action         text NOT NULL CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
  subject_kind   text NOT NULL,
  subject_id     text NOT NULL,
  facts          jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(facts) = 'object')
);
CREATE INDEX audit_by_subject ON audit (subject_kind, subject_id, id);

CREATE TABLE idempotency (
  user_id     uuid NOT NULL REFERENCES app_user,
  method      text NOT NULL,
  route       text NOT NULL,
  key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  body_sha256 text NOT NULL,
  done        boolean NOT NULL DEFAULT false,
  status      int CHECK (status BETWEEN 200 AND 499),
  resource_id text NOT NULL DEFAULT '',
  error_body  text NOT NULL DEFAULT '',
  taken_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, method, route, key),
  CHECK (done = (status IS NOT NULL))
);
CREATE INDEX idempotency_by_age ON idempotency (taken_at);

GRANT SELECT ON installation, app_user, user_role, credential, user_asn, audit, idempotency TO ztix_app;
GRANT SELECT ON installation, app_user, user_role, user_asn, audit TO ztix_worker;
GRANT INSERT, UPDATE ON app_user, credential TO ztix_app;
GRANT INSERT, DELETE ON user_role, user_asn TO ztix_app;
GRANT INSERT, UPDATE, DELETE ON idempotency TO ztix_app;
GRANT SELECT, DELETE ON idempotency TO ztix_worker;
-- Append only, for everybody who acts.
GRANT INSERT ON audit TO ztix_app, ztix_worker;
