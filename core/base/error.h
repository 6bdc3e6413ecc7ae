#pragma once

/// @file core/base/error.h
/// One vocabulary for everything that can go wrong in an ordinary way.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ztix {

/// Why something did not happen. The edge maps it: HTTP status in app, job verdict in worker, exit code in cli.
/// `fenced` is a refusal by the target: somebody with a newer fence owns it, so stop without retry (architecture §1.3).
enum class ErrorCode : std::uint8_t {
  invalid_argument,
  out_of_range,
  unauthenticated,
  forbidden,
  not_found,
  conflict,
  refused_transition,
  fenced,
  rate_limited,
  unavailable,
  timeout,
  upstream,
  internal,
};

/// The spelling used in logs and JSON.
[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;

/// True when the same call may succeed later without anybody changing anything.
[[nodiscard]] bool is_transient(ErrorCode code) noexcept;

/// An ordinary failure.
///
/// `message` may be shown to the user and says the remedy where there is one; `detail` is only logged.
/// Never build one from the other.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string detail;
  /// A narrower word for machines, e.g. `node_id_in_use`; empty means "the code says it all".
  std::string reason;
  /// Facts for the client, e.g. {"field","asn"}; shown in the error envelope's `details`.
  std::vector<std::pair<std::string, std::string>> facts;

  [[nodiscard]] Error with_reason(std::string_view word) && {
    reason = word;
    return std::move(*this);
  }
  [[nodiscard]] Error with_detail(std::string_view text) && {
    detail = text;
    return std::move(*this);
  }
  [[nodiscard]] Error with_fact(std::string_view name, std::string_view value) && {
    facts.emplace_back(name, value);
    return std::move(*this);
  }
};

/// Shorthand: `return fail(ErrorCode::not_found, "No such request.");`
[[nodiscard]] inline Error fail(ErrorCode code, std::string message) {
  return Error{code, std::move(message), {}, {}, {}};
}

}  // namespace ztix
