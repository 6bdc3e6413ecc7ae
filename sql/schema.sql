CREATE FUNCTION public.claim_infrastructure_node() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM lock_node(NEW.network, NEW.node_id);
  IF EXISTS (SELECT FROM membership m WHERE m.network = NEW.network AND m.ended_at IS NULL
             AND NEW.node_id IN (m.node_id, m.previous_node_id)) THEN
    RAISE EXCEPTION 'the node is a member' USING ERRCODE = 'unique_violation', CONSTRAINT = 'infrastructure_node_member';
  END IF;
  -- Same table as the members' addresses, so that address_once holds over both.
  INSERT INTO address (network, address, infrastructure_node, state)
  SELECT NEW.network, a, NEW.id, 'live' FROM unnest(ARRAY[NEW.ipv4, NEW.ipv6]) AS a WHERE a IS NOT NULL;
  RETURN NEW;
END
$$;
CREATE FUNCTION public.end_silent_sessions(at_least interval) RETURNS TABLE(pid integer, application text, silent_for interval)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  WITH silent AS MATERIALIZED (
    SELECT a.pid, a.application_name, now() - a.state_change AS silent_for
    FROM pg_stat_activity a
    WHERE datname = current_database() AND usename IN ('ztix_owner', 'ztix_app', 'ztix_worker')
      AND starts_with(application_name, 'ztix') AND a.pid <> pg_backend_pid()
      AND state = 'active' AND wait_event_type = 'Client' AND state_change <= now() - at_least
  )
  -- Only after all of that is known: as one more condition it could be tried before the others.
  SELECT s.pid, s.application_name, s.silent_for FROM silent s WHERE pg_terminate_backend(s.pid)
$$;
COMMENT ON FUNCTION public.end_silent_sessions(at_least interval) IS 'Ends sessions of ours that wait for their program in the middle of something';
CREATE FUNCTION public.keep_ipv6_owner() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF OLD.asn IS NOT NULL AND family(OLD.address) = 6 AND (TG_OP = 'DELETE'
     OR (OLD.network, OLD.address, OLD.asn, OLD.router_sequence)
        IS DISTINCT FROM (NEW.network, NEW.address, NEW.asn, NEW.router_sequence)) THEN
    RAISE EXCEPTION 'an IPv6 address keeps its owner for ever'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'address_ipv6_owner';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE FUNCTION public.lock_node(network integer, node_id text) RETURNS void
    LANGUAGE sql
    AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('ztix.node:' || network || ':' || node_id, 0))
$$;
CREATE FUNCTION public.refuse_foreign_node() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.node_id IS NULL OR NEW.ended_at IS NOT NULL
     OR (TG_OP = 'UPDATE' AND NEW.node_id IS NOT DISTINCT FROM OLD.node_id) THEN
    RETURN NEW;
  END IF;
  PERFORM lock_node(NEW.network, NEW.node_id);
  IF EXISTS (SELECT FROM infrastructure_node i WHERE i.network = NEW.network AND i.node_id = NEW.node_id)
     OR EXISTS (SELECT FROM network n WHERE n.number = NEW.network AND left(n.zt_network_id, 10) = NEW.node_id)
     OR EXISTS (SELECT FROM membership m WHERE m.network = NEW.network AND m.previous_node_id = NEW.node_id
                AND m.ended_at IS NULL AND m.id <> NEW.id) THEN
    RAISE EXCEPTION 'the node is in use' USING ERRCODE = 'unique_violation', CONSTRAINT = 'membership_foreign_node';
  END IF;
  RETURN NEW;
