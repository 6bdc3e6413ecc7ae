#pragma once

/// @file app/call.h
/// One request on its way through the application.

#include <map>
#include <optional>
#include <string>

#include "app/http/message.h"
#include "app/services.h"
#include "core/base/secret_string.h"
#include "core/base/uuid.h"
#include "core/service/accounts.h"
#include "core/service/ports/actor.h"
#include "core/service/ports/token_store.h"

namespace ztix::app {

struct Call {
  const HttpRequest& http;
  Services& services;
  std::string request_id;
  /// Of the person: the peer, or what a trusted proxy says.
  std::string remote_address;
  /// `{name}` parts of the route's pattern, decoded.
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> query;
  std::optional<service::Login> login;
  std::optional<SecretString> session_token;
  /// Set when a program acts for the user. There is no session then, even if a cookie came along.
  std::optional<service::ApiToken> api_token;
  std::optional<service::IdempotencyKey> idempotency;

  /// @throws std::logic_error when nobody is logged in: the route says who may call.
  [[nodiscard]] const service::User& user() const;
  [[nodiscard]] bool is_admin() const;
  /// The parameter `id`; `not_found` when it is no UUID: such a thing cannot exist.
  [[nodiscard]] Result<Uuid> id() const;
  [[nodiscard]] service::Actor actor() const;
  [[nodiscard]] service::Command command() const { return {actor(), idempotency}; }
};

}  // namespace ztix::app
