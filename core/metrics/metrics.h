#pragma once

/// @file core/metrics/metrics.h
/// Numbers for Prometheus: what happened how often, and how long it took.

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"

namespace ztix::metrics {

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Families are made at their first use and never go away. Thread-safe.
/// Label values come from a small closed set (route patterns, states): never an id, a path or anything of a user.
class Registry {
 public:
  Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;
  ~Registry();

  /// Adds one to a counter; `name` ends in `_total`.
  void count(std::string_view name, std::string_view help, Labels labels = {}, double by = 1);
  /// Notes a duration; `name` ends in `_seconds`. Buckets from 1 ms to 30 s.
  void observe_seconds(std::string_view name, std::string_view help, double seconds, Labels labels = {});
  /// Sets a value that goes up and down.
  void set(std::string_view name, std::string_view help, double value, Labels labels = {});

  /// What a scrape returns (Prometheus text format 0.0.4).
  [[nodiscard]] std::string text() const;

 private:
  friend class Server;
  struct State;
  std::unique_ptr<State> state_;
};

/// Serves `/metrics` on a listener of its own, away from the public one, until it is destroyed.
class Server {
 public:
  /// @param address  `127.0.0.1:9100` or `[::1]:9100`.
  /// @return unavailable when it cannot listen there.
  static Result<std::unique_ptr<Server>> start(const std::string& address, Registry& registry);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ztix::metrics
