#include "core/store/audit_head_export.h"

namespace ztix::store {
namespace {

/// The newest line that is ours: one after it may be torn.
std::optional<service::AuditHead> last_head(const service::AuditChain& chain, const std::vector<std::string>& lines) {
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (auto head = chain.read_line(*line)) return head;
  }
  return std::nullopt;
}

}  // namespace

Status AuditHeadExport::run() {
  ZTIX_ASSIGN(const auto head, sealer_.head());
  if (!head) return {};
  if (!last_ || !file_.exists()) ZTIX_CHECK(look_into_file());
  if (last_) {
    ZTIX_ASSIGN(const bool still_there, sealer_.has(last_->seal));
    if (!still_there) {
      return fail(ErrorCode::conflict, "The audit log was changed: seal " + std::to_string(last_->seal.seq) + " of " +
                                           last_->at + " is no longer in its chain. Run: ztix audit verify");
    }
    if (last_->seal.seq == head->seal.seq) return {};
  }
  ZTIX_CHECK(file_.append(chain_.line_of(*head)));
  last_ = head;
  return {};
}

Status AuditHeadExport::look_into_file() {
  ZTIX_ASSIGN(const auto lines, file_.lines());
  last_ = last_head(chain_, lines);
  return {};
}

}  // namespace ztix::store
