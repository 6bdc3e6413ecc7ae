#include "core/identity/peeringdb_profile.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/identity/json_text.h"

namespace ztix::identity {
namespace {

using nlohmann::json;
using service::Affiliation;
using service::ProvenIdentity;

constexpr std::size_t kLongestText = 254;
constexpr std::size_t kMostNetworks = 10'000;

/// Empty for what cannot be kept: none of these texts decides anything.
std::string text_in(const json& object, const char* name) {
  auto text = json_text(object, name);
  return is_clean_utf8(text) && text.size() <= kLongestText ? text : std::string();
}

bool is_true(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::optional<Affiliation> affiliation_of(const json& entry) {
  if (!entry.is_object()) return std::nullopt;
  const auto number = entry.find("asn");
  const auto permissions = entry.find("perms");
  if (number == entry.end() || !number->is_number_unsigned()) return std::nullopt;
  if (permissions == entry.end() || !permissions->is_number_unsigned()) return std::nullopt;
  const auto asn = domain::Asn::from_number(number->get<std::uint64_t>());
  if (!asn) return std::nullopt;
  const bool may_update = (permissions->get<std::uint64_t>() & kUpdatePermission) != 0;
  return Affiliation{*asn, text_in(entry, "name"), may_update};
}

/// All or nothing: a list of which one entry cannot be read may be wrong in the others too.
std::vector<Affiliation> affiliations_of(const json& profile) {
  const auto networks = profile.find("networks");
  if (networks == profile.end() || !networks->is_array() || networks->size() > kMostNetworks) return {};
  std::vector<Affiliation> all;
  for (const auto& entry : *networks) {
    auto one = affiliation_of(entry);
    if (!one) return {};
    all.push_back(std::move(*one));
  }
  const auto by_number = [](const Affiliation& a, const Affiliation& b) { return a.asn < b.asn; };
  std::sort(all.begin(), all.end(), by_number);
  const auto twice = std::adjacent_find(all.begin(), all.end(),
                                        [](const Affiliation& a, const Affiliation& b) { return a.asn == b.asn; });
  if (twice != all.end()) return {};
  return all;
}

std::set<service::AuthFactor> factors_of(const json& profile) {
  std::set<service::AuthFactor> factors;
  const auto words = profile.find("amr");
  if (words == profile.end() || !words->is_array()) return factors;
  for (const auto factor : service::kAuthFactors) {
    // A recovery code is a word of ours, never one of theirs.
    if (factor == service::AuthFactor::recovery) continue;
    const auto word = json(to_string(factor));
    if (std::find(words->begin(), words->end(), word) != words->end()) factors.insert(factor);
  }
  return factors;
}

}  // namespace

std::optional<ProvenIdentity> parse_profile(std::string_view text) {
  const auto profile = json::parse(text, nullptr, false);
  if (!profile.is_object()) return std::nullopt;
  const auto id = profile.find("id");
  if (id == profile.end() || !id->is_number_unsigned()) return std::nullopt;
  ProvenIdentity identity;
  identity.subject = std::to_string(id->get<std::uint64_t>());
  identity.name = text_in(profile, "name");
  identity.email = text_in(profile, "email");
  identity.is_verified_user = is_true(profile, "verified_user");
  identity.is_verified_email = is_true(profile, "verified_email") && !identity.email.empty();
  identity.affiliations = affiliations_of(profile);
  identity.factors = factors_of(profile);
  return identity;
}

}  // namespace ztix::identity
