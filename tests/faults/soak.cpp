#include <cstdio>
#include <functional>
#include <map>
#include <random>
#include <thread>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "tests/faults/crew.h"
#include "tests/faults/invariants.h"
#include "tests/faults/scenarios.h"
#include "tests/faults/trouble.h"

/// The soak: seeded trouble and seeded people, then the audit log as the oracle.

namespace ztix::faults {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;
using Random = std::mt19937_64;

constexpr std::size_t kWorkers = 2;

std::size_t below(Random& random, std::size_t limit) { return static_cast<std::size_t>(random() % limit); }

/// What people decided, as the audit log tells it.
enum class Decision : std::uint8_t { present, down, absent };

std::map<std::string, Decision> decisions(Exchange& exchange) {
  static const std::map<std::string, Decision> kMeaning{{"request.approved", Decision::present},
                                                        {"request.suspended", Decision::down},
                                                        {"request.resumed", Decision::present},
                                                        {"request.revoked", Decision::absent},
                                                        {"request.left", Decision::absent}};
  std::map<std::string, Decision> last;
  for (const auto row :
       exchange.sql("SELECT action, subject_id FROM audit WHERE subject_kind = 'request' ORDER BY id")) {
    const auto meaning = kMeaning.find(row.get<std::string>("action"));
    const auto subject = row.get<std::string>("subject_id");
    if (meaning == kMeaning.end()) continue;
    // What left does not come back by anything but a new request.
    if (last.contains(subject) && last.at(subject) == Decision::absent) continue;
    last[subject] = meaning->second;
  }
  return last;
}

/// Where the record differs from what was decided; hosts and controller are compared with the record elsewhere.
std::vector<std::string> against_audit(Exchange& exchange) {
  std::vector<std::string> wrong;
  for (const auto& [request, decision] : decisions(exchange)) {
    const auto row = exchange
                         .sql(
                             "SELECT r.state, m.suspended FROM request r JOIN membership m ON m.id = r.membership "
                             "WHERE r.id = $1::uuid",
                             {request})
                         .one();
    const auto state = row.get<std::string>("state");
    const bool down = row.get<bool>("suspended");
    if (decision == Decision::absent && state != "revoked") wrong.push_back(request + " left and is " + state);
    if (decision != Decision::absent && state != "active") wrong.push_back(request + " was approved and is " + state);
    if (decision == Decision::present && down) wrong.push_back(request + " is down, and nobody decided that");
    if (decision == Decision::down && !down) wrong.push_back(request + " was suspended and is up");
  }
  return wrong;
}

class Soak {
 public:
  Soak(Exchange& exchange, std::uint64_t seed) : exchange_(exchange), random_(seed) {}

  bool run(minutes during);

 private:
  void ask();
  void hurt(Crew& crew);
  /// What a person or a fault could not do at this moment is not done.
  bool attempt(const std::string& what, const std::function<void()>& act);
  std::vector<std::string> final_state(const Baseline& before);

  Exchange& exchange_;
  Random random_;
  std::vector<std::string> requests_;
  std::map<std::string, int> done_;
};

bool Soak::attempt(const std::string& what, const std::function<void()>& act) {
  try {
    act();
    ++done_[what];
    return true;
  } catch (const std::exception&) {
    ++done_[what + " (refused)"];
    return false;
  }
}

void Soak::ask() {
  auto& people = exchange_.people();
  const auto on_some = [&](const std::string& verb, const json& body) {
    if (requests_.empty()) return;
    const auto& request = requests_[below(random_, requests_.size())];
    people.as_admin("POST", "admin/requests/" + request + "/" + verb, body);
  };
  switch (below(random_, 8)) {
    case 0:
      attempt("suspend", [&] { on_some("suspend", {{"reason", "soak"}}); });
      return;
    case 1:
      attempt("resume", [&] { on_some("resume", json::object()); });
      return;
    case 2:
      attempt("revoke", [&] { on_some("revoke", {{"reason", "soak"}}); });
      return;
    default:
      attempt("approve", [&] {
        requests_.push_back(people.as_operator("POST", "requests", people.wish(false)).at("id").get<std::string>());
        people.as_admin("POST", "admin/requests/" + requests_.back() + "/approve");
      });
  }
}

void Soak::hurt(Crew& crew) {
  const auto worker = below(random_, crew.size());
  const auto server = exchange_.route_servers()[below(random_, exchange_.route_servers().size())];
  const std::vector<std::pair<std::string, std::function<void()>>> troubles{
      {"worker killed", [&] { crew.kill(worker); }},
      {"worker killed", [&] { crew.kill(worker); }},
      {"worker paused",
       [&] {
         crew.pause(worker);
         std::this_thread::sleep_for(milliseconds(500 + below(random_, 4000)));
         crew.resume(worker);
       }},
      {"BIRD killed", [&] { kill_service(exchange_, server, "bird"); }},
      {"sshd killed", [&] { kill_service(exchange_, server, "sshd"); }},
      {"SSH cut", [&] { cut_ssh_sessions(exchange_); }},
      {"Redis killed", [&] { kill_service(exchange_, "ix", "redis"); }},
      {"Redis flushed", [&] { exchange_.lab().flush_redis(); }},
      {"PostgreSQL killed", [&] { kill_service(exchange_, "ix", "postgres"); }},
      {"PostgreSQL connections ended", [&] { end_connections(exchange_); }},
      {"application killed", [&] { kill_service(exchange_, "ix", "app"); }},
  };
  const auto& [what, act] = troubles[below(random_, troubles.size())];
  attempt(what, act);
}

std::vector<std::string> Soak::final_state(const Baseline& before) {
  std::vector<std::string> wrong;
  const bool rest = test::eventually(seconds(90), [&] {
    try {
      return is_at_rest(exchange_) && against_audit(exchange_).empty() && violations(exchange_, before).empty();
    } catch (const std::exception&) {
      return false;  // PostgreSQL or BIRD is still coming back
    }
  });
  if (rest) return {};
  if (!is_at_rest(exchange_)) wrong.emplace_back("the exchange does not come to rest");
  for (auto& what : against_audit(exchange_)) wrong.push_back(std::move(what));
  for (auto& what : violations(exchange_, before)) wrong.push_back(std::move(what));
  return wrong;
}

bool Soak::run(minutes during) {
  auto before = baseline(exchange_);
  before.uptimes.clear();   // BIRD itself is killed here
  before.journals.clear();  // and then confirms again what it had not booted
  std::vector<std::string> wrong;
  {
    Crew crew(exchange_, static_cast<int>(kWorkers), Times{});
    const auto until = Clock::now() + during;
    while (Clock::now() < until) {
      ask();
      if (below(random_, 3) == 0) hurt(crew);
      std::this_thread::sleep_for(milliseconds(100 + below(random_, 900)));
    }
    wrong = final_state(before);
  }
  for (const auto& [what, times] : done_) std::printf("  %5d  %s\n", times, what.c_str());
  for (const auto& what : wrong) std::printf("        %s\n", what.c_str());
  std::printf("%s  soak of %ld min, %zu requests\n", wrong.empty() ? "PASS" : "FAIL", static_cast<long>(during.count()),
              requests_.size());
  return wrong.empty();
}

}  // namespace

bool soak(Exchange& exchange, int minutes_long, std::uint64_t seed) {
  return Soak(exchange, seed).run(minutes(minutes_long));
}

}  // namespace ztix::faults
