#include "app/app.h"

#include <utility>

#include "app/dispatcher.h"
#include "app/pages/words.h"
#include "app/server.h"
#include "core/digest/digest.h"
#include "core/http/curl_http_fetcher.h"
#include "core/http/origin.h"
#include "core/identity/argon2_hasher.h"
#include "core/identity/fido_passkey_verifier.h"
#include "core/identity/password_appraiser.h"
#include "core/identity/peeringdb_provider.h"
#include "core/identity/qr_code.h"
#include "core/log/log.h"
#include "core/queue/redis_challenge_store.h"
#include "core/queue/redis_connection.h"
#include "core/queue/redis_login_attempt_store.h"
#include "core/queue/redis_login_throttle.h"
#include "core/queue/redis_session_store.h"
#include "core/queue/redis_wake_up.h"
#include "core/service/system.h"
#include "core/store/account_store.h"
#include "core/store/admin_task_store.h"
#include "core/store/audit_log.h"
#include "core/store/audit_store.h"
#include "core/store/database.h"
#include "core/store/drain_store.h"
#include "core/store/drift_store.h"
#include "core/store/factor_store.h"
#include "core/store/forecast_store.h"
#include "core/store/freeze_store.h"
#include "core/store/idempotency_store.h"
#include "core/store/identity_store.h"
#include "core/store/job_store.h"
#include "core/store/lifecycle_store.h"
#include "core/store/network_store.h"
#include "core/store/peeringdb_store.h"
#include "core/store/policy_store.h"
#include "core/store/request_store.h"
#include "core/store/rollout_store.h"
#include "core/store/route_server_store.h"
#include "core/store/token_store.h"
#include "core/store/watch_store.h"

namespace ztix::app {
namespace {

constexpr std::chrono::milliseconds kRedisTimeout{500};
constexpr std::size_t kDatabaseConnections = 16;
constexpr std::size_t kDerivedKeyBytes = 32;

/// One key for each purpose.
SecretString derived_key(const config::AppSettings& settings, std::string_view purpose) {
  return SecretString(digest::hkdf_sha256(settings.secret_key.expose(), {}, purpose, kDerivedKeyBytes));
}

Result<store::DatabaseSettings> database_settings(const config::AppSettings& settings) {
  ZTIX_ASSIGN(auto database, store::DatabaseSettings::from_url(settings.database_url));
  database.application_name = "ztix-app";
  database.pool_size = kDatabaseConnections;
  return database;
}

service::ApprovalPolicySettings policy_settings(const config::AppSettings& settings) {
  return {.automatic = settings.approval_mode == config::ApprovalMode::policy_auto,
          .limits = {.per_asn = settings.policy_asn_limit, .per_user = settings.policy_user_limit},
          .denied = {settings.policy_denied.begin(), settings.policy_denied.end()}};
}

/// A database that is away shows by everything else.
std::vector<std::string> freeze_banners(service::FreezeStore& freezes) {
  std::vector<std::string> texts;
  const auto active = freezes.active();
  if (!active) return texts;
  for (const auto& freeze : *active) {
    auto text = "Frozen: " + (freeze.what.subject.empty() ? std::string("the whole exchange") : freeze.what.subject);
    if (freeze.what.until) text += " until " + readable_time(*freeze.what.until);
    texts.push_back(text + ". " + freeze.what.reason);
  }
  return texts;
}

/// What the login through PeeringDB needs, when it is set up.
struct PeeringDbAuth {
  PeeringDbAuth(const config::PeeringDbSettings& settings, queue::RedisPool& redis, store::Database& database,
                const service::AccountPorts& ports, service::TokenStore& tokens, service::Accounts& accounts,
                SecretString throttle_key)
      : fetcher({.origins = {http::origin_of(settings.auth_url).value()}, .ca_file = {}, .only_public_names = true}),
        provider(
            {settings.client_id, settings.client_secret, settings.redirect_uri, settings.scopes, settings.auth_url},
            fetcher, ports.clock),
        attempts(redis),
        identities(database),
        throttle(redis, ports.random, std::move(throttle_key), service::kPeeringDbThrottle),
        guesses(throttle, ports.audit),
        login({provider, attempts, identities, tokens, ports.audit, guesses, ports.random, ports.clock}, accounts) {}

