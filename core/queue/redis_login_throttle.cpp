#include "core/queue/redis_login_throttle.h"

#include <string_view>
#include <utility>

#include "core/base/base64url.h"
#include "core/digest/digest.h"

namespace ztix::queue {
namespace {

constexpr std::size_t kTicketBytes = 12;

// Both scripts. KEYS: usual, then count, pause and refused of three allowances: the account in this block, the account
// anywhere, the block. ARGV[1]: 1 when the guess names an account.
constexpr std::string_view kCommon = R"lua(
local function scope(i) return {count = KEYS[i], pause = KEYS[i + 1], refused = KEYS[i + 2]} end
local here, account, block = scope(2), scope(5), scope(8)
local named = ARGV[1] == '1'
)lua";

// ARGV[2]: ticket. Then for account and block each: free, first, longest, many, rare, memory (milliseconds).
constexpr std::string_view kBegin = R"lua(
local function policy(i)
  local function number(k) return tonumber(ARGV[i + k]) end
  return {free = number(0), first = number(1), longest = number(2), many = number(3), rare = number(4), memory = number(5)}
end
here.policy, account.policy, block.policy = policy(3), policy(3), policy(9)

local function pause_after(p, failures)
  if failures >= p.many then return p.rare end
  if failures < p.free then return 0 end
  return math.min(p.first * 2 ^ math.min(failures - p.free, 40), p.longest)
end

local usual = named and redis.call('EXISTS', KEYS[1]) == 1
local scopes = usual and {here} or named and {account, block} or {block}
local wait, closed = 0, nil
for _, s in ipairs(scopes) do
  local left = redis.call('PTTL', s.pause)
  if left > wait then wait, closed = left, s end
end
if closed then
  redis.call('INCR', closed.refused)
  redis.call('PEXPIRE', closed.refused, wait + closed.policy.memory)
  local first = string.sub(redis.call('GET', closed.pause), 1, 5) ~= 'told-'
  if first then redis.call('SET', closed.pause, 'told-' .. redis.call('GET', closed.pause), 'KEEPTTL') end
  return {0, usual and 1 or 0, wait, first and 1 or 0}
end
local refused = 0
for _, s in ipairs(scopes) do
  local pause = pause_after(s.policy, redis.call('INCR', s.count))
  redis.call('PEXPIRE', s.count, pause + s.policy.memory)
  if pause > 0 then redis.call('SET', s.pause, ARGV[2], 'PX', pause) end
  refused = refused + tonumber(redis.call('GETDEL', s.refused) or 0)
end
return {1, usual and 1 or 0, refused, 0}
)lua";

// ARGV[2]: ticket, [3]: 1 when it was counted in `here`, [4]: 1 when it was right, [5]: how long a place is usual.
constexpr std::string_view kSettle = R"lua(
local usual, right = ARGV[3] == '1', ARGV[4] == '1'

-- The guess itself is taken back, with the pause that it began.
local function take_back(s)
  if tonumber(redis.call('GET', s.count) or 0) > 0 then redis.call('DECR', s.count) end
  local pause = redis.call('GET', s.pause)
  if pause == ARGV[2] or pause == 'told-' .. ARGV[2] then redis.call('DEL', s.pause) end
end

local function forget(s) redis.call('DEL', s.count, s.pause) end

local whose = usual and here or account
if named then (right and forget or take_back)(whose) end
if not usual then take_back(block) end
if named and right then redis.call('SET', KEYS[1], '1', 'PX', ARGV[5]) end
return 1
)lua";

std::string text_of(std::chrono::milliseconds duration) { return std::to_string(duration.count()); }

void add(std::vector<std::string>& arguments, const service::Allowance& allowance) {
  for (const auto& text : {std::to_string(allowance.free), text_of(allowance.first), text_of(allowance.longest),
                           std::to_string(allowance.many), text_of(allowance.rare), text_of(allowance.memory)}) {
    arguments.push_back(text);
  }
}

std::vector<std::string> script(std::string_view body, const std::vector<std::string>& keys) {
  std::vector<std::string> arguments{"EVAL", std::string(kCommon) + std::string(body), std::to_string(keys.size())};
  arguments.insert(arguments.end(), keys.begin(), keys.end());
  return arguments;
}

Error broken_reply() {
  return fail(ErrorCode::upstream, "Redis gave an answer that is none.").with_detail("login throttle");
}

}  // namespace

std::vector<std::string> RedisLoginThrottle::keys_of(const service::Guess& guess) const {
  const auto hidden = [this](const std::string& text) {
    return to_base64url(digest::as_text(digest::hmac_sha256(key_.expose(), text)));
  };
  const auto prefix = "ztix:throttle:" + std::string(to_string(guess.kind)) + ":";
  const auto here = prefix + hidden("here " + guess.address_block + " " + guess.account);
  std::vector<std::string> keys{here + ":usual"};
  for (const auto& whose :
       {here, prefix + hidden("account " + guess.account), prefix + hidden("block " + guess.address_block)}) {
    for (const auto* const what : {":count", ":pause", ":refused"}) keys.push_back(whose + what);
  }
  return keys;
}

Result<service::GuessVerdict> RedisLoginThrottle::begin(const service::Guess& guess) {
  service::GuessVerdict verdict;
  verdict.ticket = to_base64url(random_.bytes(kTicketBytes));
  auto arguments = script(kBegin, keys_of(guess));
  arguments.emplace_back(guess.account.empty() ? "0" : "1");
  arguments.push_back(verdict.ticket);
  add(arguments, policy_.account);
  add(arguments, policy_.block);
  ZTIX_ASSIGN(const auto reply, redis_.command(arguments));
  if (reply.items.size() != 4) return broken_reply();
  verdict.admitted = reply.items[0].integer == 1;
  verdict.from_usual_place = reply.items[1].integer == 1;
  if (verdict.admitted) {
    verdict.refused_before = reply.items[2].integer;
  } else {
    verdict.retry_after = std::chrono::milliseconds(reply.items[2].integer);
    verdict.first_refusal = reply.items[3].integer == 1;
  }
  return verdict;
}

Status RedisLoginThrottle::settle(const service::Guess& guess, const service::GuessVerdict& verdict, bool right) {
  auto arguments = script(kSettle, keys_of(guess));
  for (const std::string& text :
       {std::string(guess.account.empty() ? "0" : "1"), verdict.ticket,
        std::string(verdict.from_usual_place ? "1" : "0"), std::string(right ? "1" : "0"), text_of(policy_.usual)}) {
    arguments.push_back(text);
  }
  ZTIX_CHECK(redis_.command(arguments));
  return {};
}

Status RedisLoginThrottle::was_right(const service::Guess& guess, const service::GuessVerdict& verdict) {
  return settle(guess, verdict, true);
}

Status RedisLoginThrottle::was_not_checked(const service::Guess& guess, const service::GuessVerdict& verdict) {
  return settle(guess, verdict, false);
}

}  // namespace ztix::queue
