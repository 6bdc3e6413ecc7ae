#pragma once

/// @file app/handlers/factor_replies.h
/// What the calls about second factors read and answer alike.

#include <optional>
#include <string>

#include "app/call.h"
#include "core/service/factor_gate.h"

namespace ztix::app {

/// The body of a call that begins to set a factor up: `{"label": …, "enrolment_code": …}`, both optional.
struct FactorWish {
  std::string label;
  std::optional<SecretString> enrolment_code;
};
[[nodiscard]] Result<FactorWish> factor_wish(const Call& call, const std::string& default_label);

[[nodiscard]] service::OwnSession own_session(const Call& call);

/// The session goes on under a new cookie and CSRF token.
[[nodiscard]] HttpResponse renewed_response(const service::NewLogin& login);
/// The same, with the recovery codes that came with a first factor.
[[nodiscard]] HttpResponse confirmed_response(const service::ConfirmedFactor& done);

}  // namespace ztix::app
