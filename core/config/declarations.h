#pragma once

/// @file core/config/declarations.h
/// Every setting of the three programs, declared once. `.env.example` is made from this table and a test holds it
/// there.

#include <cstdint>
#include <span>
#include <string_view>

namespace ztix::config {

enum class ValueType : std::uint8_t {
  text,
  flag,          ///< true or false
  integer,       ///< decimal
  seconds,       ///< decimal
  milliseconds,  ///< decimal
  word,          ///< one of a few words; `choices` lists them
  url,
  listen,    ///< ADDRESS:PORT, [IPv6]:PORT
  prefixes,  ///< comma-separated CIDR prefixes
  networks,  ///< comma-separated ZeroTier network ids
  path,      ///< of a file or folder
};

/// Which program reads a setting; bits.
enum Program : unsigned { kApp = 1, kWorker = 2, kCli = 4 };

struct Declaration {
  std::string_view name;
  ValueType type = ValueType::text;
  /// What holds when it is not set; for most settings without one, "not set" is an error of the programs that need it.
  std::string_view fallback;
  std::string_view meaning;
  unsigned programs = 0;
  /// May also be given as NAME_FILE, a file that others cannot read.
  bool secret = false;
  /// For ValueType::word, separated by `|`.
  std::string_view choices = {};
  /// Inclusive bounds of numbers.
  std::int64_t min = 0;
  std::int64_t max = 0;
};

/// In the order in which `.env.example` shows them.
[[nodiscard]] std::span<const Declaration> declarations() noexcept;

/// @throws std::logic_error for a name that is not declared: a setting nobody can look up must not be read.
[[nodiscard]] const Declaration& declaration_of(std::string_view name);

}  // namespace ztix::config
