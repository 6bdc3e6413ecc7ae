#include "core/log/log.h"

#include <chrono>
#include <memory>
#include <utility>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "core/log/format.h"

namespace ztix::log {
namespace {

thread_local std::string current_request_id;
thread_local std::int64_t current_job_id = 0;

/// The one logger of a process. Made on first use, replaced only by start() before threads run.
struct Destination {
  std::string program;
  bool readable = ::isatty(STDERR_FILENO) == 1;
  spdlog::logger logger{"ztix", std::make_shared<spdlog::sinks::stderr_sink_mt>()};

  Destination() {
    // The line is whole when it gets here: spdlog's own patterns escape nothing.
    logger.set_pattern("%v");
    logger.set_level(spdlog::level::info);
    logger.flush_on(spdlog::level::trace);
  }
};

Destination& destination() {
  static Destination the_one;
  return the_one;
}

spdlog::level::level_enum to_spdlog(Level level) noexcept {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

void write(Level level, std::string_view event, Facts facts) {
  auto& to = destination();
  if (!to.logger.should_log(to_spdlog(level))) return;
  Record record;
  record.at = std::chrono::time_point_cast<Timestamp::duration>(std::chrono::system_clock::now());
  record.level = level;
  record.program = to.program;
  record.event = event;
  record.request_id = current_request_id;
  record.job_id = current_job_id;
  record.facts = std::span<const Fact>(facts.begin(), facts.size());
  const auto line = to.readable ? to_readable_line(record) : to_json_line(record);
  to.logger.log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

std::string_view to_string(Level level) noexcept {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
  }
  return "info";
}

void debug(std::string_view event, Facts facts) { write(Level::debug, event, facts); }
void info(std::string_view event, Facts facts) { write(Level::info, event, facts); }
void warn(std::string_view event, Facts facts) { write(Level::warn, event, facts); }
void error(std::string_view event, Facts facts) { write(Level::error, event, facts); }

LogContext::LogContext(std::string_view request_id, std::int64_t job_id)
    : request_id_before_(current_request_id), job_id_before_(current_job_id) {
  if (!request_id.empty()) current_request_id = request_id;
  if (job_id != 0) current_job_id = job_id;
}

LogContext::~LogContext() {
  current_request_id = std::move(request_id_before_);
  current_job_id = job_id_before_;
}

void start(std::string_view program, std::string_view level, Form form) {
  auto& to = destination();
  to.program = program;
  to.readable = form == Form::automatic ? ::isatty(STDERR_FILENO) == 1 : form == Form::readable;
  for (const auto one : {Level::debug, Level::info, Level::warn, Level::error}) {
    if (to_string(one) == level) to.logger.set_level(to_spdlog(one));
  }
}

}  // namespace ztix::log
