/// @file tests/integration/fabric/hook_test.cpp
/// The simulator's hook: how the lab's data plane hears of members.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/controller/simulator.h"
#include "tests/contract/fabric/temporary_folder.h"
#include "tests/support/raw_http_client.h"

namespace ztix::lab::controller {

namespace {

namespace fs = std::filesystem;

/// A hook that waits for a line in `gate` before it ends, and writes what it was told to `told` before that.
struct HookBench {
  HookBench() {
    const auto script = folder.path() / "hook";
    std::ofstream(script) << "#!/bin/sh\necho \"$ZTIX_NETWORK_ID $*\" >> " << told().string() << "\nread line < "
                          << gate().string() << "\n";
    fs::permissions(script, fs::perms::owner_all);
    REQUIRE(::mkfifo(gate().c_str(), 0600) == 0);
  }

  [[nodiscard]] fs::path told() const { return folder.path() / "told"; }
  [[nodiscard]] fs::path gate() const { return folder.path() / "gate"; }

  [[nodiscard]] SimulatorOptions options() const {
    SimulatorOptions result;
    result.home = folder.path() / "home";
    result.hook = (folder.path() / "hook").string();
    return result;
  }

  /// Lets the hook that waits, or the next one, end.
  void open_gate() const { std::ofstream(gate()) << "go\n"; }

  /// Waits until the hook was called `count` times; the text so far.
  [[nodiscard]] std::string wait_for_calls(std::ptrdiff_t count) const {
    for (int tries = 0; tries < 1000; ++tries) {
      std::ifstream file(told());
      std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
      if (std::count(text.begin(), text.end(), '\n') >= count) return text;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    FAIL("the hook was not called " << count << " times");
    return {};
  }

  test::TemporaryFolder folder;
};

void post(const Simulator& simulator, const std::string& path, const std::string& body) {
  const std::string request =
      "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-ZT1-Auth: " + simulator.home().auth_token +
      "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  REQUIRE(test::send_raw(simulator.port(), request).status == 200);
}

}  // namespace

TEST_CASE("The hook hears of every member at start, of changes in order, and only of the newest of waiting ones") {
  const HookBench bench;
  std::string network;
  {
    const Simulator simulator(bench.options());
    network = simulator.home().address + "000001";
    const std::string path = "/controller/network/" + network;
    post(simulator, path, "{}");
    post(simulator, path + "/member/a1b2c3d4e5", R"({"authorized":true,"ipAssignments":["192.0.2.1","2001:db8::1"]})");
    CHECK(bench.wait_for_calls(1) == network + " a1b2c3d4e5 authorized 192.0.2.1 2001:db8::1\n");
    // The first call is still running: these wait, and three of them are one.
    post(simulator, path + "/member/a1b2c3d4e5", R"({"authorized":false})");
    post(simulator, path + "/member/b1b2c3d4e5", R"({"authorized":true})");
    post(simulator, path + "/member/a1b2c3d4e5", R"({"authorized":true})");
    post(simulator, path + "/member/a1b2c3d4e5", R"({"ipAssignments":["192.0.2.2"]})");
    post(simulator, path + "/member/a1b2c3d4e5", R"({"ipAssignments":["192.0.2.2"]})");
    bench.open_gate();
    (void)bench.wait_for_calls(2);
    bench.open_gate();
    const std::string told = bench.wait_for_calls(3);
    bench.open_gate();
    CHECK(told == network + " a1b2c3d4e5 authorized 192.0.2.1 2001:db8::1\n" + network +
                      " a1b2c3d4e5 authorized 192.0.2.2\n" + network + " b1b2c3d4e5 authorized\n");
  }
  fs::remove(bench.told());
  const Simulator again(bench.options());
  CHECK(bench.wait_for_calls(1) == network + " a1b2c3d4e5 authorized 192.0.2.2\n");
  bench.open_gate();
  CHECK(bench.wait_for_calls(2) ==
        network + " a1b2c3d4e5 authorized 192.0.2.2\n" + network + " b1b2c3d4e5 authorized\n");
  bench.open_gate();
}

}  // namespace ztix::lab::controller
