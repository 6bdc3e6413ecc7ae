#include "core/service/ports/audit_chain.h"

#include <algorithm>

#include "core/base/text.h"

namespace ztix::service {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kHeadWord = "ztix-audit-head";

std::string text_of(const AuditHead& head) {
  return std::string(kHeadWord) + " " + std::to_string(head.seal.seq) + " " + to_hex(digest::as_text(head.seal.hmac)) +
         " " + head.at;
}

}  // namespace

AuditChain::AuditChain(const SecretString& key)
    : hmac_(digest::hkdf_sha256(key.expose(), {}, "ztix audit chain", kKeyBytes)),
      signing_(digest::hkdf_sha256(key.expose(), {}, "ztix audit head", digest::Ed25519Key::kSeedBytes)) {}

Seal AuditChain::next(const Seal& before, std::string_view complete_since, std::string_view canonical) const {
  const auto seq = before.seq + 1;
  return {seq, hmac_.of({digest::as_text(before.hmac), std::to_string(seq), "\n", complete_since, "\n", canonical})};
}

std::string AuditChain::line_of(const AuditHead& head) const {
  const auto text = text_of(head);
  return text + " " + to_hex(signing_.sign(text));
}

std::optional<AuditHead> AuditChain::read_line(std::string_view line) const {
  const auto words = split(line, ' ');
  if (words.size() != 5 || words[0] != kHeadWord) return std::nullopt;
  const auto seq = parse_decimal<std::int64_t>(words[1]);
  const auto hmac = from_hex(words[2]);
  const auto signature = from_hex(words[4]);
  if (!seq || *seq < 0 || !hmac || !signature) return std::nullopt;
  AuditHead head;
  if (hmac->size() != head.seal.hmac.size()) return std::nullopt;
  head.seal.seq = *seq;
  std::copy(hmac->begin(), hmac->end(), head.seal.hmac.begin());
  head.at = words[3];
  if (!signing_.verify(text_of(head), *signature)) return std::nullopt;
  return head;
}

}  // namespace ztix::service
