#include "core/service/peeringdb_words.h"

#include <doctest/doctest.h>

#include "core/base/age.h"

using namespace ztix;
using namespace ztix::service;
using namespace std::chrono_literals;

namespace {

PeeringDbView view() { return PeeringDbView(domain::Asn::from_number(64496).value()); }

PeeringDbView known() {
  auto seen = view();
  seen.asked_at = Timestamp(1h);
  seen.seen_at = Timestamp(1h);
  seen.age = 3h;
  seen.entry.emplace(seen.asn);
  seen.entry->name = "Example";
  seen.entry->as_sets = domain::parse_as_sets("AS-EXAMPLE");
  seen.entry->prefixes_v6 = 4;
  return seen;
}

}  // namespace

TEST_CASE("Whether anything is known of a network is said in one sentence") {
  auto seen = view();
  CHECK(knowledge_in_words(seen) == "Nothing is known about AS64496 yet: PeeringDB has not answered about it.");
  seen.asked_at = Timestamp(1h);
  CHECK(knowledge_in_words(seen) == "PeeringDB has no entry for AS64496.");
  CHECK(knowledge_in_words(known()) == "As PeeringDB said 3 hours ago.");
  seen = known();
  seen.gone_since = Timestamp(2h);
  CHECK(knowledge_in_words(seen) ==
        "PeeringDB no longer has an entry for AS64496. This is the last it said, 3 hours ago.");
}

TEST_CASE("What somebody who decides should see first is a warning, and nothing else is") {
  CHECK(warnings_in_words(known()).empty());
  auto seen = known();
  seen.entry->name.clear();
  seen.entry->as_sets = domain::parse_as_sets("see website");
  seen.entry->prefixes_v6 = 0;
  seen.entry->never_via_route_servers = true;
  seen.problem = "aka is no text.";
  seen.outage = "No usable reply.";
  const auto warnings = warnings_in_words(seen);
  REQUIRE(warnings.size() == 5);
  CHECK(warnings[0] == "The entry lacks a name and an AS-SET and a number of prefixes.");
  CHECK(warnings[1].find("never be seen via route servers") != std::string::npos);
  CHECK(warnings[2] == "Not an AS-SET: see website");
  CHECK(warnings[3] == "The last answer could not be read. aka is no text.");
  CHECK(warnings[4] == "PeeringDB does not answer at the moment. No usable reply.");
}

TEST_CASE("An age is told in its largest unit") {
  for (const auto& [age, words] : std::vector<std::pair<std::chrono::seconds, std::string>>{{0s, "less than a minute"},
                                                                                            {59s, "less than a minute"},
                                                                                            {60s, "1 minute"},
                                                                                            {59min, "59 minutes"},
                                                                                            {61min, "1 hour"},
                                                                                            {23h, "23 hours"},
                                                                                            {24h, "1 day"},
                                                                                            {71h, "2 days"}}) {
    CHECK(age_in_words(age) == words);
  }
}
