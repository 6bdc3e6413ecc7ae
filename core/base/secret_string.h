#pragma once

/// @file core/base/secret_string.h
/// Text that must never reach a log, a reply or a core dump by accident.

#include <string>
#include <string_view>

namespace ztix {

/// A secret: no stream operator, no JSON, compared in constant time, wiped on destruction.
class SecretString {
 public:
  SecretString() = default;
  explicit SecretString(std::string_view text) : text_(text) {}
  SecretString(const SecretString&) = default;
  SecretString(SecretString&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  SecretString& operator=(const SecretString& other);
  SecretString& operator=(SecretString&& other) noexcept;
  ~SecretString() { wipe(); }

  /// The only way to read it; the ugly name makes every use visible in review.
  [[nodiscard]] const std::string& expose() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  /// Constant time in the length of the secret.
  friend bool operator==(const SecretString& a, const SecretString& b) noexcept;

 private:
  void wipe() noexcept;
  std::string text_;
};

/// Compares without revealing the position of the first difference. Lengths are not secret.
[[nodiscard]] bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

}  // namespace ztix
