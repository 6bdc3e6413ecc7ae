#include "core/service/ports/peeringdb.h"

namespace ztix::service {

std::vector<std::string> missing_parts(const PeeringDbEntry& entry) {
  std::vector<std::string> missing;
  if (entry.name.empty()) missing.emplace_back("name");
  if (entry.as_sets.sets.empty()) missing.emplace_back("as_set");
  // 0 is what PeeringDB shows for a count nobody has filled in.
  if (entry.prefixes_v4.value_or(0) == 0 && entry.prefixes_v6.value_or(0) == 0) missing.emplace_back("prefix_counts");
  return missing;
}

PeeringDbView::Knowledge PeeringDbView::knowledge() const noexcept {
  if (gone_since) return Knowledge::gone;
  if (entry) return Knowledge::known;
  return asked_at && problem.empty() ? Knowledge::absent : Knowledge::unknown;
}

std::string_view to_string(PeeringDbView::Knowledge knowledge) noexcept {
  switch (knowledge) {
    case PeeringDbView::Knowledge::unknown:
      return "unknown";
    case PeeringDbView::Knowledge::absent:
      return "absent";
    case PeeringDbView::Knowledge::known:
      return "known";
    case PeeringDbView::Knowledge::gone:
      return "gone";
  }
  return "";
}

Result<PeeringDbView> PeeringDbReader::view(domain::Asn asn) {
  ZTIX_ASSIGN(auto all, views({asn}));
  return std::move(all.front());
}

}  // namespace ztix::service
