#pragma once

/// @file app/presenter/watch_json.h
/// What watching has found, and what stands still, as the API shows it.

#include <nlohmann/json_fwd.hpp>

#include "app/http/envelope.h"
#include "core/service/ports/drift_store.h"
#include "core/service/ports/freeze_store.h"
#include "core/service/ports/watch_store.h"

namespace ztix::app {

[[nodiscard]] Json freeze_json(const service::Freeze& freeze);
[[nodiscard]] Json drift_json(const service::Drift& drift);
[[nodiscard]] Json fabric_look_json(const service::FabricLook& look);
[[nodiscard]] Json sessions_json(const std::vector<service::SessionView>& sessions);

}  // namespace ztix::app