  http::CurlHttpFetcher fetcher;
  identity::PeeringDbProvider provider;
  queue::RedisLoginAttemptStore attempts;
  store::PgIdentityStore identities;
  queue::RedisLoginThrottle throttle;
  service::GuessGuard guesses;
  service::PeeringDbLogin login;
};

}  // namespace

/// In the order of who needs whom.
struct App::State {
  State(const config::AppSettings& settings, const store::DatabaseSettings& database_settings,
        const queue::RedisAddress& redis_address, Pages loaded_pages, service::PasswordAppraiser appraise)
      : hasher(random, settings.password_runs),
        database(database_settings),
        accounts_store(database),
        factors(database),
        audit(database),
        tokens_store(database),
        audit_log(database),
        policy_store(database),
        peeringdb(database),
        networks(database),
        requests_store(database),
        lifecycle(database),
        route_servers(database),
        rollout(database),
        forecasts(database),
        jobs(database),
        watch(database),
        drift(database),
        freezes(database),
        drains(database),
        idempotency(database),
        admin_tasks(database),
        redis(redis_address, kRedisTimeout),
        sessions(redis, clock, random, {settings.session_idle, settings.session_absolute}),
        challenges(redis),
        throttle(redis, random, derived_key(settings, "login throttle")),
        wake_up(redis_address),
        guesses(throttle, audit),
        account_ports{accounts_store, sessions, hasher, audit, networks, random, clock, guesses},
        accounts(account_ports),
        factor_ports{factors, accounts, audit, guesses, random, clock},
        second_factors(factor_ports, settings.secret_key),
        passkey_verifier(settings.public_url),
        passkeys({factor_ports, challenges, passkey_verifier}),
        password_reset({accounts_store, factors, hasher, audit, guesses, std::move(appraise)}),
        policy({policy_store, peeringdb, requests_store, audit}, policy_settings(settings)),
        tokens(tokens_store, random),
        token_gate({tokens_store, accounts_store, audit, guesses}),
        requests({requests_store, accounts_store, networks, audit, lifecycle}),
        pages(std::move(loaded_pages)) {
    pages.set_banners([this] { return freeze_banners(freezes); });
    if (settings.peeringdb) {
      peeringdb_auth.emplace(*settings.peeringdb, redis, database, account_ports, tokens_store, accounts,
                             derived_key(settings, "login throttle"));
    }
  }

  service::SystemClock clock;
  service::SystemRandom random;
  identity::Argon2Hasher hasher;
  store::Database database;
  store::PgAccountStore accounts_store;
  store::PgFactorStore factors;
  store::PgAuditStore audit;
  store::PgTokenStore tokens_store;
  store::PgAuditLog audit_log;
  store::PgPolicyStore policy_store;
  store::PgPeeringDbStore peeringdb;
  store::PgNetworkStore networks;
  store::PgRequestStore requests_store;
  store::PgLifecycleStore lifecycle;
  store::PgRouteServerStore route_servers;
  store::PgRolloutStore rollout;
  store::PgForecastStore forecasts;
  store::PgJobStore jobs;
  store::PgWatchStore watch;
  store::PgDriftStore drift;
  store::PgFreezeStore freezes;
  store::PgDrainStore drains;
  store::PgIdempotencyStore idempotency;
  store::PgAdminTaskStore admin_tasks;
  queue::RedisPool redis;
  queue::RedisSessionStore sessions;
  queue::RedisChallengeStore challenges;
  queue::RedisLoginThrottle throttle;
  queue::RedisWakeUpSender wake_up;
  service::GuessGuard guesses;
  service::AccountPorts account_ports;
  service::Accounts accounts;
  service::FactorPorts factor_ports;
  service::SecondFactors second_factors;
  identity::FidoPasskeyVerifier passkey_verifier;
  service::Passkeys passkeys;
  service::PasswordReset password_reset;
  service::ApprovalPolicy policy;
  service::ApiTokens tokens;
  service::TokenGate token_gate;
  service::Requests requests;
  Pages pages;
  metrics::Registry metrics;
  std::optional<service::SettingsSheets> sheets;
  std::optional<PeeringDbAuth> peeringdb_auth;
  std::optional<Services> services;
  std::optional<Dispatcher> dispatcher;
  std::unique_ptr<metrics::Server> metrics_server;
  std::unique_ptr<Server> server;

