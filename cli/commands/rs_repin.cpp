#include "cli/commands/rs_repin.h"

#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/context.h"
#include "cli/host_key_input.h"
#include "core/remote/host_key.h"
#include "core/store/route_server_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string name;
  std::string host_key;
  bool yes = false;
};

/// Both fingerprints are shown before anything is asked: only a person can know whether the host was reinstalled or
/// somebody stands in between.
Result<json> repin(Context& context, const Options& options) {
  store::PgRouteServerStore servers(context.database());
  ZTIX_ASSIGN(const auto server, servers.route_server(options.name));
  const auto& endpoint = server.endpoint;
  std::cerr << "Pinned now\n  " << remote::fingerprint(endpoint.host_key) << '\n';
  std::string key = options.host_key;
  if (key.empty()) {
    ZTIX_ASSIGN(key, scanned_host_key(context, endpoint.host, endpoint.port));
  } else {
    if (remote::fingerprint(key).empty()) {
      return fail(ErrorCode::invalid_argument, "--host-key is not a public key; nothing was changed.");
    }
    std::cerr << "New\n  " << remote::fingerprint(key) << '\n';
  }
  const json result{{"name", options.name},
                    {"before", remote::fingerprint(endpoint.host_key)},
                    {"host_key", key},
                    {"fingerprint", remote::fingerprint(key)},
                    {"changed", key != endpoint.host_key}};
  if (key == endpoint.host_key) return result;
  ZTIX_CHECK(accept_host_key(options.yes));
  ZTIX_CHECK(servers.repin_host_key(options.name, key, context.actor()));
  return result;
}

}  // namespace

void describe_repin(CLI::App& group, Context& context) {
  auto options = std::make_shared<Options>();
  auto* command = group.add_subcommand("repin", "Pin a new host key, after the host was reinstalled");
  command->add_option("name", options->name, "Of the route server")->required();
  command->add_option("--host-key", options->host_key, "The new key, as in ssh_host_ed25519_key.pub; else it is read");
  command->add_flag("--yes", options->yes, "I have compared the fingerprints");
  command->footer("Example: ztix rs repin rs1");
  command->callback([&context, options] {
    context.finish(repin(context, *options), [](const json& result) {
      std::cout << (result["changed"].get<bool>() ? "Pinned: " : "Nothing to do, this key is pinned: ")
                << result["fingerprint"].get<std::string>() << '\n';
    });
  });
}

}  // namespace ztix::cli
