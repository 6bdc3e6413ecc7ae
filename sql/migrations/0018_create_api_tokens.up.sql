-- Tokens that programs show instead of a login.
-- Locks: SHARE ROW EXCLUSIVE on app_user for the foreign key, for a moment.

CREATE TABLE api_token (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id      uuid NOT NULL REFERENCES app_user,
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  scope        text NOT NULL CONSTRAINT api_token_scope_known CHECK (scope IN ('read', 'request', 'admin')),
  token_sha256 text NOT NULL CONSTRAINT api_token_once UNIQUE CHECK (token_sha256 ~ '^[0-9a-f]{64}$'),
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  last_used_at timestamptz,
  refused_at   timestamptz,
  ended_at     timestamptz,
  end_reason   text NOT NULL DEFAULT '',
  CONSTRAINT api_token_expires CHECK (expires_at > created_at AND expires_at <= created_at + interval '366 days')
);
COMMENT ON COLUMN api_token.token_sha256 IS 'Of the whole text; the text itself is stored nowhere';
COMMENT ON COLUMN api_token.refused_at IS 'Of the last refusal that is in the audit';
CREATE INDEX api_token_by_user ON api_token (user_id, created_at);
-- A look finds candidates by the beginning of a digest; the rest is compared in constant time.
CREATE INDEX api_token_lookup ON api_token (left(token_sha256, 16));

GRANT SELECT, INSERT, UPDATE ON api_token TO ztix_app;
