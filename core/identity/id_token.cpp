#include "core/identity/id_token.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base/secret_string.h"
#include "core/identity/json_text.h"
#include "core/service/ports/login_problem.h"

namespace ztix::identity {
namespace {

using nlohmann::json;
using service::LoginProblem;

constexpr std::size_t kLongestSubject = 255;

Error wrong(std::string_view what) { return login_error(LoginProblem::invalid_id_token).with_detail(what); }

/// One audience and no other: who else it is for is nobody we know.
bool is_for(const json& claims, const std::string& client_id) {
  const auto audience = claims.find("aud");
  if (audience == claims.end()) return false;
  return *audience == client_id || *audience == json::array({client_id});
}

std::optional<Timestamp> time_in(const json& claims, const char* name) {
  // The year 9999; what is beyond it would overflow our microseconds somewhere.
  constexpr double kLatest = 253'402'300'799;
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  const auto seconds = found->get<double>();
  if (!(seconds >= 0 && seconds <= kLatest)) return std::nullopt;
  return Timestamp(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

bool is_subject(const std::string& text) {
  return !text.empty() && text.size() <= kLongestSubject &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

Result<std::string> subject_of(std::string_view payload, const ExpectedIdToken& expected) {
  const auto claims = json::parse(payload, nullptr, false);
  if (!claims.is_object()) return wrong("no JSON object");
  if (json_text(claims, "iss") != expected.issuer) return wrong("iss");
  if (!is_for(claims, expected.client_id)) return wrong("aud");
  if (claims.contains("azp") && json_text(claims, "azp") != expected.client_id) return wrong("azp");
  const auto expires = time_in(claims, "exp");
  if (!expires || *expires + kClockSkew <= expected.now) return wrong("exp");
  const auto issued = time_in(claims, "iat");
  if (!issued || *issued - kClockSkew > expected.now) return wrong("iat");
  if (!constant_time_equal(json_text(claims, "nonce"), expected.nonce)) return login_error(LoginProblem::invalid_nonce);
  auto subject = json_text(claims, "sub");
  if (!is_subject(subject)) return wrong("sub");
  return subject;
}

}  // namespace ztix::identity