  void assemble(const config::AppSettings& settings) {
    services.emplace(Services{
        .accounts = accounts,
        .second_factors = second_factors,
        .passkeys = passkeys,
        .password_reset = password_reset,
        .policy = policy,
        .tokens = tokens,
        .token_gate = token_gate,
        .requests = requests,
        .peeringdb_login = peeringdb_auth ? &peeringdb_auth->login : nullptr,
        .admin_tasks = admin_tasks,
        .sheets = *sheets,
        .networks = networks,
        .route_servers = route_servers,
        .rollout = rollout,
        .forecasts = forecasts,
        .jobs = jobs,
        .watch = watch,
        .drift = drift,
        .freezes = freezes,
        .drains = drains,
        .peeringdb = peeringdb,
        .idempotency = idempotency,
        .audit = audit,
        .audit_log = audit_log,
        .wake_up = wake_up,
        .random = random,
        .clock = clock,
        .pages = pages,
        .metrics = metrics,
        .dependencies = {{"postgresql", [this] { return database.ping(); }},
                         {"redis",
                          [this] {
                            const auto reply = redis.command({"PING"});
                            return reply ? Status() : Status(reply.error());
                          }}},
        .public_url = settings.public_url,
        .trusted_proxies = settings.trusted_proxies,
        .local_auth_enabled = settings.local_auth_enabled,
        .approval_mode = settings.approval_mode == config::ApprovalMode::policy_auto ? "policy_auto" : "manual_admin",
        .qr_of = identity::qr_code,
    });
    dispatcher.emplace(*services);
  }
};

Result<std::unique_ptr<App>> App::start(const config::AppSettings& settings) {
  ZTIX_ASSIGN(const auto database, database_settings(settings));
  ZTIX_ASSIGN(const auto redis, queue::RedisAddress::parse(settings.redis_url.expose()));
  ZTIX_ASSIGN(auto pages, Pages::load());
  ZTIX_ASSIGN(auto appraise, identity::password_appraiser(settings.password_blocklist_file));
  auto state = std::make_unique<State>(settings, database, redis, std::move(pages), std::move(appraise));
  ZTIX_ASSIGN(auto sheets, service::SettingsSheets::load(state->networks, state->route_servers));
  state->sheets.emplace(std::move(sheets));
  state->assemble(settings);
  if (settings.metrics_listen.port != 0) {
    ZTIX_ASSIGN(state->metrics_server, metrics::Server::start(settings.metrics_listen.text(), state->metrics));
  }
  const ServerSettings http{
      .address = settings.listen.address, .port = settings.listen.port, .threads = settings.http_threads};
  ZTIX_ASSIGN(state->server, Server::start(http, *state->dispatcher));
  log::info("app.started", {{"listen", config::ListenAddress{settings.listen.address, state->server->port()}.text()}});
  return std::unique_ptr<App>(new App(std::move(state)));
}

App::App(std::unique_ptr<State> state) : state_(std::move(state)) {}

App::~App() {
  // The listener first: whoever is being answered still needs everything else.
  state_->server.reset();
  log::info("app.stopped");
}

std::uint16_t App::port() const { return state_->server->port(); }

}  // namespace ztix::app
