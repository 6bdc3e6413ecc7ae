#pragma once

/// @file app/services.h
/// What handlers may use. Built once by the wiring, shared by all threads.

#include <functional>
#include <string>
#include <vector>

#include "app/pages/pages.h"
#include "core/base/result.h"
#include "core/metrics/metrics.h"
#include "core/net/prefix.h"
#include "core/service/accounts.h"
#include "core/service/api_tokens.h"
#include "core/service/approval_policy.h"
#include "core/service/member_settings.h"
#include "core/service/passkeys.h"
#include "core/service/password_reset.h"
#include "core/service/peeringdb_login.h"
#include "core/service/ports/admin_task_store.h"
#include "core/service/ports/audit_log.h"
#include "core/service/ports/drain_store.h"
#include "core/service/ports/drift_store.h"
#include "core/service/ports/forecast_store.h"
#include "core/service/ports/freeze_store.h"
#include "core/service/ports/idempotency_store.h"
#include "core/service/ports/job_store.h"
#include "core/service/ports/peeringdb.h"
#include "core/service/ports/qr_picture.h"
#include "core/service/ports/rollout_store.h"
#include "core/service/ports/route_server_store.h"
#include "core/service/ports/wake_up.h"
#include "core/service/ports/watch_store.h"
#include "core/service/requests.h"
#include "core/service/second_factors.h"
#include "core/service/token_gate.h"

namespace ztix::app {

/// Something the application cannot work without, and how to ask whether it answers.
struct Dependency {
  std::string name;
  std::function<Status()> ask;
};

struct Services {
  service::Accounts& accounts;
  service::SecondFactors& second_factors;
  service::Passkeys& passkeys;
  service::PasswordReset& password_reset;
  service::ApprovalPolicy& policy;
  service::ApiTokens& tokens;
  service::TokenGate& token_gate;
  service::Requests& requests;
  service::PeeringDbLogin* peeringdb_login;  ///< nullptr = not set up
  service::AdminTaskStore& admin_tasks;
  service::SettingsSheets& sheets;
  service::NetworkStore& networks;
  service::RouteServerStore& route_servers;
  service::RolloutStore& rollout;
  service::ForecastStore& forecasts;
  service::JobStore& jobs;
  service::WatchStore& watch;
  service::DriftStore& drift;
  service::FreezeStore& freezes;
  service::DrainStore& drains;
  service::PeeringDbReader& peeringdb;
  service::IdempotencyStore& idempotency;
  service::AuditStore& audit;
  service::AuditLog& audit_log;
  service::WakeUpSender& wake_up;
  service::RandomSource& random;
  service::Clock& clock;
  const Pages& pages;
  metrics::Registry& metrics;
  std::vector<Dependency> dependencies;
  std::string public_url;
  std::vector<Prefix> trusted_proxies;
  bool local_auth_enabled = true;
  std::string approval_mode;
  /// An otpauth address as a picture.
  service::QrMaker qr_of;
};

}  // namespace ztix::app
