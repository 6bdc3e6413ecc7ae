#include "core/render/bird_config.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "core/digest/digest.h"
#include "core/domain/admin_state.h"
#include "core/render/bird_views.h"
#include "core/render/strict_template.h"
#include "core/render/templates.h"

namespace ztix::render {

/// Everything an object's bytes depend on, and the object.
struct ObjectCache::Entry {
  domain::MembershipConfig membership;
  bool has_v4;
  bool has_v6;
  bool disabled_v4;
  bool disabled_v6;
  std::shared_ptr<const RenderedObject> object;
};

/// One route server's objects, sorted by membership id.
struct ObjectCache::Shelf {
  std::vector<std::shared_ptr<const Entry>> entries;
};

namespace {

using domain::AdminState;
using domain::ConfigSnapshot;
using domain::MembershipConfig;

constexpr std::string_view kNoDigest = "0000000000000000000000000000000000000000000000000000000000000000";

/// BIRD strings know no escapes; the database holds the same rule as a constraint.
bool is_md5_key(std::string_view key) noexcept {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return key.empty() || (key.size() >= 8 && key.size() <= 80 && std::all_of(key.begin(), key.end(), allowed));
}

RenderedConfig finish(const ConfigSnapshot& snapshot, std::vector<std::shared_ptr<const RenderedObject>> objects,
                      std::string_view directory) {
  const auto root_template = bird_template("bird/root.mustache", bird_root_shape());
  RenderedConfig config;
  config.revision = snapshot.revision;
  View view = bird_root_view(snapshot, objects, directory);
  // The digest covers everything but its own line, so its place is filled when the rest is known.
  view.set("ztix_digest", kNoDigest);
  config.root = root_template.render(view).value();
  config.ztix_digest = ztix_digest(config.root);
  config.root.replace(config.root.find(kNoDigest), kNoDigest.size(), config.ztix_digest);
  config.root_digest = digest::sha256_hex(config.root);
  config.objects = std::move(objects);
  return config;
}

std::shared_ptr<const RenderedObject> render_object(const ObjectInput& input) {
  const auto object_template = bird_template("bird/object.mustache", bird_object_shape());
  auto object = std::make_shared<RenderedObject>();
  object->membership_id = input.membership->id;
  object->membership_version = input.membership->version;
  object->text = object_template.render(bird_object_view(input)).value();
  object->digest = digest::sha256_hex(object->text);
  return object;
}

auto order_of(const MembershipConfig& m) { return std::tuple(m.network_number, m.asn, m.router_sequence); }

}  // namespace

/// Objects of one rendering: from the shelf where nothing changed, else made.
class ObjectSource {
 public:
  ObjectSource(const ConfigSnapshot& snapshot, ObjectCache* cache) : snapshot_(snapshot), cache_(cache) {
    if (cache_ == nullptr) return;
    const std::lock_guard hold(cache_->mutex_);
    const auto shelf = cache_->shelves_.find(snapshot.route_server.id);
    if (shelf != cache_->shelves_.end()) old_ = shelf->second;
  }

