#include "bench/support/events.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

namespace ztix::bench {

EventWriter::EventWriter(const std::string& path)
    : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
  if (file_ < 0) throw std::runtime_error("cannot open " + path);
}

EventWriter::~EventWriter() { close(file_); }

void EventWriter::write(Event::What what, int job, int run) const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  std::ostringstream line;
  line << (what == Event::What::start ? "start " : "end ") << job << ' ' << run << ' ' << getpgrp() << ' '
       << std::chrono::nanoseconds(now).count() << '\n';
  const auto text = line.str();
  if (::write(file_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("an event cannot be written");
  }
}

std::vector<Event> read_events(const std::string& path) {
  std::vector<Event> events;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    // A line that crosses a page of the file can be seen before its end is there.
    if (file.eof()) break;
    std::istringstream words(line);
    std::string what;
    Event event;
    std::int64_t nanoseconds = 0;
    if (!(words >> what >> event.job >> event.run >> event.pid >> nanoseconds)) {
      throw std::runtime_error("no event: " + line);
    }
    event.what = what == "start" ? Event::What::start : Event::What::end;
    event.at = Instant(std::chrono::nanoseconds(nanoseconds));
    events.push_back(event);
  }
  return events;
}

}  // namespace ztix::bench
