#include "core/base/error.h"

namespace ztix {

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::out_of_range:
      return "out_of_range";
    case ErrorCode::unauthenticated:
      return "unauthenticated";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::refused_transition:
      return "refused_transition";
    case ErrorCode::fenced:
      return "fenced";
    case ErrorCode::rate_limited:
      return "rate_limited";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::timeout:
      return "timeout";
    case ErrorCode::upstream:
      return "upstream";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

bool is_transient(ErrorCode code) noexcept {
  return code == ErrorCode::rate_limited || code == ErrorCode::unavailable || code == ErrorCode::timeout ||
         code == ErrorCode::upstream;
}

}  // namespace ztix
