#pragma once

/// @file tests/faults/trouble.h
/// What goes wrong in an exchange, beside workers: its servers, its links, its disks. Each call does it and, where
/// there is something to undo, undoes it after `lasting`.

#include <chrono>
#include <string>

#include "tests/faults/exchange.h"

namespace ztix::faults {

/// SIGKILL; the lab's supervisor starts it again.
void kill_service(Exchange& exchange, const std::string& node, const std::string& service);
/// Away for a while, then back.
void stop_service(Exchange& exchange, const std::string& node, const std::string& service, milliseconds lasting);
/// Ends every connection of app and worker to PostgreSQL.
void end_connections(Exchange& exchange);
/// Takes every free connection of PostgreSQL, after ending those of app and worker.
void exhaust_connections(Exchange& exchange, milliseconds lasting);
void cut_ssh_sessions(Exchange& exchange);
/// The route server's own files are on a small disk for as long as this object lives. Made and ended while no worker
/// works on the host.
class SmallHostDisk {
 public:
  SmallHostDisk(Exchange& exchange, std::string route_server);
  ~SmallHostDisk();
  SmallHostDisk(const SmallHostDisk&) = delete;
  SmallHostDisk& operator=(const SmallHostDisk&) = delete;
  void fill();
  void free();

 private:
  Exchange& exchange_;
  std::string route_server_;
};

/// PostgreSQL's log is on a small disk for as long as this object lives. Full, it stops the server.
class SmallDatabaseDisk {
 public:
  explicit SmallDatabaseDisk(Exchange& exchange);
  ~SmallDatabaseDisk();
  SmallDatabaseDisk(const SmallDatabaseDisk&) = delete;
  SmallDatabaseDisk& operator=(const SmallDatabaseDisk&) = delete;
  /// Fills it and lets the database run into the wall again and again.
  void fill(milliseconds lasting);
  void free();

 private:
  Exchange& exchange_;
  std::string log_;
};

}  // namespace ztix::faults
