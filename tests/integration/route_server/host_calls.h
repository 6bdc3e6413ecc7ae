#pragma once

/// @file tests/integration/route_server/host_calls.h
/// Calls of the helper in a test's words.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/digest/digest.h"
#include "tests/support/bird_host.h"
#include "tests/support/tiny_bird_config.h"

namespace ztix::test {

inline const std::string kUs = "11111111-1111-4111-8111-111111111111";
inline const std::string kThem = "22222222-2222-4222-8222-222222222222";

inline std::string frames(const std::vector<std::string>& contents) {
  std::string all;
  for (const auto& content : contents) all += std::to_string(content.size()) + "\n" + content;
  return all;
}

inline bool says(const Finished& answer, const std::string& line) {
  return ("\n" + answer.out).find("\n" + line + "\n") != std::string::npos;
}

/// The call must end with this exit code; its answer is shown when it does not.
inline Finished expect(int exit_code, const Finished& answer) {
  CAPTURE(answer.out);
  CAPTURE(answer.err);
  CHECK(answer.exit_code == exit_code);
  return answer;
}

/// A host with roots 1 (session 1) and 2 (sessions 1 and 2) stored.
struct TrialHost {
  explicit TrialHost(const BirdHost::Options& options = {}) : host(options) {
    expect(0, call("put", "", frames({session_object(1), session_object(2), one.text, two.text})));
  }
  [[nodiscard]] Finished call(const std::string& verb, const std::string& arguments = {},
                              const std::string& input = {}) const {
    return host.helper(verb + " " + kUs + " 1" + (arguments.empty() ? "" : " " + arguments), input);
  }
  void arm(const TinyRoot& root, int seconds = 60) const {
    expect(0, call("check", root.file_digest));
    expect(0, call("arm", root.file_digest + " " + std::to_string(seconds)));
  }
  void apply(const TinyRoot& root) const {
    arm(root);
    expect(0, call("confirm", root.file_digest));
    expect(0, call("persist", root.file_digest));
  }
  [[nodiscard]] bool runs(const TinyRoot& root) const {
    return host.birdc("eval ZTIX_DIGEST").find("0023 " + root.ztix_digest) != std::string::npos;
  }
  [[nodiscard]] bool is_armed() const { return host.birdc("configure status").find("0022-") != std::string::npos; }
  /// Files below /var/lib/ztix-rs, one a line.
  [[nodiscard]] std::string listing() const { return host.inside({"ls", "-A", "/var/lib/ztix-rs"}).out; }

  BirdHost host;
  TinyRoot one = tiny_root(1, {session_object(1)});
  TinyRoot two = tiny_root(2, {session_object(1), session_object(2)});
};

}  // namespace ztix::test
