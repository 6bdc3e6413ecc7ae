#include "core/store/config_content.h"

#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace ztix::store {
namespace {

using domain::Asn;
using nlohmann::json;

/// Internal to this file: which field is damaged.
class Damaged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(value->text()) : json(nullptr);
}

json list_of(const std::vector<Prefix>& prefixes) {
  auto list = json::array();
  for (const auto& prefix : prefixes) list.push_back(prefix.text());
  return list;
}

json list_of(const std::vector<domain::AsnRange>& ranges) {
  auto list = json::array();
  for (const auto& range : ranges) list.push_back({range.first, range.last});
  return list;
}

/// An object that is read field by field, each exactly once, and completely.
class Fields {
 public:
  explicit Fields(const json& object) : object_(object) {
    if (!object.is_object()) throw Damaged("not an object");
  }

  const json& at(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end()) throw Damaged(std::string(name) + " is missing");
    read_.insert(name);
    return *found;
  }
  std::string text(const char* name) {
    const auto& value = at(name);
    if (!value.is_string()) throw Damaged(std::string(name) + " is not text");
    return value.get<std::string>();
  }
  bool flag(const char* name) {
    const auto& value = at(name);
    if (!value.is_boolean()) throw Damaged(std::string(name) + " is not a boolean");
    return value.get<bool>();
  }
  /// For what came later than the records: absent is false.
  bool flag_or_false(const char* name) { return object_.contains(name) && flag(name); }
  template <class T>
  T number(const char* name) {
    return as_number<T>(at(name), name);
  }
  const json& list(const char* name) {
    const auto& value = at(name);
    if (!value.is_array()) throw Damaged(std::string(name) + " is not a list");
    return value;
  }
  /// A value type that parses itself.
  template <class T>
  T parsed(const char* name) {
    const auto value = T::parse(text(name));
    if (!value) throw Damaged(std::string(name) + " does not parse");
    return *value;
  }
  template <class T>
  std::optional<T> parsed_or_null(const char* name) {
    if (at(name).is_null()) return std::nullopt;
    return parsed<T>(name);
  }
  template <class Enum, std::size_t N>
  Enum one_of(const std::array<Enum, N>& all, const char* name) {
    const auto value = domain::parse_enum(all, text(name));
    if (!value) throw Damaged(std::string(name) + " has an unknown value");
    return *value;
  }
  Asn asn(const char* name) {
    const auto value = Asn::from_number(number<std::uint64_t>(name));
    if (!value) throw Damaged(std::string(name) + " is not an AS number");
    return *value;
  }
  domain::PrefixLimit limit(AddressFamily family, const char* name) {
    const auto value = domain::PrefixLimit::of(family, number<std::uint64_t>(name));
    if (!value) throw Damaged(std::string(name) + " is out of range");
    return *value;
  }
  void complete() const {
    if (read_.size() != object_.size()) throw Damaged("it has a field that is not known");
  }

  template <class T>
  static T as_number(const json& value, const char* name) {
    if (value.is_number_unsigned() && std::in_range<T>(value.get<std::uint64_t>())) return value.get<T>();
    if (value.is_number_integer() && !value.is_number_unsigned() && std::in_range<T>(value.get<std::int64_t>())) {
      return value.get<T>();
    }
    throw Damaged(std::string(name) + " is not a whole number in range");
  }

 private:
  const json& object_;
  std::set<std::string> read_;
};

std::vector<domain::RtrCache> read_caches(const json& list) {
  std::vector<domain::RtrCache> caches;
  for (const auto& item : list) {
    Fields fields(item);
    caches.push_back({fields.parsed<IpAddress>("address"), fields.number<std::uint16_t>("port")});
    fields.complete();
  }
  return caches;
}

std::vector<domain::AttachmentConfig> read_attachments(const json& list) {
  std::vector<domain::AttachmentConfig> attachments;
  for (const auto& item : list) {
    Fields fields(item);
    attachments.push_back({fields.number<int>("network_number"), fields.asn("local_asn"),
                           fields.parsed_or_null<IpAddress>("ipv4"), fields.parsed<IpAddress>("ipv6")});
    fields.complete();
  }
  return attachments;
}

