#include "core/store/decoded_memberships.h"

namespace ztix::store {

Result<domain::MembershipConfig> DecodedMemberships::decode(const std::string& text) {
  const std::lock_guard hold(mutex_);
  if (const auto known = by_text_.find(text); known != by_text_.end()) return known->second;
  ZTIX_ASSIGN(auto membership, decode_membership(text));
  if (text_ + text.size() > most_text_) {
    by_text_.clear();
    text_ = 0;
  }
  text_ += text.size();
  by_text_.emplace(text, membership);
  return membership;
}

}  // namespace ztix::store
