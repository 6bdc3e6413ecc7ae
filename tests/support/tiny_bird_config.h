#pragma once

/// @file tests/support/tiny_bird_config.h
/// The smallest configurations a route server can run, in the shape the renderer gives them.

#include <string>
#include <vector>

namespace ztix::test {

/// One session that never comes up (its neighbour is a loopback address): `as<64500+n>_1_n1_v4`.
[[nodiscard]] std::string session_name(int n);
[[nodiscard]] std::string session_object(int n);

struct TinyRoot {
  std::string text;
  std::string file_digest;  ///< names the file, goes into verbs
  std::string ztix_digest;  ///< what `birdc eval ZTIX_DIGEST` answers while it runs
};

/// A root of that revision including these objects (by content), plus extra lines.
[[nodiscard]] TinyRoot tiny_root(int revision, const std::vector<std::string>& objects, const std::string& extra = {});

}  // namespace ztix::test
