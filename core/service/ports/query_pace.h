#pragma once

/// @file core/service/ports/query_pace.h
/// When the next query may be sent to somebody who counts ours. Kept where all workers see it, since they are counted
/// together: by address, or by key.

#include <chrono>
#include <cstdint>
#include <string>

#include "core/base/result.h"

namespace ztix::service {

class QueryPace {
 public:
  virtual ~QueryPace() = default;

  struct Rules {
    std::chrono::milliseconds gap{0};           ///< between the starts of two queries
    std::chrono::milliseconds repeat{0};        ///< between two that are the same
    std::chrono::milliseconds large_repeat{0};  ///< the same, when the answer was larger than `large`
    std::int64_t large = 0;                     ///< bytes
    std::chrono::milliseconds longest_wait{0};  ///< who would wait longer gets no place
  };
  struct Place {
    std::chrono::milliseconds wait{0};
    bool is_taken = false;  ///< the caller may ask after `wait`; else it has to come again then
  };

  /// @param query  digest of what will be asked.
  virtual Result<Place> take_place(const std::string& query, const Rules& rules) = 0;
  /// How large the answer was.
  virtual Status answered(const std::string& query, std::int64_t bytes) = 0;
  /// The other side wants to hear nothing for so long.
  virtual Status pause(std::chrono::milliseconds duration) = 0;
};

}  // namespace ztix::service
