#pragma once

/// @file app/presenter/request_json.h
/// Requests as JSON; the shape is in docs/openapi.yaml.

#include "app/http/envelope.h"
#include "core/service/member_settings.h"
#include "core/service/requests.h"

namespace ztix::app {

/// The field of a request's state is `status`.
[[nodiscard]] Json request_json(const service::Request& request);
/// As administrators see it: with the audit trail.
[[nodiscard]] Json dossier_json(const service::RequestDossier& dossier);
[[nodiscard]] Json settings_json(const service::MemberSettings& settings);

/// null instead of an empty text: clients ask "is there one?".
[[nodiscard]] Json text_or_null(const std::string& text);

}  // namespace ztix::app
