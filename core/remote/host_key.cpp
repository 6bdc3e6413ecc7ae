#include "core/remote/host_key.h"

#include <memory>

#include <libssh/libssh.h>

namespace ztix::remote {
namespace {

struct FreeKey {
  void operator()(ssh_key key) const noexcept { ssh_key_free(key); }
};

}  // namespace

std::string fingerprint(const std::string& host_key) {
  const auto space = host_key.find(' ');
  if (space == std::string::npos) return {};
  const auto type = ssh_key_type_from_name(host_key.substr(0, space).c_str());
  const auto end = host_key.find(' ', space + 1);
  const auto encoded = host_key.substr(space + 1, end == std::string::npos ? end : end - space - 1);
  ssh_key raw = nullptr;
  if (ssh_pki_import_pubkey_base64(encoded.c_str(), type, &raw) != SSH_OK) return {};
  const std::unique_ptr<ssh_key_struct, FreeKey> key(raw);
  unsigned char* hash = nullptr;
  std::size_t length = 0;
  if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &length) != SSH_OK) return {};
  char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length);
  std::string printed = text == nullptr ? "" : text;
  ssh_string_free_char(text);
  ssh_clean_pubkey_hash(&hash);
  return printed;
}

}  // namespace ztix::remote
