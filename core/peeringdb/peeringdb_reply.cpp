#include "core/peeringdb/peeringdb_reply.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace ztix::peeringdb {
namespace {

using domain::Asn;
using nlohmann::json;
using service::PeeringDbEntry;

/// PeeringDB's own fields are shorter; a bound so that a broken one does not fill our database and pages.
constexpr std::size_t kLongestText = 1'000;
/// More than the world's routing table; a count above it is a slip of the hand.
constexpr std::uint64_t kMostPrefixes = 4'000'000;

Error not_understood(const std::string& what) {
  return fail(ErrorCode::upstream, "PeeringDB's answer is not a list of " + what + ".");
}

/// The records of a document. Never throws: text that is no JSON becomes the "discarded" value, which is no object.
Result<json> records_of(std::string_view text, const std::string& what) {
  auto document = json::parse(text.begin(), text.end(), nullptr, false);
  if (!document.is_object()) return not_understood(what);
  const auto data = document.find("data");
  if (data == document.end() || !data->is_array()) return not_understood(what);
  return std::move(*data);
}

const json& field(const json& record, const char* name) {
  static const json nothing;
  if (!record.is_object()) return nothing;
  const auto found = record.find(name);
  return found == record.end() ? nothing : *found;
}

std::optional<std::int64_t> id_of(const json& value) {
  if (!value.is_number_unsigned()) return std::nullopt;
  const auto number = value.get<std::uint64_t>();
  return number > 0 && number <= INT64_MAX ? std::optional(static_cast<std::int64_t>(number)) : std::nullopt;
}

std::optional<Asn> asn_of(const json& record) {
  const auto& value = field(record, "asn");
  return value.is_number_unsigned() ? Asn::from_number(value.get<std::uint64_t>()) : std::nullopt;
}

/// Reads fields of one record and remembers the first that is not what it should be.
class RecordReader {
 public:
  explicit RecordReader(const json& record) : record_(record) {}

  /// A text; null and absent are empty. Fields we do not need are not looked at, so a new one breaks nothing.
  std::string text(const char* name) {
    const auto& value = field(record_, name);
    if (value.is_null()) return {};
    if (!value.is_string()) return refuse(name, "is no text"), std::string();
    auto found = value.get<std::string>();
    if (found.size() > kLongestText || !is_clean_utf8(found)) return refuse(name, "is no clean text"), std::string();
    return found;
  }
  std::string required_text(const char* name) {
    auto found = text(name);
    if (found.empty()) refuse(name, "is missing");
    return found;
  }
  /// null and absent are false.
  bool flag(const char* name) {
    const auto& value = field(record_, name);
    if (value.is_null()) return false;
    if (!value.is_boolean()) return refuse(name, "is neither true nor false"), false;
    return value.get<bool>();
  }
  std::optional<std::uint32_t> count(const char* name) {
    const auto& value = field(record_, name);
    if (value.is_null()) return std::nullopt;
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kMostPrefixes) {
      return refuse(name, "is no count"), std::nullopt;
    }
    return static_cast<std::uint32_t>(value.get<std::uint64_t>());
  }
  std::int64_t required_id(const char* name) {
    const auto found = id_of(field(record_, name));
    if (!found) refuse(name, "is no id");
    return found.value_or(0);
  }
  /// Empty: everything was as it should be.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  void refuse(const char* name, const char* why) {
    if (problem_.empty()) problem_ = "PeeringDB's record is malformed: " + std::string(name) + " " + why + ".";
  }
  const json& record_;
  std::string problem_;
};

PeeringDbEntry entry_of(Asn asn, RecordReader& read) {
  PeeringDbEntry entry(asn);
  entry.name = read.required_text("name");
  entry.aka = read.text("aka");
  entry.as_sets = domain::parse_as_sets(read.text("irr_as_set"));
  entry.prefixes_v4 = read.count("info_prefixes4");
  entry.prefixes_v6 = read.count("info_prefixes6");
  entry.ipv6 = read.flag("info_ipv6");
  entry.never_via_route_servers = read.flag("info_never_via_route_servers");
  entry.policy = read.text("policy_general");
  entry.policy_url = read.text("policy_url");
  entry.website = read.text("website");
  return entry;
}

PeeringDbEntry* entry_of(Networks& networks, Asn asn) {
  const auto found = std::find_if(networks.entries.begin(), networks.entries.end(),
                                  [asn](const PeeringDbEntry& entry) { return entry.asn == asn; });
  return found == networks.entries.end() ? nullptr : &*found;
}

/// What else was said of it is of no use without this.
void refuse(Networks& networks, Asn asn, const std::string& problem) {
  networks.refused.emplace(asn, problem);
  std::erase_if(networks.entries, [asn](const PeeringDbEntry& entry) { return entry.asn == asn; });
}

}  // namespace

Result<Networks> parse_networks(std::string_view text, const std::set<Asn>& asked) {
  ZTIX_ASSIGN(const json records, records_of(text, "networks"));
  Networks networks;
  std::set<Asn> seen;
  for (const auto& record : records) {
    const auto asn = asn_of(record);
    // Whose it is must be certain, or it would be somebody else's whose entry is taken for gone.
    if (!asn || !asked.contains(*asn) || !seen.insert(*asn).second) return not_understood("the networks asked for");
    RecordReader read(record);
    const auto id = read.required_id("id");
    auto entry = entry_of(*asn, read);
    if (!read.problem().empty() || !networks.asn_of.emplace(id, *asn).second) {
      networks.refused.emplace(*asn, read.problem().empty() ? "PeeringDB's id is not its own." : read.problem());
    } else {
      networks.entries.push_back(std::move(entry));
    }
  }
  return networks;
}

Status add_exchanges(std::string_view text, Networks& networks) {
  ZTIX_ASSIGN(const json records, records_of(text, "ports at exchanges"));
  std::map<Asn, std::map<std::int64_t, bool>> found;  // network, exchange, by way of route servers
  for (const auto& record : records) {
    const auto asn = asn_of(record);
    if (!asn) return not_understood("ports at exchanges");
    if (entry_of(networks, *asn) == nullptr) continue;
    RecordReader read(record);
    const auto exchange = read.required_id("ix_id");
    const bool at_route_servers = read.flag("is_rs_peer");
    const bool operational = field(record, "operational").is_null() || read.flag("operational");
    if (!read.problem().empty()) {
      refuse(networks, *asn, read.problem());
    } else if (operational) {
      found[*asn][exchange] |= at_route_servers;
    }
  }
  for (auto& entry : networks.entries) {
    const auto& exchanges = found[entry.asn];
    entry.exchanges = static_cast<int>(exchanges.size());
    entry.route_server_exchanges = static_cast<int>(
        std::count_if(exchanges.begin(), exchanges.end(), [](const auto& exchange) { return exchange.second; }));
  }
  return {};
}

Status add_contacts(std::string_view text, Networks& networks) {
  ZTIX_ASSIGN(const json records, records_of(text, "contacts"));
  for (const auto& record : records) {
    const auto id = id_of(field(record, "net_id"));
    if (!id) return not_understood("contacts");
    const auto asn = networks.asn_of.find(*id);
    if (asn == networks.asn_of.end()) continue;
    auto* const entry = entry_of(networks, asn->second);
    if (entry == nullptr) continue;
    RecordReader read(record);
    service::PeeringDbContact contact{read.text("role"), read.text("name"), read.text("email"), read.text("phone")};
    if (!read.problem().empty()) {
      refuse(networks, asn->second, read.problem());
    } else {
      entry->contacts.push_back(std::move(contact));
    }
  }
  return {};
}

}  // namespace ztix::peeringdb
