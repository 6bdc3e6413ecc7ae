#pragma once

/// @file tests/contract/fabric/recording.h
/// The recorded exchanges of tests/golden/zerotier-api, ready to be sent again.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ztix::test {

struct Recording {
  int number = 0;
  std::string name;
  std::string method;
  std::string path;
  std::vector<std::pair<std::string, std::string>> request_headers;
  std::optional<std::string> request_body;  ///< the bytes that were sent, long ones still abbreviated
  int status = 0;
  std::map<std::string, std::string> response_headers;  ///< names in lower case
  std::string response_body;

  /// The stored text was cut; only its length is known.
  [[nodiscard]] bool is_reply_cut() const;
};

/// Those with `first <= number <= last`, in order. @throws std::runtime_error if the folder or a file is unusable.
[[nodiscard]] std::vector<Recording> recordings(int first, int last);

/// Texts that were abbreviated when they were stored, in full: `…xxx…<9011 characters in all>` and `<9000 x a>`.
[[nodiscard]] std::string in_full(const std::string& abbreviated);

/// The bytes of the request. `<TOKEN>` becomes `token`.
[[nodiscard]] std::string request_bytes(const Recording& recording, const std::string& token);

}  // namespace ztix::test
