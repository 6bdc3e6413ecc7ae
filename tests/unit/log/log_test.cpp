#include "core/log/log.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/log/format.h"

namespace ztix::log {
namespace {

using nlohmann::json;

static_assert(!std::is_constructible_v<Fact, std::string_view, SecretString>, "a secret must not become a fact");

Record record_with(const std::vector<Fact>& facts) {
  Record record;
  record.at = Timestamp(std::chrono::milliseconds(1'763'697'906'789));
  record.program = "app";
  record.event = "request.created";
  record.request_id = "r-1";
  record.job_id = 7;
  record.facts = facts;
  return record;
}

TEST_CASE("A line says time, level, program, event, request, job and facts") {
  const std::vector<Fact> facts{{"asn", 64500}, {"held", true}, {"name", "rs1"}, {"seconds", 0.5}};
  const auto line = json::parse(to_json_line(record_with(facts)));
  CHECK(line["time"] == "2025-11-21T04:05:06.789Z");
  CHECK(line["level"] == "info");
  CHECK(line["program"] == "app");
  CHECK(line["message"] == "request.created");
  CHECK(line["request_id"] == "r-1");
  CHECK(line["job_id"] == 7);
  CHECK(line["asn"] == 64500);
  CHECK(line["held"] == true);
  CHECK(line["name"] == "rs1");
  CHECK(line["seconds"] == 0.5);
}

TEST_CASE("A fact cannot take the place of a field") {
  const std::vector<Fact> facts{{"level", "error"}, {"time", "never"}};
  const auto line = json::parse(to_json_line(record_with(facts)));
  CHECK(line["level"] == "info");
  CHECK(line["fact_level"] == "error");
  CHECK(line["fact_time"] == "never");
}

TEST_CASE("Random bytes in every text give one line of printable JSON that parses") {
  std::mt19937 random(20261121);  // NOLINT(cert-msc51-cpp): a test must repeat itself
  const auto text = [&random] {
    std::string bytes(random() % 40, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random() & 0xFFU);
    return bytes;
  };
  for (int round = 0; round < 20'000; ++round) {
    const auto event = text();
    const auto request_id = text();
    const auto key = text();
    const std::vector<Fact> facts{{key, text()}, {"number", round}};
    auto record = record_with(facts);
    record.event = event;
    record.request_id = request_id;
    for (const auto& line : {to_json_line(record), to_readable_line(record)}) {
      REQUIRE(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c < '\x7f'; }));
    }
    const auto parsed = json::parse(to_json_line(record));
    REQUIRE(parsed["number"] == round);
    REQUIRE(parsed["level"] == "info");
  }
}

TEST_CASE("On a terminal plain words stay plain and everything else is quoted") {
  const std::vector<Fact> facts{{"asn", 64500}, {"name", "rs1"}, {"note", "two words\x1b[31m"}};
  CHECK(to_readable_line(record_with(facts)) ==
        "04:05:06.789 info  request.created asn=64500 name=rs1 note=\"two words\\u001b[31m\" job=7 request=r-1");
}

/// What is written to standard error while it lives.
class CapturedStderr {
 public:
  CapturedStderr() : saved_(::dup(STDERR_FILENO)) {
    const int file = ::mkstemp(name_.data());
    REQUIRE(file >= 0);
    ::dup2(file, STDERR_FILENO);
    ::close(file);
  }
  CapturedStderr(const CapturedStderr&) = delete;
  CapturedStderr& operator=(const CapturedStderr&) = delete;
  ~CapturedStderr() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    ::unlink(name_.data());
  }
  [[nodiscard]] std::vector<json> lines() const {
    std::ifstream file(name_.data());
    std::vector<json> all;
    for (std::string line; std::getline(file, line);) all.push_back(json::parse(line));
    return all;
  }

 private:
  int saved_;
  std::array<char, 32> name_{"/tmp/ztix-log-test-XXXXXX"};
};

TEST_CASE("Lines carry the request and job of their scope, and levels below the threshold are left out") {
  CapturedStderr captured;
  start("worker", "warn", Form::json);
  info("left.out");
  {
    const LogContext request("req-9", 0);
    const LogContext job("", 42);
    warn("with.both");
  }
  error("with.none", {{"cause", "x"}});
  start("app", "info");
  const auto lines = captured.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["message"] == "with.both");
  CHECK(lines[0]["request_id"] == "req-9");
  CHECK(lines[0]["job_id"] == 42);
  CHECK(lines[0]["program"] == "worker");
  CHECK(lines[1]["message"] == "with.none");
  CHECK_FALSE(lines[1].contains("request_id"));
  CHECK_FALSE(lines[1].contains("job_id"));
}

}  // namespace
}  // namespace ztix::log
