#pragma once

/// @file core/render/bird_config.h
/// A snapshot becomes BIRD 2 configuration: one root and one immutable object for each membership.
///
/// Rendering is pure: equal snapshots give equal bytes. Objects do not depend on each other, on the policy or on the
/// route server's own numbers, so one changed membership changes one object, and two route servers share objects.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"
#include "core/domain/config_snapshot.h"

namespace ztix::render {

/// Where a route server keeps what it is given; part of every include line, since relative includes break behind links.
inline constexpr std::string_view kConfigDirectory = "/var/lib/ztix-rs";

/// One membership's part. Named by its content, so it never changes under its name.
struct RenderedObject {
  std::int64_t membership_id = 0;
  int membership_version = 0;
  /// SHA-256 of all bytes, hex: the `<digest>` of `object-<digest>.conf`.
  std::string digest;
  std::string text;
};

/// What one route server runs at one revision.
struct RenderedConfig {
  domain::Revision revision = 0;
  std::string root;
  /// SHA-256 of all bytes of the root, hex; only names the file `root-<digest>.conf`.
  std::string root_digest;
  /// The value of `ZTIX_DIGEST` in the root (see ztix_digest()): what is compared and recorded.
  std::string ztix_digest;
  /// In the order of their include lines: by network, ASN, router sequence.
  std::vector<std::shared_ptr<const RenderedObject>> objects;
};

/// Objects of earlier renderings, so that a change costs what it changes. Safe to share between threads.
class ObjectCache {
 public:
  ObjectCache() = default;
  ObjectCache(const ObjectCache&) = delete;
  ObjectCache& operator=(const ObjectCache&) = delete;

 private:
  friend class ObjectSource;
  struct Entry;
  struct Shelf;
  std::mutex mutex_;
  /// By route server; what a rendering no longer needs is dropped.
  std::unordered_map<std::int64_t, std::shared_ptr<const Shelf>> shelves_;
};

/// @param directory  kConfigDirectory except in tests.
/// @return invalid_argument, with the fact `membership_id`, when a membership holds what BIRD cannot (its MD5 key).
/// @throws std::logic_error for a snapshot that contradicts itself, e.g. a membership on a network without attachment.
[[nodiscard]] Result<RenderedConfig> render_route_server(const domain::ConfigSnapshot& snapshot,
                                                         std::string_view directory = kConfigDirectory);
/// The same, taking unchanged objects from `cache` and keeping the new ones there.
[[nodiscard]] Result<RenderedConfig> render_route_server(const domain::ConfigSnapshot& snapshot, ObjectCache& cache,
                                                         std::string_view directory = kConfigDirectory);

/// A root with everything shared and just this one object, to find out whether the object is what BIRD refuses.
/// BIRD reports an unclosed block against the file that follows, so blame needs every object checked alone.
/// @param object  of a rendering of the same snapshot.
[[nodiscard]] RenderedConfig render_skeleton(const domain::ConfigSnapshot& snapshot,
                                             std::shared_ptr<const RenderedObject> object,
                                             std::string_view directory = kConfigDirectory);

/// SHA-256, hex, of a root's text without its lines `define ZTIX_REVISION` and `define ZTIX_DIGEST`: equal for equal
/// content of any revision.
[[nodiscard]] std::string ztix_digest(std::string_view root);

}  // namespace ztix::render
