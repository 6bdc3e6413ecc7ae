#include "tests/faults/exchange.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/queue/redis_connection.h"
#include "tests/faults/root_watch.h"

namespace ztix::faults {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string first_word(const std::string& text) { return text.substr(0, text.find_first_of(" \n")); }

pid_t pid_in(const std::string& file) {
  const auto pid = parse_decimal<pid_t>(first_word(text_of(file)));
  if (!pid) throw std::runtime_error("no process number in " + file);
  return *pid;
}

/// Its children that are sshd too: the forced command itself is left alone, as a cut line leaves it alone.
void collect_sshd(pid_t pid, std::vector<pid_t>& into) {
  const auto folder = "/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children";
  std::istringstream children(text_of(folder));
  for (pid_t child = 0; children >> child;) {
    if (text_of("/proc/" + std::to_string(child) + "/comm") != "sshd\n") continue;
    into.push_back(child);
    collect_sshd(child, into);
  }
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

bool is_alive(pid_t pid) {
  const auto stat = text_of("/proc/" + std::to_string(pid) + "/stat");
  const auto name_ends = stat.rfind(')');
  return name_ends != std::string::npos && name_ends + 2 < stat.size() && stat[name_ends + 2] != 'Z';
}

Exchange::Exchange(std::string folder) : lab_(test::Lab::instance()), folder_(std::move(folder)), people_(lab_) {
  std::filesystem::create_directories(folder_);
  for (const auto name : split(lab_.env("ZTIX_LAB_ROUTE_SERVERS"), ' ')) route_servers_.emplace_back(name);
  lab_.ztix({"user", "update", "--username", kOperator, "--asn", std::to_string(kAsn)});
  lab_.stop("ix", "worker");
}

Exchange::~Exchange() {
  try {
    lab_.start("ix", "worker");
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "the lab's worker does not start again: %s\n", failure.what());
  }
}

std::unique_ptr<WorkerProcess> Exchange::start_worker(const std::string& name, const Times& times,
                                                      const Environment& extra) {
  return std::make_unique<WorkerProcess>(lab_.env("ZTIX_WORKER_SETTINGS_FILE"),
                                         std::vector<std::string>{lab_.env("ZTIX_BUILD_DIR") + "/bin/ztix-worker"},
                                         folder_, name, times, extra);
}

std::unique_ptr<WorkerProcess> Exchange::start_command(const std::string& name, const std::vector<std::string>& words,
                                                       const Environment& extra) {
  std::vector<std::string> command{lab_.env("ZTIX_CLI")};
  command.insert(command.end(), words.begin(), words.end());
  return std::make_unique<WorkerProcess>(lab_.environment_file(), command, folder_, name, Times{}, extra);
}

void Exchange::look_now(const std::string& kind) {
  sql("UPDATE job SET run_at = now() WHERE state = 'ready' AND kind = $1 AND run_at > now()", {kind});
}

void Exchange::put_looks_off() {
  sql("UPDATE job SET run_at = now() + interval '1 minute' WHERE state = 'ready' "
      "AND kind IN ('rs.probe', 'controller.reconcile', 'peeringdb.refresh')");
}

std::int64_t Exchange::number(const std::string& text, const std::vector<store::Param>& params) {
  return sql(text, params).one().get<std::int64_t>("n");
}

store::DatabaseSettings Exchange::owner_database() const {
  return store::DatabaseSettings::from_url(SecretString(lab_.env("DATABASE_URL"))).value();
}

store::DatabaseSettings Exchange::worker_database() const {
  auto settings = store::DatabaseSettings::from_url(SecretString(lab_.env("ZTIX_WORKER_DATABASE_URL"))).value();
  settings.application_name = "ztix-worker";
  return settings;
}

store::Rows Exchange::superuser_sql(const std::string& text) {
  if (!superuser_ || !superuser_->is_alive()) {
    auto settings = owner_database();
    settings.user = "postgres";
    settings.password = SecretString(first_word(text_of(lab_.env("ZTIX_SUPERUSER_PASSWORD_FILE"))));
    superuser_ = std::make_unique<store::Connection>(settings);
  }
  return superuser_->execute_planned({"faults", text.c_str()});
}

std::int64_t Exchange::redis(const std::vector<std::string>& command) {
  queue::RedisConnection connection(queue::RedisAddress::parse(lab_.env("REDIS_URL")).value(), std::chrono::seconds(5));
  return connection.command(command).value().integer;
}

std::string Exchange::config_digest(const std::string& route_server) const {
  return running_digest(lab_, route_server);
}

bool Exchange::is_armed(const std::string& route_server) const {
  return lab_.birdc(route_server, "configure status").find("unconfirmed") != std::string::npos;
}

// As the host sees it, where a scenario may have mounted something; its sshd, which sees it so, may be away.
std::string Exchange::host_file(const std::string& route_server, const std::string& name) const {
  const auto seen = "/proc/" + std::to_string(listener(route_server)) + "/root/var/lib/ztix-rs";
  if (std::filesystem::exists(seen)) return seen + "/" + name;
  return lab_.env("ZTIX_LAB_STATE_DIR") + "/nodes/" + route_server + "/var-lib/ztix-rs/" + name;
}

std::string Exchange::host_text(const std::string& route_server, const std::string& name) const {
  return text_of(host_file(route_server, name));
}

std::string Exchange::helper_file(const std::string& route_server, const std::string& name) const {
  return lab_.env("ZTIX_LAB_STATE_DIR") + "/nodes/" + route_server + "/usr-local-lib/ztix/" + name;
}

std::string Exchange::boot_root(const std::string& route_server) const {
  std::error_code ignored;
  const auto target = std::filesystem::read_symlink(host_file(route_server, "boot.conf"), ignored).string();
  constexpr std::string_view kBefore = "root-";
  return target.starts_with(kBefore) ? target.substr(kBefore.size(), 64) : target;
}

pid_t Exchange::listener(const std::string& route_server) const {
  return pid_in(lab_.env("ZTIX_PID_" + upper(route_server) + "_SSHD"));
}

std::vector<pid_t> Exchange::ssh_sessions(const std::string& route_server) const {
  std::vector<pid_t> sessions;
  collect_sshd(listener(route_server), sessions);
  return sessions;
}

pid_t Exchange::supervisor(const std::string& node, const std::string& service) const {
  return pid_in(lab_.env("ZTIX_LAB_PID_DIR") + "/supervisor-" + node + "-" + service + ".pid");
}

}  // namespace ztix::faults
