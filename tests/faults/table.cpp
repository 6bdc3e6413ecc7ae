#include "tests/faults/table.h"

#include <array>
#include <set>

namespace ztix::faults {
namespace {

using enum Operation;
using enum Armed;

constexpr std::array kFaults{Fault::kill, Fault::pause, Fault::oversleep, Fault::database, Fault::redis, Fault::ssh};

// One row a line, in the order of the steps.
const std::vector<Row> kRows{
    {"claim.before", approve, no, {}, 2},
    {"claim.after", approve},
    {"provision-reserve.after", approve},
    {"provision-start.after", approve},
    {"provision-lock.after", approve},
    {"provision-authorize.after", approve},
    {"provision-previous.before", change_node},
    {"provision-previous.after", change_node},
    {"provision-authorize.after", resume},
    {"provision-publish.before", approve},
    {"provision-publish.after", approve},
    {"suspend-cutoff.before", suspend},
    {"suspend-cutoff.after", suspend},
    {"cutoff-disable.before", suspend},
    {"cutoff-disable.after", revoke},
    {"cutoff-deauthorize.before", revoke},
    {"cutoff-deauthorize.after", suspend},
    {"revoke-cutoff.before", revoke},
    {"revoke-record.before", revoke},
    {"revoke-record.after", revoke},
    {"revoke-reread.before", revoke},
    {"revoke-end.before", revoke},
    {"revoke-end.after", leave},
    {"leave-withdraw.before", leave},
    {"leave-withdraw.after", leave},
    {"leave-deauthorize.before", leave},
    {"A0.after", approve},
    {"A1.after", approve},
    {"A2-undo.before", approve, yes, "A7.after"},
    {"A2-undo.after", approve, no, "A7.after"},
    {"A2-persist.before", approve, no, "A9.after"},
    {"A2-persist.after", approve, no, "A9.after"},
    {"A3.after", approve},
    {"A3-converged.before", approve, no, "A10.after"},
    {"A3-converged.after", approve, no, "A10.after"},
    {"A4.before", approve},
    {"A4.after", approve},
    {"A5.before", approve},
    {"A5.after", approve},
    {"A6-turn.before", approve},
    {"A6-turn.after", approve},
    {"A6.before", approve},
    {"A6.after", approve},
    {"A6.after", harmful},
    {"A7.after", approve, yes},
    {"A7.after", harmful, yes},
    {"A7.after", suspend, yes},
    {"A7.after", revoke, yes},
    {"A7.after", drain, yes},
    {"A7.after", come_back, yes},
    {"A8.before", approve, yes},
    {"A8.before", harmful, yes},
    {"A8-undo.before", harmful, yes},
    {"A8-undo.after", harmful},
    {"A8-quarantine.after", harmful},
    {"A8.after", approve, yes},
    {"A9.before", approve, yes},
    {"A9.after", approve},
    {"A10.before", approve},
    {"A10.after", approve},
    {"A10.after", drain},
    {"A10.after", leave},
    {"A11.after", approve},
    {"A11-enable.before", resume},
    {"A11-enable.after", resume},
    {"turn-end.before", approve},
    {"turn-end.after", approve},
    {"finish.before", approve},
    {"finish.after", approve},
};

}  // namespace

std::string_view word(Operation operation) {
  switch (operation) {
    case approve:
      return "approve";
    case harmful:
      return "harmful";
    case change_node:
      return "change-node";
    case suspend:
      return "suspend";
    case resume:
      return "resume";
    case revoke:
      return "revoke";
    case leave:
      return "leave";
    case drain:
      return "drain";
    case come_back:
      return "come-back";
  }
  return "";
}

std::string_view word(Fault fault) {
  switch (fault) {
    case Fault::kill:
      return "kill";
    case Fault::pause:
      return "pause";
    case Fault::oversleep:
      return "oversleep";
    case Fault::database:
      return "database";
    case Fault::redis:
      return "redis";
    case Fault::ssh:
      return "ssh";
    case Fault::abandon:
      return "abandon";
  }
  return "";
}

std::string Cell::name() const {
  std::string text(row.point);
  text += " " + std::string(word(row.operation)) + " " + std::string(word(fault));
  if (production_times) text += " production";
  return text;
}

const std::vector<Row>& rows() { return kRows; }

std::vector<Cell> all_cells() {
  std::vector<Cell> cells;
  for (const auto& row : kRows) {
    for (const auto fault : kFaults) cells.push_back({row, fault});
    if (row.armed == yes) cells.push_back({row, Fault::abandon});
  }
  for (const auto& row : kRows) {
    if (row.operation == approve && row.after_crash_at.empty() && row.armed == yes) {
      cells.push_back({row, Fault::kill, true});
    }
  }
  return cells;
}

std::vector<Cell> few_cells(std::uint64_t seed) {
  std::vector<Cell> cells;
  std::set<std::string_view> seen;
  for (const auto& row : kRows) {
    if (seen.insert(row.point).second) cells.push_back({row, kFaults[(seed + cells.size()) % kFaults.size()]});
  }
  return cells;
}

}  // namespace ztix::faults
