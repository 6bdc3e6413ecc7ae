#pragma once

/// @file app/pages/peeringdb_view.h
/// "What would this member bring": what PeeringDB says, for the page of those who decide.

#include "core/render/view.h"
#include "core/service/ports/peeringdb.h"

namespace ztix::app {

[[nodiscard]] render::Shape peeringdb_shape();
void fill_peeringdb(render::View& view, const service::PeeringDbView& known);

}  // namespace ztix::app
