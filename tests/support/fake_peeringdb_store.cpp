#include "tests/support/fake_peeringdb_store.h"

#include <algorithm>

namespace ztix::test {

using domain::Asn;
using service::PeeringDbView;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::set<Asn> FakePeeringDbStore::followed() const {
  std::set<Asn> asns;
  for (const auto& [name, user] : exchange_.users) {
    if (user.disabled) continue;
    for (const auto& link : user.asns) asns.insert(link.asn);
  }
  for (const auto& request : exchange_.requests) {
    if (domain::is_open(request.state)) asns.insert(request.asn);
  }
  for (const auto& membership : exchange_.memberships) {
    if (!membership.ended) asns.insert(membership.asn);
  }
  for (const auto& [asn, record] : records_) {
    if (record.is_ordered()) asns.insert(asn);
  }
  return asns;
}

Timestamp FakePeeringDbStore::due_at(Asn asn, seconds interval) const {
  const auto found = records_.find(asn);
  if (found == records_.end() || !found->second.asked_at || found->second.is_ordered()) return Timestamp::min();
  return *found->second.asked_at + interval;
}

Result<std::vector<PeeringDbView>> FakePeeringDbStore::views(const std::vector<Asn>& asns) {
  const std::lock_guard hold(exchange_.mutex);
  return read(asns);
}

std::vector<PeeringDbView> FakePeeringDbStore::read(const std::vector<Asn>& asns) const {
  std::vector<PeeringDbView> all;
  for (const auto asn : asns) {
    PeeringDbView view(asn);
    view.outage = outage_;
    if (const auto found = records_.find(asn); found != records_.end()) {
      const auto& record = found->second;
      view.entry = record.entry;
      view.seen_at = record.seen_at;
      if (record.seen_at) view.age = std::chrono::duration_cast<seconds>(exchange_.now - *record.seen_at);
      view.asked_at = record.asked_at;
      view.gone_since = record.gone_since;
      view.problem = record.problem;
    }
    all.push_back(std::move(view));
  }
  return all;
}

Result<std::vector<Asn>> FakePeeringDbStore::due(seconds interval, std::size_t limit) {
  const std::lock_guard hold(exchange_.mutex);
  std::vector<Asn> asns;
  for (const auto asn : followed()) {
    if (due_at(asn, interval) <= exchange_.now) asns.push_back(asn);
  }
  std::stable_sort(asns.begin(), asns.end(), [this](Asn a, Asn b) {
    const auto asked = [this](Asn asn) {
      const auto found = records_.find(asn);
      return found == records_.end() ? Timestamp::min() : found->second.asked_at.value_or(Timestamp::min());
    };
    return asked(a) < asked(b);
  });
  if (asns.size() > limit) asns.resize(limit, asns.front());
  return asns;
}

Result<milliseconds> FakePeeringDbStore::next_due(seconds interval) {
  const std::lock_guard hold(exchange_.mutex);
  milliseconds wait = interval;
  for (const auto asn : followed()) {
    const auto at = std::max(due_at(asn, interval), exchange_.now);
    wait = std::min(wait, std::chrono::ceil<milliseconds>(at - exchange_.now));
  }
  return wait;
}

Status FakePeeringDbStore::record(const service::Job& job, const service::PeeringDbAnswer& answer) {
  const std::lock_guard hold(exchange_.mutex);
  if (!jobs_.is_held(job)) return fail(ErrorCode::fenced, "not yours");
  for (const auto asn : answer.asked) {
    auto& record = records_[asn];
    record.asked_at = exchange_.now;
    const auto entry =
        std::find_if(answer.entries.begin(), answer.entries.end(), [asn](const auto& each) { return each.asn == asn; });
    const auto refused = answer.refused.find(asn);
    record.problem = refused == answer.refused.end() ? std::string() : refused->second;
    if (entry != answer.entries.end()) {
      record.entry = *entry;
      record.seen_at = exchange_.now;
      record.gone_since = std::nullopt;
    } else if (record.problem.empty() && record.entry && !record.gone_since) {
      record.gone_since = exchange_.now;
    }
  }
  failures_ = 0;
  outage_.clear();
  return {};
}

Result<int> FakePeeringDbStore::record_failure(const service::Job& job, const std::string& message) {
  const std::lock_guard hold(exchange_.mutex);
  if (!jobs_.is_held(job)) return fail(ErrorCode::fenced, "not yours");
  outage_ = message;
  return ++failures_;
}

Result<std::vector<PeeringDbView>> FakePeeringDbStore::order(const std::vector<Asn>& asns,
                                                             const service::Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  auto ordered = asns;
  if (asns.empty()) {
    for (const auto asn : followed()) ordered.push_back(asn);
  }
  std::string names;
  for (const auto asn : asns) names += (names.empty() ? "" : " ") + asn.text();
  for (const auto asn : ordered) records_[asn].ordered_at = exchange_.now;
  exchange_.audit(actor, "peeringdb.refresh_ordered", "peeringdb", names.empty() ? "all" : names);
  ZTIX_CHECK(enqueue(milliseconds(0)));
  return read(ordered);
}

Status FakePeeringDbStore::enqueue_refresh(seconds interval) {
  const std::lock_guard hold(exchange_.mutex);
  const auto asns = followed();
  const bool urgent = failures_ == 0 && std::any_of(asns.begin(), asns.end(), [this](Asn asn) {
                        const auto found = records_.find(asn);
                        return found == records_.end() || !found->second.asked_at;
                      });
  return enqueue(urgent ? milliseconds(0) : milliseconds(interval));
}

Status FakePeeringDbStore::enqueue(milliseconds delay) {
  ZTIX_CHECK(
      jobs_.enqueue({service::kPeeringDbRefresh, service::kPeeringDbSubject, 0, service::kWorstPriority, delay, ""}));
  return {};
}

}  // namespace ztix::test