END
$$;
CREATE FUNCTION public.refuse_rewriting_history() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% rows are immutable', tg_table_name USING errcode = 'restrict_violation';
END
$$;
CREATE TABLE public.app_user (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    username text NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    login_epoch bigint DEFAULT 0 NOT NULL,
    CONSTRAINT app_user_username_check CHECK ((username ~ '^[a-z0-9._-]{2,64}$'::text))
);
COMMENT ON COLUMN public.app_user.login_epoch IS 'Raised with roles, password, factors and by ztix user logout: sessions of an older one are over';
CREATE TABLE public.network (
    number integer NOT NULL,
    zt_network_id text NOT NULL,
    name text NOT NULL,
    location text DEFAULT ''::text NOT NULL,
    lan_v4 cidr,
    lan_v6 cidr NOT NULL,
    pool_first inet,
    pool_last inet,
    admission text DEFAULT 'listed'::text NOT NULL,
    route_server_asn bigint NOT NULL,
    mtu integer DEFAULT 1500 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT network_admission_known CHECK ((admission = ANY (ARRAY['open'::text, 'listed'::text, 'closed'::text]))),
    CONSTRAINT network_lan_v4_check CHECK ((family((lan_v4)::inet) = 4)),
    CONSTRAINT network_lan_v6_check CHECK (((family((lan_v6)::inet) = 6) AND (masklen((lan_v6)::inet) = 64))),
    CONSTRAINT network_mtu_check CHECK (((mtu >= 1280) AND (mtu <= 10000))),
    CONSTRAINT network_name_check CHECK ((name <> ''::text)),
    CONSTRAINT network_number_check CHECK (((number >= 1) AND (number <= 9999))),
    CONSTRAINT network_pool_complete CHECK ((((pool_first IS NULL) = (pool_last IS NULL)) AND (pool_first <= pool_last))),
    CONSTRAINT network_pool_inside CHECK (((pool_first IS NULL) OR ((lan_v4 IS NOT NULL) AND (pool_first > (host((lan_v4)::inet))::inet) AND (pool_last < (host(broadcast((lan_v4)::inet)))::inet)))),
    CONSTRAINT network_route_server_asn_check CHECK (((route_server_asn >= 1) AND (route_server_asn <= '4294967294'::bigint))),
    CONSTRAINT network_zt_network_id_check CHECK ((zt_network_id ~ '^[0-9a-f]{16}$'::text))
);
COMMENT ON COLUMN public.network.number IS 'The n<number> of protocol names: never changes, since a renamed protocol restarts its session';
CREATE TABLE public.user_asn (
    user_id uuid NOT NULL,
    asn bigint NOT NULL,
    source text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    may_update boolean DEFAULT true NOT NULL,
    proven_at timestamp with time zone,
    CONSTRAINT user_asn_asn_check CHECK (((asn >= 1) AND (asn <= '4294967294'::bigint))),
    CONSTRAINT user_asn_proof CHECK (((source = 'peeringdb'::text) = (proven_at IS NOT NULL))),
    CONSTRAINT user_asn_source_check CHECK ((source = ANY (ARRAY['cli'::text, 'peeringdb'::text])))
);
COMMENT ON COLUMN public.user_asn.may_update IS 'False: may look at what belongs to the number, and change nothing';
CREATE TABLE public.user_factor (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    label text NOT NULL,
    secret text,
    confirmed boolean DEFAULT false NOT NULL,
    last_step bigint DEFAULT 0 NOT NULL,
    last_used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_factor_kind_known CHECK ((kind = ANY (ARRAY['totp'::text, 'passkey'::text]))),
    CONSTRAINT user_factor_label_check CHECK (((length(label) >= 1) AND (length(label) <= 64))),
    CONSTRAINT user_factor_secret_check CHECK ((secret <> ''::text)),
    CONSTRAINT user_factor_secret_of_totp CHECK (((kind = 'totp'::text) = (secret IS NOT NULL)))
);
COMMENT ON COLUMN public.user_factor.secret IS 'Encrypted with a key that is not in the database';
COMMENT ON COLUMN public.user_factor.last_step IS 'Newest 30 s step whose code was accepted; no code of it or before it counts again';
CREATE TABLE public.user_network_access (
    user_id uuid NOT NULL,
    network integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.user_role (
    user_id uuid NOT NULL,
    role text NOT NULL,
    CONSTRAINT user_role_role_known CHECK ((role = ANY (ARRAY['operator'::text, 'admin'::text, 'auditor'::text])))
);
CREATE VIEW public.account AS
 SELECT u.id,
    u.username,
    u.disabled,
    u.created_at,
    ARRAY( SELECT r.role
           FROM public.user_role r
          WHERE (r.user_id = u.id)
          ORDER BY r.role) AS roles,
    COALESCE(a.asns, '{}'::bigint[]) AS asns,
    COALESCE(a.sources, '{}'::text[]) AS asn_sources,
    ARRAY( SELECT n.zt_network_id
           FROM (public.user_network_access x
             JOIN public.network n ON ((n.number = x.network)))
          WHERE (x.user_id = u.id)
          ORDER BY n.number) AS networks,
    u.login_epoch,
    COALESCE(f.confirmed, false) AS has_second_factor,
    COALESCE(a.rights, '{}'::text[]) AS asn_rights,
    COALESCE(f.passkey, false) AS has_passkey
   FROM ((public.app_user u
     CROSS JOIN LATERAL ( SELECT array_agg(s.asn) AS asns,
            array_agg(s.source) AS sources,
            array_agg(s.rights) AS rights
           FROM ( SELECT l.asn,
                    l.source,
                        CASE
                            WHEN (NOT l.may_update) THEN 'read_only'::text
                            WHEN (l.proven_at <= (now() - '30 days'::interval)) THEN 'proof_too_old'::text
                            ELSE 'full'::text
                        END AS rights
                   FROM public.user_asn l
                  WHERE (l.user_id = u.id)
                  ORDER BY l.asn, l.source) s) a)
     CROSS JOIN LATERAL ( SELECT bool_or(o.confirmed) AS confirmed,
            bool_or((o.kind = 'passkey'::text)) AS passkey
           FROM public.user_factor o
          WHERE (o.user_id = u.id)) f);
COMMENT ON VIEW public.account IS 'A user with everything that belongs to it, except secrets';
CREATE TABLE public.address (
    id bigint NOT NULL,
    network integer NOT NULL,
    address inet NOT NULL,
    asn bigint,
    router_sequence integer,
    infrastructure_node bigint,
    state text NOT NULL,
    until timestamp with time zone,
    owed boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT address_address_check CHECK ((masklen(address) =
CASE family(address)
    WHEN 4 THEN 32
    ELSE 128
END)),
    CONSTRAINT address_asn_check CHECK (((asn >= 1) AND (asn <= '4294967294'::bigint))),
    CONSTRAINT address_cooling_off_v4 CHECK ((((state = 'cooling_off'::text) = (until IS NOT NULL)) AND ((state <> 'cooling_off'::text) OR (family(address) = 4)))),
    CONSTRAINT address_has_owner CHECK ((((asn IS NULL) = (router_sequence IS NULL)) AND ((asn IS NULL) <> (infrastructure_node IS NULL)))),
    CONSTRAINT address_router_sequence_check CHECK (((router_sequence >= 1) AND (router_sequence <= 9999))),
    CONSTRAINT address_state_known CHECK ((state = ANY (ARRAY['reserved'::text, 'live'::text, 'cooling_off'::text])))
)
WITH (autovacuum_analyze_threshold='5000', autovacuum_vacuum_threshold='5000');
COMMENT ON COLUMN public.address.until IS 'End of cooling off: free from then on, the longest free first';
COMMENT ON COLUMN public.address.owed IS 'A route server that could not be reached still has it: not to be given away';
ALTER TABLE public.address ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.address_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.admin_task (
    id bigint NOT NULL,
    kind text NOT NULL,
    asn bigint NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    done_at timestamp with time zone,
    done_by text,
    CONSTRAINT admin_task_asn_check CHECK (((asn >= 1) AND (asn <= '4294967294'::bigint))),
    CONSTRAINT admin_task_check CHECK (((done_at IS NULL) = (done_by IS NULL))),
    CONSTRAINT admin_task_kind_known CHECK ((kind = 'affiliation_lost'::text))
);
COMMENT ON TABLE public.admin_task IS 'What only a person can decide; nothing happens by itself';
ALTER TABLE public.admin_task ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.admin_task_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.api_token (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    scope text NOT NULL,
    token_sha256 text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    refused_at timestamp with time zone,
    ended_at timestamp with time zone,
    end_reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT api_token_expires CHECK (((expires_at > created_at) AND (expires_at <= (created_at + '366 days'::interval)))),
    CONSTRAINT api_token_name_check CHECK (((length(name) >= 1) AND (length(name) <= 64))),
    CONSTRAINT api_token_scope_known CHECK ((scope = ANY (ARRAY['read'::text, 'request'::text, 'admin'::text]))),
    CONSTRAINT api_token_token_sha256_check CHECK ((token_sha256 ~ '^[0-9a-f]{64}$'::text))
);
COMMENT ON COLUMN public.api_token.token_sha256 IS 'Of the whole text; the text itself is stored nowhere';
COMMENT ON COLUMN public.api_token.refused_at IS 'Of the last refusal that is in the audit';
CREATE TABLE public.apply_baseline (
    route_server bigint NOT NULL,
    taken_at timestamp with time zone DEFAULT now() NOT NULL,
    content jsonb NOT NULL
);
CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor_kind text NOT NULL,
    actor_user_id uuid,
    actor_name text NOT NULL,
    remote_address text DEFAULT ''::text NOT NULL,
    trace_id text DEFAULT ''::text NOT NULL,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id(),
    CONSTRAINT audit_action_check CHECK ((action ~ '^[a-z_]+\.[a-z_]+$'::text)),
    CONSTRAINT audit_actor_kind_known CHECK ((actor_kind = ANY (ARRAY['user'::text, 'cli'::text, 'worker'::text, 'policy'::text]))),
    CONSTRAINT audit_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text))
);
ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_seal (
    seq bigint NOT NULL,
    audit_id bigint NOT NULL,
    hmac bytea NOT NULL,
    complete_since timestamp with time zone,
    CONSTRAINT audit_seal_hmac_check CHECK ((length(hmac) = 32)),
    CONSTRAINT audit_seal_seq_check CHECK ((seq > 0))
);
COMMENT ON TABLE public.audit_seal IS 'One row for each sealed row of audit, without gaps: HMAC-SHA-256 over the seal before, and the row';
COMMENT ON COLUMN public.audit_seal.complete_since IS 'What was committed before this time was sealed before; NULL: not known';
CREATE TABLE public.config_object (
    id bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    version integer NOT NULL,
    content jsonb NOT NULL,
    network integer,
    route_server bigint,
    from_revision bigint NOT NULL,
    to_revision bigint,
    CONSTRAINT config_object_kind_known CHECK ((kind = ANY (ARRAY['network'::text, 'route_server'::text, 'membership'::text, 'session_admin_state'::text, 'policy'::text, 'templates'::text]))),
    CONSTRAINT config_object_span CHECK ((to_revision > from_revision)),
    CONSTRAINT config_object_subject_check CHECK ((subject <> ''::text)),
    CONSTRAINT config_object_version_check CHECK ((version > 0))
)
WITH (autovacuum_analyze_threshold='5000', autovacuum_vacuum_threshold='5000');
ALTER TABLE public.config_object ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.config_object_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.config_revision (
    revision bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    cause text NOT NULL,
    quarantined_at timestamp with time zone,
    quarantine_cause text DEFAULT ''::text NOT NULL,
    CONSTRAINT config_revision_cause_check CHECK ((cause <> ''::text)),
    CONSTRAINT config_revision_quarantine_has_cause CHECK (((quarantined_at IS NOT NULL) = (quarantine_cause <> ''::text))),
    CONSTRAINT config_revision_revision_check CHECK ((revision > 0))
);
CREATE TABLE public.credential (
    user_id uuid NOT NULL,
    kind text NOT NULL,
    secret text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credential_kind_check CHECK ((kind = 'password'::text)),
    CONSTRAINT credential_secret_check CHECK ((secret <> ''::text))
);
COMMENT ON COLUMN public.credential.secret IS 'A password as PHC string (argon2id), never the password';
CREATE TABLE public.drain (
    route_server bigint NOT NULL,
    seconds integer NOT NULL,
    announced_at timestamp with time zone,
    returning_at timestamp with time zone,
    roa_counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT drain_seconds_check CHECK (((seconds >= 0) AND (seconds <= 86400)))
);
CREATE TABLE public.drift (
    id bigint NOT NULL,
    target text NOT NULL,
    kind text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    diff text NOT NULL,
    first_seen timestamp with time zone DEFAULT now() NOT NULL,
    last_seen timestamp with time zone DEFAULT now() NOT NULL,
    resolved_at timestamp with time zone,
    resolution text DEFAULT ''::text NOT NULL,
    CONSTRAINT drift_diff_check CHECK ((diff <> ''::text)),
    CONSTRAINT drift_kind_known CHECK ((kind = ANY (ARRAY['bird_down'::text, 'running_differs'::text, 'boot_differs'::text, 'files_damaged'::text, 'armed_by_hand'::text, 'configured_by_hand'::text, 'session_disabled'::text, 'session_enabled'::text, 'drop_in_missing'::text, 'network_settings'::text, 'member_authorized'::text, 'member_deauthorized'::text, 'member_addresses'::text, 'infrastructure_node'::text, 'stray_node'::text]))),
    CONSTRAINT drift_resolved_says_how CHECK (((resolved_at IS NULL) = (resolution = ''::text))),
    CONSTRAINT drift_target_check CHECK ((target ~ '^(route_server|network):.'::text))
)
WITH (fillfactor='70');
COMMENT ON COLUMN public.drift.diff IS 'Lines "- wanted" and "+ there"; the same difference has the same text in every look';
ALTER TABLE public.drift ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.drift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.external_identity (
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    login_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT external_identity_issuer_check CHECK ((issuer <> ''::text)),
    CONSTRAINT external_identity_subject_check CHECK ((subject <> ''::text))
);
COMMENT ON TABLE public.external_identity IS 'Who somebody is elsewhere. The key is (issuer, subject); the e-mail address finds nobody';
CREATE TABLE public.fabric_look (
    network integer NOT NULL,
    looked_at timestamp with time zone DEFAULT now() NOT NULL,
    ready boolean NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    remedy text DEFAULT ''::text NOT NULL,
    members integer DEFAULT 0 NOT NULL,
    authorized integer DEFAULT 0 NOT NULL,
    CONSTRAINT fabric_look_check CHECK (((authorized >= 0) AND (authorized <= members))),
    CONSTRAINT fabric_look_members_check CHECK ((members >= 0))
);
CREATE TABLE public.forecast (
    route_server bigint NOT NULL,
    revision bigint NOT NULL,
    from_revision bigint NOT NULL,
    computed_at timestamp with time zone DEFAULT now() NOT NULL,
    change_class text NOT NULL,
    restarts integer NOT NULL,
    unnamed_restarts integer NOT NULL,
    content jsonb NOT NULL,
    diff text NOT NULL,
    verdict text DEFAULT 'none'::text NOT NULL,
    harm text DEFAULT ''::text NOT NULL,
    measured_restarts integer DEFAULT 0 NOT NULL,
    measurement jsonb,
    measured_at timestamp with time zone,
    CONSTRAINT forecast_change_class_known CHECK ((change_class = ANY (ARRAY['none'::text, 'peers_only'::text, 'filters'::text, 'shared'::text, 'restarts'::text]))),
    CONSTRAINT forecast_check CHECK (((unnamed_restarts >= 0) AND (unnamed_restarts <= restarts))),
    CONSTRAINT forecast_from_revision_check CHECK ((from_revision >= 0)),
    CONSTRAINT forecast_measured CHECK ((((verdict = 'none'::text) = (measured_at IS NULL)) AND ((verdict = 'harm'::text) = (harm <> ''::text)))),
    CONSTRAINT forecast_measured_restarts_check CHECK ((measured_restarts >= 0)),
    CONSTRAINT forecast_restarts_check CHECK ((restarts >= 0)),
    CONSTRAINT forecast_verdict_known CHECK ((verdict = ANY (ARRAY['none'::text, 'good'::text, 'harm'::text])))
)
WITH (fillfactor='70');
CREATE TABLE public."freeze" (
    id bigint NOT NULL,
    scope text NOT NULL,
    network integer,
    route_server bigint,
    until timestamp with time zone,
    reason text NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    lifted_by text,
    lifted_at timestamp with time zone,
    CONSTRAINT freeze_lifted_by_somebody CHECK (((lifted_at IS NULL) = (lifted_by IS NULL))),
    CONSTRAINT freeze_names_its_scope CHECK ((((scope = 'network'::text) = (network IS NOT NULL)) AND ((scope = 'route_server'::text) = (route_server IS NOT NULL)))),
    CONSTRAINT freeze_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT freeze_scope_known CHECK ((scope = ANY (ARRAY['all'::text, 'network'::text, 'route_server'::text])))
);
ALTER TABLE public."freeze" ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.freeze_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.idempotency (
    user_id uuid NOT NULL,
    method text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    body_sha256 text NOT NULL,
    done boolean DEFAULT false NOT NULL,
    status integer,
    resource_id text DEFAULT ''::text NOT NULL,
    error_body text DEFAULT ''::text NOT NULL,
    taken_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_check CHECK ((done = (status IS NOT NULL))),
    CONSTRAINT idempotency_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT idempotency_status_check CHECK (((status >= 200) AND (status <= 499)))
);
CREATE TABLE public.infrastructure_node (
    id bigint NOT NULL,
    network integer NOT NULL,
    node_id text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    ipv4 inet,
    ipv6 inet NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT infrastructure_node_ipv4_check CHECK (((family(ipv4) = 4) AND (masklen(ipv4) = 32))),
    CONSTRAINT infrastructure_node_ipv6_check CHECK (((family(ipv6) = 6) AND (masklen(ipv6) = 128))),
    CONSTRAINT infrastructure_node_name_check CHECK ((name <> ''::text)),
    CONSTRAINT infrastructure_node_node_id_check CHECK ((node_id ~ '^[0-9a-f]{10}$'::text)),
    CONSTRAINT infrastructure_node_role_known CHECK ((role = ANY (ARRAY['route_server'::text, 'collector'::text])))
);
ALTER TABLE public.infrastructure_node ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.infrastructure_node_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.installation (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    only_one boolean DEFAULT true NOT NULL,
    name text NOT NULL,
    single_admin boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT installation_name_check CHECK ((name <> ''::text)),
    CONSTRAINT installation_only_one_check CHECK (only_one)
);
COMMENT ON TABLE public.installation IS 'The exchange itself: one row, made by ztix setup';
CREATE TABLE public.job (
    id bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    want_revision bigint DEFAULT 0 NOT NULL,
    priority smallint DEFAULT 1 NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    max_attempt integer DEFAULT 20 NOT NULL,
    crash_count integer DEFAULT 0 NOT NULL,
    steps_reached text[] DEFAULT '{}'::text[] NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone,
    worker text DEFAULT ''::text NOT NULL,
    last_step text DEFAULT ''::text NOT NULL,
    last_error text DEFAULT ''::text NOT NULL,
    trace_id text DEFAULT ''::text NOT NULL,
    revive_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT job_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT job_crash_count_check CHECK ((crash_count >= 0)),
    CONSTRAINT job_fence_check CHECK ((fence >= 0)),
    CONSTRAINT job_finished_has_time CHECK (((state = ANY (ARRAY['done'::text, 'dead'::text, 'cancelled'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT job_kind_check CHECK ((kind ~ '^[a-z_]+\.[a-z_]+$'::text)),
    CONSTRAINT job_max_attempt_check CHECK ((max_attempt > 0)),
    CONSTRAINT job_priority_check CHECK (((priority >= 0) AND (priority <= 2))),
    CONSTRAINT job_revive_count_check CHECK ((revive_count >= 0)),
    CONSTRAINT job_running_has_lease CHECK (((state <> 'running'::text) OR ((lease_until IS NOT NULL) AND (worker <> ''::text)))),
    CONSTRAINT job_state_known CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text, 'cancelled'::text]))),
    CONSTRAINT job_subject_check CHECK (((subject <> ''::text) AND (length(subject) <= 200))),
    CONSTRAINT job_want_revision_check CHECK ((want_revision >= 0))
)
WITH (fillfactor='70', autovacuum_analyze_threshold='5000', autovacuum_vacuum_threshold='5000');
ALTER TABLE public.job ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.membership (
    id bigint NOT NULL,
    network integer NOT NULL,
    asn bigint NOT NULL,
    router_sequence integer NOT NULL,
    node_id text,
    previous_node_id text,
    ipv4_wanted boolean NOT NULL,
    desired text DEFAULT 'present'::text NOT NULL,
    suspended boolean DEFAULT false NOT NULL,
    session_v4 boolean DEFAULT true NOT NULL,
    session_v6 boolean DEFAULT true NOT NULL,
    md5_key text DEFAULT ''::text NOT NULL,
    ttl_security boolean DEFAULT false NOT NULL,
    limit_v4 integer NOT NULL,
    limit_v6 integer NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    confirmed_version integer DEFAULT 0 NOT NULL,
    held boolean DEFAULT false NOT NULL,
    held_version integer,
    held_file text,
    held_line integer,
    held_message text,
    waiting_for text DEFAULT ''::text NOT NULL,
    waiting_remedy text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    suspended_reason text DEFAULT ''::text NOT NULL,
    departure text,
    removed_in bigint DEFAULT 0 NOT NULL,
    withdrawn_at timestamp with time zone,
    cut_off_at timestamp with time zone,
    rereads integer DEFAULT 0 NOT NULL,
    CONSTRAINT membership_asn_check CHECK (((asn >= 1) AND (asn <= '4294967294'::bigint))),
    CONSTRAINT membership_check CHECK (((confirmed_version >= 0) AND (confirmed_version <= version))),
    CONSTRAINT membership_departing_is_absent CHECK (((departure IS NULL) OR (desired = 'absent'::text))),
    CONSTRAINT membership_departure_known CHECK ((departure = ANY (ARRAY['orderly'::text, 'urgent'::text]))),
    CONSTRAINT membership_desired_known CHECK ((desired = ANY (ARRAY['present'::text, 'absent'::text]))),
    CONSTRAINT membership_ended_is_absent CHECK (((ended_at IS NULL) OR (desired = 'absent'::text))),
    CONSTRAINT membership_held_complete CHECK (((NOT held) OR ((held_version IS NOT NULL) AND (held_message IS NOT NULL)))),
    CONSTRAINT membership_limit_v4_check CHECK (((limit_v4 >= 1) AND (limit_v4 <= 200000))),
    CONSTRAINT membership_limit_v6_check CHECK (((limit_v6 >= 1) AND (limit_v6 <= 100000))),
    CONSTRAINT membership_md5_key_check CHECK ((md5_key ~ '^([A-Za-z0-9]{8,80})?$'::text)),
    CONSTRAINT membership_node_differs CHECK ((node_id <> previous_node_id)),
    CONSTRAINT membership_node_id_check CHECK ((node_id ~ '^[0-9a-f]{10}$'::text)),
    CONSTRAINT membership_previous_node_id_check CHECK ((previous_node_id ~ '^[0-9a-f]{10}$'::text)),
    CONSTRAINT membership_removed_in_check CHECK ((removed_in >= 0)),
    CONSTRAINT membership_rereads_check CHECK ((rereads >= 0)),
    CONSTRAINT membership_router_sequence_check CHECK (((router_sequence >= 1) AND (router_sequence <= 9999))),
    CONSTRAINT membership_suspended_says_why CHECK ((suspended = (suspended_reason <> ''::text))),
    CONSTRAINT membership_version_check CHECK ((version >= 1))
)
WITH (autovacuum_analyze_threshold='5000', autovacuum_vacuum_threshold='5000');
COMMENT ON COLUMN public.membership.version IS 'Counts every change of what is rendered';
COMMENT ON COLUMN public.membership.ended_at IS 'When the last trace of it was confirmed gone; until then it is live and keeps its node and sequence';
COMMENT ON COLUMN public.membership.departure IS 'urgent: cut off at once; orderly: out of the configurations first';
COMMENT ON COLUMN public.membership.removed_in IS 'First revision without it; 0 when it never was in one';
COMMENT ON COLUMN public.membership.withdrawn_at IS 'When every reachable route server had confirmed a revision without it';
COMMENT ON COLUMN public.membership.cut_off_at IS 'When the controller first read back that its node is neither authorised nor addressed';
ALTER TABLE public.membership ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.membership_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.one_time_code (
    user_id uuid NOT NULL,
    purpose text NOT NULL,
    digest text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT one_time_code_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT one_time_code_purpose_known CHECK ((purpose = ANY (ARRAY['enrolment'::text, 'password_reset'::text])))
);
COMMENT ON TABLE public.one_time_code IS 'The newest code of each purpose; a newer one takes the place of the one before';
CREATE TABLE public.owed (
    membership bigint NOT NULL,
    route_server bigint NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.passkey (
    factor uuid NOT NULL,
    credential_id text NOT NULL,
    algorithm integer NOT NULL,
    public_key text NOT NULL,
    sign_count bigint NOT NULL,
    CONSTRAINT passkey_algorithm_check CHECK ((algorithm = ANY (ARRAY['-7'::integer, '-8'::integer, '-257'::integer]))),
    CONSTRAINT passkey_credential_id_check CHECK ((credential_id <> ''::text)),
    CONSTRAINT passkey_public_key_check CHECK ((public_key <> ''::text)),
    CONSTRAINT passkey_sign_count_check CHECK (((sign_count >= 0) AND (sign_count <= '4294967295'::bigint)))
);
COMMENT ON TABLE public.passkey IS 'Bytes are base64url without padding; the algorithm is a COSE number. Nothing here is secret';
COMMENT ON COLUMN public.passkey.sign_count IS 'The last one seen; what does not count further comes from a copy. 0 = this one never counts';
CREATE TABLE public.peeringdb_access (
    only_one boolean DEFAULT true NOT NULL,
    next_query_at timestamp with time zone DEFAULT now() NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    last_error text DEFAULT ''::text NOT NULL,
    CONSTRAINT peeringdb_access_failing CHECK (((failures > 0) = (last_error <> ''::text))),
    CONSTRAINT peeringdb_access_failures_check CHECK ((failures >= 0)),
    CONSTRAINT peeringdb_access_only_one_check CHECK (only_one)
);
CREATE TABLE public.peeringdb_network (
    asn bigint NOT NULL,
    content jsonb,
    seen_at timestamp with time zone,
    asked_at timestamp with time zone,
    gone_since timestamp with time zone,
    ordered_at timestamp with time zone,
    problem text DEFAULT ''::text NOT NULL,
    CONSTRAINT peeringdb_network_asn_check CHECK (((asn >= 1) AND (asn <= '4294967294'::bigint))),
    CONSTRAINT peeringdb_network_gone CHECK (((gone_since IS NULL) OR (content IS NOT NULL))),
    CONSTRAINT peeringdb_network_seen CHECK (((content IS NULL) = (seen_at IS NULL)))
)
WITH (fillfactor='70');
CREATE TABLE public.request (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    asn bigint NOT NULL,
    network integer NOT NULL,
    node_id text,
    state text DEFAULT 'pending'::text NOT NULL,
    ipv4 boolean NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    requested_by uuid NOT NULL,
    membership bigint,
    reason text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT request_approved_has_membership CHECK (((membership IS NULL) = (state = ANY (ARRAY['pending'::text, 'needs_info'::text, 'rejected'::text, 'withdrawn'::text, 'expired'::text])))),
    CONSTRAINT request_asn_check CHECK (((asn >= 1) AND (asn <= '4294967294'::bigint))),
    CONSTRAINT request_node_id_check CHECK ((node_id ~ '^[0-9a-f]{10}$'::text)),
    CONSTRAINT request_state_known CHECK ((state = ANY (ARRAY['pending'::text, 'needs_info'::text, 'approved'::text, 'provisioning'::text, 'active'::text, 'failed'::text, 'rejected'::text, 'withdrawn'::text, 'expired'::text, 'revoking'::text, 'revoked'::text])))
)
WITH (autovacuum_analyze_threshold='5000', autovacuum_vacuum_threshold='5000');
COMMENT ON COLUMN public.request.reason IS 'Of a rejection or revocation, or the cause of a failure';
CREATE VIEW public.peeringdb_followed AS
 SELECT l.asn
   FROM (public.user_asn l
     JOIN public.app_user u ON ((u.id = l.user_id)))
  WHERE (NOT u.disabled)
UNION
 SELECT request.asn
   FROM public.request
  WHERE (request.state <> ALL (ARRAY['rejected'::text, 'withdrawn'::text, 'expired'::text, 'revoked'::text]))
UNION
 SELECT membership.asn
   FROM public.membership
  WHERE (membership.ended_at IS NULL)
UNION
 SELECT peeringdb_network.asn
   FROM public.peeringdb_network
  WHERE (peeringdb_network.ordered_at > COALESCE(peeringdb_network.asked_at, '-infinity'::timestamp with time zone));
COMMENT ON VIEW public.peeringdb_followed IS 'Whom PeeringDB is asked about';
CREATE TABLE public.peeringdb_query (
    digest text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    bytes bigint DEFAULT 0 NOT NULL,
    CONSTRAINT peeringdb_query_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT peeringdb_query_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text))
);
CREATE TABLE public.recovery_code (
    user_id uuid NOT NULL,
    digest text NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_code_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text))
);
COMMENT ON COLUMN public.recovery_code.digest IS 'SHA-256 of a code of 120 random bits, never the code';
CREATE TABLE public.route_server (
    id bigint NOT NULL,
    name text NOT NULL,
    ssh_host text NOT NULL,
    ssh_port integer NOT NULL,
    ssh_user text NOT NULL,
    host_key text NOT NULL,
    router_id inet NOT NULL,
    state text DEFAULT 'joining'::text NOT NULL,
    rtr_exception text DEFAULT ''::text NOT NULL,
    bird_version text DEFAULT ''::text NOT NULL,
    wanted_revision bigint DEFAULT 0 NOT NULL,
    wanted_digest text DEFAULT ''::text NOT NULL,
    confirmed_revision bigint DEFAULT 0 NOT NULL,
    confirmed_file text DEFAULT ''::text NOT NULL,
    confirmed_digest text DEFAULT ''::text NOT NULL,
    confirmed_at timestamp with time zone,
    last_step text DEFAULT ''::text NOT NULL,
    last_error text DEFAULT ''::text NOT NULL,
    last_step_at timestamp with time zone,
    last_probe jsonb,
    last_probe_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    take_over_reason text DEFAULT ''::text NOT NULL,
    take_over_until timestamp with time zone,
    bird_up boolean GENERATED ALWAYS AS (((last_probe ->> 'bird_up'::text))::boolean) STORED,
    CONSTRAINT route_server_confirmed_revision_check CHECK ((confirmed_revision >= 0)),
    CONSTRAINT route_server_host_key_check CHECK ((host_key <> ''::text)),
    CONSTRAINT route_server_name_check CHECK ((name ~ '^[a-z][a-z0-9-]{0,31}$'::text)),
    CONSTRAINT route_server_router_id_check CHECK (((family(router_id) = 4) AND (masklen(router_id) = 32))),
    CONSTRAINT route_server_ssh_host_check CHECK ((ssh_host <> ''::text)),
    CONSTRAINT route_server_ssh_port_check CHECK (((ssh_port >= 1) AND (ssh_port <= 65535))),
    CONSTRAINT route_server_ssh_user_check CHECK ((ssh_user <> ''::text)),
    CONSTRAINT route_server_state_known CHECK ((state = ANY (ARRAY['joining'::text, 'enabled'::text, 'draining'::text, 'maintenance'::text, 'disabled'::text, 'removed'::text]))),
    CONSTRAINT route_server_take_over_says_why CHECK (((take_over_until IS NULL) = (take_over_reason = ''::text))),
    CONSTRAINT route_server_wanted_revision_check CHECK ((wanted_revision >= 0))
)
WITH (fillfactor='70', autovacuum_analyze_threshold='5000', autovacuum_vacuum_threshold='5000');
COMMENT ON COLUMN public.route_server.take_over_until IS 'The order holds for what runs now, not for what somebody does later';
COMMENT ON COLUMN public.route_server.bird_up IS 'In the last probe; null before the first';
CREATE TABLE public.session_admin_state (
    membership bigint NOT NULL,
    route_server bigint NOT NULL,
    family text NOT NULL,
    state text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT session_admin_state_family_known CHECK ((family = ANY (ARRAY['ipv4'::text, 'ipv6'::text]))),
    CONSTRAINT session_admin_state_state_known CHECK ((state = ANY (ARRAY['enabled'::text, 'suspended'::text, 'limit_tripped'::text, 'drained'::text])))
);
CREATE VIEW public.request_detail AS
 SELECT r.id,
    r.asn,
    n.zt_network_id,
    r.network,
    r.node_id,
    r.state,
    COALESCE(m.ipv4_wanted, r.ipv4) AS ipv4,
    r.note,
    r.requested_by,
    u.username AS requested_by_name,
    r.membership,
    m.router_sequence,
    ( SELECT host(a.address) AS host
           FROM public.address a
          WHERE ((a.network = m.network) AND (a.asn = m.asn) AND (a.router_sequence = m.router_sequence) AND (family(a.address) = 4) AND (m.ended_at IS NULL))) AS address_v4,
    ( SELECT host(a.address) AS host
           FROM public.address a
          WHERE ((a.network = m.network) AND (a.asn = m.asn) AND (a.router_sequence = m.router_sequence) AND (family(a.address) = 6) AND (m.ended_at IS NULL))) AS address_v6,
    COALESCE(m.waiting_for, ''::text) AS waiting_for,
    COALESCE(m.waiting_remedy, ''::text) AS waiting_remedy,
    r.reason,
    COALESCE(m.held, false) AS held,
    r.created_at,
    r.updated_at,
    COALESCE(m.suspended, false) AS suspended,
    COALESCE(m.suspended_reason, ''::text) AS suspended_reason,
    ((r.state = 'revoking'::text) AND COALESCE((m.departure = 'orderly'::text), false)) AS leaving,
    ARRAY( SELECT s.name
           FROM (public.owed o
             JOIN public.route_server s ON ((s.id = o.route_server)))
          WHERE (o.membership = m.id)
          ORDER BY s.name) AS owed,
    ARRAY( SELECT ((s.name || ' '::text) || t.family)
           FROM (public.session_admin_state t
             JOIN public.route_server s ON ((s.id = t.route_server)))
          WHERE ((t.membership = m.id) AND (t.state = 'limit_tripped'::text))
          ORDER BY s.name, t.family) AS tripped_limits
   FROM (((public.request r
     JOIN public.network n ON ((n.number = r.network)))
     JOIN public.app_user u ON ((u.id = r.requested_by)))
     LEFT JOIN public.membership m ON ((m.id = r.membership)));
