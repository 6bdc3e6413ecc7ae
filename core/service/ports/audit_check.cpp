#include "core/service/ports/audit_check.h"

#include <algorithm>
#include <utility>

namespace ztix::service {
namespace {

std::string_view remedy_of(AuditFault fault) {
  switch (fault) {
    case AuditFault::changed:
    case AuditFault::swapped:
      return "Somebody changed the database past the programs. Take the row from a backup of before, and find out who "
             "had the rights.";
    case AuditFault::deleted:
      return "Take the row from a backup of before, and find out who had the rights.";
    case AuditFault::inserted:
      return "The row was not written when it says: believe nothing of it.";
    case AuditFault::truncated:
      return "Compare with a backup. After you yourself restored an older one: put the head file aside, keep it, and "
             "let the worker begin a new one.";
    case AuditFault::unsealed:
      return "See that a worker runs with ZTIX_AUDIT_KEY_FILE; if one does, its seal was deleted or the row came past "
             "it.";
  }
  return {};
}

std::string row_text(std::int64_t audit_id) { return "Row " + std::to_string(audit_id); }

std::string range_text(std::int64_t first, std::int64_t last) {
  return first == last ? "Seal " + std::to_string(first) + " is"
                       : "Seals " + std::to_string(first) + " to " + std::to_string(last) + " are";
}

/// The canonical form of a row, but with another id: it is the first that is written.
std::string with_id(const std::string& canonical, std::int64_t id) {
  return "(" + std::to_string(id) + canonical.substr(std::min(canonical.find(','), canonical.size()));
}

}  // namespace

AuditCheck::AuditCheck(const AuditChain& chain, const std::vector<std::string>& head_lines) : chain_(chain) {
  for (std::size_t i = 0; i < head_lines.size(); ++i) {
    const auto head = chain_.read_line(head_lines[i]);
    if (head) {
      heads_.emplace(head->seal.seq, *head);
      report_.head_at = head->at;
      report_.head_seq = head->seal.seq;
    } else if (i + 1 == head_lines.size()) {
      // One that a later line follows, e.g. torn by a power cut, hides nothing: the later one says more.
      complain(AuditFault::truncated, 0, 0,
               "The last line of the head file is not one of ours: it, or the key, is another one.");
    }
  }
}

void AuditCheck::complain(AuditFault fault, std::int64_t seq, std::int64_t audit_id, std::string message) {
  ++report_.problem_count;
  if (report_.problems.size() == kMostProblems) return;
  report_.problems.push_back({fault, seq, audit_id, std::move(message), std::string(remedy_of(fault))});
}

void AuditCheck::check_heads(const Seal& seal) {
  const auto [first, last] = heads_.equal_range(seal.seq);
  for (auto head = first; head != last; ++head) {
    if (head->second.seal.hmac == seal.hmac) continue;
    complain(AuditFault::truncated, seal.seq, 0,
             "Seal " + std::to_string(seal.seq) + " is not the one that was exported at " + head->second.at +
                 ": the end was cut off and sealed anew, or the seal was changed.");
  }
}

void AuditCheck::add(SealedRow row) {
  const auto seal = row.seal;
  ++report_.sealed;
  check_heads(seal);
  if (seal.seq != stored_.seq + 1) {
    complain(AuditFault::deleted, stored_.seq + 1, 0, range_text(stored_.seq + 1, seal.seq - 1) + " missing.");
    good_ = seal;  // what it was made from is lost
  } else if (!row.canonical) {
    complain(AuditFault::deleted, seal.seq, row.audit_id, row_text(row.audit_id) + " was sealed and is gone.");
    good_ = {good_.seq + 1, seal.hmac};
  } else {
    if (row.came_later) {
      complain(AuditFault::inserted, seal.seq, row.audit_id,
               row_text(row.audit_id) + " says it is older than what was sealed before it: it was inserted later.");
    }
    check_link(row);
    if (good_.hmac != seal.hmac) note_bad(std::move(row));
  }
  stored_ = seal;
}

/// After a link that does not fit, the next one tells what was done: it goes on from the one before that (inserted),
/// from what is stored (its row was changed), or from what its row gives (the seal was changed).
void AuditCheck::check_link(const SealedRow& row) {
  const auto expected = chain_.next(good_, row.complete_since, *row.canonical);
  const bool fits = expected.hmac == row.seal.hmac;
  if (fits && made_ && !bad_.empty() && bad_.back().problem < report_.problems.size()) {
    auto& inserted = report_.problems[bad_.back().problem];
    inserted.fault = AuditFault::inserted;
    inserted.message = row_text(inserted.audit_id) + " and its seal were inserted between two others.";
    inserted.remedy = remedy_of(AuditFault::inserted);
    bad_.pop_back();
  }
  const auto made = std::exchange(made_, std::nullopt);
  if (fits) {
    good_ = expected;
    return;
  }
  for (const auto& before : {std::optional<Seal>(stored_), made}) {
    if (!before) continue;
    const auto other = chain_.next(*before, row.complete_since, *row.canonical);
    if (other.hmac == row.seal.hmac) {
      good_ = other;
      return;
    }
  }
  made_ = chain_.next(stored_, row.complete_since, *row.canonical);
}

void AuditCheck::note_bad(SealedRow row) {
  const auto problem = report_.problems.size();
  complain(AuditFault::changed, row.seal.seq, row.audit_id,
           row_text(row.audit_id) + " does not fit its seal: one of them was changed.");
  if (problem < kMostProblems) bad_.push_back({std::move(row), stored_, problem});
}

/// The seal was made for the other's row, or for the other's content under this id.
bool AuditCheck::is_content_of(const Bad& seal, const Bad& other) const {
  for (const auto& canonical : {*other.row.canonical, with_id(*other.row.canonical, seal.row.audit_id)}) {
    if (chain_.next(seal.before, seal.row.complete_since, canonical).hmac == seal.row.seal.hmac) return true;
  }
  return false;
}

void AuditCheck::tell_swapped_apart() {
  for (const auto& one : bad_) {
    for (const auto& other : bad_) {
      if (&one == &other || !is_content_of(one, other)) continue;
      auto& problem = report_.problems[one.problem];
      problem.fault = AuditFault::swapped;
      problem.message =
          row_text(one.row.audit_id) + " was swapped with row " + std::to_string(other.row.audit_id) + ".";
    }
  }
}

void AuditCheck::add_unsealed(std::int64_t audit_id, bool is_old) {
  if (!is_old) {
    ++report_.open;
    return;
  }
  complain(AuditFault::unsealed, 0, audit_id, row_text(audit_id) + " has no seal, though it is older than a minute.");
}

AuditReport AuditCheck::finish() {
  tell_swapped_apart();
  if (!heads_.empty() && heads_.rbegin()->first > stored_.seq) {
    const auto& head = heads_.rbegin()->second;
    complain(AuditFault::truncated, stored_.seq, 0,
             "The chain ends at seal " + std::to_string(stored_.seq) + ", but at " + head.at + " it reached seal " +
                 std::to_string(head.seal.seq) + ": its end was cut off.");
  }
  return std::move(report_);
}

}  // namespace ztix::service
