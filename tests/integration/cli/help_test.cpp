/// Help, documentation and exit codes: what holds for every command.

#include <algorithm>
#include <functional>
#include <regex>
#include <set>
#include <sstream>

#include "tests/integration/cli/cli_world.h"
#include "tests/support/checkout.h"
#include "tests/support/test_redis.h"

namespace ztix::test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// First words of the lines of one section of a help text.
std::vector<std::string> section(const std::string& help, const std::string& title, const std::regex& first_word) {
  std::vector<std::string> words;
  bool inside = false;
  for (const auto& line : lines_of(help)) {
    std::smatch found;
    if (line == title) {
      inside = true;
    } else if (line.empty()) {
      inside = false;
    } else if (inside && std::regex_search(line, found, first_word)) {
      words.push_back(found[1]);
    }
  }
  return words;
}

struct Command {
  Words words;
  std::string help;
  [[nodiscard]] std::string path() const {
    std::string text = "ztix";
    for (const auto& word : words) text += " " + word;
    return text;
  }
  [[nodiscard]] std::set<std::string> options() const {
    const auto found = section(help, "Options:", std::regex("^  (?:-[a-z],)?(--[a-z0-9-]+)"));
    std::set<std::string> all(found.begin(), found.end());
    all.erase("--help");
    return all;
  }
};

/// Every command that does something, found by reading help texts from the top.
std::vector<Command> commands() {
  std::vector<Command> leaves;
  const std::function<void(const Words&)> walk = [&](const Words& words) {
    Words asked = words;
    asked.emplace_back("--help");
    const auto help = run_ztix(asked, {});
    CAPTURE(help.err);
    REQUIRE(help.exit_code == kOk);
    const auto below = section(help.out, "Subcommands:", std::regex("^  ([a-z][a-z0-9-]*)(?: |$)"));
    if (below.empty()) leaves.push_back({words, help.out});
    for (const auto& word : below) {
      Words next = words;
      next.push_back(word);
      walk(next);
    }
  };
  walk({});
  return leaves;
}

/// docs/cli.md: per command its row's first cell.
std::map<std::string, std::string> documented() {
  std::map<std::string, std::string> rows;
  const std::regex row("^\\| `(ztix [a-z -]*[a-z])[ `]([^|]*)\\|");
  for (const auto& line : lines_of(read_file(in_checkout("docs/cli.md")))) {
    std::smatch found;
    if (std::regex_search(line, found, row)) rows[found[1]] = found[2];
  }
  return rows;
}

TEST_CASE("every command's help has an example of that very command") {
  const auto all = commands();
  CHECK(all.size() > 25);
  for (const auto& command : all) {
    CAPTURE(command.help);
    const auto example = command.help.find("Example: ");
    REQUIRE(example != std::string::npos);
    CHECK(command.help.find(command.path(), example) != std::string::npos);
  }
}

TEST_CASE("docs/cli.md has one row for every command, with all of its options and no other") {
  auto rows = documented();
  for (const auto& command : commands()) {
    CAPTURE(command.path());
    REQUIRE(rows.count(command.path()) == 1);
    std::set<std::string> named;
    const auto cell = rows.at(command.path());
    const std::regex option("--[a-z0-9-]+");
    for (auto it = std::sregex_iterator(cell.begin(), cell.end(), option); it != std::sregex_iterator(); ++it)
      named.insert(it->str());
    CHECK(named == command.options());
    rows.erase(command.path());
  }
  for (const auto& [path, cell] : rows) {
    CAPTURE(path);
    CHECK_MESSAGE(false, "there is no such command");
  }
}

TEST_CASE("a command line that cannot be understood ends with 2 and asks for no setting") {
  for (const Words& words : std::vector<Words>{{},
                                               {"nonsense"},
                                               {"user"},
                                               {"user", "create"},
                                               {"network", "add", "8056c2e21c000001"},
                                               {"jobs", "list", "--state", "odd"},
                                               {"jobs", "retry", "x"},
                                               {"request", "list", "--limit", "0"},
                                               {"migrate", "down"},
                                               {"doctor", "--odd"}}) {
    const auto said = run_ztix(words, {});
    CAPTURE(said.err);
    CHECK(said.exit_code == kUsage);
    CHECK_FALSE(said.err.empty());
  }
}

TEST_CASE("missing and wrong settings end with 78 and are named all at once") {
  const auto missing = run_ztix({"user", "list"}, {});
  CHECK(missing.exit_code == kConfiguration);
  CHECK(missing.err.find("DATABASE_URL") != std::string::npos);
  CHECK(missing.err.find(".env.example") != std::string::npos);
  const auto wrong = run_ztix({"user", "list"}, {{"DATABASE_URL", "postgresql://x@127.0.0.1/y"},
                                                 {"ZT_PROVIDER", "something"},
                                                 {"ROUTE_SERVER_SSH_CONNECT_TIMEOUT_SECONDS", "soon"}});
  CHECK(wrong.exit_code == kConfiguration);
  CHECK(wrong.err.find("ZT_PROVIDER") != std::string::npos);
  CHECK(wrong.err.find("ROUTE_SERVER_SSH_CONNECT_TIMEOUT_SECONDS") != std::string::npos);
}

