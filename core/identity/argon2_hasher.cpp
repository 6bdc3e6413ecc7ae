#include "core/identity/argon2_hasher.h"

#include <algorithm>
#include <cstdint>

#include <argon2.h>

namespace ztix::identity {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

Error no_place() {
  return fail(ErrorCode::rate_limited, "Too many people are logging in at this moment; try again in a second.");
}

std::uint8_t* bytes_of(std::string& text) { return reinterpret_cast<std::uint8_t*>(text.data()); }

}  // namespace

Argon2Hasher::Argon2Hasher(service::RandomSource& random, int places, Argon2Cost cost)
    : random_(random), places_(std::clamp(places, 1, 64)), cost_(cost) {}

/// The raw hash. Every way to run argon2 is this one, so that a wasted run costs what a real one does.
Result<std::string> Argon2Hasher::hashed(const SecretString& password, const Argon2Cost& cost, std::string salt,
                                         std::size_t length) {
  std::string hash(length, '\0');
  std::string text = password.expose();  // argon2 takes it as what it may change, and does not
  argon2_context context{};
  context.out = bytes_of(hash);
  context.outlen = static_cast<std::uint32_t>(hash.size());
  context.pwd = bytes_of(text);
  context.pwdlen = static_cast<std::uint32_t>(text.size());
  context.salt = bytes_of(salt);
  context.saltlen = static_cast<std::uint32_t>(salt.size());
  context.t_cost = cost.passes;
  context.m_cost = cost.memory_kib;
  context.lanes = cost.lanes;
  context.threads = cost.lanes;
  context.version = ARGON2_VERSION_NUMBER;
  context.flags = ARGON2_FLAG_CLEAR_PASSWORD;
  const int result = memory_.run(context);
  if (result != ARGON2_OK) {
    return fail(ErrorCode::internal, "The password could not be hashed.").with_detail(argon2_error_message(result));
  }
  return hash;
}

Result<std::string> Argon2Hasher::hash(const SecretString& password) {
  const Place place(places_);
  if (!place.taken()) return no_place();
  Argon2Phc phc{cost_, random_.bytes(kSaltBytes), {}};
  ZTIX_ASSIGN(phc.hash, hashed(password, phc.cost, phc.salt, kHashBytes));
  return phc.text();
}

bool Argon2Hasher::is_weaker(const Argon2Cost& other) const {
  return other.memory_kib < cost_.memory_kib || other.passes < cost_.passes || other.lanes < cost_.lanes;
}

Result<service::PasswordVerdict> Argon2Hasher::verify(const SecretString& password, const std::string& phc) {
  const Place place(places_);
  if (!place.taken()) return no_place();
  const auto stored = Argon2Phc::parse(phc);
  if (!stored) return fail(ErrorCode::internal, "The stored password cannot be read.");
  ZTIX_ASSIGN(const auto hash, hashed(password, stored->cost, stored->salt, stored->hash.size()));
  if (!constant_time_equal(hash, stored->hash)) return service::PasswordVerdict{};
  return service::PasswordVerdict{true, is_weaker(stored->cost)};
}

Status Argon2Hasher::waste_one_run(const SecretString& password) {
  const Place place(places_);
  if (!place.taken()) return no_place();
  ZTIX_CHECK(hashed(password, cost_, std::string(kSaltBytes, 'x'), kHashBytes));
  return {};
}

}  // namespace ztix::identity
