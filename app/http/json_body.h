#pragma once

/// @file app/http/json_body.h
/// The body of an API call: one flat JSON object with the fields that the handler names, and no others.

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.h"

namespace ztix::app {

/// Two readers of one text must see the same thing, so duplicate keys, NUL, unknown fields and other types are errors,
/// never guesses. All errors: invalid_argument with a reason and, where there is one, the fact `field`.
class JsonBody {
 public:
  /// An empty text counts as `{}`: many calls have nothing to say.
  /// `bad_json` for what is not one JSON object (RFC 8259), `duplicate_key`, `nested_too_deep`.
  static Result<JsonBody> parse(std::string_view text);
  JsonBody(JsonBody&& other) noexcept;
  JsonBody& operator=(JsonBody&& other) noexcept;
  ~JsonBody();

  /// `missing_field`, `wrong_type`.
  Result<std::string> text(const std::string& field);
  /// nullopt when absent or null.
  Result<std::optional<std::string>> optional_text(const std::string& field);
  /// A whole number ≥ 0, written as one (not 1.0, not "1").
  Result<std::uint64_t> number(const std::string& field);
  /// A whole number, also below 0, written as one.
  Result<std::int64_t> integer(const std::string& field);
  Result<std::optional<std::uint64_t>> optional_number(const std::string& field);
  Result<std::optional<bool>> optional_flag(const std::string& field);
  /// `unknown_field` when there is a field that was not asked for. Call it last.
  Status finish() const;

 private:
  explicit JsonBody(std::unique_ptr<nlohmann::json> object);
  const nlohmann::json* find(const std::string& field);

  std::unique_ptr<nlohmann::json> object_;
  std::set<std::string> asked_;
};

}  // namespace ztix::app
