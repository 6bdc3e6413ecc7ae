#pragma once

/// @file core/log/format.h
/// From a record to its line. Pure, so that tests can hold every line to be one JSON object.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/log/log.h"

namespace ztix::log {

struct Record {
  Timestamp at{};
  Level level = Level::info;
  std::string_view program;
  std::string_view event;
  std::string_view request_id;  ///< empty = none
  std::int64_t job_id = 0;      ///< 0 = none
  std::span<const Fact> facts;
};

/// One line without its line end. Everything outside printable ASCII is escaped, so no byte of a fact can end the
/// line, colour a terminal or make a second field. Bytes that are not UTF-8 become U+FFFD. A fact with the name of a
/// field of ours appears as `fact_<name>`.
[[nodiscard]] std::string to_json_line(const Record& record);

/// For a terminal: time, level, event, facts as key=value; escaped like the JSON form.
[[nodiscard]] std::string to_readable_line(const Record& record);

}  // namespace ztix::log
