#pragma once

/// @file core/domain/as_set.h
/// The sets in which a network registers whom it announces (RFC 2622 §5.1), as people write them into PeeringDB.

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ztix::domain {

/// `AS-EXAMPLE`, `AS64496:AS-EXAMPLE` or, where a network announces only itself, `AS64496`; with the registry that
/// holds it, if one is named. Upper case: names of RPSL objects have none (RFC 2622 §2), so two spellings are one set.
class AsSet {
 public:
  /// One set, `SOURCE::NAME` or `NAME@SOURCE` or `NAME`; nullopt for anything else.
  [[nodiscard]] static std::optional<AsSet> parse(std::string_view text);

  /// Registry, e.g. `RIPE`; empty when none is named.
  [[nodiscard]] const std::string& source() const noexcept { return source_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// `RIPE::AS-EXAMPLE`, the spelling that PeeringDB and bgpq4 prefer.
  [[nodiscard]] std::string text() const { return source_.empty() ? name_ : source_ + "::" + name_; }
  friend auto operator<=>(const AsSet&, const AsSet&) = default;

 private:
  AsSet(std::string source, std::string name) : source_(std::move(source)), name_(std::move(name)) {}
  std::string source_;
  std::string name_;
};

/// A field of several sets.
struct AsSets {
  std::vector<AsSet> sets;              ///< in the order they were written, each once
  std::vector<std::string> unreadable;  ///< what is none; people write explanations there too
  friend bool operator==(const AsSets&, const AsSets&) = default;
};

/// Sets separated by white space or commas. Never fails: what cannot be read is returned beside the rest, since one
/// wrong word must not hide the good ones.
[[nodiscard]] AsSets parse_as_sets(std::string_view text);

}  // namespace ztix::domain
