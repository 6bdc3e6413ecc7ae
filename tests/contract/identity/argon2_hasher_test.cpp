#include "core/identity/argon2_hasher.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <argon2.h>

#include "core/base/random.h"
#include "tests/contract/identity/password_hasher_contract.h"

namespace ztix::test {

/// Random bytes that come only when the gate is open: whoever asks for them meanwhile holds a place of the hasher.
class GatedRandom final : public service::RandomSource {
 public:
  std::string bytes(std::size_t count) override {
    if (gate) {
      asked.set_value();
      gate->wait();
    }
    return system_random_bytes(count);
  }
  std::optional<std::shared_future<void>> gate;
  std::promise<void> asked;
};

struct Argon2World {
  service::PasswordHasher& hasher() { return *argon2; }
  void raise_cost() { argon2.emplace(random, 1, identity::Argon2Cost{64, 2, 1}); }
  void while_full(const std::function<void()>& call) {
    std::promise<void> open;
    random.gate = open.get_future().share();
    std::thread holder([this] { static_cast<void>(argon2->hash(SecretString("somebody else's"))); });
    random.asked.get_future().wait();
    call();
    open.set_value();
    holder.join();
    random.gate.reset();
  }
  GatedRandom random;
  std::optional<identity::Argon2Hasher> argon2{std::in_place, random, 1, identity::Argon2Cost{64, 1, 1}};
};

ZTIX_PASSWORD_HASHER_CONTRACT(Argon2World);

namespace {

/// The shortest of three, as others want the processor too.
std::chrono::nanoseconds shortest(const std::function<void()>& call) {
  auto best = std::chrono::nanoseconds::max();
  for (int i = 0; i < 3; ++i) {
    const auto before = std::chrono::steady_clock::now();
    call();
    best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - before);
  }
  return best;
}

}  // namespace

TEST_CASE("An argon2id hash names its parameters, and by default they are the strong ones") {
  GatedRandom random;
  identity::Argon2Hasher hasher(random, 1);
  CHECK(hasher.hash(SecretString("correct horse battery"))->starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
}

TEST_CASE("libargon2's own functions read our hashes, and we read theirs, whatever they cost") {
  GatedRandom random;
  identity::Argon2Hasher hasher(random, 1, {256, 2, 1});
  const std::string password("correct horse battery");
  const auto ours = hasher.hash(SecretString(password)).value();
  CHECK(argon2id_verify(ours.c_str(), password.data(), password.size()) == ARGON2_OK);
  CHECK(argon2id_verify(ours.c_str(), password.data(), password.size() - 1) == ARGON2_VERIFY_MISMATCH);
  for (const std::uint32_t memory : {64U, 4096U, 8U}) {  // larger and smaller than the block of the run before
    std::string theirs(128, '\0');
    REQUIRE(argon2id_hash_encoded(1, memory, 1, password.data(), password.size(), "seventeen of salt", 17, 24,
                                  theirs.data(), theirs.size()) == ARGON2_OK);
    theirs.resize(theirs.find('\0'));
    CHECK(hasher.verify(SecretString(password), theirs)->matches);
    CHECK_FALSE(hasher.verify(SecretString(password + "!"), theirs)->matches);
    CHECK(identity::Argon2Phc::parse(theirs)->text() == theirs);
  }
}

TEST_CASE("What only looks like an argon2id hash is none") {
  const std::string good = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g";
  REQUIRE(identity::Argon2Phc::parse(good));
  for (const std::string bad :
       {"$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g", "$argon2id$m=64,t=1,p=1$c2FsdA$aGFzaA",
        "$argon2id$v=16$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g", "$argon2id$v=19$m=64,t=1$c2FsdA$aGFzaA",
        "$argon2id$v=19$t=1,m=64,p=1$c2FsdHNhbHQ$aGFzaGhhc2g", "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$",
        "$argon2id$v=19$m=64,t=1,p=1$c2F_dHNhbHQ$aGFzaGhhc2g", "$argon2id$v=19$m=-1,t=1,p=1$c2FsdA$aGFzaA",
        "x$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g$"}) {
    CHECK_FALSE_MESSAGE(identity::Argon2Phc::parse(bad), bad);
  }
}

TEST_CASE("Runs at the same time have memory of their own") {
  GatedRandom random;
  identity::Argon2Hasher hasher(random, 4, {1024, 1, 1});
  const auto hash_of = [&](int i) { return hasher.hash(SecretString("password " + std::to_string(i))).value(); };
  const std::vector<std::string> stored{hash_of(0), hash_of(1), hash_of(2), hash_of(3)};
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> people;
    for (int i = 0; i < 4; ++i) {
      people.emplace_back([&, i] {
        const SecretString password("password " + std::to_string(i));
        for (int round = 0; round < 20; ++round) {
          for (int other = 0; other < 4; ++other) {
            right += hasher.verify(password, stored[other])->matches == (other == i) ? 1 : 0;
          }
        }
      });
    }
  }
  CHECK(right == 4 * 20 * 4);
}

TEST_CASE("A run wasted for a name that nobody has costs what a verification costs") {
  GatedRandom random;
  identity::Argon2Hasher hasher(random, 1, {8192, 2, 1});
  const SecretString password("correct horse battery");
  const auto stored = hasher.hash(password).value();
  const auto verified = shortest([&] { REQUIRE(hasher.verify(password, stored)); });
  const auto wasted = shortest([&] { REQUIRE(hasher.waste_one_run(password)); });
  CHECK(wasted < 3 * verified);
  CHECK(verified < 3 * wasted);
}

}  // namespace ztix::test
