#include "tests/integration/cli/cli_world.h"

#include <algorithm>
#include <filesystem>

#include "tests/support/checkout.h"

namespace ztix::test {
namespace {

/// What the later words say replaces what the earlier ones said: a word that begins with -- takes the one after it.
Words replaced(Words words, const Words& more) {
  for (std::size_t i = 0; i < more.size(); ++i) {
    const bool has_value = i + 1 < more.size() && !more[i + 1].starts_with("--");
    const auto found = std::find(words.begin(), words.end(), more[i]);
    if (found != words.end() && has_value) {
      *std::next(found) = more[++i];
    } else {
      words.push_back(more[i]);
      if (has_value) words.push_back(more[++i]);
    }
  }
  return words;
}

}  // namespace

service::Actor cli_actor() { return {service::ActorKind::cli, std::nullopt, "root", "", "run-1"}; }

Finished run_ztix(const Words& words, const Environment& environment, const std::string& input) {
  Words all{"env", "-i", "PATH=/usr/bin:/bin"};
  for (const auto& [name, value] : environment) all.push_back(name + "=" + value);
  all.push_back(in_build("bin/ztix"));
  all.insert(all.end(), words.begin(), words.end());
  return run(all, input);
}

CliWorld::CliWorld(TestDatabase::Schema schema) : database(schema), simulator(simulator_options()) {
  environment = {{"DATABASE_URL", database.url()},
                 {"ZT_PROVIDER", "self_hosted_controller"},
                 {"ZT_CONTROLLER_BASE_URL", "http://127.0.0.1:" + std::to_string(simulator.port())},
                 {"ZT_CONTROLLER_AUTH_TOKEN_FILE", secret_file("token", simulator.home().auth_token)}};
}

std::string CliWorld::secret_file(const std::string& name, const std::string& text) const {
  auto path = folder.write(name, text);
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return path;
}

lab::controller::SimulatorOptions CliWorld::simulator_options() const {
  lab::controller::SimulatorOptions options;
  options.home = folder.path() + "/controller";
  return options;
}

Finished CliWorld::ztix(const Words& words, const std::string& input) const {
  return run_ztix(words, environment, input);
}

json CliWorld::data(const Words& words, const std::string& input) const {
  Words all{"--json"};
  all.insert(all.end(), words.begin(), words.end());
  const auto done = ztix(all, input);
  CAPTURE(done.err);
  CAPTURE(done.out);
  REQUIRE(done.exit_code == kOk);
  return json::parse(done.out).at("data");
}

void CliWorld::refused(int exit_code, const Words& words, const std::vector<std::string>& complaint,
                       const std::string& input) {
  const auto before = tables();
  const auto files = controller_files();
  const auto said = ztix(words, input);
  CAPTURE(said.out);
  CAPTURE(said.err);
  CHECK(said.exit_code == exit_code);
  for (const auto& text : complaint) {
    CAPTURE(text);
    CHECK(said.err.find(text) != std::string::npos);
  }
  Words with_json{"--json"};
  with_json.insert(with_json.end(), words.begin(), words.end());
  const auto document = ztix(with_json, input);
  CHECK(document.exit_code == exit_code);
  if (exit_code == kFailed || exit_code == kTryLater) {
    const auto error = json::parse(document.out).at("error");
    CHECK_FALSE(error.at("code").get<std::string>().empty());
    CHECK_FALSE(error.at("message").get<std::string>().empty());
  }
  CHECK(tables() == before);
  CHECK(controller_files() == files);
}

std::string CliWorld::tables() {
  return database
      .sql(
          "SELECT coalesce(string_agg(tablename || query_to_xml(format('SELECT t::text AS row FROM %I.%I t ORDER BY "
          "1', "
          "schemaname, tablename), true, false, '')::text, E'\\n' ORDER BY schemaname, tablename), '') AS everything "
          "FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
      .one()
      .get<std::string>("everything");
}

std::string CliWorld::controller_files() const {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(simulator.home().folder)) {
    if (entry.is_regular_file()) files[entry.path().string()] = read_file(entry.path().string());
  }
  std::string all;
  for (const auto& [path, text] : files) all += path + "\n" + text + "\n";
  return all;
}

void CliWorld::set_up() {
  const auto made =
      store::PgAccountStore(owner).set_up("Test-IX", true, {"admin", "", {domain::Role::admin}, {}, {}}, cli_actor());
  REQUIRE(made);
}

Words CliWorld::network_words(const std::string& id, int lan, const Words& more) const {
  const auto n = std::to_string(lan);
  const auto base = "192.0." + std::to_string(lan + 1) + ".";
  const Words words{"network",
                    "add",
                    id,
                    "--name",
                    "city" + n,
                    "--lan-v6",
                    "2001:db8:" + n + "::/64",
                    "--lan-v4",
                    base + "0/24",
                    "--ipv4-pool",
                    base + "10-" + base + "20",
                    "--route-server-asn",
                    "64511",
                    "--create"};
  return replaced(words, more);
}

void CliWorld::add_network(const std::string& number, int lan) {
  const auto added = ztix(network_words(network(number), lan));
  CAPTURE(added.err);
  REQUIRE(added.exit_code == kOk);
}

Words CliWorld::route_server_words(int number, const Words& more) const {
  const auto n = std::to_string(number);
  const Words words{"rs",
                    "add",
                    "rs" + n,
                    "--ssh-host",
                    "127.0.0.1",
                    "--ssh-port",
                    "220" + n,
                    "--host-key",
                    "ssh-ed25519 AAAA" + n,
                    "--router-id",
                    "192.0.2." + n,
                    "--network",
                    network(),
                    "--node-id",
                    "aa0000000" + n,
                    "--ipv4",
                    "192.0.2." + n,
                    "--ipv6",
                    "2001:db8:1::" + n,
                    "--rtr-exception",
                    "a test"};
  return replaced(words, more);
}

void CliWorld::publish_release() {
  store::PgApplyStore apply(owner);
  REQUIRE(apply.publish_release(domain::PolicyDefinition::standard(), std::string(64, 'a'), cli_actor()));
}

service::Request CliWorld::new_request(const std::string& node) {
  const auto id = domain::ZtNetworkId::parse(network()).value();
  const auto asn = domain::Asn::from_number(64496).value();
  store::PgAccountStore accounts(owner);
  const auto users = accounts.users().value();
  auto alice = std::find_if(users.begin(), users.end(), [](const auto& user) { return user.username == "alice"; });
  const auto user_id =
      alice != users.end()
          ? alice->id
          : accounts.create_user({"alice", "", {domain::Role::member_operator}, {asn}, {id}}, cli_actor()).value().id;
  const service::Command command{{service::ActorKind::user, user_id, "alice", "192.0.2.1", "trace-1"}, std::nullopt};
  return store::PgRequestStore(owner).create({asn, id, domain::NodeId::parse(node).value(), true, ""}, command).value();
}

json CliWorld::member(const std::string& node) const {
  const auto file = simulator.home().folder / "controller.d" / "network" / network() / "member" / (node + ".json");
  return std::filesystem::exists(file) ? json::parse(read_file(file.string())) : json();
}

}  // namespace ztix::test
