#include "core/service/ports/identity_store.h"

#include <string_view>

namespace ztix::service {
namespace {

constexpr std::size_t kLongestPart = 24;

/// Letters and digits in lower case, everything else one dot.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (out.size() >= kLongestPart) break;
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += c;
    } else if (!out.empty() && out.back() != '.') {
      out += '.';
    }
  }
  while (!out.empty() && out.back() == '.') out.pop_back();
  return out;
}

}  // namespace

std::string derived_username(const ProvenIdentity& identity, unsigned attempt) {
  const auto person = plain(identity.name);
  auto name = (person.empty() ? std::string("user") : person) + "-pdb" + plain(identity.subject);
  if (attempt > 0) name += "-" + std::to_string(attempt + 1);
  return name;
}

}  // namespace ztix::service
