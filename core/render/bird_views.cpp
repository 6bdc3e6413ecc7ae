#include "core/render/bird_views.h"

#include <algorithm>
#include <functional>
#include <set>

namespace ztix::render {
namespace {

using domain::AttachmentConfig;
using domain::ConfigSnapshot;
using domain::MembershipConfig;
using domain::PolicyDefinition;
using domain::RejectReason;

/// Field names of the reasons in templates/bird/policy.mustache.
struct ReasonName {
  const char* name;
  RejectReason reason;
};
constexpr std::array kReasons{
    ReasonName{"path_empty", RejectReason::path_empty},
    ReasonName{"first_as_not_peer", RejectReason::first_as_not_peer},
    ReasonName{"next_hop_not_peer", RejectReason::next_hop_not_peer},
    ReasonName{"path_too_long", RejectReason::path_too_long},
    ReasonName{"bogon_asn", RejectReason::bogon_asn},
    ReasonName{"transit_free_asn", RejectReason::transit_free_asn},
    ReasonName{"own_lan", RejectReason::own_lan},
    ReasonName{"bogon_prefix", RejectReason::bogon_prefix},
    ReasonName{"outside_global_unicast", RejectReason::outside_global_unicast},
    ReasonName{"rpki_invalid", RejectReason::rpki_invalid},
    ReasonName{"prefix_not_in_set", RejectReason::prefix_not_in_set},
    ReasonName{"prefix_too_long", RejectReason::prefix_too_long},
    ReasonName{"prefix_too_short", RejectReason::prefix_too_short},
};

Shape make_root_shape() {
  Shape shape;
  shape.text("revision").text("router_id").text("connect_delay").text("hold_time").text("directory");
  shape.flag("has_rtr_cache").flag("is_draining");
  shape.list("rtr_caches", Shape().text("rtr_name").text("rtr_address").text("rtr_port"));
  shape.list("channels", Shape().text("channel").text("family").text("suffix").text("rs_asn").text("local_address"));
  shape.list("local_asns", Shape().text("local_asn").flag("is_16_bit"));
  for (const auto& reason : kReasons) shape.text(reason.name);
  shape.text("max_path_length").text("bogon_asns").text("transit_free_asns").text("own_lans_v4").text("own_lans_v6");
  shape.text("bogon_prefixes_v4").text("bogon_prefixes_v6");
  shape.text("max_length_v4").text("min_length_v4").text("max_length_v6").text("min_length_v6");
  shape.list("objects", Shape().text("object_digest"));
  shape.text("ztix_digest");
  return shape;
}

Shape make_object_shape() {
  Shape session;
  session.text("name").text("channel").text("family").text("address").text("limit");
  session.flag("is_disabled").flag("has_prefix_set").text("prefix_set");
  Shape shape;
  shape.text("peer_asn").text("router_sequence").text("network").text("md5_key").flag("ttl_security");
  shape.list("sessions", std::move(session));
  return shape;
}

template <class Range, class Spell>
std::string joined(const Range& range, Spell spell) {
  std::string text;
  for (const auto& each : range) {
    if (!text.empty()) text += ", ";
    text += spell(each);
  }
  return text;
}

/// BIRD's `prefix+` means the prefix and everything more specific.
std::string prefixes(const std::vector<Prefix>& all, AddressFamily family, std::string_view suffix) {
  std::string text;
  text.reserve(all.size() * 20);
  for (const auto& prefix : all) {
    if (prefix.family() != family) continue;
    if (!text.empty()) text += ", ";
    prefix.append_to(text);
    text += suffix;
  }
  return text;
}

std::string channel_name(int network, AddressFamily family) {
  return "n" + std::to_string(network) + "_" + std::string(short_name(family));
}

std::vector<Prefix> own_lans(const ConfigSnapshot& snapshot) {
  std::vector<Prefix> lans;
  for (const auto& network : snapshot.networks) {
    if (network.lan_v4) lans.push_back(*network.lan_v4);
    lans.push_back(network.lan_v6);
  }
  return lans;
}

/// `rtr_192_0_2_1_323`: by address, not by place, so that removing one cache leaves the others running.
std::string rtr_name(const domain::RtrCache& cache) {
  std::string name = "rtr_" + cache.address.text() + "_" + std::to_string(cache.port);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '.' || c == ':'; }, '_');
  return name;
}

