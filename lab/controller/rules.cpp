#include "lab/controller/rules.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "lab/controller/coerce.h"

namespace ztix::lab::controller {

using nlohmann::json;

namespace {

/// One field of a rule. `largest` is the width of the field on the wire; 0 means text.
struct Field {
  std::string_view name;
  std::uint64_t largest = 0;
};

struct RuleType {
  std::string_view type;
  std::array<Field, 3> fields{};
};

constexpr std::uint64_t kByte = 0xff;
constexpr std::uint64_t kShort = 0xffff;
constexpr std::uint64_t kWord = 0xffffffff;

/// What the controller knows (documented in the ZeroTier manual, "Rules").
constexpr std::array kRuleTypes{
    RuleType{"ACTION_DROP"},
    RuleType{"ACTION_ACCEPT"},
    RuleType{"ACTION_BREAK"},
    RuleType{"ACTION_TEE", {{{"address"}, {"flags", kWord}, {"length", kShort}}}},
    RuleType{"ACTION_WATCH", {{{"address"}, {"flags", kWord}, {"length", kShort}}}},
    RuleType{"ACTION_REDIRECT", {{{"address"}, {"flags", kWord}}}},
    RuleType{"MATCH_SOURCE_ZEROTIER_ADDRESS", {{{"zt"}}}},
    RuleType{"MATCH_DEST_ZEROTIER_ADDRESS", {{{"zt"}}}},
    RuleType{"MATCH_VLAN_ID", {{{"vlanId", kShort}}}},
    RuleType{"MATCH_VLAN_PCP", {{{"vlanPcp", kByte}}}},
    RuleType{"MATCH_VLAN_DEI", {{{"vlanDei", kByte}}}},
    RuleType{"MATCH_MAC_SOURCE", {{{"mac"}}}},
    RuleType{"MATCH_MAC_DEST", {{{"mac"}}}},
    RuleType{"MATCH_IPV4_SOURCE", {{{"ip"}}}},
    RuleType{"MATCH_IPV4_DEST", {{{"ip"}}}},
    RuleType{"MATCH_IPV6_SOURCE", {{{"ip"}}}},
    RuleType{"MATCH_IPV6_DEST", {{{"ip"}}}},
    RuleType{"MATCH_IP_TOS", {{{"mask", kByte}, {"start", kByte}, {"end", kByte}}}},
    RuleType{"MATCH_IP_PROTOCOL", {{{"ipProtocol", kByte}}}},
    RuleType{"MATCH_ETHERTYPE", {{{"etherType", kShort}}}},
    RuleType{"MATCH_ICMP", {{{"icmpType", kByte}, {"icmpCode", kByte}}}},
    RuleType{"MATCH_IP_SOURCE_PORT_RANGE", {{{"start", kShort}, {"end", kShort}}}},
    RuleType{"MATCH_IP_DEST_PORT_RANGE", {{{"start", kShort}, {"end", kShort}}}},
    RuleType{"MATCH_CHARACTERISTICS", {{{"mask"}}}},
    RuleType{"MATCH_FRAME_SIZE_RANGE", {{{"start", kShort}, {"end", kShort}}}},
    RuleType{"MATCH_RANDOM", {{{"probability", kWord}}}},
    RuleType{"MATCH_TAGS_DIFFERENCE", {{{"id", kWord}, {"value", kWord}}}},
    RuleType{"MATCH_TAGS_BITWISE_AND", {{{"id", kWord}, {"value", kWord}}}},
    RuleType{"MATCH_TAGS_BITWISE_OR", {{{"id", kWord}, {"value", kWord}}}},
    RuleType{"MATCH_TAGS_BITWISE_XOR", {{{"id", kWord}, {"value", kWord}}}},
    RuleType{"MATCH_TAGS_EQUAL", {{{"id", kWord}, {"value", kWord}}}},
    RuleType{"MATCH_TAG_SENDER", {{{"id", kWord}, {"value", kWord}}}},
    RuleType{"MATCH_TAG_RECEIVER", {{{"id", kWord}, {"value", kWord}}}},
};

json value_or_null(const json& object, std::string_view name) {
  const auto found = object.find(name);
  return found == object.end() ? json() : *found;
}

std::optional<json> normalised_rule(const json& wanted) {
  const std::string type = to_text(value_or_null(wanted, "type"));
  for (const RuleType& known : kRuleTypes) {
    if (known.type != type) continue;
    json rule{{"type", type}};
    if (type.starts_with("MATCH_")) {
      rule["not"] = to_boolean(value_or_null(wanted, "not"), false);
      rule["or"] = to_boolean(value_or_null(wanted, "or"), false);
    }
    for (const Field& field : known.fields) {
      if (field.name.empty()) continue;
      const json given = value_or_null(wanted, field.name);
      rule[std::string(field.name)] =
          field.largest == 0 ? json(to_text(given)) : json(to_integer(given, 0) & field.largest);
    }
    return rule;
  }
  return std::nullopt;
}

}  // namespace

json normalised_rules(const json& wanted) {
  json rules = json::array();
  for (const json& rule : wanted) {
    if (!rule.is_object()) continue;
    if (auto known = normalised_rule(rule)) rules.push_back(std::move(*known));
  }
  return rules;
}

}  // namespace ztix::lab::controller
