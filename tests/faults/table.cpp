#include "tests/faults/table.h"

#include <algorithm>
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
    {"claim.before", approve, no, "A4.after", 2},
    {"claim.after", approve, no, "A4.after"},
    {"revive.before", revive},
    {"revive.after", revive},
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
    {"suspend-record.after", suspend},
    {"revoke-cutoff.before", revoke},
    {"revoke-cutoff.after", revoke},
    {"revoke-record.before", revoke},
    {"revoke-record.after", revoke},
    {"revoke-reread.before", revoke},
    {"revoke-reread.after", revoke},
    {"revoke-end.before", revoke},
    {"revoke-end.after", leave},
    {"leave-withdraw.before", leave},
    {"leave-withdraw.after", leave},
    {"leave-grace.before", leave},
    {"leave-deauthorize.before", leave},
    {"leave-deauthorize.after", leave},
    {"A0.after", approve},
    {"A1.after", approve},
    {"A1-limits.before", trip},
    {"A1-limits.after", trip},
    {"A2-undo.before", approve, yes, "A7.after"},
    {"A2-undo.after", approve, no, "A7.after"},
    {"A2-persist.before", approve, no, "A9.after"},
    {"A2-persist.after", approve, no, "A9.after"},
    {"A2-repair.before", damage},
    {"A2-repair.after", damage},
    {"A2-return.before", harm_later, no, "A7.after"},
    {"A2-return-arm.after", harm_later, no, "A7.after"},
    {"A2-return-confirm.before", harm_later, no, "A7.after"},
    {"A2-return.after", harm_later, no, "A7.after"},
    {"A3.after", approve},
    {"A3-converged.before", approve, no, "A10.after"},
    {"A3-converged.after", approve, no, "A10.after"},
    {"A4.before", approve},
    {"A4.after", approve},
    {"A5.before", approve},
    {"A5.after", approve},
    {"A5-hold.before", refused},
    {"A5-hold.after", refused},
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
    {"A8-quarantine.before", harmful},
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
    {"drain-step.before", drain},
    {"drain-step.after", drain},
    {"drain-step.before", drain, no, {}, 2},
    {"drain-step.after", drain, no, {}, 2},
    {"drain-step.before", drain, no, {}, 3},
    {"drain-step.after", drain, no, {}, 3},
    {"drain-step.before", come_back},
    {"drain-step.after", come_back},
    {"drain-step.after", come_back, no, {}, 2},
    {"reconcile-repair.before", tamper},
    {"reconcile-repair.after", tamper},
    {"reconcile-record.after", tamper},
    {"drift-record.before", damage},
    {"drift-record.after", damage},
    {"drift-disable.before", switch_on},
    {"drift-disable.after", switch_on},
    {"watch-limits.before", overrun},
    {"watch-limits.after", overrun},
    {"freeze-lift.before", thaw, no, {}, 1, Victim::command},
    {"freeze-lift.after", thaw, no, {}, 1, Victim::command},
    {"finish.before", approve},
    {"finish.after", approve},
};

std::string_view step_of(std::string_view point) { return point.substr(0, point.rfind('.')); }

// A command of a person has no lease to lose and no SSH sessions, and its database role is the suite's own.
std::vector<Fault> faults_of(const Row& row) {
  if (row.victim == Victim::command) return {Fault::kill, Fault::oversleep, Fault::redis};
  std::vector<Fault> faults(kFaults.begin(), kFaults.end());
  if (row.operation == approve && row.armed == yes) faults.push_back(Fault::silence);
  return faults;
}

}  // namespace

std::string_view word(Operation operation) {
  switch (operation) {
    case approve:
      return "approve";
    case harmful:
      return "harmful";
    case harm_later:
      return "harm-later";
    case refused:
      return "refused";
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
    case tamper:
      return "tamper";
    case damage:
      return "damage";
    case switch_on:
      return "switch-on";
    case trip:
      return "trip";
    case overrun:
      return "overrun";
    case thaw:
      return "thaw";
    case revive:
      return "revive";
  }
  return "";
}

bool takes_long(Operation operation) {
  constexpr std::array kLong{revive, leave, trip, overrun, refused, harm_later};
  return std::find(kLong.begin(), kLong.end(), operation) != kLong.end();
}

std::string_view word(Fault fault) {
  switch (fault) {
    case Fault::kill:
      return "kill";
    case Fault::pause:
      return "pause";
    case Fault::silence:
      return "silence";
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

// What is only reached after a crash says so where the same point has another row.
std::string Cell::name() const {
  std::string text(row.point);
  if (row.nth != 1) text += ":" + std::to_string(row.nth);
  text += " " + std::string(word(row.operation)) + " " + std::string(word(fault));
  if (row.point.starts_with("claim.") && !row.after_crash_at.empty()) text += " of what a dead worker held";
  if (production_times) text += " production";
  return text;
}

const std::vector<Row>& rows() { return kRows; }

std::vector<Cell> all_cells() {
  std::vector<Cell> cells;
  for (const auto& row : kRows) {
    for (const auto fault : faults_of(row)) cells.push_back({row, fault});
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
    if (!seen.insert(takes_long(row.operation) ? step_of(row.point) : row.point).second) continue;
    const auto faults = faults_of(row);
    cells.push_back({row, faults[(seed + cells.size()) % faults.size()]});
  }
  return cells;
}

}  // namespace ztix::faults