void set_policy(View& root, const PolicyDefinition& policy) {
  root.set("connect_delay", policy.connect_delay_seconds).set("hold_time", policy.hold_time_seconds);
  for (const auto& reason : kReasons) root.set(reason.name, static_cast<unsigned>(reason.reason));
  const auto range = [](const domain::AsnRange& r) {
    return r.first == r.last ? std::to_string(r.first) : std::to_string(r.first) + ".." + std::to_string(r.last);
  };
  root.set("max_path_length", policy.max_path_length);
  root.set("bogon_asns", joined(policy.bogon_asns, range));
  root.set("transit_free_asns", joined(policy.transit_free_asns, [](std::uint32_t n) { return std::to_string(n); }));
  root.set("bogon_prefixes_v4", prefixes(policy.bogon_prefixes, AddressFamily::ipv4, "+"));
  root.set("bogon_prefixes_v6", prefixes(policy.bogon_prefixes, AddressFamily::ipv6, "+"));
  root.set("max_length_v4", policy.ipv4_lengths.max).set("min_length_v4", policy.ipv4_lengths.min);
  root.set("max_length_v6", policy.ipv6_lengths.max).set("min_length_v6", policy.ipv6_lengths.min);
}

void add_channel(View& root, const AttachmentConfig& attachment, AddressFamily family, const IpAddress& address) {
  root.append("channels")
      .set("channel", channel_name(attachment.network_number, family))
      .set("family", to_string(family))
      .set("suffix", short_name(family))
      .set("rs_asn", attachment.local_asn.number())
      .set("local_address", address.text());
}

void set_route_server(View& root, const domain::RouteServerConfig& route_server) {
  root.set("router_id", route_server.router_id.text()).set("has_rtr_cache", !route_server.rtr_caches.empty());
  root.set("is_draining", route_server.state == domain::RouteServerState::draining);
  for (const auto& cache : route_server.rtr_caches) {
    root.append("rtr_caches")
        .set("rtr_name", rtr_name(cache))
        .set("rtr_address", cache.address.text())
        .set("rtr_port", cache.port);
  }
  std::set<std::uint32_t> local_asns;
  for (const auto& attachment : route_server.attachments) {
    if (attachment.ipv4) add_channel(root, attachment, AddressFamily::ipv4, *attachment.ipv4);
    add_channel(root, attachment, AddressFamily::ipv6, attachment.ipv6);
    local_asns.insert(attachment.local_asn.number());
  }
  for (const auto asn : local_asns) root.append("local_asns").set("local_asn", asn).set("is_16_bit", asn <= 65535);
}

void add_session(View& object, const MembershipConfig& membership, AddressFamily family, bool disabled) {
  const bool is_v4 = family == AddressFamily::ipv4;
  const auto& limit = is_v4 ? membership.limit_v4 : membership.limit_v6;
  const auto& set = membership.prefix_set;
  object.append("sessions")
      .set("name", domain::protocol_name(membership.asn, membership.router_sequence, membership.network_number, family))
      .set("channel", channel_name(membership.network_number, family))
      .set("family", to_string(family))
      .set("address", is_v4 ? membership.ipv4->text() : membership.ipv6.text())
      .set("limit", limit.max())
      .set("is_disabled", disabled)
      .set("has_prefix_set", set.has_value())
      .set("prefix_set", set ? prefixes(*set, family, "") : std::string());
}

}  // namespace

const Shape& bird_root_shape() {
  static const Shape shape = make_root_shape();
  return shape;
}

const Shape& bird_object_shape() {
  static const Shape shape = make_object_shape();
  return shape;
}

View bird_object_view(const ObjectInput& input) {
  const auto& membership = *input.membership;
  View object(bird_object_shape());
  object.set("peer_asn", membership.asn.number())
      .set("router_sequence", membership.router_sequence)
      .set("network", membership.network_number)
      .set("md5_key", membership.md5_key)
      .set("ttl_security", membership.ttl_security)
      .reserve("sessions", 2);
  if (input.has_v4) add_session(object, membership, AddressFamily::ipv4, input.disabled_v4);
  if (input.has_v6) add_session(object, membership, AddressFamily::ipv6, input.disabled_v6);
  return object;
}

View bird_root_view(const ConfigSnapshot& snapshot, const std::vector<std::shared_ptr<const RenderedObject>>& objects,
                    std::string_view directory) {
  View root(bird_root_shape());
  root.set("revision", snapshot.revision);
  set_route_server(root, snapshot.route_server);
  set_policy(root, snapshot.policy);
  const auto lans = own_lans(snapshot);
  root.set("own_lans_v4", prefixes(lans, AddressFamily::ipv4, "+"));
  root.set("own_lans_v6", prefixes(lans, AddressFamily::ipv6, "+"));
  root.set("directory", directory).reserve("objects", objects.size());
  for (const auto& object : objects) root.append("objects").set("object_digest", object->digest);
  return root;
}

}  // namespace ztix::render