domain::LengthBounds read_bounds(const json& value) {
  Fields fields(value);
  const domain::LengthBounds bounds{fields.number<unsigned>("min"), fields.number<unsigned>("max")};
  fields.complete();
  return bounds;
}

std::vector<std::uint32_t> read_numbers(const json& list, const char* name) {
  std::vector<std::uint32_t> numbers;
  for (const auto& item : list) numbers.push_back(Fields::as_number<std::uint32_t>(item, name));
  return numbers;
}

std::vector<domain::AsnRange> read_ranges(const json& list) {
  std::vector<domain::AsnRange> ranges;
  for (const auto& item : list) {
    const auto ends = read_numbers(item, "bogon_asns");
    if (!item.is_array() || ends.size() != 2) throw Damaged("bogon_asns holds something that is no range");
    ranges.push_back({ends[0], ends[1]});
  }
  return ranges;
}

std::vector<Prefix> read_prefixes(Fields& fields, const char* name) {
  std::vector<Prefix> prefixes;
  for (const auto& item : fields.list(name)) {
    const auto prefix = item.is_string() ? Prefix::parse(item.get<std::string>()) : std::nullopt;
    if (!prefix) throw Damaged(std::string(name) + " holds something that is no prefix");
    prefixes.push_back(*prefix);
  }
  return prefixes;
}

std::optional<std::vector<Prefix>> read_prefixes_or_null(Fields& fields, const char* name) {
  if (fields.at(name).is_null()) return std::nullopt;
  return read_prefixes(fields, name);
}

/// Parses, reads with `read(fields)` and requires that nothing is left.
template <class F>
auto decode(const char* what, const std::string& text, F read) -> Result<std::invoke_result_t<F, Fields&>> {
  try {
    const auto document = json::parse(text);
    Fields fields(document);
    auto value = read(fields);
    fields.complete();
    return value;
  } catch (const Damaged& damage) {
    return fail(ErrorCode::internal, "A stored configuration object is damaged.")
        .with_detail(std::string(what) + ": " + damage.what());
  } catch (const json::exception& error) {
    return fail(ErrorCode::internal, "A stored configuration object is damaged.")
        .with_detail(std::string(what) + ": JSON error " + std::to_string(error.id));
  }
}

}  // namespace

std::string encode(const domain::NetworkConfig& network) {
  return json{{"number", network.number},
              {"zt_network_id", network.zt_network_id.text()},
              {"lan_v4", or_null(network.lan_v4)},
              {"lan_v6", network.lan_v6.text()}}
      .dump();
}

std::string encode(const domain::RouteServerConfig& route_server) {
  auto caches = json::array();
  for (const auto& cache : route_server.rtr_caches) {
    caches.push_back({{"address", cache.address.text()}, {"port", cache.port}});
  }
  auto attachments = json::array();
  for (const auto& attachment : route_server.attachments) {
    attachments.push_back({{"network_number", attachment.network_number},
                           {"local_asn", attachment.local_asn.number()},
                           {"ipv4", or_null(attachment.ipv4)},
                           {"ipv6", attachment.ipv6.text()}});
  }
  return json{{"id", route_server.id},
              {"name", route_server.name},
              {"router_id", route_server.router_id.text()},
              {"state", to_string(route_server.state)},
              {"bird_version", route_server.bird_version},
              {"rtr_caches", caches},
              {"attachments", attachments}}
      .dump();
}

std::string encode(const domain::MembershipConfig& membership) {
  json content{{"id", membership.id},
               {"version", membership.version},
               {"network_number", membership.network_number},
               {"asn", membership.asn.number()},
               {"router_sequence", membership.router_sequence},
               {"ipv4", or_null(membership.ipv4)},
               {"ipv6", membership.ipv6.text()},
               {"session_v4", membership.session_v4},
               {"session_v6", membership.session_v6},
               {"md5_key", membership.md5_key},
               {"ttl_security", membership.ttl_security},
               {"limit_v4", membership.limit_v4.max()},
               {"limit_v6", membership.limit_v6.max()},
               {"prefix_set", membership.prefix_set ? list_of(*membership.prefix_set) : json(nullptr)}};
  // Only where it holds: records from before there were suspensions stay what they were.
  if (membership.suspended) content["suspended"] = true;
  return content.dump();
}

