#pragma once

/// @file core/render/bird_views.h
/// From the snapshot to the view models of templates/bird. Internal to core/render.

#include <memory>
#include <string_view>
#include <vector>

#include "core/domain/config_snapshot.h"
#include "core/render/bird_config.h"
#include "core/render/view.h"

namespace ztix::render {

[[nodiscard]] const Shape& bird_root_shape();
[[nodiscard]] const Shape& bird_object_shape();

/// What an object is made of: the key of its place in the cache.
struct ObjectInput {
  const domain::MembershipConfig* membership = nullptr;
  /// Which sessions there are, by domain::has_session().
  bool has_v4 = false;
  bool has_v6 = false;
  bool disabled_v4 = false;
  bool disabled_v6 = false;
};

[[nodiscard]] View bird_object_view(const ObjectInput& input);

/// The root with `ztix_digest` still to be set by the caller, last.
[[nodiscard]] View bird_root_view(const domain::ConfigSnapshot& snapshot,
                                  const std::vector<std::shared_ptr<const RenderedObject>>& objects,
                                  std::string_view directory);

}  // namespace ztix::render
