#pragma once

/// @file app/presenter/token_json.h
/// API tokens as JSON; never their text.

#include "app/http/envelope.h"
#include "core/service/ports/token_store.h"

namespace ztix::app {

[[nodiscard]] Json token_json(const service::ApiToken& token);

}  // namespace ztix::app
