#pragma once

/// @file core/base/result.h
/// A value or the reason why there is none.
///
/// Member names are those of std::expected, which clang 14 lacks with libstdc++ 12 in every mode; replacing this
/// class later is mechanical.

#include <stdexcept>
#include <utility>
#include <variant>

#include "core/base/error.h"

namespace ztix {

/// Holds a `T` or an `Error`. Reading the wrong one is a bug and throws std::logic_error.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & {
    require(0);
    return std::get<0>(state_);
  }
  [[nodiscard]] const T& value() const& {
    require(0);
    return std::get<0>(state_);
  }
  [[nodiscard]] T&& value() && {
    require(0);
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const& {
    require(1);
    return std::get<1>(state_);
  }
  [[nodiscard]] Error&& error() && {
    require(1);
    return std::get<1>(std::move(state_));
  }
  template <class U>
  [[nodiscard]] T value_or(U&& fallback) const& {
    return has_value() ? std::get<0>(state_) : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  void require(std::size_t index) const {
    if (state_.index() != index) {
      throw std::logic_error(index == 0 ? "Result: no value: " + std::get<1>(state_).message : "Result: no error");
    }
  }
  std::variant<T, Error> state_;
};

/// Success without a value, or an `Error`.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }
  void value() const {
    if (!ok_) throw std::logic_error("Result: no value: " + error_.message);
  }
  [[nodiscard]] const Error& error() const& {
    if (ok_) throw std::logic_error("Result: no error");
    return error_;
  }
  [[nodiscard]] Error&& error() && {
    if (ok_) throw std::logic_error("Result: no error");
    return std::move(error_);
  }

 private:
  Error error_;
  bool ok_ = true;
};

using Status = Result<void>;

}  // namespace ztix

/// Returns the error of a Result-valued expression from the enclosing function, or goes on.
#define ZTIX_CHECK(expression)                                       \
  do {                                                               \
    if (auto ztix_check_result = (expression); !ztix_check_result) { \
      return std::move(ztix_check_result).error();                   \
    }                                                                \
  } while (false)

#define ZTIX_CONCAT_INNER(a, b) a##b
#define ZTIX_CONCAT(a, b) ZTIX_CONCAT_INNER(a, b)

/// `ZTIX_ASSIGN(auto user, find_user(id));` binds the value or returns the error.
#define ZTIX_ASSIGN(declaration, expression)                       \
  auto ZTIX_CONCAT(ztix_result_, __LINE__) = (expression);         \
  if (!ZTIX_CONCAT(ztix_result_, __LINE__)) {                      \
    return std::move(ZTIX_CONCAT(ztix_result_, __LINE__)).error(); \
  }                                                                \
  declaration = std::move(ZTIX_CONCAT(ztix_result_, __LINE__)).value()
