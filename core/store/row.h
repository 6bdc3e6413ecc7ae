#pragma once

/// @file core/store/row.h
/// What a statement returned. Reading a NULL or another type than the column has is a bug and throws
/// std::logic_error: a silent zero would be an AS number or a fence that nobody chose.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/domain/asn.h"
#include "core/domain/states.h"
#include "core/domain/zerotier_id.h"
#include "core/net/ip_address.h"
#include "core/net/prefix.h"

struct pg_result;  // libpq's PGresult

namespace ztix::store {

/// One row; keeps the result it belongs to alive. Columns go by name.
class Row {
 public:
  Row(std::shared_ptr<const pg_result> result, int index) : result_(std::move(result)), index_(index) {}

  /// T: bool, any integer (range-checked), std::string (text, or the text form of any type), Uuid, Timestamp, Asn,
  /// NodeId, ZtNetworkId, IpAddress, Prefix, std::vector<std::string> (one-dimensional array without NULLs),
  /// std::vector<std::int64_t>, or std::optional of any of these (NULL = nullopt).
  template <class T>
  [[nodiscard]] T get(const char* column) const {
    T value = Reader<T>::read(*this, column);
    return value;
  }

  /// An enum by its stored spelling, e.g. `row.get_enum(domain::kAdmissions, "admission")`.
  template <class Enum, std::size_t N>
  [[nodiscard]] Enum get_enum(const std::array<Enum, N>& all, const char* column) const {
    if (const auto value = domain::parse_enum(all, text(column))) return *value;
    mismatch(column, "an enum");
  }

  [[nodiscard]] bool is_null(const char* column) const;

 private:
  template <class T>
  struct Reader;
  template <class T>
  struct Reader<std::optional<T>> {
    static std::optional<T> read(const Row& row, const char* column) {
      if (row.is_null(column)) return std::nullopt;
      return Reader<T>::read(row, column);
    }
  };
  template <class T>
  requires(std::integral<T> && !std::same_as<T, bool>) struct Reader<T> {
    static T read(const Row& row, const char* column) {
      const auto value = row.integer(column);
      if (!std::in_range<T>(value)) row.mismatch(column, "in the range of its type");
      return static_cast<T>(value);
    }
  };

  [[nodiscard]] int column_index(const char* column) const;
  [[nodiscard]] std::string_view text(const char* column) const;
  [[nodiscard]] std::int64_t integer(const char* column) const;
  [[noreturn]] void mismatch(const char* column, const char* expected) const;

  std::shared_ptr<const pg_result> result_;
  int index_;
};

template <>
struct Row::Reader<bool> {
  static bool read(const Row& row, const char* column);
};
template <>
struct Row::Reader<std::string> {
  static std::string read(const Row& row, const char* column);
};
template <>
struct Row::Reader<Uuid> {
  static Uuid read(const Row& row, const char* column);
};
template <>
struct Row::Reader<Timestamp> {
  static Timestamp read(const Row& row, const char* column);
};
template <>
struct Row::Reader<domain::Asn> {
  static domain::Asn read(const Row& row, const char* column);
};
template <>
struct Row::Reader<domain::NodeId> {
  static domain::NodeId read(const Row& row, const char* column);
};
template <>
struct Row::Reader<domain::ZtNetworkId> {
  static domain::ZtNetworkId read(const Row& row, const char* column);
};
template <>
struct Row::Reader<IpAddress> {
  static IpAddress read(const Row& row, const char* column);
};
template <>
struct Row::Reader<Prefix> {
  static Prefix read(const Row& row, const char* column);
};
template <>
struct Row::Reader<std::vector<std::string>> {
  static std::vector<std::string> read(const Row& row, const char* column);
};
template <>
struct Row::Reader<std::vector<std::int64_t>> {
  static std::vector<std::int64_t> read(const Row& row, const char* column);
};

/// All rows of one statement, in order.
class Rows {
 public:
  explicit Rows(std::shared_ptr<const pg_result> result);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] Row operator[](std::size_t index) const { return {result_, static_cast<int>(index)}; }
  /// nullopt when there is none. @throws std::logic_error for more than one row.
  [[nodiscard]] std::optional<Row> at_most_one() const;
  /// @throws std::logic_error unless there is exactly one row.
  [[nodiscard]] Row one() const;
  /// Rows inserted, updated, deleted (or selected).
  [[nodiscard]] std::size_t affected() const;

  class Iterator {
   public:
    Iterator(const Rows& rows, std::size_t index) : rows_(&rows), index_(index) {}
    Row operator*() const { return (*rows_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

   private:
    const Rows* rows_;
    std::size_t index_;
  };
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size_}; }

 private:
  std::shared_ptr<const pg_result> result_;
  std::size_t size_;
};

}  // namespace ztix::store
