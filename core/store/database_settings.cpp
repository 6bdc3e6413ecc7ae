#include "core/store/database_settings.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "core/base/text.h"

namespace ztix::store {
namespace {

constexpr std::array<std::string_view, 8> kParameters{
    "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "gssencmode", "channel_binding", "target_session_attrs"};

Error wrong(std::string_view part) {
  return fail(ErrorCode::invalid_argument,
              "DATABASE_URL: " + std::string(part) + "; expected postgresql://user:password@host:port/database.");
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto byte = from_hex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1 || byte->front() == '\0') return std::nullopt;
    out += *byte;
    i += 2;
  }
  return out;
}

/// Splits at the first `separator`; the second part is nullopt when there is none.
std::pair<std::string_view, std::optional<std::string_view>> cut(std::string_view text, char separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, at), text.substr(at + 1)};
}

Status read_user(DatabaseSettings& settings, std::string_view text) {
  const auto [user, password] = cut(text, ':');
  const auto decoded_user = percent_decoded(user);
  const auto decoded_password = percent_decoded(password.value_or(""));
  if (!decoded_user || decoded_user->empty()) return wrong("the user is missing or badly encoded");
  if (!decoded_password) return wrong("the password is badly encoded");
  settings.user = *decoded_user;
  settings.password = SecretString(*decoded_password);
  return {};
}

Status read_host(DatabaseSettings& settings, std::string_view text) {
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {  // an IPv6 address
    const auto end = text.find(']');
    if (end == std::string_view::npos) return wrong("the host has no closing bracket");
    host = text.substr(1, end - 1);
    const auto rest = text.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) return wrong("something follows the host");
    if (!rest.empty()) port = rest.substr(1);
  } else {
    std::tie(host, port) = cut(text, ':');
  }
  const auto decoded = percent_decoded(host);
  if (!decoded) return wrong("the host is badly encoded");
  settings.host = *decoded;
  if (!port) return {};
  const auto number = parse_decimal<std::uint16_t>(*port);
  if (!number || *number == 0) return wrong("the port is not a number from 1 to 65535");
  settings.port = std::string(*port);
  return {};
}

Status read_parameter(DatabaseSettings& settings, std::string_view text) {
  const auto [name, value] = cut(text, '=');
  const auto decoded = value ? percent_decoded(*value) : std::nullopt;
  if (!decoded) return wrong("a parameter has no value or is badly encoded");
  if (name == "host") {
    settings.host = *decoded;
  } else if (name == "application_name") {
    settings.application_name = *decoded;
  } else if (std::find(kParameters.begin(), kParameters.end(), name) != kParameters.end()) {
    settings.parameters.emplace_back(name, *decoded);
  } else {
    return wrong("an unknown parameter follows the ?");
  }
  return {};
}

}  // namespace

Result<DatabaseSettings> DatabaseSettings::from_url(const SecretString& url) {
  std::string_view rest = url.expose();
  if (rest.starts_with("postgresql://")) {
    rest.remove_prefix(13);
  } else if (rest.starts_with("postgres://")) {
    rest.remove_prefix(11);
  } else {
    return wrong("it does not begin with postgresql://");
  }
  const auto [main, query] = cut(rest, '?');
  const auto [authority, path] = cut(main, '/');
  // The last @: an unencoded one in a password is a usual slip, and libpq reads it so too.
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return wrong("the user is missing or badly encoded");

  DatabaseSettings settings;
  ZTIX_CHECK(read_user(settings, authority.substr(0, at)));
  ZTIX_CHECK(read_host(settings, authority.substr(at + 1)));
  const auto database = percent_decoded(path.value_or(""));
  if (!database || database->empty()) return wrong("the database is missing or badly encoded");
  settings.database = *database;
  if (query && !query->empty()) {
    for (const auto parameter : split(*query, '&')) ZTIX_CHECK(read_parameter(settings, parameter));
  }
  return settings;
}

DatabaseSettings DatabaseSettings::for_claims() const {
  auto settings = *this;
  settings.application_name += " claims";
  settings.pool_size = 1;
  settings.waits_for_disk = false;
  return settings;
}

}  // namespace ztix::store
