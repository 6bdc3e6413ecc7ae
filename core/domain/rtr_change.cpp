#include "core/domain/rtr_change.h"

#include <algorithm>

namespace ztix::domain {
namespace {

bool keeps_one(const RtrCaches& of, const RtrCaches& wanted) {
  return of.empty() || std::any_of(of.begin(), of.end(), [&](const auto& cache) {
           return std::find(wanted.begin(), wanted.end(), cache) != wanted.end();
         });
}

bool is_changing(const RtrSituation& situation) {
  return std::any_of(situation.possible.begin(), situation.possible.end(),
                     [&](const auto& caches) { return !is_same(caches, situation.possible.back()); });
}

}  // namespace

std::string text_of(const RtrCache& cache) {
  const auto address = cache.address.is_ipv4() ? cache.address.text() : "[" + cache.address.text() + "]";
  return address + ":" + std::to_string(cache.port);
}

bool is_same(const RtrCaches& a, const RtrCaches& b) {
  return a.size() == b.size() && std::is_permutation(a.begin(), a.end(), b.begin());
}

RtrRefusal judge_rtr_change(const RtrCaches& wanted, const RtrSituation& mine,
                            const std::vector<RtrSituation>& others) {
  const bool keeps = std::all_of(mine.possible.begin(), mine.possible.end(),
                                 [&](const auto& caches) { return keeps_one(caches, wanted); });
  if (mine.has_confirmed && !keeps) return RtrRefusal::all_at_once;
  if (!mine.is_enabled) return RtrRefusal::none;
  const auto enabled = std::count_if(others.begin(), others.end(), [](const auto& each) { return each.is_enabled; });
  const auto changing = std::count_if(others.begin(), others.end(),
                                      [](const auto& each) { return each.is_enabled && is_changing(each); });
  return enabled > 0 && changing == enabled ? RtrRefusal::everywhere : RtrRefusal::none;
}

}  // namespace ztix::domain
