#include "route-server/helper/bird_reply.h"

#include <string>

#include <doctest/doctest.h>

#include "route-server/helper/bird_protocols.h"
#include "route-server/helper/bird_status.h"

namespace ztix::helper {
namespace {

const std::string kDigest(64, 'a');

BirdReplies read(const std::vector<std::string>& commands, std::string_view bytes) {
  ReplyReader reader(commands);
  reader.take(bytes);
  REQUIRE(reader.is_complete());
  return BirdReplies(std::move(reader).replies());
}

/// As BIRD 2.0.12 wrote it, with a configuration on trial.
std::string observed() {
  return "0004-Reconfiguration in progress\n0022-Configuration unconfirmed, undo in 59.998 s\n0000 \n"
         "0023 " +
         kDigest +
         "\n"
         "0023 12\n"
         "1000-BIRD 2.0.12\n1011-Router ID is 192.0.2.1\n Hostname is vm\n Current server time is 2026-11-29 "
         "03:42:59.695\n Last reboot on 2026-11-29 03:42:59.099\n Last reconfiguration on 2026-11-29 "
         "03:42:59.100\n0013 Daemon is up and running\n";
}

TEST_CASE("answers are told apart by their last lines, however the bytes come") {
  const auto bytes = observed();
  const auto whole = read_status(read(observing(), bytes));
  ReplyReader slow(observing());
  for (const char byte : bytes) {
    CHECK_FALSE(slow.is_complete());
    slow.take(std::string_view(&byte, 1));
  }
  REQUIRE(slow.is_complete());
  const auto status = read_status(BirdReplies(std::move(slow).replies()));
  CHECK(status.left == whole.left);
  CHECK(status.server_time == whole.server_time);
  CHECK(status.digest == kDigest);
}

TEST_CASE("what runs is read from the answers to four commands") {
  const auto status = read_status(read(observing(), observed()));
  CHECK(status.armed);
  CHECK(status.left == "59.998");
  CHECK(status.changing);
  CHECK(status.revision == "12");
  CHECK(status.version == "2.0.12");
  CHECK(status.router_id == "192.0.2.1");
  CHECK(status.server_time == "2026-11-29T03:42:59.695");
  CHECK(status.last_reconfigured == "2026-11-29T03:42:59.100");
}

TEST_CASE("a configuration that is not ours has no digest and no revision") {
  const auto status =
      read_status(read(observing(),
                       "0003-Daemon is up and running\n0000 \n9001 syntax error, unexpected CF_SYM_UNDEFINED\n"
                       "0023 not a number\n0013 Daemon is up and running\n"));
  CHECK_FALSE(status.armed);
  CHECK_FALSE(status.changing);
  CHECK(status.digest == "none");
  CHECK(status.revision == "none");
  CHECK(status.version == "-");
}

TEST_CASE("a command that was not asked has an empty answer, and of two equal ones the last counts") {
  const auto replies = read({"a", "a"}, "0009-x: disabled\n0000 \n8003 No protocols match\n");
  CHECK(replies.to("b").lines.empty());
  CHECK(replies.to("a").has(8003));
  CHECK_FALSE(replies.to("a").has(9));
  CHECK(replies.all().front().has(9));
}

TEST_CASE("a line that goes on belongs to the code before it, and news are nobody's") {
  const auto replies = read({"show protocols"},
                            "2002-Name       Proto      Table      State  Since         Info\n"
                            "1002-ztix_device Device     ---        up     2026-11-29 03:42:59.099  \n"
                            "+<INFO> something happened\n"
                            " as1        BGP        ---        down   2026-11-29 03:42:59.696  \n0000 \n");
  CHECK(protocol_names(replies.to("show protocols")) == std::vector<std::string>{"ztix_device", "as1"});
  CHECK_FALSE(replies.to("show protocols").has(0));
}

TEST_CASE("sessions are told with their counters, limits and last error") {
  const auto replies = read({"show protocols all"},
                            "2002-Name       Proto      Table      State  Since         Info\n"
                            "1002-ztix_device Device     ---        up     2026-11-29 03:42:59.099  \n1006-\n"
                            "1002-as1        BGP        ---        up     2026-11-29 03:42:59.696  Established   \n"
                            "1006-  BGP state:          Established\n"
                            "   Channel ipv4\n"
                            "     Import limit:   10 [HIT]\n"
                            "     Routes:         2 imported, 1 filtered, 5 exported, 2 preferred\n"
                            "   Channel ipv6\n"
                            "     Routes:         1 imported, 0 filtered, 4 exported, 0 preferred\n \n"
                            "1002-as2        BGP        ---        start  03:42:59      Active        Socket: refused\n"
                            "1006-  BGP state:          Active\n"
                            "   Last error:       Socket: Connection refused\n \n0000 \n");
  Answer answer;
  say_protocols(replies.to("show protocols all"), answer);
  CHECK(answer.text() ==
        "protocol ztix_device Device up 2026-11-29T03:42:59.099\n"
        "protocol as1 BGP up 2026-11-29T03:42:59.696 Established\n"
        "session as1 3 1 9 2 hit \n"
        "protocol as2 BGP start 03:42:59 Active Socket: refused\n"
        "session as2 - - - - - Socket: Connection refused\n");
}

TEST_CASE("counts of routes are taken from where BIRD counted") {
  const auto replies = read({"roa", "none", "hops"},
                            "1007-12 of 12 routes for 9 networks in table ztix_roa_v4\n0000 \n"
                            "9001 syntax error, unexpected CF_SYM_UNDEFINED\n"
                            "1007-3 of 40 routes for 40 networks in table master4\n0000 \n");
  Answer answer;
  say_roa_count(replies.to("roa"), answer);
  say_roa_count(replies.to("none"), answer);
  CHECK(answer.text() == "roa ztix_roa_v4 12\n");
  CHECK(first_count(replies.to("hops")) == "3");
  CHECK_FALSE(first_count(replies.to("none")).has_value());
}

}  // namespace
}  // namespace ztix::helper
