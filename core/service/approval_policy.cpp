#include "core/service/approval_policy.h"

#include <algorithm>
#include <utility>

#include "core/log/log.h"

namespace ztix::service {

bool is_proven(const Login& login, domain::Asn asn) {
  if (login.proof.source != LoginSource::peeringdb) return false;
  const auto& links = login.user.asns;
  return std::any_of(links.begin(), links.end(), [asn](const UserAsn& link) {
    return link.asn == asn && link.source == "peeringdb" && link.rights == AsnRights::full;
  });
}

Result<domain::ApprovalFacts> ApprovalPolicy::facts_of(const Request& request, const std::optional<Login>& login) {
  ZTIX_ASSIGN(const auto history, ports_.history.history(request.id));
  ZTIX_ASSIGN(const auto view, ports_.peeringdb.view(request.asn));
  domain::ApprovalFacts facts;
  facts.asn_proven = login && is_proven(*login, request.asn);
  facts.entry_known = view.knowledge() == PeeringDbView::Knowledge::known;
  if (facts.entry_known) facts.missing_parts = missing_parts(*view.entry);
  facts.denied = settings_.denied.contains(request.asn);
  facts.open_of_asn = history.open_of_asn;
  facts.open_of_user = history.open_of_user;
  // A node that is named later is one that no rule has seen.
  facts.node_was_removed = !request.node_id || history.node_was_removed;
  return facts;
}

Result<Request> ApprovalPolicy::judged(const Request& request, const std::optional<Login>& login, const Actor& actor) {
  ZTIX_ASSIGN(const auto facts, facts_of(request, login));
  const auto results = domain::judge(facts, settings_.limits);
  const bool approves = domain::may_approve(results);
  AuditEntry entry;
  entry.actor = Actor{ActorKind::policy, std::nullopt, "policy_auto", "", actor.trace_id};
  entry.action = "request.judged";
  entry.subject_kind = "request";
  entry.subject_id = request.id.text();
  entry.facts["verdict"] = approves ? "approve" : "a person decides";
  for (const auto& [rule, failure] : results) {
    entry.facts[std::string(to_string(rule))] = failure.empty() ? "holds" : failure;
  }
  ZTIX_CHECK(ports_.audit.append(entry));
  if (!approves) return request;
  return ports_.requests.approve(request.id, {entry.actor, std::nullopt});
}

Request ApprovalPolicy::decide(Request request, const std::optional<Login>& login, const Actor& actor) {
  if (!settings_.automatic || request.state != domain::RequestState::pending) return request;
  auto now = judged(request, login, actor);
  if (now) return std::move(*now);
  log::warn("policy.not_judged",
            {{"request", request.id.text()}, {"error", now.error().message}, {"detail", now.error().detail}});
  return request;
}

}  // namespace ztix::service