COMMENT ON VIEW public.request_detail IS 'A request as people see it; addresses only while its membership lives';
CREATE TABLE public.request_message (
    id bigint NOT NULL,
    request uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    author text NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    CONSTRAINT request_message_kind_check CHECK ((kind = ANY (ARRAY['question'::text, 'answer'::text, 'reason'::text])))
);
ALTER TABLE public.request_message ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.request_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.request_route_server (
    request uuid NOT NULL,
    route_server bigint NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    wanted_revision bigint NOT NULL,
    confirmed_revision bigint DEFAULT 0 NOT NULL,
    last_step text DEFAULT ''::text NOT NULL,
    last_error text DEFAULT ''::text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT request_route_server_confirmed_revision_check CHECK ((confirmed_revision >= 0)),
    CONSTRAINT request_route_server_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'checking'::text, 'armed'::text, 'confirmed'::text, 'failed'::text]))),
    CONSTRAINT request_route_server_wanted_revision_check CHECK ((wanted_revision > 0))
)
WITH (fillfactor='70');
CREATE TABLE public.rollout (
    revision bigint NOT NULL,
    route_server bigint NOT NULL,
    turn integer NOT NULL,
    verdict text NOT NULL,
    wait text DEFAULT 'none'::text NOT NULL,
    change_class text NOT NULL,
    restarts integer DEFAULT 0 NOT NULL,
    harms integer DEFAULT 0 NOT NULL,
    last_harm text DEFAULT ''::text NOT NULL,
    taken_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    armed_until timestamp with time zone,
    CONSTRAINT rollout_change_class_known CHECK ((change_class = ANY (ARRAY['none'::text, 'peers_only'::text, 'filters'::text, 'shared'::text, 'restarts'::text]))),
    CONSTRAINT rollout_ended_has_time CHECK (((verdict = ANY (ARRAY['waiting'::text, 'taken'::text])) = (ended_at IS NULL))),
    CONSTRAINT rollout_harms_check CHECK ((harms >= 0)),
    CONSTRAINT rollout_restarts_check CHECK ((restarts >= 0)),
    CONSTRAINT rollout_taken_has_turn CHECK (((verdict <> 'taken'::text) OR (turn > 0))),
    CONSTRAINT rollout_turn_check CHECK ((turn >= 0)),
    CONSTRAINT rollout_verdict_known CHECK ((verdict = ANY (ARRAY['waiting'::text, 'taken'::text, 'confirmed'::text, 'undone'::text, 'unreachable'::text, 'superseded'::text, 'abandoned'::text]))),
    CONSTRAINT rollout_wait_known CHECK ((wait = ANY (ARRAY['none'::text, 'turn'::text, 'bake'::text, 'last_one'::text, 'awaiting_acceptance'::text])))
)
WITH (fillfactor='70');
CREATE TABLE public.rollout_permission (
    id bigint NOT NULL,
    route_server bigint NOT NULL,
    kind text NOT NULL,
    restarts integer DEFAULT 0 NOT NULL,
    until_revision bigint,
    reason text NOT NULL,
    given_by text NOT NULL,
    given_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT rollout_permission_kind_known CHECK ((kind = ANY (ARRAY['last_one'::text, 'restarts'::text]))),
    CONSTRAINT rollout_permission_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT rollout_permission_restarts_check CHECK ((restarts >= 0)),
    CONSTRAINT rollout_permission_standing CHECK (((until_revision IS NOT NULL) OR (kind = 'last_one'::text)))
);
ALTER TABLE public.rollout_permission ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rollout_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.rollout_search (
    id bigint NOT NULL,
    first_revision bigint NOT NULL,
    last_revision bigint NOT NULL,
    cause text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT rollout_search_order CHECK ((first_revision <= last_revision))
);
ALTER TABLE public.rollout_search ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rollout_search_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.rollout_standing (
    route_server bigint NOT NULL,
    unreachable_since timestamp with time zone,
    last_canary_at timestamp with time zone,
    quiet_until timestamp with time zone
)
WITH (fillfactor='70');
CREATE TABLE public.rollout_undone (
    id bigint NOT NULL,
    revision bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    content jsonb,
    cause text NOT NULL,
    undone_at timestamp with time zone DEFAULT now() NOT NULL,
    released_at timestamp with time zone
);
ALTER TABLE public.rollout_undone ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rollout_undone_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.root (
    route_server bigint NOT NULL,
    revision bigint NOT NULL,
    file_digest text NOT NULL,
    config_digest text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT root_config_digest_check CHECK ((config_digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT root_file_digest_check CHECK ((file_digest ~ '^[0-9a-f]{64}$'::text))
);
CREATE TABLE public.route_server_attachment (
    route_server bigint NOT NULL,
    network integer NOT NULL,
    infrastructure_node bigint NOT NULL
);
CREATE TABLE public.route_server_fence (
    route_server bigint NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    CONSTRAINT route_server_fence_fence_check CHECK ((fence >= 0))
)
WITH (fillfactor='50', autovacuum_analyze_threshold='5000', autovacuum_vacuum_threshold='5000');
ALTER TABLE public.route_server ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.route_server_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.rtr_cache (
    route_server bigint NOT NULL,
    "position" integer NOT NULL,
    address inet NOT NULL,
    port integer NOT NULL,
    CONSTRAINT rtr_cache_port_check CHECK (((port >= 1) AND (port <= 65535))),
    CONSTRAINT rtr_cache_position_check CHECK (("position" >= 0))
);
CREATE TABLE public.schema_migration (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.session_status (
    route_server bigint NOT NULL,
    protocol text NOT NULL,
    health text NOT NULL,
    info text DEFAULT ''::text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    was_up boolean NOT NULL,
    CONSTRAINT session_status_health_known CHECK ((health = ANY (ARRAY['never_up'::text, 'up'::text, 'down'::text, 'limit'::text, 'disabled'::text]))),
    CONSTRAINT session_status_protocol_check CHECK ((protocol <> ''::text))
)
WITH (fillfactor='70');
ALTER TABLE ONLY public.address
    ADD CONSTRAINT address_once UNIQUE (network, address);
ALTER TABLE ONLY public.address
    ADD CONSTRAINT address_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.admin_task
    ADD CONSTRAINT admin_task_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_once UNIQUE (token_sha256);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT app_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT app_user_username UNIQUE (username);
ALTER TABLE ONLY public.apply_baseline
    ADD CONSTRAINT apply_baseline_pkey PRIMARY KEY (route_server);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_seal
    ADD CONSTRAINT audit_seal_once UNIQUE (audit_id);
ALTER TABLE ONLY public.audit_seal
    ADD CONSTRAINT audit_seal_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.config_object
    ADD CONSTRAINT config_object_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.config_revision
    ADD CONSTRAINT config_revision_pkey PRIMARY KEY (revision);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_pkey PRIMARY KEY (user_id, kind);
ALTER TABLE ONLY public.drain
    ADD CONSTRAINT drain_pkey PRIMARY KEY (route_server);
ALTER TABLE ONLY public.drift
    ADD CONSTRAINT drift_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.external_identity
    ADD CONSTRAINT external_identity_pkey PRIMARY KEY (issuer, subject);
ALTER TABLE ONLY public.fabric_look
    ADD CONSTRAINT fabric_look_pkey PRIMARY KEY (network);
ALTER TABLE ONLY public.forecast
    ADD CONSTRAINT forecast_pkey PRIMARY KEY (route_server, revision);
ALTER TABLE ONLY public."freeze"
    ADD CONSTRAINT freeze_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (user_id, method, route, key);
ALTER TABLE ONLY public.infrastructure_node
    ADD CONSTRAINT infrastructure_node_name UNIQUE (network, name);
ALTER TABLE ONLY public.infrastructure_node
    ADD CONSTRAINT infrastructure_node_node_id UNIQUE (network, node_id);
ALTER TABLE ONLY public.infrastructure_node
    ADD CONSTRAINT infrastructure_node_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_only_one UNIQUE (only_one);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.network
    ADD CONSTRAINT network_lan_v4_overlap EXCLUDE USING gist (lan_v4 inet_ops WITH &&);
ALTER TABLE ONLY public.network
    ADD CONSTRAINT network_lan_v6_overlap EXCLUDE USING gist (lan_v6 inet_ops WITH &&);
ALTER TABLE ONLY public.network
    ADD CONSTRAINT network_name UNIQUE (name);
ALTER TABLE ONLY public.network
    ADD CONSTRAINT network_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.network
    ADD CONSTRAINT network_zt_network_id UNIQUE (zt_network_id);
ALTER TABLE ONLY public.one_time_code
    ADD CONSTRAINT one_time_code_pkey PRIMARY KEY (user_id, purpose);
ALTER TABLE ONLY public.owed
    ADD CONSTRAINT owed_pkey PRIMARY KEY (membership, route_server);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_known_once UNIQUE (credential_id);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_pkey PRIMARY KEY (factor);
ALTER TABLE ONLY public.peeringdb_access
    ADD CONSTRAINT peeringdb_access_pkey PRIMARY KEY (only_one);
ALTER TABLE ONLY public.peeringdb_network
    ADD CONSTRAINT peeringdb_network_pkey PRIMARY KEY (asn);
ALTER TABLE ONLY public.peeringdb_query
    ADD CONSTRAINT peeringdb_query_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (user_id, digest);
ALTER TABLE ONLY public.request
    ADD CONSTRAINT request_membership UNIQUE (membership);
ALTER TABLE ONLY public.request_message
    ADD CONSTRAINT request_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.request_route_server
    ADD CONSTRAINT request_route_server_pkey PRIMARY KEY (request, route_server);
ALTER TABLE ONLY public.rollout_permission
    ADD CONSTRAINT rollout_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rollout
    ADD CONSTRAINT rollout_pkey PRIMARY KEY (revision, route_server);
ALTER TABLE ONLY public.rollout_search
    ADD CONSTRAINT rollout_search_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rollout_standing
    ADD CONSTRAINT rollout_standing_pkey PRIMARY KEY (route_server);
ALTER TABLE ONLY public.rollout_undone
    ADD CONSTRAINT rollout_undone_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.root
    ADD CONSTRAINT root_pkey PRIMARY KEY (route_server, file_digest, revision);
ALTER TABLE ONLY public.route_server_attachment
    ADD CONSTRAINT route_server_attachment_infrastructure_node_key UNIQUE (infrastructure_node);
ALTER TABLE ONLY public.route_server_attachment
    ADD CONSTRAINT route_server_attachment_pkey PRIMARY KEY (route_server, network);
ALTER TABLE ONLY public.route_server_fence
    ADD CONSTRAINT route_server_fence_pkey PRIMARY KEY (route_server);
ALTER TABLE ONLY public.route_server
    ADD CONSTRAINT route_server_name_key UNIQUE (name);
ALTER TABLE ONLY public.route_server
    ADD CONSTRAINT route_server_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rtr_cache
    ADD CONSTRAINT rtr_cache_pkey PRIMARY KEY (route_server, "position");
ALTER TABLE ONLY public.rtr_cache
    ADD CONSTRAINT rtr_cache_route_server_address_port_key UNIQUE (route_server, address, port);
ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.session_admin_state
    ADD CONSTRAINT session_admin_state_pkey PRIMARY KEY (membership, route_server, family);
ALTER TABLE ONLY public.session_status
    ADD CONSTRAINT session_status_pkey PRIMARY KEY (route_server, protocol);
ALTER TABLE ONLY public.user_asn
    ADD CONSTRAINT user_asn_pkey PRIMARY KEY (user_id, asn, source);
ALTER TABLE ONLY public.user_factor
    ADD CONSTRAINT user_factor_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.user_network_access
    ADD CONSTRAINT user_network_access_pkey PRIMARY KEY (user_id, network);
ALTER TABLE ONLY public.user_role
    ADD CONSTRAINT user_role_pkey PRIMARY KEY (user_id, role);
CREATE INDEX address_cooling_off ON public.address USING btree (network, until) WHERE (state = 'cooling_off'::text);
CREATE UNIQUE INDEX address_per_member ON public.address USING btree (network, asn, router_sequence, family(address)) WHERE (asn IS NOT NULL);
CREATE UNIQUE INDEX admin_task_open ON public.admin_task USING btree (kind, asn, user_id) WHERE (done_at IS NULL);
CREATE INDEX api_token_by_user ON public.api_token USING btree (user_id, created_at);
CREATE INDEX api_token_lookup ON public.api_token USING btree ("left"(token_sha256, 16));
CREATE INDEX audit_by_subject ON public.audit USING btree (subject_kind, subject_id, id);
CREATE INDEX audit_by_time ON public.audit USING brin (at);
CREATE INDEX audit_by_xact ON public.audit USING btree (xact);
CREATE UNIQUE INDEX config_object_current ON public.config_object USING btree (kind, subject) WHERE (to_revision IS NULL);
CREATE INDEX config_object_from ON public.config_object USING btree (from_revision);
CREATE INDEX config_object_history ON public.config_object USING btree (kind, subject, version, from_revision);
CREATE INDEX config_object_to ON public.config_object USING btree (to_revision);
CREATE UNIQUE INDEX drift_open ON public.drift USING btree (target, kind, subject, md5(diff)) WHERE (resolved_at IS NULL);
CREATE INDEX drift_resolved ON public.drift USING btree (resolved_at) WHERE (resolved_at IS NOT NULL);
CREATE INDEX external_identity_by_user ON public.external_identity USING btree (user_id);
CREATE INDEX forecast_by_age ON public.forecast USING btree (computed_at);
CREATE UNIQUE INDEX freeze_not_lifted ON public."freeze" USING btree (scope, network, route_server) NULLS NOT DISTINCT WHERE (lifted_at IS NULL);
CREATE INDEX idempotency_by_age ON public.idempotency USING btree (taken_at);
CREATE INDEX job_dead ON public.job USING btree (finished_at) WHERE (state = 'dead'::text);
CREATE INDEX job_due ON public.job USING btree (priority, run_at, id) WHERE (state = 'ready'::text);
CREATE INDEX job_ended ON public.job USING btree (subject, kind, id) WHERE (state = ANY (ARRAY['done'::text, 'dead'::text]));
CREATE INDEX job_lease ON public.job USING btree (lease_until) WHERE (state = 'running'::text);
CREATE UNIQUE INDEX job_one_running ON public.job USING btree (subject, kind) WHERE (state = 'running'::text);
CREATE UNIQUE INDEX job_one_waiting ON public.job USING btree (subject, kind) WHERE (state = 'ready'::text);
CREATE INDEX job_over ON public.job USING btree (finished_at) WHERE (state = ANY (ARRAY['done'::text, 'cancelled'::text]));
CREATE UNIQUE INDEX membership_live_node ON public.membership USING btree (network, node_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX membership_live_sequence ON public.membership USING btree (network, asn, router_sequence) WHERE (ended_at IS NULL);
CREATE INDEX membership_previous_node ON public.membership USING btree (network, previous_node_id) WHERE ((ended_at IS NULL) AND (previous_node_id IS NOT NULL));
CREATE INDEX owed_by_route_server ON public.owed USING btree (route_server);
CREATE INDEX request_by_asn ON public.request USING btree (asn, created_at DESC, id DESC);
CREATE INDEX request_by_network ON public.request USING btree (network, created_at DESC, id DESC);
CREATE INDEX request_by_state ON public.request USING btree (state, created_at DESC, id DESC);
CREATE INDEX request_message_by_request ON public.request_message USING btree (request, id);
CREATE INDEX request_newest ON public.request USING btree (created_at DESC, id DESC);
CREATE UNIQUE INDEX request_open_slot ON public.request USING btree (asn, network, node_id) NULLS NOT DISTINCT WHERE (state <> ALL (ARRAY['rejected'::text, 'withdrawn'::text, 'expired'::text, 'revoked'::text]));
CREATE INDEX request_route_server_open ON public.request_route_server USING btree (route_server, wanted_revision) WHERE (state <> 'confirmed'::text);
CREATE INDEX rollout_armed ON public.rollout USING btree (armed_until) WHERE (armed_until IS NOT NULL);
CREATE INDEX rollout_by_age ON public.rollout USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX rollout_confirmed ON public.rollout USING btree (revision) WHERE (verdict = 'confirmed'::text);
CREATE INDEX rollout_of_route_server ON public.rollout USING btree (route_server, revision);
CREATE UNIQUE INDEX rollout_one_open ON public.rollout USING btree (route_server) WHERE (verdict = ANY (ARRAY['waiting'::text, 'taken'::text]));
CREATE INDEX rollout_permission_of ON public.rollout_permission USING btree (route_server, kind);
CREATE UNIQUE INDEX rollout_search_one ON public.rollout_search USING btree (((ended_at IS NULL))) WHERE (ended_at IS NULL);
CREATE INDEX rollout_undone_kept ON public.rollout_undone USING btree (kind, subject) WHERE (released_at IS NULL);
CREATE INDEX root_config_digest ON public.root USING btree (route_server, config_digest, revision);
CREATE UNIQUE INDEX route_server_address ON public.route_server USING btree (ssh_host, ssh_port) WHERE (state <> 'removed'::text);
CREATE INDEX route_server_attachment_network ON public.route_server_attachment USING btree (network);
CREATE UNIQUE INDEX route_server_router_id ON public.route_server USING btree (router_id) WHERE (state <> 'removed'::text);
CREATE INDEX user_asn_by_asn ON public.user_asn USING btree (asn);
CREATE INDEX user_factor_by_user ON public.user_factor USING btree (user_id);
CREATE UNIQUE INDEX user_factor_one_begun ON public.user_factor USING btree (user_id) WHERE (NOT confirmed);
CREATE INDEX user_network_access_by_network ON public.user_network_access USING btree (network);
CREATE TRIGGER address_ipv6_owner BEFORE DELETE OR UPDATE ON public.address FOR EACH ROW EXECUTE FUNCTION public.keep_ipv6_owner();
CREATE TRIGGER audit_is_immutable BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting_history();
CREATE TRIGGER audit_is_kept BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_rewriting_history();
CREATE TRIGGER audit_seal_is_immutable BEFORE DELETE OR UPDATE ON public.audit_seal FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting_history();
CREATE TRIGGER audit_seal_is_kept BEFORE TRUNCATE ON public.audit_seal FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_rewriting_history();
CREATE TRIGGER config_object_no_delete BEFORE DELETE ON public.config_object FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting_history();
CREATE TRIGGER config_object_only_ends BEFORE UPDATE ON public.config_object FOR EACH ROW WHEN (((old.to_revision IS NOT NULL) OR (new.to_revision IS NULL) OR ((((((old.id IS DISTINCT FROM new.id) OR (old.kind IS DISTINCT FROM new.kind)) OR (old.subject IS DISTINCT FROM new.subject)) OR (old.version IS DISTINCT FROM new.version)) OR (old.content IS DISTINCT FROM new.content)) OR (old.from_revision IS DISTINCT FROM new.from_revision)) OR ((old.network IS DISTINCT FROM new.network) OR (old.route_server IS DISTINCT FROM new.route_server)))) EXECUTE FUNCTION public.refuse_rewriting_history();
CREATE TRIGGER config_revision_no_delete BEFORE DELETE ON public.config_revision FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting_history();
CREATE TRIGGER config_revision_only_quarantine BEFORE UPDATE ON public.config_revision FOR EACH ROW WHEN (((old.quarantined_at IS NOT NULL) OR (new.quarantined_at IS NULL) OR ((((old.revision IS DISTINCT FROM new.revision) OR (old.created_at IS DISTINCT FROM new.created_at)) OR (old.actor IS DISTINCT FROM new.actor)) OR (old.cause IS DISTINCT FROM new.cause)))) EXECUTE FUNCTION public.refuse_rewriting_history();
CREATE TRIGGER infrastructure_node_claim AFTER INSERT ON public.infrastructure_node FOR EACH ROW EXECUTE FUNCTION public.claim_infrastructure_node();
CREATE TRIGGER membership_foreign_node BEFORE INSERT OR UPDATE OF node_id ON public.membership FOR EACH ROW EXECUTE FUNCTION public.refuse_foreign_node();
CREATE TRIGGER root_is_immutable BEFORE DELETE OR UPDATE ON public.root FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting_history();
ALTER TABLE ONLY public.address
    ADD CONSTRAINT address_infrastructure_node_fkey FOREIGN KEY (infrastructure_node) REFERENCES public.infrastructure_node(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.address
    ADD CONSTRAINT address_network_fkey FOREIGN KEY (network) REFERENCES public.network(number);
ALTER TABLE ONLY public.admin_task
    ADD CONSTRAINT admin_task_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.apply_baseline
    ADD CONSTRAINT apply_baseline_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.config_object
    ADD CONSTRAINT config_object_from_revision_fkey FOREIGN KEY (from_revision) REFERENCES public.config_revision(revision);
ALTER TABLE ONLY public.config_object
    ADD CONSTRAINT config_object_to_revision_fkey FOREIGN KEY (to_revision) REFERENCES public.config_revision(revision);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.drain
    ADD CONSTRAINT drain_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.external_identity
    ADD CONSTRAINT external_identity_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.fabric_look
    ADD CONSTRAINT fabric_look_network_fkey FOREIGN KEY (network) REFERENCES public.network(number);
ALTER TABLE ONLY public.forecast
    ADD CONSTRAINT forecast_revision_fkey FOREIGN KEY (revision) REFERENCES public.config_revision(revision);
ALTER TABLE ONLY public.forecast
    ADD CONSTRAINT forecast_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public."freeze"
    ADD CONSTRAINT freeze_network_fkey FOREIGN KEY (network) REFERENCES public.network(number);
ALTER TABLE ONLY public."freeze"
    ADD CONSTRAINT freeze_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.infrastructure_node
    ADD CONSTRAINT infrastructure_node_network_fkey FOREIGN KEY (network) REFERENCES public.network(number);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_network_fkey FOREIGN KEY (network) REFERENCES public.network(number);
ALTER TABLE ONLY public.one_time_code
    ADD CONSTRAINT one_time_code_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.owed
    ADD CONSTRAINT owed_membership_fkey FOREIGN KEY (membership) REFERENCES public.membership(id);
ALTER TABLE ONLY public.owed
    ADD CONSTRAINT owed_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_factor_fkey FOREIGN KEY (factor) REFERENCES public.user_factor(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.request
    ADD CONSTRAINT request_membership_fkey FOREIGN KEY (membership) REFERENCES public.membership(id);
ALTER TABLE ONLY public.request_message
    ADD CONSTRAINT request_message_request_fkey FOREIGN KEY (request) REFERENCES public.request(id);
ALTER TABLE ONLY public.request
    ADD CONSTRAINT request_network_fkey FOREIGN KEY (network) REFERENCES public.network(number);
ALTER TABLE ONLY public.request
    ADD CONSTRAINT request_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.request_route_server
    ADD CONSTRAINT request_route_server_request_fkey FOREIGN KEY (request) REFERENCES public.request(id);
ALTER TABLE ONLY public.request_route_server
    ADD CONSTRAINT request_route_server_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.rollout_permission
    ADD CONSTRAINT rollout_permission_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.rollout
    ADD CONSTRAINT rollout_revision_fkey FOREIGN KEY (revision) REFERENCES public.config_revision(revision);
ALTER TABLE ONLY public.rollout
    ADD CONSTRAINT rollout_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.rollout_search
    ADD CONSTRAINT rollout_search_first_revision_fkey FOREIGN KEY (first_revision) REFERENCES public.config_revision(revision);
ALTER TABLE ONLY public.rollout_search
    ADD CONSTRAINT rollout_search_last_revision_fkey FOREIGN KEY (last_revision) REFERENCES public.config_revision(revision);
ALTER TABLE ONLY public.rollout_standing
    ADD CONSTRAINT rollout_standing_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.rollout_undone
    ADD CONSTRAINT rollout_undone_revision_fkey FOREIGN KEY (revision) REFERENCES public.config_revision(revision);
ALTER TABLE ONLY public.root
    ADD CONSTRAINT root_revision_fkey FOREIGN KEY (revision) REFERENCES public.config_revision(revision);
ALTER TABLE ONLY public.root
    ADD CONSTRAINT root_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.route_server_attachment
    ADD CONSTRAINT route_server_attachment_infrastructure_node_fkey FOREIGN KEY (infrastructure_node) REFERENCES public.infrastructure_node(id);
ALTER TABLE ONLY public.route_server_attachment
    ADD CONSTRAINT route_server_attachment_network_fkey FOREIGN KEY (network) REFERENCES public.network(number);
ALTER TABLE ONLY public.route_server_attachment
    ADD CONSTRAINT route_server_attachment_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.route_server_fence
    ADD CONSTRAINT route_server_fence_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.rtr_cache
    ADD CONSTRAINT rtr_cache_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.session_admin_state
    ADD CONSTRAINT session_admin_state_membership_fkey FOREIGN KEY (membership) REFERENCES public.membership(id);
ALTER TABLE ONLY public.session_admin_state
    ADD CONSTRAINT session_admin_state_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.session_status
    ADD CONSTRAINT session_status_route_server_fkey FOREIGN KEY (route_server) REFERENCES public.route_server(id);
ALTER TABLE ONLY public.user_asn
    ADD CONSTRAINT user_asn_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.user_factor
    ADD CONSTRAINT user_factor_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.user_network_access
    ADD CONSTRAINT user_network_access_network_fkey FOREIGN KEY (network) REFERENCES public.network(number);
ALTER TABLE ONLY public.user_network_access
    ADD CONSTRAINT user_network_access_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.user_role
    ADD CONSTRAINT user_role_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
REVOKE ALL ON FUNCTION public.end_silent_sessions(at_least interval) FROM PUBLIC;
GRANT ALL ON FUNCTION public.end_silent_sessions(at_least interval) TO ztix_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE public.app_user TO ztix_app;
GRANT SELECT ON TABLE public.app_user TO ztix_worker;
GRANT SELECT ON TABLE public.network TO ztix_app;
GRANT SELECT ON TABLE public.network TO ztix_worker;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_asn TO ztix_app;
GRANT SELECT ON TABLE public.user_asn TO ztix_worker;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_factor TO ztix_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.user_network_access TO ztix_app;
GRANT SELECT ON TABLE public.user_network_access TO ztix_worker;
GRANT SELECT,INSERT,DELETE ON TABLE public.user_role TO ztix_app;
GRANT SELECT ON TABLE public.user_role TO ztix_worker;
GRANT SELECT ON TABLE public.account TO ztix_app;
GRANT SELECT ON TABLE public.account TO ztix_worker;
GRANT SELECT,UPDATE ON TABLE public.address TO ztix_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.address TO ztix_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE public.admin_task TO ztix_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.api_token TO ztix_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.apply_baseline TO ztix_worker;
GRANT SELECT ON TABLE public.audit TO ztix_app;
GRANT SELECT ON TABLE public.audit TO ztix_worker;
GRANT INSERT(actor_kind) ON TABLE public.audit TO ztix_app;
GRANT INSERT(actor_kind) ON TABLE public.audit TO ztix_worker;
GRANT INSERT(actor_user_id) ON TABLE public.audit TO ztix_app;
GRANT INSERT(actor_user_id) ON TABLE public.audit TO ztix_worker;
GRANT INSERT(actor_name) ON TABLE public.audit TO ztix_app;
GRANT INSERT(actor_name) ON TABLE public.audit TO ztix_worker;
GRANT INSERT(remote_address) ON TABLE public.audit TO ztix_app;
GRANT INSERT(remote_address) ON TABLE public.audit TO ztix_worker;
GRANT INSERT(trace_id) ON TABLE public.audit TO ztix_app;
GRANT INSERT(trace_id) ON TABLE public.audit TO ztix_worker;
GRANT INSERT(action) ON TABLE public.audit TO ztix_app;
GRANT INSERT(action) ON TABLE public.audit TO ztix_worker;
GRANT INSERT(subject_kind) ON TABLE public.audit TO ztix_app;
GRANT INSERT(subject_kind) ON TABLE public.audit TO ztix_worker;
GRANT INSERT(subject_id) ON TABLE public.audit TO ztix_app;
GRANT INSERT(subject_id) ON TABLE public.audit TO ztix_worker;
GRANT INSERT(facts) ON TABLE public.audit TO ztix_app;
GRANT INSERT(facts) ON TABLE public.audit TO ztix_worker;
GRANT SELECT,INSERT ON TABLE public.audit_seal TO ztix_worker;
GRANT SELECT,INSERT ON TABLE public.config_object TO ztix_app;
GRANT SELECT,INSERT ON TABLE public.config_object TO ztix_worker;
GRANT UPDATE(to_revision) ON TABLE public.config_object TO ztix_app;
GRANT UPDATE(to_revision) ON TABLE public.config_object TO ztix_worker;
GRANT SELECT,INSERT ON TABLE public.config_revision TO ztix_app;
GRANT SELECT,INSERT ON TABLE public.config_revision TO ztix_worker;
GRANT UPDATE(quarantined_at) ON TABLE public.config_revision TO ztix_worker;
GRANT UPDATE(quarantine_cause) ON TABLE public.config_revision TO ztix_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE public.credential TO ztix_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.drain TO ztix_app;
GRANT SELECT,DELETE,UPDATE ON TABLE public.drain TO ztix_worker;
GRANT SELECT ON TABLE public.drift TO ztix_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.drift TO ztix_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE public.external_identity TO ztix_app;
GRANT SELECT ON TABLE public.fabric_look TO ztix_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.fabric_look TO ztix_worker;
GRANT SELECT ON TABLE public.forecast TO ztix_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.forecast TO ztix_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE public."freeze" TO ztix_app;
GRANT SELECT ON TABLE public."freeze" TO ztix_worker;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency TO ztix_app;
GRANT SELECT,DELETE ON TABLE public.idempotency TO ztix_worker;
GRANT SELECT ON TABLE public.infrastructure_node TO ztix_app;
GRANT SELECT ON TABLE public.infrastructure_node TO ztix_worker;
GRANT SELECT ON TABLE public.installation TO ztix_app;
GRANT SELECT ON TABLE public.installation TO ztix_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE public.job TO ztix_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job TO ztix_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE public.membership TO ztix_app;
GRANT SELECT,UPDATE ON TABLE public.membership TO ztix_worker;
GRANT SELECT,UPDATE ON TABLE public.one_time_code TO ztix_app;
GRANT SELECT ON TABLE public.owed TO ztix_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.owed TO ztix_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE public.passkey TO ztix_app;
GRANT SELECT ON TABLE public.peeringdb_access TO ztix_app;
GRANT SELECT,UPDATE ON TABLE public.peeringdb_access TO ztix_worker;
GRANT SELECT ON TABLE public.peeringdb_network TO ztix_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.peeringdb_network TO ztix_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE public.request TO ztix_app;
GRANT SELECT,UPDATE ON TABLE public.request TO ztix_worker;
GRANT SELECT ON TABLE public.peeringdb_followed TO ztix_app;
GRANT SELECT ON TABLE public.peeringdb_followed TO ztix_worker;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.peeringdb_query TO ztix_worker;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_code TO ztix_app;
GRANT SELECT ON TABLE public.route_server TO ztix_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.route_server TO ztix_worker;
GRANT UPDATE(wanted_revision) ON TABLE public.route_server TO ztix_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session_admin_state TO ztix_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session_admin_state TO ztix_worker;
GRANT SELECT ON TABLE public.request_detail TO ztix_app;
GRANT SELECT ON TABLE public.request_detail TO ztix_worker;
GRANT SELECT,INSERT ON TABLE public.request_message TO ztix_app;
GRANT SELECT,INSERT ON TABLE public.request_message TO ztix_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE public.request_route_server TO ztix_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.request_route_server TO ztix_worker;
GRANT SELECT ON TABLE public.rollout TO ztix_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rollout TO ztix_worker;
GRANT SELECT,INSERT ON TABLE public.rollout_permission TO ztix_app;
GRANT SELECT ON TABLE public.rollout_permission TO ztix_worker;
GRANT SELECT ON TABLE public.rollout_search TO ztix_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.rollout_search TO ztix_worker;
GRANT SELECT ON TABLE public.rollout_standing TO ztix_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.rollout_standing TO ztix_worker;
GRANT SELECT ON TABLE public.rollout_undone TO ztix_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.rollout_undone TO ztix_worker;
GRANT UPDATE(released_at) ON TABLE public.rollout_undone TO ztix_app;
GRANT SELECT ON TABLE public.root TO ztix_app;
GRANT SELECT,INSERT ON TABLE public.root TO ztix_worker;
GRANT SELECT ON TABLE public.route_server_attachment TO ztix_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.route_server_attachment TO ztix_worker;
GRANT SELECT ON TABLE public.route_server_fence TO ztix_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.route_server_fence TO ztix_worker;
GRANT SELECT ON TABLE public.rtr_cache TO ztix_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rtr_cache TO ztix_worker;
GRANT SELECT ON TABLE public.schema_migration TO ztix_app;
GRANT SELECT ON TABLE public.schema_migration TO ztix_worker;
GRANT SELECT ON TABLE public.session_status TO ztix_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session_status TO ztix_worker;
