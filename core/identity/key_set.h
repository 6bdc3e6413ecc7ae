#pragma once

/// @file core/identity/key_set.h
/// The keys with which a provider signs (RFC 7517), as far as we take them: RSA of at least 2048 bits for RS256.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ztix::identity {

class KeySet {
 public:
  /// nullopt for what is no key set, and for one without a key that we take.
  [[nodiscard]] static std::optional<KeySet> parse(std::string_view text);
  KeySet(KeySet&&) noexcept;
  KeySet& operator=(KeySet&&) noexcept;
  ~KeySet();

  [[nodiscard]] bool has(const std::string& key_id) const { return keys_.contains(key_id); }
  /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3). False for an unknown key.
  [[nodiscard]] bool verify_rs256(const std::string& key_id, std::string_view text, std::string_view signature) const;

 private:
  struct Key;
  KeySet();
  std::map<std::string, std::unique_ptr<Key>> keys_;
};

}  // namespace ztix::identity
