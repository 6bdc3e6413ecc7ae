#include "core/identity/argon2_hasher.h"

#include <algorithm>
#include <cstdio>

#include <argon2.h>

namespace ztix::identity {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

Error no_place() {
  return fail(ErrorCode::rate_limited, "Too many people are logging in at this moment; try again in a second.");
}

}  // namespace

Argon2Hasher::Argon2Hasher(service::RandomSource& random, int places, Argon2Cost cost)
    : random_(random), places_(std::clamp(places, 1, 64)), cost_(cost) {}

Result<std::string> Argon2Hasher::hash_with_salt(const SecretString& password, const std::string& salt) const {
  const std::size_t length =
      argon2_encodedlen(cost_.passes, cost_.memory_kib, cost_.lanes, kSaltBytes, kHashBytes, Argon2_id);
  std::string encoded(length, '\0');
  const auto& text = password.expose();
  const int result = argon2id_hash_encoded(cost_.passes, cost_.memory_kib, cost_.lanes, text.data(), text.size(),
                                           salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (result != ARGON2_OK) {
    return fail(ErrorCode::internal, "The password could not be hashed.").with_detail(argon2_error_message(result));
  }
  encoded.resize(encoded.find('\0'));
  return encoded;
}

Result<std::string> Argon2Hasher::hash(const SecretString& password) {
  const Place place(places_);
  if (!place.taken()) return no_place();
  return hash_with_salt(password, random_.bytes(kSaltBytes));
}

bool Argon2Hasher::is_weaker(const std::string& phc) const {
  unsigned memory = 0;
  unsigned passes = 0;
  unsigned lanes = 0;
  if (std::sscanf(phc.c_str(), "$argon2id$v=19$m=%u,t=%u,p=%u$", &memory, &passes, &lanes) != 3) return true;
  return memory < cost_.memory_kib || passes < cost_.passes || lanes < cost_.lanes;
}

Result<service::PasswordVerdict> Argon2Hasher::verify(const SecretString& password, const std::string& phc) {
  const Place place(places_);
  if (!place.taken()) return no_place();
  const auto& text = password.expose();
  const int result = argon2id_verify(phc.c_str(), text.data(), text.size());
  if (result == ARGON2_VERIFY_MISMATCH) return service::PasswordVerdict{};
  if (result != ARGON2_OK) {
    return fail(ErrorCode::internal, "The stored password cannot be read.").with_detail(argon2_error_message(result));
  }
  return service::PasswordVerdict{true, is_weaker(phc)};
}

Status Argon2Hasher::waste_one_run(const SecretString& password) {
  const Place place(places_);
  if (!place.taken()) return no_place();
  ZTIX_CHECK(hash_with_salt(password, std::string(kSaltBytes, 'x')));
  return {};
}

}  // namespace ztix::identity
