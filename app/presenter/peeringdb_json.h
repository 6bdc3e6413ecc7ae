#pragma once

/// @file app/presenter/peeringdb_json.h

#include "app/http/envelope.h"
#include "core/service/ports/peeringdb.h"

namespace ztix::app {

/// What PeeringDB says about a network, with its age. For everybody.
[[nodiscard]] Json peeringdb_json(const service::PeeringDbView& view);
/// The same with contacts: for those who decide.
[[nodiscard]] Json peeringdb_json_with_contacts(const service::PeeringDbView& view);

}  // namespace ztix::app
