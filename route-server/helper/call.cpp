#include "route-server/helper/call.h"

#include <algorithm>

#include "core/base/text.h"
#include "route-server/helper/fence.h"
#include "route-server/helper/journal.h"
#include "route-server/helper/verbs.h"

namespace ztix::helper {
namespace {

constexpr const char* kBirdSocket = "/run/bird/bird.ctl";
constexpr std::chrono::seconds kLockWait{10};

ExitCode run_verb(Call& call) {
  switch (call.words.verb) {
    case Verb::probe:
      return probe(call);
    case Verb::nexthops:
      return nexthops(call);
    case Verb::have:
      return have(call);
    case Verb::get:
      return get(call);
    case Verb::put:
      return put(call);
    case Verb::check:
      return check(call);
    case Verb::arm:
      return arm(call);
    case Verb::status:
      return status(call);
    case Verb::confirm:
      return confirm(call);
    case Verb::undo:
      return undo(call);
    case Verb::persist:
      return persist(call);
    case Verb::disable:
      return disable(call);
    case Verb::enable:
      return enable(call);
    case Verb::gc:
      return gc(call);
  }
  return call.answer.refuse("usage verb", ExitCode::usage);
}

ExitCode take_lock(Call& call) {
  switch (call.lock.take(call.folder, kLockWait)) {
    case Lock::Taken::yes:
      return ExitCode::done;
    case Lock::Taken::not_installed:
      break;
    case Lock::Taken::others_have_it:
      return call.answer.refuse("locked", ExitCode::later);
  }
  return call.answer.refuse("not_installed");
}

ExitCode run(Call& call, Input& input) {
  call.journal_verb = call.words.verb_name;
  if (call.words.verb == Verb::put) ZTIX_GO_ON(call.upload.receive(call.folder, input, call.answer));
  ZTIX_GO_ON(take_lock(call));
  ZTIX_GO_ON(admit(call));
  return run_verb(call);
}

Outcome refused(std::string_view why, ExitCode code) {
  Answer answer;
  const auto refusal = answer.refuse(why, code);
  return {refusal, answer.text()};
}

}  // namespace

Outcome carry_out(std::string_view text, Input& input, bool is_serving) {
  if (!are_plain(text)) return refused("usage words", ExitCode::usage);
  auto folder = StateFolder::open(kStateFolder.data());
  if (!folder) return refused("not_installed", ExitCode::wrong_state);
  auto words = parse_words(text, is_serving);
  if (!words) return refused(words.error().message, ExitCode::usage);
  Call call{*std::move(words), *std::move(folder), {}, BirdSocket(kBirdSocket), {}, {}};
  const auto code = run(call, input);
  note_in_journal(call, code);
  // The lock goes with the call, *before* anything is written: a stuck reader must not hold it.
  return {code, call.answer.text()};
}

ExitCode want_arguments(Call& call, std::size_t count) {
  return call.words.arguments.size() == count ? ExitCode::done : call.answer.refuse("usage arguments", ExitCode::usage);
}

ExitCode want_some_arguments(Call& call) {
  return call.words.arguments.empty() ? call.answer.refuse("usage arguments", ExitCode::usage) : ExitCode::done;
}

ExitCode want_protocols(Call& call, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [](const auto& name) { return is_protocol(name); })
             ? ExitCode::done
             : call.answer.refuse("usage protocol", ExitCode::usage);
}

ExitCode want_digests(Call& call) {
  const auto& digests = call.words.arguments;
  return std::all_of(digests.begin(), digests.end(), [](const auto& digest) { return is_sha256_hex(digest); })
             ? ExitCode::done
             : call.answer.refuse("usage digest", ExitCode::usage);
}

}  // namespace ztix::helper