std::string encode(const domain::SessionAdminConfig& session) {
  return json{{"membership_id", session.membership_id},
              {"family", to_string(session.family)},
              {"state", to_string(session.state)}}
      .dump();
}

std::string encode(const domain::PolicyDefinition& policy) {
  const auto bounds = [](const domain::LengthBounds& lengths) {
    return json{{"min", lengths.min}, {"max", lengths.max}};
  };
  return json{{"max_path_length", policy.max_path_length},     {"ipv4_lengths", bounds(policy.ipv4_lengths)},
              {"ipv6_lengths", bounds(policy.ipv6_lengths)},   {"connect_delay_seconds", policy.connect_delay_seconds},
              {"hold_time_seconds", policy.hold_time_seconds}, {"transit_free_asns", policy.transit_free_asns},
              {"bogon_asns", list_of(policy.bogon_asns)},      {"bogon_prefixes", list_of(policy.bogon_prefixes)}}
      .dump();
}

Result<domain::NetworkConfig> decode_network(const std::string& text) {
  return decode("network", text, [](Fields& fields) {
    return domain::NetworkConfig{fields.number<int>("number"), fields.parsed<domain::ZtNetworkId>("zt_network_id"),
                                 fields.parsed_or_null<Prefix>("lan_v4"), fields.parsed<Prefix>("lan_v6")};
  });
}

Result<domain::RouteServerConfig> decode_route_server(const std::string& text) {
  return decode("route_server", text, [](Fields& fields) {
    return domain::RouteServerConfig{fields.number<std::int64_t>("id"),
                                     fields.text("name"),
                                     fields.parsed<IpAddress>("router_id"),
                                     fields.one_of(domain::kRouteServerStates, "state"),
                                     fields.text("bird_version"),
                                     read_caches(fields.list("rtr_caches")),
                                     read_attachments(fields.list("attachments"))};
  });
}

Result<domain::MembershipConfig> decode_membership(const std::string& text) {
  return decode("membership", text, [](Fields& fields) {
    return domain::MembershipConfig{fields.number<std::int64_t>("id"),
                                    fields.number<int>("version"),
                                    fields.number<int>("network_number"),
                                    fields.asn("asn"),
                                    fields.number<int>("router_sequence"),
                                    fields.parsed_or_null<IpAddress>("ipv4"),
                                    fields.parsed<IpAddress>("ipv6"),
                                    fields.flag("session_v4"),
                                    fields.flag("session_v6"),
                                    fields.text("md5_key"),
                                    fields.flag("ttl_security"),
                                    fields.limit(AddressFamily::ipv4, "limit_v4"),
                                    fields.limit(AddressFamily::ipv6, "limit_v6"),
                                    read_prefixes_or_null(fields, "prefix_set"),
                                    fields.flag_or_false("suspended")};
  });
}

Result<domain::SessionAdminConfig> decode_session_admin(const std::string& text) {
  return decode("session_admin_state", text, [](Fields& fields) {
    return domain::SessionAdminConfig{fields.number<std::int64_t>("membership_id"),
                                      fields.one_of(kAddressFamilies, "family"),
                                      fields.one_of(domain::kAdminStates, "state")};
  });
}

Result<domain::PolicyDefinition> decode_policy(const std::string& text) {
  return decode("policy", text, [](Fields& fields) {
    domain::PolicyDefinition policy;
    policy.max_path_length = fields.number<unsigned>("max_path_length");
    policy.ipv4_lengths = read_bounds(fields.at("ipv4_lengths"));
    policy.ipv6_lengths = read_bounds(fields.at("ipv6_lengths"));
    policy.connect_delay_seconds = fields.number<unsigned>("connect_delay_seconds");
    policy.hold_time_seconds = fields.number<unsigned>("hold_time_seconds");
    policy.transit_free_asns = read_numbers(fields.list("transit_free_asns"), "transit_free_asns");
    policy.bogon_asns = read_ranges(fields.list("bogon_asns"));
    policy.bogon_prefixes = read_prefixes(fields, "bogon_prefixes");
    return policy;
  });
}

}  // namespace ztix::store
