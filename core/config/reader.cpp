#include "core/config/reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/descriptor.h"
#include "core/base/text.h"

namespace ztix::config {
namespace {

constexpr off_t kLargestSecret = 65'536;

// Values that documentation and examples everywhere use. Whoever copied one has no secret.
constexpr std::array<std::string_view, 13> kSamples{"changeme", "change-me",   "change_me",  "secret",    "password",
                                                    "example",  "sample",      "replace-me", "replaceme", "test",
                                                    "ztix",     "placeholder", "default"};

/// Also `changemechangemechangeme…` and `aaaaaaaa…`: a sample repeated until it is long enough.
bool is_sample(std::string_view value) {
  const auto lower = to_lower(value);
  for (const auto sample : kSamples) {
    std::string_view rest = lower;
    while (rest.starts_with(sample)) rest.remove_prefix(sample.size());
    if (rest.empty()) return true;
  }
  return lower.size() > 3 && lower.find_first_not_of(lower.front()) == std::string::npos;
}

std::string read_all(int descriptor, std::size_t size) {
  std::string contents(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const auto got = ::read(descriptor, contents.data() + have, size - have);
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  contents.resize(have);
  return contents;
}

std::optional<ListenAddress> parse_listen(std::string_view value) {
  const auto colon = value.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = value.substr(0, colon);
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  const auto port = parse_decimal<std::uint16_t>(value.substr(colon + 1));
  if (!address || !port || address->is_ipv4() == brackets) return std::nullopt;
  return ListenAddress{*address, *port};
}

bool is_web_url(std::string_view value) {
  std::string_view rest = value;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return false;
  }
  return !rest.empty() && rest.front() != '/' && rest.find_first_of("@?# \t\r\n\"'<>\\") == std::string_view::npos;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): before threads start
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

std::optional<std::string> Reader::given(const std::string& name) {
  auto value = environment_(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

std::string Reader::or_default(const std::string& name) {
  const auto& declared = declaration_of(name);
  return given(name).value_or(std::string(declared.fallback));
}

std::string Reader::text(const std::string& name) {
  auto value = or_default(name);
  if (!is_clean_utf8(value) || value.find_first_of("\r\n\t") != std::string::npos) {
    complain(name, "must be plain text without control characters");
    return {};
  }
  return value;
}

std::string Reader::required_text(const std::string& name) {
  const auto before = errors_.size();
  auto value = text(name);
  if (value.empty() && errors_.size() == before)
    complain(name, "is not set. " + std::string(declaration_of(name).meaning));
  return value;
}

bool Reader::flag(const std::string& name) {
  const auto value = or_default(name);
  if (value != "true" && value != "false") complain(name, "must be true or false");
  return value == "true";
}

std::int64_t Reader::integer(const std::string& name) {
  const auto& declared = declaration_of(name);
  const auto value = parse_decimal<std::int64_t>(or_default(name));
  if (!value || *value < declared.min || *value > declared.max) {
    complain(name,
             "must be a whole number from " + std::to_string(declared.min) + " to " + std::to_string(declared.max));
    return declared.min;
  }
  return *value;
}

std::string Reader::word(const std::string& name) {
  const auto& declared = declaration_of(name);
  const auto value = or_default(name);
  const auto choices = split(declared.choices, '|');
  if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
    complain(name, "must be one of " + std::string(declared.choices));
    return std::string(declared.fallback);
  }
  return value;
}

std::string Reader::web_url(const std::string& name) {
  auto value = or_default(name);
  if (!value.empty() && !is_web_url(value)) {
    complain(name, "must be http://… or https://… without user name, query or fragment");
    return {};
  }
  while (value.ends_with('/')) value.pop_back();
  return value;
}

std::string Reader::required_web_url(const std::string& name) {
  const auto before = errors_.size();
  auto value = web_url(name);
  if (value.empty() && errors_.size() == before)
    complain(name, "is not set. " + std::string(declaration_of(name).meaning));
  return value;
}

ListenAddress Reader::listen(const std::string& name) {
  const auto value = parse_listen(or_default(name));
  if (!value) complain(name, "must be ADDRESS:PORT, e.g. 127.0.0.1:8080 or [::1]:8080");
  return value.value_or(ListenAddress{});
}

std::vector<Prefix> Reader::prefixes(const std::string& name) {
  std::vector<Prefix> all;
  const auto value = or_default(name);
  if (value.empty()) return all;
  for (const auto part : split(value, ',')) {
    if (const auto prefix = Prefix::parse(trim(part))) {
      all.push_back(*prefix);
    } else {
      complain(name, "must be prefixes separated by commas, e.g. 127.0.0.1/32,2001:db8::/64");
      return {};
    }
  }
  return all;
}

std::vector<domain::ZtNetworkId> Reader::networks(const std::string& name) {
  std::vector<domain::ZtNetworkId> all;
  const auto value = or_default(name);
  if (value.empty()) return all;
  for (const auto part : split(value, ',')) {
    if (auto id = domain::ZtNetworkId::parse(trim(part))) {
      all.push_back(std::move(*id));
    } else {
      complain(name, "must be network ids of 16 hex digits separated by commas");
      return {};
    }
  }
  return all;
}

SecretString Reader::secret(const std::string& name) {
  static_cast<void>(declaration_of(name));
  const auto value = given(name);
  const auto file = given(name + "_FILE");
  if (value && file) {
    complain(name, "is set, and " + name + "_FILE too; keep one");
    return {};
  }
  const auto secret = file ? file_contents(name + "_FILE", *file) : SecretString(value.value_or(""));
  refuse_sample(name, secret);
  return secret;
}

SecretString Reader::required_secret(const std::string& name) {
  const auto before = errors_.size();
  auto value = secret(name);
  if (value.empty() && errors_.size() == before) {
    complain(name, "is not set (nor " + name + "_FILE). " + std::string(declaration_of(name).meaning));
  }
  return value;
}

SecretString Reader::secret_file(const std::string& name) {
  static_cast<void>(declaration_of(name));
  const auto file = given(name);
  if (!file) return {};
  const auto secret = file_contents(name, *file);
  refuse_sample(name, secret);
  return secret;
}

SecretString Reader::file_contents(const std::string& name, const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (!file.is_open() || ::fstat(file.number(), &facts) != 0) {
    complain(name, "cannot read " + path + ": " + std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
    return {};
  }
  if (!S_ISREG(facts.st_mode) || facts.st_size > kLargestSecret) {
    complain(name, path + " is no file of at most 64 KiB");
    return {};
  }
  if ((facts.st_mode & (S_IROTH | S_IWOTH)) != 0) {
    complain(name, path + " can be read or written by everybody; remedy: chmod 0600 " + path);
    return {};
  }
  auto contents = read_all(file.number(), static_cast<std::size_t>(facts.st_size));
  while (!contents.empty() && (contents.back() == '\n' || contents.back() == '\r')) contents.pop_back();
  if (contents.empty()) complain(name, path + " is empty");
  return SecretString(contents);
}

void Reader::refuse_sample(const std::string& name, const SecretString& value) {
  if (!value.empty() && is_sample(value.expose())) {
    complain(name, "is a known sample value; remedy: openssl rand -hex 32");
  }
}

}  // namespace ztix::config
