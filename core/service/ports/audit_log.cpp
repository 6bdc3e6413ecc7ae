#include "core/service/ports/audit_log.h"

namespace ztix::service {

Status set_subject(AuditFilter& filter, const std::string& subject) {
  const auto colon = subject.find(':');
  const auto kind = subject.substr(0, colon);
  if (kind.empty() || colon + 1 == subject.size()) {
    return fail(ErrorCode::invalid_argument, "A subject is KIND or KIND:ID, e.g. route_server:rs1 or request:UUID.")
        .with_reason("bad_subject")
        .with_fact("field", "subject");
  }
  filter.subject_kind = kind;
  if (colon != std::string::npos) filter.subject_id = subject.substr(colon + 1);
  return {};
}

}  // namespace ztix::service