TEST_CASE("a secret in a setting that is wrong is not shown") {
  const auto said = run_ztix({"user", "list"}, {{"DATABASE_URL", "mysql://x:hunter2secret@127.0.0.1/y"}});
  CHECK(said.exit_code == kConfiguration);
  CHECK((said.out + said.err).find("hunter2secret") == std::string::npos);
}

TEST_CASE("a database that is away ends with 75") {
  const auto said = run_ztix({"--json", "user", "list"}, {{"DATABASE_URL", "postgresql://x@127.0.0.1:9/y"}});
  CHECK(said.exit_code == kTryLater);
  CHECK(json::parse(said.out).at("error").at("code") == "unavailable");
  CHECK(said.err.find("Try again") != std::string::npos);
}

TEST_CASE("what only looks prints a table for people and one document for programs") {
  CliWorld world;
  world.set_up();
  world.publish_release();
  world.add_network();
  REQUIRE(world.ztix(world.route_server_words(1)).exit_code == kOk);
  const auto id = world.new_request().id.text();
  const std::vector<Words> looks{{"user", "list"},
                                 {"network", "list"},
                                 {"rs", "list"},
                                 {"rs", "show", "rs1"},
                                 {"request", "list"},
                                 {"request", "show", id},
                                 {"jobs", "list"},
                                 {"migrate", "status"},
                                 {"controller", "status"},
                                 {"render", "--rs", "rs1"},
                                 {"audit", "list", "--subject", "route_server:rs1"}};
  for (const auto& words : looks) {
    CAPTURE(words.front());
    const auto people = world.ztix(words);
    CAPTURE(people.err);
    CHECK(people.exit_code == kOk);
    CHECK(people.out.size() > 20);
    CHECK(people.out.front() != '{');
    CHECK_FALSE(world.data(words).empty());
  }
}

TEST_CASE("doctor finds everything well, and names each fault with its remedy") {
  CliWorld world;
  TestRedis redis;
  world.environment["REDIS_URL"] = redis.url();
  auto found = world.ztix({"--json", "doctor"});
  CHECK(found.exit_code == kFailed);
  CHECK(found.out.find("ztix setup") != std::string::npos);
  world.set_up();
  world.add_network();
  found = world.ztix({"--json", "doctor"});
  CAPTURE(found.out);
  CHECK(found.exit_code == kOk);
  CHECK(json::parse(found.out).at("data").at("healthy") == true);
  redis.stop();
  CHECK(world.ztix({"doctor"}).out.find("Start Redis") != std::string::npos);
  world.environment["ZT_CONTROLLER_BASE_URL"] = "http://127.0.0.1:9";
  CHECK(world.ztix({"doctor"}).out.find("ZT_CONTROLLER_BASE_URL") != std::string::npos);
  world.environment["DATABASE_URL"] = "postgresql://x@127.0.0.1:9/y";
  const auto without = world.ztix({"doctor"});
  CHECK(without.exit_code == kFailed);
  CHECK(without.out.find("Start PostgreSQL") != std::string::npos);
}

TEST_CASE("migrate goes up, says so when there is nothing to do, and goes down only when told that it destroys") {
  CliWorld world(TestDatabase::Schema::empty);
  const auto before = world.data({"migrate", "status"});
  CHECK(before.at(0).at("applied_at").is_null());
  CHECK(world.data({"migrate", "up"}).at("applied").size() == before.size());
  CHECK(world.data({"migrate", "up"}).at("applied").empty());
  CHECK_FALSE(world.data({"migrate", "status"}).at(0).at("applied_at").is_null());
  const auto last = static_cast<int>(before.size());
  const auto rows = [&world](const char* action) {
    return world.database.sql("SELECT facts->>'to' AS number FROM audit WHERE action = $1", {action});
  };
  CHECK(rows("database.migrated").one().get<std::string>("number") == std::to_string(last));
  CHECK(world.data({"migrate", "down", "--to", std::to_string(last - 1), "--yes"}).at("undone").size() == 1);
  CHECK(rows("database.migrate_down_ordered").one().get<std::string>("number") == std::to_string(last - 1));
  CHECK(world.data({"migrate", "up"}).at("applied").size() == 1);
  const auto kept = world.tables();
  const auto refused = world.ztix({"migrate", "down", "--to", "0"});
  CHECK(refused.exit_code == kFailed);
  CHECK(refused.err.find("--yes") != std::string::npos);
  CHECK(world.tables() == kept);
  CHECK(world.data({"migrate", "down", "--to", "0", "--yes"}).at("undone").size() == before.size());
  CHECK(world.data({"migrate", "status"}).at(0).at("applied_at").is_null());
}

}  // namespace
}  // namespace ztix::test
