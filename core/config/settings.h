#pragma once

/// @file core/config/settings.h
/// What each program is told: read once from the environment, immutable afterwards.
///
/// What a setting means and its default: core/config/declarations.cpp and `.env.example`.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/secret_string.h"
#include "core/config/environment.h"
#include "core/config/reader.h"
#include "core/domain/asn.h"

namespace ztix::config {

enum class ApprovalMode : std::uint8_t { manual_admin, policy_auto };
enum class ProviderKind : std::uint8_t { self_hosted_controller, central };

struct PeeringDbSettings {
  std::string client_id;
  SecretString client_secret;
  std::string redirect_uri;
  std::string scopes;
  std::string auth_url;
};

/// PeeringDB's public data.
struct PeeringDbDataSettings {
  std::string api_url;
  SecretString api_key;  ///< empty = anonymous
  std::string contact;
  std::chrono::seconds refresh_interval{3'600};  ///< 0 = never asked
};

struct AppSettings {
  SecretString database_url;
  SecretString redis_url;
  SecretString secret_key;
  ListenAddress listen;
  ListenAddress metrics_listen;  ///< port 0 = off
  std::string public_url;        ///< without a slash at its end
  std::vector<Prefix> trusted_proxies;
  int http_threads = 128;
  int password_runs = 2;
  std::string password_blocklist_file;  ///< empty = there is none
  std::chrono::seconds session_idle{1800};
  std::chrono::seconds session_absolute{43200};
  bool local_auth_enabled = true;
  ApprovalMode approval_mode = ApprovalMode::manual_admin;
  std::vector<domain::Asn> policy_denied;  ///< never approved without a person
  int policy_asn_limit = 2;
  int policy_user_limit = 5;
  std::optional<PeeringDbSettings> peeringdb;
  std::string log_level;
};

struct FabricSettings {
  ProviderKind provider = ProviderKind::self_hosted_controller;
  std::string controller_base_url;
  SecretString controller_auth_token;
  std::vector<domain::ZtNetworkId> required_networks;
  std::string controller_state_dir;
  std::string controller_backup_dir;
  int backup_retention_count = 14;
  std::string central_base_url;
  SecretString central_api_token;

  [[nodiscard]] bool is_central() const noexcept { return provider == ProviderKind::central; }
  /// Of the chosen provider.
  [[nodiscard]] const std::string& base_url() const noexcept {
    return is_central() ? central_base_url : controller_base_url;
  }
  [[nodiscard]] const SecretString& token() const noexcept {
    return is_central() ? central_api_token : controller_auth_token;
  }
};

struct SmtpSettings {
  std::string host;
  std::uint16_t port = 587;
  std::string username;
  SecretString password;
  std::string from;
};

struct WorkerSettings {
  SecretString database_url;
  SecretString redis_url;
  ListenAddress metrics_listen;  ///< port 0 = off
  ApprovalMode approval_mode = ApprovalMode::manual_admin;
  FabricSettings fabric;
  PeeringDbDataSettings peeringdb_data;
  std::string ssh_private_key_path;
  std::chrono::seconds ssh_connect_timeout{5};
  SecretString audit_key;       ///< empty = the audit log is not sealed
  std::string audit_head_file;  ///< empty = its head is not exported
  int threads = 8;
  std::chrono::milliseconds lease{15'000};
  std::chrono::milliseconds heartbeat{4'000};  ///< at most a third of `lease`
  std::chrono::milliseconds sweep{1'000};
  std::chrono::seconds undo_after{60};
  std::chrono::milliseconds verify_budget{10'000};  ///< at most half of `undo_after`
  std::chrono::milliseconds verify_watch{1'000};
  std::chrono::seconds steady_after{60};
  std::string test_template_dir;  ///< empty = the templates that are built in
  std::chrono::milliseconds longest_snooze{10'000};
  std::chrono::seconds bake_filters{120};  ///< between waves, for limits and per-member filters
  std::chrono::seconds bake_shared{240};   ///< the same for policy, templates and RTR
  std::chrono::seconds probe_interval{60};
  std::chrono::seconds controller_look_interval{60};
  std::chrono::milliseconds breaker_probe{10'000};
  std::chrono::seconds leave_grace{3'600};
  std::chrono::hours address_cooling_off{180 * 24};
  std::chrono::hours job_retention{7 * 24};       ///< of jobs that are done or cancelled
  std::chrono::hours history_retention{90 * 24};  ///< of settled differences, forecasts, turns and dead mail
  std::optional<SmtpSettings> smtp;
  std::string log_level;
};

struct CliSettings {
  SecretString database_url;
  SecretString secret_key;  ///< may be empty: only adding a second factor needs it
  SecretString redis_url;   ///< may be empty: wake-up hints are then left out
  /// nullopt when nothing about a controller is set; only commands that speak to it need it.
  std::optional<FabricSettings> fabric;
  std::chrono::seconds ssh_connect_timeout{5};
  SecretString audit_key;
  std::string audit_head_file;  ///< empty = its head is not exported
  int password_runs = 2;
  std::string password_blocklist_file;  ///< empty = there is none
  std::string log_level;
};

/// Settings, or every reason why not, one line each, the setting's name first; never a secret's value.
template <class Settings>
struct Loaded {
  std::optional<Settings> settings;
  std::vector<std::string> errors;
};

[[nodiscard]] Loaded<AppSettings> load_app_settings(const Environment& environment);
[[nodiscard]] Loaded<WorkerSettings> load_worker_settings(const Environment& environment);
[[nodiscard]] Loaded<CliSettings> load_cli_settings(const Environment& environment);

/// Exit code for wrong settings (EX_CONFIG of sysexits.h).
inline constexpr int kExitConfiguration = 78;

/// Writes the errors to standard error, with what to do. @return kExitConfiguration, for main().
int report_errors(const std::string& program, const std::vector<std::string>& errors);

}  // namespace ztix::config
