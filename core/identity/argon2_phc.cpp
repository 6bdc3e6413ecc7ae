#include "core/identity/argon2_phc.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/base64url.h"
#include "core/base/text.h"

namespace ztix::identity {
namespace {

constexpr std::string_view kAlgorithm = "argon2id";
constexpr std::string_view kVersion = "v=19";

/// The two alphabets differ in two characters.
std::string with_alphabet(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t i = 0; i < from.size(); ++i) std::replace(text.begin(), text.end(), from[i], to[i]);
  return text;
}

std::string to_base64(std::string_view bytes) { return with_alphabet(to_base64url(bytes), "-_", "+/"); }

std::optional<std::string> from_base64(std::string_view text) {
  if (text.find_first_of("-_") != std::string_view::npos) return std::nullopt;
  return from_base64url(with_alphabet(std::string(text), "+/", "-_"));
}

std::optional<std::uint32_t> parameter(std::string_view text, std::string_view name) {
  if (!text.starts_with(name)) return std::nullopt;
  return parse_decimal<std::uint32_t>(text.substr(name.size()));
}

std::optional<Argon2Cost> parse_cost(std::string_view text) {
  const auto parts = split(text, ',');
  if (parts.size() != 3) return std::nullopt;
  const auto memory = parameter(parts[0], "m=");
  const auto passes = parameter(parts[1], "t=");
  const auto lanes = parameter(parts[2], "p=");
  if (!memory || !passes || !lanes) return std::nullopt;
  return Argon2Cost{*memory, *passes, *lanes};
}

}  // namespace

std::optional<Argon2Phc> Argon2Phc::parse(std::string_view text) {
  const auto parts = split(text, '$');
  if (parts.size() != 6 || !parts[0].empty() || parts[1] != kAlgorithm || parts[2] != kVersion) return std::nullopt;
  const auto cost = parse_cost(parts[3]);
  auto salt = from_base64(parts[4]);
  auto hash = from_base64(parts[5]);
  if (!cost || !salt || !hash || hash->empty()) return std::nullopt;
  return Argon2Phc{*cost, std::move(*salt), std::move(*hash)};
}

std::string Argon2Phc::text() const {
  std::string all = "$" + std::string(kAlgorithm) + "$" + std::string(kVersion);
  all += "$m=" + std::to_string(cost.memory_kib) + ",t=" + std::to_string(cost.passes);
  all += ",p=" + std::to_string(cost.lanes);
  return all + "$" + to_base64(salt) + "$" + to_base64(hash);
}

}  // namespace ztix::identity
