#include "tests/e2e/changed_worker.h"

#include <fstream>
#include <stdexcept>

namespace ztix::test {
namespace {

std::map<std::string, std::string> with_templates(std::map<std::string, std::string> settings,
                                                  const std::string& folder) {
  settings["ZTIX_TEST_TEMPLATE_DIR"] = folder;
  return settings;
}

}  // namespace

ChangedWorker::ChangedWorker(const Lab& lab)
    : lab_(lab), file_(lab.env("ZTIX_WORKER_SETTINGS_FILE")), own_(read_file(file_)) {}

// Delegating: a worker that does not start with these settings gets its own back by the destructor.
ChangedWorker::ChangedWorker(const Lab& lab, const std::map<std::string, std::string>& settings) : ChangedWorker(lab) {
  auto changed = own_;
  for (const auto& [name, value] : settings) changed += name + "='" + value + "'\n";
  restart_with(changed);
}

void ChangedWorker::restore() {
  if (!std::exchange(restored_, true)) restart_with(own_);
}

void ChangedWorker::restart_with(const std::string& settings) const {
  lab_.stop("ix", "worker");
  std::ofstream(file_, std::ios::trunc) << settings;
  lab_.start("ix", "worker");
}

OtherTemplates::OtherTemplates(const Lab& lab, const std::vector<TemplateEdit>& edits,
                               std::map<std::string, std::string> settings)
    : templates_(edits), worker_(lab, with_templates(std::move(settings), templates_.folder())) {}

std::int64_t templates_revision(Lab& lab) {
  return lab.sql("SELECT from_revision AS r FROM config_object WHERE kind = 'templates' AND to_revision IS NULL")
      .one()
      .get<std::int64_t>("r");
}

std::int64_t next_templates_revision(Lab& lab, std::int64_t before) {
  const bool came = eventually(std::chrono::seconds(30), [&] { return templates_revision(lab) != before; });
  if (!came) throw std::runtime_error("the worker has not published its templates within 30 s");
  return templates_revision(lab);
}

TemplateEdit other_policy() {
  return {"policy.mustache", "function ztix_scrub()\n{\n",
          "function ztix_scrub()\n{\n\tbgp_large_community.delete([(4200000001, *, *)]);\n"};
}

}  // namespace ztix::test
