#pragma once

/// @file bench/fleet/fleet.h
/// The route servers of a lab as the worker sees them, and what is measured on them.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/remote/ssh_route_server_hosts.h"
#include "core/render/bird_config.h"
#include "core/service/ports/route_server_host.h"
#include "core/store/apply_store.h"
#include "core/store/database.h"
#include "tests/e2e/lab.h"

namespace ztix::bench {

/// Milliseconds of one round.
struct Pair {
  double ours = 0;
  double peer = 0;
  [[nodiscard]] double ratio() const { return ours / peer; }
};

/// @param pairs  at least one.
[[nodiscard]] std::pair<double, double> median_and_worst(const std::vector<Pair>& pairs);

/// The value of a call that must succeed.
template <class T>
T checked(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
  return std::move(result).value();
}
void checked(const Status& status);

/// How a revision reached every route server, in milliseconds from its publication.
struct WholeApply {
  std::string revision;
  std::size_t servers = 0;     ///< that have confirmed it in a turn
  double until_confirmed = 0;  ///< by all, as the database has it
  double until_active = 0;     ///< from the POST of the approval, as a poller sees it
  std::string turns;           ///< how many route servers each turn had, e.g. 1 + 19 + 20
  int most_at_once = 0;        ///< in their turn at the same moment
};

struct RouteServer {
  service::RouteServerEndpoint endpoint;
  service::HostCredential who;
  std::shared_ptr<service::RouteServerHost> host;
  domain::ConfigSnapshot newest;
};

class Fleet {
 public:
  explicit Fleet(test::Lab& lab);

  [[nodiscard]] test::Lab& lab() { return lab_; }
  [[nodiscard]] const std::vector<RouteServer>& servers() const { return servers_; }
  /// Approves memberships until there are so many, and waits until all are active.
  void fill(int memberships);
  /// Root and objects of one route server.
  [[nodiscard]] std::size_t bytes();
  /// Reads what is published, and opens a connection to each route server that is kept.
  void look();
  /// What a route server would get if one membership were another than it is: never the same twice, and of the same
  /// revision, for a higher one on a host would raise the database's.
  [[nodiscard]] render::RenderedConfig next_change(const RouteServer& server, int change) const;
  [[nodiscard]] int new_change() { return ++changes_; }

  /// put + check + arm of one changed membership on all at once over the connections that are open; milliseconds.
  /// Everything is undone afterwards.
  double put_check_arm();
  /// Everybody must have armed this, and then has not. @param root  file digest, the same name on all.
  void undo_everywhere(const std::string& root, const std::string& digest) const;

  /// One more member, from its approval to the last confirm.
  WholeApply apply_everywhere();

 private:
  nlohmann::json next_request();
  WholeApply measured(const nlohmann::json& request);

  test::Lab& lab_;
  store::Database database_;
  store::PgApplyStore store_;
  remote::SshRouteServerHosts hosts_;
  test::Lab::Operator member_;
  std::vector<RouteServer> servers_;
  int changes_ = 0;
};

}  // namespace ztix::bench
