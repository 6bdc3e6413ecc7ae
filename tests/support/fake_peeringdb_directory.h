#pragma once

/// @file tests/support/fake_peeringdb_directory.h
/// PeeringDB in memory. Held to the client and the lab's simulator by tests/contract/peeringdb.

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "core/service/ports/peeringdb.h"

namespace ztix::test {

/// Not thread safe.
class FakePeeringDbDirectory final : public service::PeeringDbDirectory {
 public:
  Result<service::PeeringDbAnswer> look_up(const std::vector<domain::Asn>& asns) override {
    if (asns.empty() || asns.size() > kLargestBatch) {
      return fail(ErrorCode::invalid_argument, "PeeringDB is asked about 1 to 150 networks at once.");
    }
    asked.push_back(asns);
    if (failure) return *failure;
    service::PeeringDbAnswer answer;
    if (pause) {
      answer.wait = pause;
      return answer;
    }
    answer.asked.assign(asns.begin(), asns.begin() + static_cast<std::ptrdiff_t>(std::min(asns.size(), fits)));
    for (const auto asn : answer.asked) {
      if (malformed.contains(asn)) {
        answer.refused.emplace(asn, malformed.at(asn));
      } else if (const auto found = entries.find(asn); found != entries.end()) {
        answer.entries.push_back(found->second);
      }
    }
    return answer;
  }

  std::map<domain::Asn, service::PeeringDbEntry> entries;
  std::map<domain::Asn, std::string> malformed;
  std::optional<Error> failure;
  std::optional<std::chrono::milliseconds> pause;
  std::size_t fits = kLargestBatch;             ///< how many one answer holds
  std::vector<std::vector<domain::Asn>> asked;  ///< every batch
};

}  // namespace ztix::test
