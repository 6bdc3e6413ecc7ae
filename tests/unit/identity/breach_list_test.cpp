#include "core/identity/breach_list.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include "core/base/text.h"
#include "core/identity/password_appraiser.h"
#include "core/service/password_rules.h"
#include "tests/support/process.h"

namespace ztix::identity {
namespace {

std::string sha1_hex(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
  auto hex = to_hex({reinterpret_cast<const char*>(digest.data()), length});
  std::transform(hex.begin(), hex.end(), hex.begin(),
                 [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return hex;
}

std::string entry(int i) { return "published password " + std::to_string(i); }

/// Of so many passwords, as it is downloaded: ordered by hash, with how often each was seen.
std::string list_of(int count, const std::string& line_end = "\r\n") {
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) {
    lines.push_back(sha1_hex(entry(i)) + ":" + std::to_string(std::int64_t{i} * i + 1));
  }
  std::sort(lines.begin(), lines.end());
  return join(lines, line_end) + line_end;
}

bool has(const BreachList& list, const std::string& password) { return list.contains(SecretString(password)).value(); }

TEST_CASE("[identity 10] Of a list of published passwords each one is found, and no other") {
  const test::TempFolder folder;
  for (const int count : {1, 2, 3, 7, 1'000}) {
    const auto list = BreachList::open(folder.write("list", list_of(count)));
    REQUIRE(list);
    for (int i = 0; i < count; ++i) CHECK(has(*list, entry(i)));
    for (int i = count; i < 2 * count + 10; ++i) CHECK_FALSE(has(*list, entry(i)));
  }
}

TEST_CASE("A list may have bare hashes, small letters, and no end of its last line") {
  const test::TempFolder folder;
  std::vector<std::string> hashes{sha1_hex("one"), sha1_hex("two"), sha1_hex("three")};
  std::sort(hashes.begin(), hashes.end());
  auto text = join(hashes, "\n");
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto list = BreachList::open(folder.write("list", text));
  REQUIRE(list);
  for (const char* password : {"one", "two", "three"}) CHECK(has(*list, password));
  CHECK_FALSE(has(*list, "four"));
}

TEST_CASE("What is no such list, and one in another order, is refused at once") {
  const test::TempFolder folder;
  const auto refused = [&](const std::string& text) {
    const auto list = BreachList::open(folder.write("list", text));
    return !list && list.error().code == ErrorCode::unavailable;
  };
  CHECK(refused(""));
  CHECK(refused("password\n123456\n"));
  CHECK(refused(std::string(10'000, 'a')));
  auto lines = list_of(1'000, "\n");
  CHECK_FALSE(refused(lines));
  std::string reversed;
  for (const auto line : split(lines, '\n')) {
    if (!line.empty()) reversed = std::string(line) + "\n" + reversed;
  }
  CHECK(refused(reversed));
  CHECK_FALSE(BreachList::open(folder.path()));
  CHECK_FALSE(BreachList::open(folder.path() + "/missing"));
}

TEST_CASE(
    "[identity 10] A published password is refused however good it looks, and none is taken when the list is broken") {
  const test::TempFolder folder;
  const service::PasswordOwner alice{"alice", "Test-IX", {}};
  const std::string good = "violin under seven bridges";
  const auto path = folder.write("list", sha1_hex(good) + ":3\r\n");
  const auto appraise = password_appraiser(path).value();
  CHECK(service::check_password(SecretString(good), alice, appraise).error().reason == "weak_password");
  CHECK(service::check_password(SecretString(good + "!"), alice, appraise));
  // Written over while the program runs.
  folder.write("list", "something else\n");
  CHECK(service::check_password(SecretString(good + "!"), alice, appraise).error().code == ErrorCode::unavailable);
}

/// What this process has read from files and elsewhere so far.
std::int64_t bytes_read() {
  const auto text = test::read_file("/proc/self/io");
  const std::string_view after = std::string_view(text).substr(text.find("rchar: ") + 7);
  return parse_decimal<std::int64_t>(after.substr(0, after.find('\n'))).value();
}

TEST_CASE("A look-up reads a few lines of a list, however long it is") {
  const test::TempFolder folder;
  const auto list = BreachList::open(folder.write("list", list_of(50'000, "\n")));
  REQUIRE(list);
  const auto before = bytes_read();
  CHECK(has(*list, entry(4711)));
  const auto read = bytes_read() - before;
  CHECK(read > 0);
  CHECK(read < 8'192);
}

}  // namespace
}  // namespace ztix::identity
