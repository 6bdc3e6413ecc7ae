#include "tests/faults/crew.h"

#include <csignal>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tests/faults/people.h"

namespace ztix::faults {

Crew::Crew(Exchange& exchange, int size, Times times)
    : exchange_(exchange), times_(times), places_(static_cast<std::size_t>(size)) {
  for (std::size_t i = 0; i < places_.size(); ++i) start(i);
  keeper_ = std::jthread([this](const std::stop_token& stop) { keep(stop); });
}

Crew::~Crew() {
  keeper_ = {};
  for (auto& place : places_) place.worker->resume();
  for (auto& place : places_) place.worker->stop();
}

void Crew::start(std::size_t index) {
  auto& place = places_[index];
  place.worker = exchange_.start_worker("crew-" + std::to_string(++started_), times_, place.extra);
}

// Death signals reach a child when the *thread* that started it ends, so this thread lives as long as the crew.
void Crew::keep(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::this_thread::sleep_for(milliseconds(200));
    const std::lock_guard hold(mutex_);
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (!places_[i].worker->is_running()) start(i);
    }
  }
}

void Crew::kill(std::size_t index) {
  const std::lock_guard hold(mutex_);
  places_.at(index).worker->kill();
}

void Crew::pause(std::size_t index) {
  const std::lock_guard hold(mutex_);
  ::kill(places_.at(index).worker->pid(), SIGSTOP);
}

void Crew::resume(std::size_t index) {
  const std::lock_guard hold(mutex_);
  places_.at(index).worker->resume();
}

void Crew::equip(std::size_t index, Environment extra) {
  const std::lock_guard hold(mutex_);
  places_.at(index).extra = std::move(extra);
  places_.at(index).worker->kill();
}

Applicants::Applicants(Exchange& exchange, int count) : exchange_(exchange) {
  for (int i = 0; i < count; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { ask(stop); });
  }
}

void Applicants::ask(const std::stop_token& stop) {
  const auto patient = [&](const std::function<json()>& call) -> json {
    while (!stop.stop_requested()) {
      try {
        return call();
      } catch (const std::exception&) {
        std::this_thread::sleep_for(milliseconds(100));  // refused or unreachable: people try again
      }
    }
    return nullptr;
  };
  People people(exchange_.lab());
  while (!stop.stop_requested()) {
    const auto request = patient([&] { return people.as_operator("POST", "requests", people.wish(false)); });
    if (request.is_null()) return;
    const auto id = request.at("id").get<std::string>();
    const auto status = [&] { return people.as_operator("GET", "requests/" + id).at("status"); };
    // An approval whose answer was lost is refused the second time, so only the state says whether it happened.
    patient([&] {
      return status() == "pending" ? people.as_admin("POST", "admin/requests/" + id + "/approve") : json(true);
    });
    while (!stop.stop_requested()) {
      if (patient([&] { return json(status() == "active"); }) == true) {
        ++served_;
        break;
      }
      std::this_thread::sleep_for(milliseconds(50));
    }
  }
}

}  // namespace ztix::faults
