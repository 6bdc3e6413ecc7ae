#include "core/remote/helper_words.h"

#include <algorithm>
#include <string_view>

#include "core/base/text.h"

namespace ztix::remote {
namespace {

constexpr std::size_t kLongestName = 64;  // BIRD's SYM_MAX_LEN

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_protocol_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && is_lower(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_job_id(std::string_view id) {
  return id.size() <= kLongestName && std::all_of(id.begin(), id.end(), [](char c) {
           return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '-';
         });
}

}  // namespace

Result<std::string> command_words(const std::string& verb, const service::HostCredential& who,
                                  const std::string& arguments) {
  if (who.fence < 0) return fail(ErrorCode::invalid_argument, "A fence is never negative.");
  if (!is_job_id(who.job)) return fail(ErrorCode::invalid_argument, "Not a job id.");
  std::string words = verb + " " + who.installation.text() + " " + std::to_string(who.fence);
  if (!arguments.empty()) words += " " + arguments;
  if (!who.job.empty()) words += " job=" + who.job;
  return words;
}

Result<std::string> digest_word(const std::string& digest) {
  if (digest.size() != 64 || !is_lower_hex(digest)) return fail(ErrorCode::invalid_argument, "Not a file digest.");
  return digest;
}

Result<std::string> protocol_words(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (!is_protocol_name(name)) return fail(ErrorCode::invalid_argument, "Not a protocol name of ours.");
  }
  return join(names, " ");
}

}  // namespace ztix::remote
