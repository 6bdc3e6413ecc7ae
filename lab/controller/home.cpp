#include "lab/controller/home.h"

#include <stdexcept>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "core/base/text.h"
#include "lab/controller/files.h"
#include "lab/controller/random_text.h"

namespace ztix::lab::controller {

namespace {

std::string token_of(const std::filesystem::path& path) {
  if (const auto text = read_file(path)) return std::string(trim(*text));
  std::string token = random_token(24);
  write_file(path, token, true);
  return token;
}

std::string identity_of(const std::filesystem::path& folder, const std::string& wanted_address) {
  if (const auto text = read_file(folder / "identity.public")) return std::string(trim(*text));
  // A leading "ff" is reserved in the protocol; a leading zero never is, and keeps tests honest about text ids.
  const std::string address = wanted_address.empty() ? "0" + random_hex(9) : wanted_address;
  std::string identity = address + ":0:" + random_hex(128);
  write_file(folder / "identity.secret", identity + ":" + random_hex(128), true);
  write_file(folder / "identity.public", identity, false);
  return identity;
}

std::string settings_of(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (!text) return "{}";
  const auto parsed = nlohmann::json::parse(*text, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("settings") || !parsed["settings"].is_object()) return "{}";
  return parsed["settings"].dump();
}

}  // namespace

Home Home::open(const std::filesystem::path& folder, const std::string& wanted_address) {
  std::filesystem::create_directories(folder / "controller.d" / "network");
  Home home;
  home.folder = folder;
  home.public_identity = identity_of(folder, wanted_address);
  home.address = home.public_identity.substr(0, 10);
  if (home.address.size() != 10 || !is_lower_hex(home.address)) {
    throw std::runtime_error((folder / "identity.public").string() + " is not an identity");
  }
  if (!wanted_address.empty() && home.address != wanted_address) {
    throw std::runtime_error("the home folder belongs to " + home.address + ", not to " + wanted_address);
  }
  home.auth_token = token_of(folder / "authtoken.secret");
  home.metrics_token = token_of(folder / "metricstoken.secret");
  home.settings_json = settings_of(folder / "local.conf");
  return home;
}

}  // namespace ztix::lab::controller
