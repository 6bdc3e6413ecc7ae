#pragma once

/// @file core/service/ports/audit_check.h
/// Holds the audit log against its chain and against what was exported of it. Knows no database: it is given links one
/// after another.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/service/ports/audit_chain.h"

namespace ztix::service {

enum class AuditFault : std::uint8_t { changed, deleted, swapped, inserted, truncated, unsealed };

/// The word for people and programs.
[[nodiscard]] constexpr std::string_view to_string(AuditFault fault) noexcept {
  constexpr std::array<std::string_view, 6> kNames{"changed",  "deleted",   "swapped",
                                                   "inserted", "truncated", "unsealed"};
  return kNames[static_cast<std::size_t>(fault)];
}

struct AuditProblem {
  AuditFault fault = AuditFault::changed;
  std::int64_t seq = 0;       ///< of the seal; 0 where there is none
  std::int64_t audit_id = 0;  ///< of the row; 0 where it is not known
  std::string message;
  std::string remedy;
};

struct AuditReport {
  std::int64_t sealed = 0;             ///< links that were checked
  std::int64_t open = 0;               ///< rows that are so young that the sealer may not have seen them
  std::int64_t problem_count = 0;      ///< all
  std::vector<AuditProblem> problems;  ///< the first of them
  std::string head_at;                 ///< of the newest exported head; empty: none
  std::int64_t head_seq = 0;

  [[nodiscard]] bool is_intact() const noexcept { return problem_count == 0; }
};

/// A seal as it is stored, with its row as it is now.
struct SealedRow {
  Seal seal;
  std::int64_t audit_id = 0;
  std::string complete_since;
  bool came_later = false;               ///< it says it is older than what was there when everything was sealed
  std::optional<std::string> canonical;  ///< nullopt: the row is gone
};

class AuditCheck {
 public:
  static constexpr std::size_t kMostProblems = 100;

  /// @param head_lines  what was exported, oldest first.
  AuditCheck(const AuditChain& chain, const std::vector<std::string>& head_lines);

  /// The next link, in the order of `seq`.
  void add(SealedRow row);
  /// A row without a seal.
  void add_unsealed(std::int64_t audit_id, bool is_old);
  [[nodiscard]] AuditReport finish();

 private:
  struct Bad {
    SealedRow row;
    Seal before;
    std::size_t problem;  ///< its place among the problems
  };
  void check_link(const SealedRow& row);
  void note_bad(SealedRow row);
  void check_heads(const Seal& seal);
  void tell_swapped_apart();
  [[nodiscard]] bool is_content_of(const Bad& seal, const Bad& other) const;
  void complain(AuditFault fault, std::int64_t seq, std::int64_t audit_id, std::string message);

  const AuditChain& chain_;
  AuditReport report_;
  std::multimap<std::int64_t, AuditHead> heads_;
  Seal stored_;               ///< the link before, as it is stored
  Seal good_;                 ///< the last link that fitted, with the number it was made with
  std::optional<Seal> made_;  ///< of the link before, when that did not fit: what its row would give
  std::vector<Bad> bad_;
};

}  // namespace ztix::service
