#include "core/service/ports/account_store.h"

#include <algorithm>

#include "core/base/text.h"

namespace ztix::service {
namespace {

constexpr std::size_t kShortestName = 2;
constexpr std::size_t kLongestName = 64;

bool is_name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

bool User::has_role(domain::Role role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

bool User::owns(domain::Asn asn) const {
  return std::any_of(asns.begin(), asns.end(), [asn](const UserAsn& link) { return link.asn == asn; });
}

std::optional<AsnRights> User::rights_on(domain::Asn asn) const {
  std::optional<AsnRights> best;
  for (const auto& link : asns) {
    if (link.asn == asn && best != AsnRights::full) best = link.rights;
  }
  return best;
}

std::string_view to_string(AsnRights rights) noexcept {
  switch (rights) {
    case AsnRights::full:
      return "full";
    case AsnRights::read_only:
      return "read_only";
    case AsnRights::proof_too_old:
      return "proof_too_old";
  }
  return {};
}

Result<std::string> checked_username(const std::string& text) {
  auto name = to_lower(text);
  if (name.size() < kShortestName || name.size() > kLongestName ||
      !std::all_of(name.begin(), name.end(), is_name_character)) {
    return fail(ErrorCode::invalid_argument, "A user name has 2 to 64 characters of a-z, 0-9, '.', '_' and '-'.")
        .with_reason("bad_username")
        .with_fact("field", "username");
  }
  return name;
}

}  // namespace ztix::service
