#include "app/pages/assets.h"

#include <stdexcept>
#include <vector>

#include "core/digest/digest.h"
#include "generated/static_files.h"

namespace ztix::app {
namespace {

constexpr std::size_t kDigestLength = 16;

std::string_view content_type_of(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  throw std::logic_error("no content type for " + std::string(name));
}

const std::vector<Asset>& assets() {
  static const std::vector<Asset> all = [] {
    std::vector<Asset> made;
    for (const auto& file : static_files()) {
      const std::string_view text(file.text, file.size);
      made.push_back({file.name, digest::sha256_hex(text).substr(0, kDigestLength), content_type_of(file.name), text});
    }
    return made;
  }();
  return all;
}

}  // namespace

const Asset* find_asset(std::string_view digest, std::string_view name) {
  for (const auto& asset : assets()) {
    if (asset.name == name && asset.digest == digest) return &asset;
  }
  return nullptr;
}

const Asset& asset_named(std::string_view name) {
  for (const auto& asset : assets()) {
    if (asset.name == name) return asset;
  }
  throw std::logic_error("no static file " + std::string(name));
}

}  // namespace ztix::app
