#pragma once

/// @file tests/support/fake_peeringdb_store.h
/// What PeeringDB has said, in memory. Held to PostgreSQL's behaviour by tests/contract/store_jobs.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/service/ports/peeringdb.h"
#include "tests/support/fake_exchange.h"
#include "tests/support/fake_job_store.h"

namespace ztix::test {

class FakePeeringDbStore final : public service::PeeringDbStore {
 public:
  FakePeeringDbStore(FakeExchange& exchange, FakeJobStore& jobs) : exchange_(exchange), jobs_(jobs) {}

  Result<std::vector<service::PeeringDbView>> views(const std::vector<domain::Asn>& asns) override;
  Result<std::vector<domain::Asn>> due(std::chrono::seconds interval, std::size_t limit) override;
  Result<std::chrono::milliseconds> next_due(std::chrono::seconds interval) override;
  Status record(const service::Job& job, const service::PeeringDbAnswer& answer) override;
  Result<int> record_failure(const service::Job& job, const std::string& message) override;
  Result<std::vector<service::PeeringDbView>> order(const std::vector<domain::Asn>& asns,
                                                    const service::Actor& actor) override;
  Status enqueue_refresh(std::chrono::seconds interval) override;

 private:
  struct Record {
    std::optional<service::PeeringDbEntry> entry;
    std::optional<Timestamp> seen_at;
    std::optional<Timestamp> asked_at;
    std::optional<Timestamp> gone_since;
    std::optional<Timestamp> ordered_at;
    std::string problem;
    [[nodiscard]] bool is_ordered() const { return ordered_at && (!asked_at || *ordered_at > *asked_at); }
  };
  [[nodiscard]] std::vector<service::PeeringDbView> read(const std::vector<domain::Asn>& asns) const;
  [[nodiscard]] std::set<domain::Asn> followed() const;
  /// When it is due.
  [[nodiscard]] Timestamp due_at(domain::Asn asn, std::chrono::seconds interval) const;
  Status enqueue(std::chrono::milliseconds delay);

  FakeExchange& exchange_;
  FakeJobStore& jobs_;
  std::map<domain::Asn, Record> records_;
  int failures_ = 0;
  std::string outage_;
};

}  // namespace ztix::test
