#include <filesystem>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/base/secret_file.h"
#include "core/render/bird_config.h"
#include "core/store/apply_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string route_server;
  domain::Revision revision = 0;
  std::string output;
};

Result<render::RenderedConfig> rendered(Context& context, const Options& options) {
  store::PgApplyStore store(context.database());
  if (options.revision != 0) {
    ZTIX_ASSIGN(const auto snapshot, store.snapshot(options.route_server, options.revision));
    return render::render_route_server(snapshot);
  }
  ZTIX_ASSIGN(const auto subject, store.subject(options.route_server));
  return render::render_route_server(subject.newest);
}

/// Objects hold the passwords of BGP sessions.
Status write_all(const render::RenderedConfig& config, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorCode::invalid_argument, "Cannot make the folder " + folder.string() + ".");
  for (const auto& object : config.objects) {
    ZTIX_CHECK(write_secret_file(folder / ("object-" + object->digest + ".conf"), object->text));
  }
  return write_secret_file(folder / ("root-" + config.root_digest + ".conf"), config.root);
}

Result<json> run(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto config, rendered(context, options));
  if (!options.output.empty()) ZTIX_CHECK(write_all(config, options.output));
  auto objects = json::array();
  for (const auto& object : config.objects) {
    objects.push_back({{"membership_id", object->membership_id}, {"digest", object->digest}, {"text", object->text}});
  }
  return json{{"revision", config.revision},
              {"root_digest", config.root_digest},
              {"ztix_digest", config.ztix_digest},
              {"root", config.root},
              {"objects", objects}};
}

void print(const json& config) {
  std::cout << config["root"].get<std::string>();
  for (const auto& object : config["objects"]) {
    std::cout << "\n# object-" << object["digest"].get<std::string>() << ".conf\n" << object["text"].get<std::string>();
  }
}

}  // namespace

void add_render(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("render", "Show a route server's configuration, byte for byte as a worker uploads it");
  command->add_option("--rs", options->route_server, "Name of the route server")->required();
  command->add_option("--revision", options->revision, "An older revision instead of the newest")
      ->check(CLI::PositiveNumber);
  command->add_option("--output", options->output,
                      "Also write the files into this folder, 0600: they hold the passwords of sessions");
  command->footer("Example: ztix render --rs rs1 --output /tmp/rs1");
  command->callback([&context, options] { context.finish(run(context, *options), print); });
}

}  // namespace ztix::cli
