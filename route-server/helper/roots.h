#pragma once

/// @file route-server/helper/roots.h
/// Roots and objects on the disk: are they there, are they what their names say, which one boots?

#include <string>
#include <vector>

#include "route-server/helper/call.h"

namespace ztix::helper {

[[nodiscard]] std::string root_file(const std::string& digest);
[[nodiscard]] std::string object_file(const std::string& digest);

/// The root that a verb is about, with the value that `birdc eval ZTIX_DIGEST` answers while it runs.
struct NamedRoot {
  std::string file_digest;
  std::string running_digest;
};
/// The argument must be a digest, the file must be here and say its digest.
ExitCode need_root(Call& call, const std::string& argument, NamedRoot& root);

enum class Objects : bool {
  as_they_are,
  include_nothing,  ///< one that includes on its own would escape the digests, and with them every promise of the verbs
};
/// Hashes the root and every object it names again. Says what is `missing` or `corrupt`.
ExitCode need_intact(Call& call, const NamedRoot& root, Objects objects);

/// `damaged DIGEST` for each of these roots, and of the objects they include, that is gone or not what its name says.
void say_damaged(Call& call, const std::vector<std::string>& roots);

/// The root that a restart of BIRD would run: its digest, `foreign` or `none`.
[[nodiscard]] std::string boot_target(const StateFolder& folder);

struct StoredRoot {
  std::string file_digest;
  std::string digest;    ///< as the root says, `-` if it does not
  std::string revision;  ///< the same
};
[[nodiscard]] std::vector<StoredRoot> stored_roots(const StateFolder& folder);

}  // namespace ztix::helper
