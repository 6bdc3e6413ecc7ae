#include "core/config/settings.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "core/base/text.h"

namespace ztix::config {
namespace {

constexpr std::size_t kShortestSecretKey = 32;

SecretString database_url(Reader& read) {
  const auto before = read.errors().size();
  auto url = read.required_secret("DATABASE_URL");
  const auto& text = url.expose();
  if (read.errors().size() == before && !text.starts_with("postgresql://") && !text.starts_with("postgres://")) {
    read.complain("DATABASE_URL", "must begin with postgresql://");
  }
  return url;
}

SecretString redis_url(Reader& read, bool required) {
  const auto before = read.errors().size();
  auto url = required ? read.required_secret("REDIS_URL") : read.secret("REDIS_URL");
  if (read.errors().size() == before && !url.empty() && !url.expose().starts_with("redis://")) {
    read.complain("REDIS_URL", "must begin with redis://");
  }
  return url;
}

SecretString secret_key(Reader& read, bool required) {
  const auto before = read.errors().size();
  auto key = required ? read.required_secret("APP_SECRET_KEY") : read.secret("APP_SECRET_KEY");
  if (read.errors().size() == before && !key.empty() && key.expose().size() < kShortestSecretKey) {
    read.complain("APP_SECRET_KEY", "must have at least 32 characters; remedy: openssl rand -hex 32");
  }
  return key;
}

ApprovalMode approval_mode(Reader& read) {
  return read.word("ZTIX_APPROVAL_MODE") == "policy_auto" ? ApprovalMode::policy_auto : ApprovalMode::manual_admin;
}

/// Codes and tokens go there, so nobody may read along.
bool is_safe_url(const std::string& url) {
  return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:");
}

/// As a browser writes it in an Origin header and signs it for a passkey: host in lower case, no default port (WHATWG
/// URL).
std::string public_url(Reader& read) {
  auto url = read.required_web_url("ZTIX_PUBLIC_URL");
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return url;
  const auto host_end = std::min(url.find('/', scheme_end + 3), url.size());
  std::string origin = to_lower(std::string_view(url).substr(0, host_end));
  const std::string_view default_port = origin.starts_with("https:") ? ":443" : ":80";
  if (origin.ends_with(default_port)) origin.resize(origin.size() - default_port.size());
  return origin + url.substr(host_end);
}

std::vector<domain::Asn> asns(Reader& read, const std::string& name) {
  std::vector<domain::Asn> all;
  const auto value = read.text(name);
  if (value.empty()) return all;
  for (const auto part : split(value, ',')) {
    if (const auto asn = domain::Asn::parse(trim(part))) {
      all.push_back(*asn);
    } else {
      read.complain(name, "must be AS numbers separated by commas");
      return {};
    }
  }
  return all;
}

std::optional<PeeringDbSettings> peeringdb(Reader& read, const std::string& public_url) {
  PeeringDbSettings all{.client_id = read.text("PEERINGDB_CLIENT_ID"),
                        .client_secret = read.secret("PEERINGDB_CLIENT_SECRET"),
                        .redirect_uri = read.web_url("PEERINGDB_REDIRECT_URI"),
                        .scopes = read.text("PEERINGDB_SCOPES"),
                        .auth_url = read.web_url("PEERINGDB_AUTH_URL")};
  if (all.client_id.empty() != all.client_secret.empty()) {
    read.complain("PEERINGDB_CLIENT_ID", "and PEERINGDB_CLIENT_SECRET belong together; set both or none");
  }
  if (all.client_id.empty()) return std::nullopt;
  if (all.redirect_uri.empty()) all.redirect_uri = public_url + "/auth/callback";
  for (const std::string_view scope : {"openid", "profile", "email", "networks"}) {
    const auto words = split(all.scopes, ' ');
    if (std::find(words.begin(), words.end(), scope) != words.end()) continue;
    read.complain("PEERINGDB_SCOPES", "must have " + std::string(scope) + ", or nobody can log in");
  }
  if (!is_safe_url(all.auth_url)) read.complain("PEERINGDB_AUTH_URL", "must be https, except on this machine");
  return all;
}

PeeringDbDataSettings peeringdb_data(Reader& read) {
  return {.api_url = read.required_web_url("PEERINGDB_API_URL"),
          .api_key = read.secret("PEERINGDB_API_KEY"),
          .contact = read.text("PEERINGDB_CONTACT"),
          .refresh_interval = read.seconds("PEERINGDB_REFRESH_SECONDS")};
}

FabricSettings fabric(Reader& read) {
  FabricSettings all;
  all.provider = read.word("ZT_PROVIDER") == "central" ? ProviderKind::central : ProviderKind::self_hosted_controller;
  const bool self_hosted = all.provider == ProviderKind::self_hosted_controller;
  all.controller_base_url =
      self_hosted ? read.required_web_url("ZT_CONTROLLER_BASE_URL") : read.web_url("ZT_CONTROLLER_BASE_URL");
  all.controller_auth_token =
      self_hosted ? read.required_secret("ZT_CONTROLLER_AUTH_TOKEN") : read.secret("ZT_CONTROLLER_AUTH_TOKEN");
  all.required_networks = read.networks("ZT_CONTROLLER_REQUIRED_NETWORK_IDS");
  all.controller_state_dir = read.text("ZT_CONTROLLER_STATE_DIR");
  all.controller_backup_dir = read.text("ZT_CONTROLLER_BACKUP_DIR");
  all.backup_retention_count = static_cast<int>(read.integer("ZT_CONTROLLER_BACKUP_RETENTION_COUNT"));
  all.central_base_url = read.web_url("ZT_CENTRAL_BASE_URL");
  all.central_api_token =
      self_hosted ? read.secret("ZT_CENTRAL_API_TOKEN") : read.required_secret("ZT_CENTRAL_API_TOKEN");
  return all;
}

std::optional<SmtpSettings> smtp(Reader& read) {
  SmtpSettings all{.host = read.text("SMTP_HOST"),
                   .port = static_cast<std::uint16_t>(read.integer("SMTP_PORT")),
                   .username = read.text("SMTP_USERNAME"),
                   .password = read.secret("SMTP_PASSWORD"),
                   .from = read.text("SMTP_FROM")};
  if (all.host.empty()) return std::nullopt;
  if (all.from.empty()) read.complain("SMTP_FROM", "is not set, but SMTP_HOST is");
  return all;
}

void check_job_times(Reader& read, const WorkerSettings& settings) {
  if (settings.heartbeat * 3 > settings.lease) {
    read.complain("ZTIX_JOB_HEARTBEAT_MILLISECONDS",
                  "must be at most a third of ZTIX_JOB_LEASE_MILLISECONDS, or a slow moment loses the lease");
  }
  if (settings.verify_budget * 2 > settings.undo_after) {
    read.complain("ZTIX_APPLY_VERIFY_MILLISECONDS",
                  "must be at most half of ZTIX_APPLY_UNDO_AFTER_SECONDS, or BIRD undoes while we still look");
  }
}

template <class Settings>
Loaded<Settings> finished(const Reader& read, Settings settings) {
  Loaded<Settings> loaded;
  loaded.errors = read.errors();
  if (loaded.errors.empty()) loaded.settings = std::move(settings);
  return loaded;
}

}  // namespace

Loaded<AppSettings> load_app_settings(const Environment& environment) {
  Reader read(environment);
  AppSettings all;
  all.database_url = database_url(read);
  all.redis_url = redis_url(read, true);
  all.secret_key = secret_key(read, true);
  all.listen = read.listen("ZTIX_LISTEN");
  all.metrics_listen = read.listen("ZTIX_METRICS_LISTEN");
  all.public_url = public_url(read);
  all.trusted_proxies = read.prefixes("ZTIX_TRUSTED_PROXIES");
  all.http_threads = static_cast<int>(read.integer("ZTIX_HTTP_THREADS"));
  all.password_runs = static_cast<int>(read.integer("ZTIX_PASSWORD_RUNS"));
  all.password_blocklist_file = read.text("ZTIX_PASSWORD_BLOCKLIST_FILE");
  all.session_idle = read.seconds("ZTIX_SESSION_IDLE_SECONDS");
  all.session_absolute = read.seconds("ZTIX_SESSION_ABSOLUTE_SECONDS");
  all.local_auth_enabled = read.flag("LOCAL_AUTH_ENABLED");
  all.approval_mode = approval_mode(read);
  all.policy_denied = asns(read, "ZTIX_POLICY_DENIED_ASNS");
  all.policy_asn_limit = static_cast<int>(read.integer("ZTIX_POLICY_ASN_LIMIT"));
  all.policy_user_limit = static_cast<int>(read.integer("ZTIX_POLICY_USER_LIMIT"));
  all.peeringdb = peeringdb(read, all.public_url);
  all.log_level = read.word("ZTIX_LOG_LEVEL");
  return finished(read, std::move(all));
}

Loaded<WorkerSettings> load_worker_settings(const Environment& environment) {
  Reader read(environment);
  WorkerSettings all;
  all.database_url = database_url(read);
  all.redis_url = redis_url(read, true);
  all.metrics_listen = read.listen("ZTIX_METRICS_LISTEN");
  all.approval_mode = approval_mode(read);
  all.fabric = fabric(read);
  all.peeringdb_data = peeringdb_data(read);
  all.ssh_private_key_path = read.required_text("ROUTE_SERVER_SSH_PRIVATE_KEY_PATH");
  all.ssh_connect_timeout = read.seconds("ROUTE_SERVER_SSH_CONNECT_TIMEOUT_SECONDS");
  all.audit_key = read.secret_file("ZTIX_AUDIT_KEY_FILE");
  all.audit_head_file = read.text("ZTIX_AUDIT_HEAD_FILE");
  all.threads = static_cast<int>(read.integer("ZTIX_WORKER_THREADS"));
  all.lease = read.milliseconds("ZTIX_JOB_LEASE_MILLISECONDS");
  all.heartbeat = read.milliseconds("ZTIX_JOB_HEARTBEAT_MILLISECONDS");
  all.sweep = read.milliseconds("ZTIX_JOB_SWEEP_MILLISECONDS");
  all.undo_after = read.seconds("ZTIX_APPLY_UNDO_AFTER_SECONDS");
  all.verify_budget = read.milliseconds("ZTIX_APPLY_VERIFY_MILLISECONDS");
  all.verify_watch = read.milliseconds("ZTIX_APPLY_WATCH_MILLISECONDS");
  all.steady_after = read.seconds("ZTIX_APPLY_STEADY_SECONDS");
  all.test_template_dir = read.text("ZTIX_TEST_TEMPLATE_DIR");
  all.longest_snooze = read.milliseconds("ZTIX_UNREACHABLE_RETRY_MILLISECONDS");
  all.bake_filters = read.seconds("ZTIX_BAKE_FILTERS_SECONDS");
  all.bake_shared = read.seconds("ZTIX_BAKE_SHARED_SECONDS");
  all.probe_interval = read.seconds("ZTIX_ROUTE_SERVER_PROBE_SECONDS");
  all.controller_look_interval = read.seconds("ZTIX_CONTROLLER_LOOK_SECONDS");
  all.breaker_probe = read.milliseconds("ZTIX_BREAKER_PROBE_MILLISECONDS");
  all.leave_grace = read.seconds("ZTIX_LEAVE_GRACE_SECONDS");
  all.address_cooling_off = std::chrono::hours(24 * read.integer("ZTIX_ADDRESS_COOLING_OFF_DAYS"));
  all.job_retention = std::chrono::hours(24 * read.integer("ZTIX_JOB_RETENTION_DAYS"));
  all.history_retention = std::chrono::hours(24 * read.integer("ZTIX_HISTORY_RETENTION_DAYS"));
  all.smtp = smtp(read);
  all.log_level = read.word("ZTIX_LOG_LEVEL");
  check_job_times(read, all);
  return finished(read, std::move(all));
}

Loaded<CliSettings> load_cli_settings(const Environment& environment) {
  Reader read(environment);
  CliSettings all;
  all.database_url = database_url(read);
  all.redis_url = redis_url(read, false);
  all.secret_key = secret_key(read, false);
  const auto is_set = [&environment](const std::string& name) { return environment(name).value_or("") != ""; };
  if (is_set("ZT_CONTROLLER_BASE_URL") || is_set("ZT_PROVIDER")) all.fabric = fabric(read);
  all.ssh_connect_timeout = read.seconds("ROUTE_SERVER_SSH_CONNECT_TIMEOUT_SECONDS");
  all.audit_key = read.secret_file("ZTIX_AUDIT_KEY_FILE");
  all.audit_head_file = read.text("ZTIX_AUDIT_HEAD_FILE");
  all.password_runs = static_cast<int>(read.integer("ZTIX_PASSWORD_RUNS"));
  all.password_blocklist_file = read.text("ZTIX_PASSWORD_BLOCKLIST_FILE");
  all.log_level = read.word("ZTIX_LOG_LEVEL");
  return finished(read, std::move(all));
}

int report_errors(const std::string& program, const std::vector<std::string>& errors) {
  std::string text = program + ": " + std::to_string(errors.size()) + " setting(s) are wrong, nothing was started:\n";
  for (const auto& error : errors) text += "  " + error + "\n";
  text += "All settings with their meaning are in .env.example.\n";
  std::fputs(text.c_str(), stderr);
  return kExitConfiguration;
}

}  // namespace ztix::config
