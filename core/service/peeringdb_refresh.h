#pragma once

/// @file core/service/peeringdb_refresh.h
/// `peeringdb.refresh`: keeps what is known of the networks we deal with at most an hour behind PeeringDB.

#include <chrono>

#include "core/service/ports/job_store.h"
#include "core/service/ports/peeringdb.h"

namespace ztix::service {

class PeeringDbRefresh {
 public:
  struct Ports {
    PeeringDbStore& store;
    PeeringDbDirectory& directory;
  };
  /// @param interval  after which an answer is old; 0 = PeeringDB is never asked.
  PeeringDbRefresh(Ports ports, std::chrono::seconds interval) : ports_(ports), interval_(interval) {}

  /// One batch a run; the job puts itself back for the next. While PeeringDB does not answer nothing changes, and it is
  /// tried again later and later.
  JobOutcome run(const Job& job);

 private:
  JobOutcome ask(const Job& job, const std::vector<domain::Asn>& due);
  JobOutcome next_look();

  Ports ports_;
  std::chrono::seconds interval_;
};

}  // namespace ztix::service
