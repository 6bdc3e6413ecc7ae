/// The rules for passwords with what the programs judge them by. The passwords of the lists are in
/// tests/golden/passwords.

#include "core/service/password_rules.h"

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/text.h"
#include "core/identity/password_appraiser.h"
#include "core/identity/password_guesses.h"
#include "tests/support/checkout.h"
#include "tests/support/process.h"

namespace ztix::identity {
namespace {

using service::check_password;
using service::PasswordOwner;

const PasswordOwner kAlice{"alice", "Test-IX", {domain::Asn::from_number(64496).value()}};
const PasswordOwner kAliceWithFactor{"alice", "Test-IX", {domain::Asn::from_number(64496).value()}, true};

Status checked(const std::string& password, const PasswordOwner& owner = kAlice) {
  static const auto kAppraise = password_appraiser("").value();
  return check_password(SecretString(password), owner, kAppraise);
}
bool is_good(const std::string& password) { return checked(password).has_value(); }
bool is_good_beside_a_factor(const std::string& password) { return checked(password, kAliceWithFactor).has_value(); }

/// Words that are chosen most, of 8 letters or more.
std::vector<std::string> common_passwords() {
  const auto text = test::read_file(test::in_checkout("tests/golden/passwords/common.txt"));
  std::vector<std::string> all;
  for (const auto line : split(text, '\n')) {
    if (!line.empty() && line.front() != '#') all.emplace_back(line);
  }
  return all;
}

std::string with_capital(std::string word) {
  if (word.front() >= 'a' && word.front() <= 'z') word.front() = static_cast<char>(word.front() - 'a' + 'A');
  return word;
}

TEST_CASE("[identity 9] A password has 15 characters of any script, and 64 and more are welcome") {
  CHECK(is_good("four plain words of mine"));
  CHECK(is_good("fünfzehn Zeichen in vielen Worten äöü"));
  CHECK(is_good("violin under seven bridges"));
  CHECK(is_good("bdgkqzwymeh tiovaru pnexl" + std::string(64, 'a')));
  CHECK_FALSE(is_good(""));
  CHECK_FALSE(is_good("kwzx pqfj mbvt"));
  CHECK(is_good("kwzx pqfj mbvtd"));
  CHECK_FALSE(is_good("äöüßéàñøæäöüßé"));
  CHECK_FALSE(is_good(std::string("with a NUL in the \0 middle", 26)));
  const auto weak = checked("short");
  CHECK(weak.error().reason == "weak_password");
  CHECK(weak.error().message.find("short") == std::string::npos);
}

TEST_CASE("[identity 9] A password beside a second factor has 8 characters, and the other rules hold for it too") {
  CHECK(is_good_beside_a_factor("kwzxpqfj"));
  CHECK(is_good_beside_a_factor("gh7!kQ2p"));
  CHECK_FALSE(is_good("kwzxpqfj"));
  for (const char* bad :
       {"kwzxpqf", "password", "abababab", "alice123", "Sommer2026", "hunter22", "test-ix1", "as64496!"}) {
    CHECK_MESSAGE(!is_good_beside_a_factor(bad), bad);
  }
}

TEST_CASE("[identity 9] The longest password that is allowed is taken, one more byte is not, and neither takes long") {
  std::string longest;
  for (int i = 0; longest.size() + 6 <= service::kLongestPassword; ++i) longest += "w" + std::to_string(10'000 + i * 7);
  longest.resize(service::kLongestPassword, 'x');
  CHECK(is_good(longest));
  CHECK_FALSE(is_good(longest + "x"));
  // Made to be slow: characters that may each stand for several letters.
  std::string slow;
  while (slow.size() < service::kLongestPassword) slow += "25e52aes2aeza52z22soaeae225aZs5zoe$szoesZozaes$oZ$";
  slow.resize(service::kLongestPassword);
  const auto began = std::chrono::steady_clock::now();
  static_cast<void>(checked(slow));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(2));
}

TEST_CASE("[identity 10] What is common, a pattern, or around this person is no password, however long") {
  for (const char* bad : {"passwordpassword1",
                          "PasswordPassword1!",
                          "password12345678",
                          "Summer2026!Summer",
                          "Winter2026Winter2026",
                          "alicealicealice2026",
                          "Test-IX Test-IX 2026",
                          "Test-IX-alice-2026",
                          "Alice.Test-IX.2026",
                          "alice@test-ix.net1",
                          "AS64496AS64496!!",
                          "AS64496-alice-2026",
                          "my exchange password 2026",
                          "Welcome to Test-IX 2026",
                          "aaaaaaaaaaaaaaaaaaaa",
                          "abcabcabcabcabcabc",
                          "qwertyuiop1234567890",
                          "qwertzuiopasdfgh",
                          "1q2w3e4r5t6y7u8i",
                          "1234567890123456789",
                          "1990-05-12-1990-05-12",
                          "password 2026-11-28 0123456789",
                          "admin 1-2-3-4-5-6-7-8",
                          "letmein-letmein-2026",
                          "P@ssw0rdP@ssw0rd",
                          "iloveyouiloveyou",
                          "ThisIsMyPassword1",
                          "the quick brown fox",
                          "correct horse battery staple",
                          "CorrectHorseBatteryStaple",
                          "zerotierzerotier1",
                          "peeringexchange1"}) {
    CHECK_MESSAGE(!is_good(bad), bad);
  }
}

/// A word, and what people make of it when it is too short.
std::vector<std::string> made_of(const std::string& word) {
  return {word,
          word + word,
          word + "12345678",
          with_capital(word) + "2026!!!",
          word + " " + word + "!",
          with_capital(word) + "-" + with_capital(word) + "-1"};
}

TEST_CASE(
    "[identity 10] No password of the 300 that are chosen most is taken, nor one made of it, and of 600 hardly any") {
  const auto common = common_passwords();
  REQUIRE(common.size() >= 600);
  std::size_t tried = 0;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < common.size(); ++i) {
    for (const auto& password : made_of(common[i])) {
      const bool alone = password.size() >= service::kShortestPassword;
      const bool good = alone ? is_good(password) : is_good_beside_a_factor(password);
      if (i < 300) CHECK_MESSAGE(!good, password);
      ++tried;
      taken += good ? 1 : 0;
    }
  }
  MESSAGE(taken, " of ", tried, " are taken");
  CHECK(tried > 3'600);
  CHECK(taken * 100 < tried);
}

TEST_CASE("[identity 10] Random hexadecimal digits and letters are taken") {
  CHECK(is_good("3941f08825a017736290d4518c03996621e7"));
  CHECK(is_good("90415a2738163509c4471892036f5"));
  std::mt19937_64 random(20'261'128);
  const auto text = [&random](const std::string& alphabet, std::size_t length) {
    std::string made;
    while (made.size() < length) made += alphabet[random() % alphabet.size()];
    return made;
  };
  for (int i = 0; i < 1'000; ++i) {
    const auto hex = text("0123456789abcdef", 16);
    CHECK_MESSAGE(is_good(hex), hex);
    const auto letters = text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 15);
    CHECK_MESSAGE(is_good(letters), letters);
  }
}

TEST_CASE("Guesses grow with what is added, up to the bytes that are looked at") {
  const auto guesses = [](const std::string& text) { return password_guesses_log10(SecretString(text), {"alice"}); };
  CHECK(guesses("alice") < guesses("alice1"));
  CHECK(guesses("password") < 1);
  std::string begin = "alice1password2qwerty3letmein4dragon5monkey6summer7";
  begin.resize(kAppraisedBytes);
  CHECK(guesses(begin) > guesses(begin.substr(0, kAppraisedBytes - 10)));
  CHECK(guesses(begin + "bdgkqzwymeh") == guesses(begin));
}

}  // namespace
}  // namespace ztix::identity
