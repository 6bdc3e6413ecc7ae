#pragma once

/// @file tests/faults/exchange.h
/// The lab as the fault suite uses it: its people, its hosts' files, its processes. The lab's own worker is stopped for
/// as long as this object lives.

#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/lab.h"
#include "tests/faults/people.h"
#include "tests/faults/worker_process.h"

namespace ztix::faults {

using std::chrono::milliseconds;

class Exchange {
 public:
  /// @param folder  for logs of the workers.
  explicit Exchange(std::string folder);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  [[nodiscard]] test::Lab& lab() const { return lab_; }
  [[nodiscard]] People& people() noexcept { return people_; }

  std::unique_ptr<WorkerProcess> start_worker(const std::string& name, const Times& times,
                                              const Environment& extra = {});
  /// `ztix WORDS`, as a person types it.
  std::unique_ptr<WorkerProcess> start_command(const std::string& name, const std::vector<std::string>& words,
                                               const Environment& extra = {});
  store::Rows sql(const std::string& text, const std::vector<store::Param>& params = {}) {
    return lab_.sql(text, params);
  }
  /// One number of one row, named n.
  std::int64_t number(const std::string& text, const std::vector<store::Param>& params = {});
  /// The looks of the worker, `rs.probe` or `controller.reconcile`: now, and all of them not before a minute has
  /// passed.
  void look_now(const std::string& kind);
  void put_looks_off();
  /// As the database's superuser.
  store::Rows superuser_sql(const std::string& text);
  /// An integer reply of Redis.
  std::int64_t redis(const std::vector<std::string>& command);
  /// Inside a transaction of the program's own store, as the exchange's owner.
  [[nodiscard]] store::DatabaseSettings owner_database() const;
  /// As a worker's session, under its name.
  [[nodiscard]] store::DatabaseSettings worker_database() const;

  [[nodiscard]] const std::vector<std::string>& route_servers() const { return route_servers_; }
  [[nodiscard]] std::string config_digest(const std::string& route_server) const;
  [[nodiscard]] bool is_armed(const std::string& route_server) const;
  /// File digest that a restart would run.
  [[nodiscard]] std::string boot_root(const std::string& route_server) const;
  /// A file of the host's state; empty when it is not there.
  [[nodiscard]] std::string host_text(const std::string& route_server, const std::string& name) const;
  [[nodiscard]] std::string host_file(const std::string& route_server, const std::string& name) const;
  /// Of the lab's installed copy of the helper; `name` below /usr/local/lib/ztix.
  [[nodiscard]] std::string helper_file(const std::string& route_server, const std::string& name) const;
  /// The sshd that listens there, and the processes of its sessions.
  [[nodiscard]] pid_t listener(const std::string& route_server) const;
  [[nodiscard]] std::vector<pid_t> ssh_sessions(const std::string& route_server) const;
  [[nodiscard]] pid_t supervisor(const std::string& node, const std::string& service) const;

 private:
  test::Lab& lab_;
  std::string folder_;
  People people_;
  std::unique_ptr<store::Connection> superuser_;
  std::vector<std::string> route_servers_;
};

/// True while the process exists and is no zombie.
[[nodiscard]] bool is_alive(pid_t pid);

}  // namespace ztix::faults