  Result<std::vector<std::shared_ptr<const RenderedObject>>> all() {
    std::vector<const MembershipConfig*> order;
    order.reserve(snapshot_.memberships.size());
    for (const auto& membership : snapshot_.memberships) order.push_back(&membership);
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return order_of(*a) < order_of(*b); });
    std::vector<std::shared_ptr<const RenderedObject>> objects;
    objects.reserve(order.size());
    for (const auto* membership : order) {
      if (!is_md5_key(membership->md5_key)) return bad_key(*membership);
      objects.push_back(object_of(input_of(*membership)));
    }
    keep();
    return objects;
  }

 private:
  static Error bad_key(const MembershipConfig& membership) {
    return fail(ErrorCode::invalid_argument, "The MD5 key of a membership cannot be written into a configuration.")
        .with_fact("membership_id", std::to_string(membership.id));
  }

  [[nodiscard]] ObjectInput input_of(const MembershipConfig& membership) const {
    const auto& attachments = snapshot_.route_server.attachments;
    const auto here = std::find_if(attachments.begin(), attachments.end(), [&](const auto& attachment) {
      return attachment.network_number == membership.network_number;
    });
    if (here == attachments.end()) throw std::logic_error("snapshot: a membership on a network without attachment");
    return ObjectInput{&membership, domain::has_session(membership, *here, AddressFamily::ipv4),
                       domain::has_session(membership, *here, AddressFamily::ipv6),
                       is_down(membership, AddressFamily::ipv4), is_down(membership, AddressFamily::ipv6)};
  }

  [[nodiscard]] bool is_down(const MembershipConfig& membership, AddressFamily family) const {
    return domain::admin_state(snapshot_, membership, family) != AdminState::enabled;
  }

  std::shared_ptr<const RenderedObject> object_of(const ObjectInput& input) {
    if (cache_ == nullptr) return render_object(input);
    auto entry = known_entry(input);
    if (entry == nullptr) {
      entry = std::make_shared<const ObjectCache::Entry>(ObjectCache::Entry{
          *input.membership, input.has_v4, input.has_v6, input.disabled_v4, input.disabled_v6, render_object(input)});
    }
    fresh_.entries.push_back(entry);
    return entry->object;
  }

  [[nodiscard]] std::shared_ptr<const ObjectCache::Entry> known_entry(const ObjectInput& input) const {
    if (old_ == nullptr) return nullptr;
    const auto found = std::lower_bound(old_->entries.begin(), old_->entries.end(), input.membership->id,
                                        [](const auto& entry, std::int64_t id) { return entry->membership.id < id; });
    if (found == old_->entries.end()) return nullptr;
    const auto& entry = **found;
    const bool same = entry.has_v4 == input.has_v4 && entry.has_v6 == input.has_v6 &&
                      entry.disabled_v4 == input.disabled_v4 && entry.disabled_v6 == input.disabled_v6 &&
                      entry.membership == *input.membership;
    return same ? *found : nullptr;
  }

  void keep() {
    if (cache_ == nullptr) return;
    std::sort(fresh_.entries.begin(), fresh_.entries.end(),
              [](const auto& a, const auto& b) { return a->membership.id < b->membership.id; });
    auto shelf = std::make_shared<const ObjectCache::Shelf>(std::move(fresh_));
    const std::lock_guard hold(cache_->mutex_);
    cache_->shelves_[snapshot_.route_server.id] = std::move(shelf);
  }

  const ConfigSnapshot& snapshot_;
  ObjectCache* cache_;
  std::shared_ptr<const ObjectCache::Shelf> old_;
  ObjectCache::Shelf fresh_;
};

Result<RenderedConfig> render_route_server(const ConfigSnapshot& snapshot, std::string_view directory) {
  ZTIX_ASSIGN(auto objects, ObjectSource(snapshot, nullptr).all());
  return finish(snapshot, std::move(objects), directory);
}

Result<RenderedConfig> render_route_server(const ConfigSnapshot& snapshot, ObjectCache& cache,
                                           std::string_view directory) {
  ZTIX_ASSIGN(auto objects, ObjectSource(snapshot, &cache).all());
  return finish(snapshot, std::move(objects), directory);
}

RenderedConfig render_skeleton(const ConfigSnapshot& snapshot, std::shared_ptr<const RenderedObject> object,
                               std::string_view directory) {
  return finish(snapshot, {std::move(object)}, directory);
}

std::string ztix_digest(std::string_view root) {
  std::string covered;
  covered.reserve(root.size());
  while (!root.empty()) {
    const auto line = root.substr(0, root.find('\n') == std::string_view::npos ? root.size() : root.find('\n') + 1);
    if (!line.starts_with("define ZTIX_REVISION ") && !line.starts_with("define ZTIX_DIGEST ")) covered += line;
    root.remove_prefix(line.size());
  }
  return digest::sha256_hex(covered);
}

}  // namespace ztix::render
