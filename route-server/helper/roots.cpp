#include "route-server/helper/roots.h"

#include <algorithm>
#include <unordered_set>

#include <unistd.h>

#include "core/base/text.h"
#include "core/digest/digest.h"
#include "route-server/helper/root_text.h"

namespace ztix::helper {
namespace {

constexpr const char* kBootLink = "/etc/bird/bird.conf";
constexpr std::string_view kRoot = "root-";
constexpr std::string_view kConf = ".conf";

struct Damage {
  std::string digest;
  bool is_gone = false;
};

struct Inspection {
  std::vector<Damage> damages;
  bool foreign_include = false;
  bool object_includes = false;
};

/// The text of a file if it is what its name says.
std::optional<std::string> read_intact(const StateFolder& folder, const std::string& file, const std::string& digest,
                                       Inspection& found) {
  auto text = folder.read(file);
  if (!text) {
    found.damages.push_back({digest, true});
  } else if (digest::sha256_hex(*text) != digest) {
    found.damages.push_back({digest, false});
  }
  return text;
}

/// Each file is read once, and judged by what was read.
Inspection inspect(const StateFolder& folder, const std::vector<std::string>& roots) {
  Inspection found;
  std::vector<std::string> objects;
  std::unordered_set<std::string> seen;
  for (const auto& root : roots) {
    const auto text = read_intact(folder, root_file(root), root, found);
    auto includes = includes_of(text.value_or(""));
    found.foreign_include = found.foreign_include || includes.foreign;
    for (auto& object : includes.objects) {
      if (seen.insert(object).second) objects.push_back(std::move(object));
    }
  }
  for (const auto& object : objects) {
    const auto text = read_intact(folder, object_file(object), object, found);
    found.object_includes = found.object_includes || has_include(text.value_or(""));
  }
  return found;
}

/// The digest in `root-DIGEST.conf`.
std::string_view digest_in(std::string_view name) {
  return name.size() > kRoot.size() + kConf.size() && name.starts_with(kRoot) && name.ends_with(kConf)
             ? name.substr(kRoot.size(), name.size() - kRoot.size() - kConf.size())
             : std::string_view{};
}

}  // namespace

std::string root_file(const std::string& digest) { return "root-" + digest + ".conf"; }
std::string object_file(const std::string& digest) { return "object-" + digest + ".conf"; }

ExitCode need_root(Call& call, const std::string& argument, NamedRoot& root) {
  if (!is_sha256_hex(argument)) return call.answer.refuse("usage digest", ExitCode::usage);
  call.root = argument;
  const auto text = call.folder.has_file(root_file(argument)) ? call.folder.read(root_file(argument)) : std::nullopt;
  if (!text) {
    call.answer.say({"missing", argument});
    return ExitCode::wrong_state;
  }
  root = {argument, own_digest(*text)};
  return root.running_digest.empty() ? call.answer.refuse("no_digest") : ExitCode::done;
}

ExitCode need_intact(Call& call, const NamedRoot& root, Objects objects) {
  const auto found = inspect(call.folder, {root.file_digest});
  if (found.foreign_include) return call.answer.refuse("foreign_include");
  for (const auto& damage : found.damages) call.answer.say({damage.is_gone ? "missing" : "corrupt", damage.digest});
  if (!found.damages.empty()) return ExitCode::wrong_state;
  if (objects == Objects::include_nothing && found.object_includes) return call.answer.refuse("foreign_include");
  return ExitCode::done;
}

void say_damaged(Call& call, const std::vector<std::string>& roots) {
  std::vector<std::string> ours;
  for (const auto& root : roots) {
    if (is_sha256_hex(root) && std::find(ours.begin(), ours.end(), root) == ours.end()) ours.push_back(root);
  }
  for (const auto& damage : inspect(call.folder, ours).damages) call.answer.say({"damaged", damage.digest});
}

std::string boot_target(const StateFolder& folder) {
  if (::access(kBootLink, F_OK) != 0) return "none";
  // An absolute name is found whatever the folder is.
  if (folder.target_of(kBootLink) != std::string(kStateFolder) + "/boot.conf") return "foreign";
  const auto target = folder.target_of("boot.conf");
  const auto digest = target ? digest_in(*target) : std::string_view{};
  return is_sha256_hex(digest) ? std::string(digest) : "foreign";
}

std::vector<StoredRoot> stored_roots(const StateFolder& folder) {
  std::vector<StoredRoot> roots;
  for (const auto& name : folder.names(kRoot, kConf)) {
    const auto text = folder.read(name);
    if (!text) continue;
    const auto labels = labels_of(*text);
    roots.push_back({std::string(digest_in(name)), labels.digest, labels.revision});
  }
  return roots;
}

}  // namespace ztix::helper
