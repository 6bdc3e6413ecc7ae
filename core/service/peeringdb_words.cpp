#include "core/service/peeringdb_words.h"

#include "core/base/age.h"
#include "core/base/text.h"

namespace ztix::service {
namespace {

std::string words_of(const std::string& part) {
  if (part == "as_set") return "an AS-SET";
  if (part == "prefix_counts") return "a number of prefixes";
  return "a " + part;
}

}  // namespace

std::string knowledge_in_words(const PeeringDbView& view) {
  const auto network = "AS" + view.asn.text();
  switch (view.knowledge()) {
    case PeeringDbView::Knowledge::unknown:
      return "Nothing is known about " + network + " yet: PeeringDB has not answered about it.";
    case PeeringDbView::Knowledge::absent:
      return "PeeringDB has no entry for " + network + ".";
    case PeeringDbView::Knowledge::known:
      return "As PeeringDB said " + age_in_words(view.age) + " ago.";
    case PeeringDbView::Knowledge::gone:
      return "PeeringDB no longer has an entry for " + network + ". This is the last it said, " +
             age_in_words(view.age) + " ago.";
  }
  return {};
}

std::vector<std::string> warnings_in_words(const PeeringDbView& view) {
  std::vector<std::string> warnings;
  if (view.entry) {
    std::vector<std::string> missing;
    for (const auto& part : missing_parts(*view.entry)) missing.push_back(words_of(part));
    if (!missing.empty()) warnings.push_back("The entry lacks " + join(missing, " and ") + ".");
    if (view.entry->never_via_route_servers) {
      warnings.emplace_back("The network says that its routes shall never be seen via route servers.");
    }
    if (!view.entry->as_sets.unreadable.empty()) {
      warnings.push_back("Not an AS-SET: " + join(view.entry->as_sets.unreadable, " "));
    }
  }
  if (!view.problem.empty()) warnings.push_back("The last answer could not be read. " + view.problem);
  if (!view.outage.empty()) warnings.push_back("PeeringDB does not answer at the moment. " + view.outage);
  return warnings;
}

}  // namespace ztix::service
