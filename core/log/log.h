#pragma once

/// @file core/log/log.h
/// One JSON object a line: what happened, in which program, for which click and which job.
///
/// `log::info("route_server.confirmed", {{"route_server", name}, {"revision", revision}});`
/// The event is a word for machines (`noun.verb`), the facts say the rest. People read the same on a terminal.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/secret_string.h"

namespace ztix::log {

enum class Level : std::uint8_t { debug, info, warn, error };

[[nodiscard]] std::string_view to_string(Level level) noexcept;

/// A name and what it was. A secret does not compile.
struct Fact {
  using Value = std::variant<std::string, std::int64_t, double, bool>;

  Fact(std::string_view name, std::string_view text) : key(name), value(std::string(text)) {}
  Fact(std::string_view name, const std::string& text) : key(name), value(text) {}
  Fact(std::string_view name, const char* text) : key(name), value(std::string(text)) {}
  template <std::same_as<bool> T>
  Fact(std::string_view name, T yes) : key(name), value(yes) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) Fact(std::string_view name, T number)
      : key(name), value(static_cast<std::int64_t>(number)) {}
  template <std::floating_point T>
  Fact(std::string_view name, T number) : key(name), value(static_cast<double>(number)) {}
  Fact(std::string_view name, const SecretString& secret) = delete;

  std::string_view key;
  Value value;
};

using Facts = std::initializer_list<Fact>;

void debug(std::string_view event, Facts facts = {});
void info(std::string_view event, Facts facts = {});
void warn(std::string_view event, Facts facts = {});
void error(std::string_view event, Facts facts = {});

/// Says from here to the end of the scope, on this thread, which request or job log lines belong to.
class LogContext {
 public:
  /// `request_id` of a click; an empty text leaves it as it is. `job_id` likewise, 0 leaves it.
  LogContext(std::string_view request_id, std::int64_t job_id);
  LogContext(const LogContext&) = delete;
  LogContext& operator=(const LogContext&) = delete;
  ~LogContext();

 private:
  std::string request_id_before_;
  std::int64_t job_id_before_;
};

/// `automatic`: readable for people when standard error is a terminal, else JSON.
enum class Form : std::uint8_t { automatic, json, readable };

/// Which lines go to standard error. Until it is called: from `info` on, automatic, without a program's name.
/// Call it before threads start.
/// @param program  `app`, `worker` or `cli`.
/// @param level    `debug`, `info`, `warn` or `error`, as in ZTIX_LOG_LEVEL; another word changes nothing.
void start(std::string_view program, std::string_view level, Form form = Form::automatic);

}  // namespace ztix::log
