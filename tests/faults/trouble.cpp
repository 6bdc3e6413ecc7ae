#include "tests/faults/trouble.h"

#include <csignal>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

namespace ztix::faults {
namespace {

/// A shell on the machine, inside a node's file system when one is named.
void shell(Exchange& exchange, const std::string& node, const std::string& script) {
  std::vector<std::string> words;
  if (!node.empty()) {
    words = {"nsenter", "--mount=" + exchange.lab().env("ZTIX_LAB_STATE_DIR") + "/mountns/" + node, "--"};
  }
  words.insert(words.end(), {"bash", "-euc", script});
  test::run_or_throw(words);
}

}  // namespace

void kill_service(Exchange& exchange, const std::string& node, const std::string& service) {
  exchange.lab().kill(node, service);
}

void stop_service(Exchange& exchange, const std::string& node, const std::string& service, milliseconds lasting) {
  test::Stopped stopped(exchange.lab(), node, service);
  std::this_thread::sleep_for(lasting);
}

void end_connections(Exchange& exchange) {
  exchange.superuser_sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('ztix_worker', 'ztix_app')");
}

void exhaust_connections(Exchange& exchange, milliseconds lasting) {
  std::vector<std::unique_ptr<store::Connection>> taken;
  const auto settings = exchange.owner_database();
  exchange.superuser_sql("SELECT 1");  // this one must be there before the rest is taken
  const auto until = std::chrono::steady_clock::now() + lasting;
  while (std::chrono::steady_clock::now() < until) {
    try {
      taken.push_back(std::make_unique<store::Connection>(settings));
    } catch (const std::exception&) {
      end_connections(exchange);  // full: whoever held one loses it and finds no other
      std::this_thread::sleep_for(milliseconds(100));
    }
  }
}

void cut_ssh_sessions(Exchange& exchange) {
  for (const auto& server : exchange.route_servers()) {
    for (const auto pid : exchange.ssh_sessions(server)) ::kill(pid, SIGKILL);
  }
}

SmallHostDisk::SmallHostDisk(Exchange& exchange, std::string route_server)
    : exchange_(exchange), route_server_(std::move(route_server)) {
  shell(exchange_, route_server_,
        "cd /var/lib; rm -rf ztix-rs.large; cp -a ztix-rs ztix-rs.large; mount -t tmpfs -o size=16m tmpfs ztix-rs; "
        "cp -a ztix-rs.large/. ztix-rs/; chown --reference=ztix-rs.large ztix-rs; chmod --reference=ztix-rs.large "
        "ztix-rs");
}

SmallHostDisk::~SmallHostDisk() {
  try {
    shell(exchange_, route_server_,
          "cd /var/lib; rm -f ztix-rs/filler; rm -rf ztix-rs.large; cp -a ztix-rs ztix-rs.large; umount ztix-rs; "
          "find ztix-rs -mindepth 1 -delete; cp -a ztix-rs.large/. ztix-rs/; rm -rf ztix-rs.large");
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
  }
}

void SmallHostDisk::fill() {
  shell(exchange_, route_server_, "cat /dev/zero >/var/lib/ztix-rs/filler 2>/dev/null || true");
}

void SmallHostDisk::free() { shell(exchange_, route_server_, "rm -f /var/lib/ztix-rs/filler"); }

SmallDatabaseDisk::SmallDatabaseDisk(Exchange& exchange)
    : exchange_(exchange), log_(exchange.lab().env("ZTIX_LAB_STATE_DIR") + "/pg/data/pg_wal") {
  exchange_.lab().stop("ix", "postgres");
  shell(exchange_, "",
        "cp -a " + log_ + " " + log_ + ".large; mount -t tmpfs -o size=192m,mode=0700 tmpfs " + log_ +
            "; chown postgres " + log_ + "; cp -a " + log_ + ".large/. " + log_ + "/; rm -rf " + log_ + ".large");
  exchange_.lab().start("ix", "postgres");
}

SmallDatabaseDisk::~SmallDatabaseDisk() {
  try {
    free();
    exchange_.lab().stop("ix", "postgres");
    shell(exchange_, "",
          "cp -a " + log_ + " " + log_ + ".large; umount " + log_ + "; find " + log_ + " -mindepth 1 -delete; cp -a " +
              log_ + ".large/. " + log_ + "/; rm -rf " + log_ + ".large");
    exchange_.lab().start("ix", "postgres");
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
  }
}

void SmallDatabaseDisk::fill(milliseconds lasting) {
  shell(exchange_, "", "cat /dev/zero >" + log_ + "/filler 2>/dev/null || true");
  const auto until = std::chrono::steady_clock::now() + lasting;
  while (std::chrono::steady_clock::now() < until) {
    try {
      exchange_.superuser_sql("SELECT pg_switch_wal(), txid_current()");  // asks for log files until one cannot be made
    } catch (const std::exception&) {
      std::this_thread::sleep_for(milliseconds(200));
    }
  }
}

void SmallDatabaseDisk::free() { shell(exchange_, "", "rm -f " + log_ + "/filler"); }

}  // namespace ztix::faults
