#pragma once

/// @file tests/e2e/changed_worker.h
/// The lab's worker, set up otherwise for a while.

#include <map>
#include <string>
#include <vector>

#include "tests/e2e/lab.h"
#include "tests/support/edited_templates.h"

namespace ztix::test {

/// The worker has these settings, too, for as long as this object lives; it is started anew for that, and again after
/// it.
class ChangedWorker {
 public:
  /// @param settings  by name, as in .env.example.
  ChangedWorker(const Lab& lab, const std::map<std::string, std::string>& settings);
  ~ChangedWorker() { restore(); }
  ChangedWorker(const ChangedWorker&) = delete;
  ChangedWorker& operator=(const ChangedWorker&) = delete;
  /// Earlier than at the end of its life.
  void restore();

 private:
  explicit ChangedWorker(const Lab& lab);
  void restart_with(const std::string& settings) const;
  const Lab& lab_;
  std::string file_;
  std::string own_;
  bool restored_ = false;
};

/// The worker writes configurations with edited templates for as long as this object lives: at its start it publishes
/// that as a new revision, and the one after it publishes what was before.
class OtherTemplates {
 public:
  /// @param settings  more settings of the worker.
  OtherTemplates(const Lab& lab, const std::vector<TemplateEdit>& edits,
                 std::map<std::string, std::string> settings = {});
  void restore() { worker_.restore(); }

 private:
  EditedTemplates templates_;
  ChangedWorker worker_;
};

/// The revision that the published templates came with. A worker publishes its own a moment after its start.
[[nodiscard]] std::int64_t templates_revision(Lab& lab);
/// Waits for the templates after those that came with `before`. @throws std::runtime_error when there are none in 30 s.
std::int64_t next_templates_revision(Lab& lab, std::int64_t before);

/// Another policy for all members, which none of the lab's routes notices.
[[nodiscard]] TemplateEdit other_policy();

}  // namespace ztix::test
