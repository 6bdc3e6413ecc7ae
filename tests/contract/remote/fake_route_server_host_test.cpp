#include "tests/support/fake_route_server_host.h"

#include "core/service/bird_time.h"
#include "tests/contract/remote/route_server_host_contract.h"

namespace ztix::test {
namespace {

class InMemory {
 public:
  InMemory() { hosts_.add("rs1"); }
  service::RouteServerHosts& hosts() { return hosts_; }
  static service::RouteServerEndpoint endpoint() { return {"rs1", "rs1.example", 22, "ztix", "ssh-ed25519 AAAA"}; }
  void pass(std::chrono::seconds duration) { server().advance(duration); }
  void kill_bird() { server().kill_bird(); }
  void start_bird() { server().start_bird(); }
  void corrupt(const std::string& digest) { server().corrupt(digest); }
  void set_reachable(bool reachable) { server().set_reachable(reachable); }

  static long milliseconds(const std::string& since) { return service::bird_time(since).value().count(); }

 private:
  FakeRouteServer& server() { return hosts_.at("rs1"); }
  FakeRouteServerHosts hosts_;
};
}  // namespace
}  // namespace ztix::test

TYPE_TO_STRING_AS("in memory", ztix::test::InMemory);

namespace ztix::test {
namespace {

ZTIX_ROUTE_SERVER_HOST_CONTRACT(InMemory);

}  // namespace
}  // namespace ztix::test
