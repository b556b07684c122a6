// Effective rights of a subject, and the ways to more.
#include "access/escalation.h"
#include "access/rbac.h"
#include "access/rights.h"
#include "app/cluster_query.h"
#include "app/cluster_source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

std::string joined(const std::map<std::string, std::set<std::string>>& verbs) {
  std::string text;
  for (const auto& [verb, givers] : verbs) text += (text.empty() ? "" : ",") + verb;
  return text;
}
std::set<std::string> all_givers(const std::map<std::string, std::set<std::string>>& verbs) {
  std::set<std::string> out;
  for (const auto& [verb, givers] : verbs) out.insert(givers.begin(), givers.end());
  return out;
}

std::string rights_json(const std::string& subject, const access::RightList& list, const std::vector<std::string>& unread) {
  base::JsonWriter json(true);
  json.begin_object()
      .member("schema", "bulkhead.access_rights/1")
      .member("subject", subject)
      .member("everything", list.masters)
      .key("rights")
      .begin_array();
  for (const auto& [target, verbs] : list.rights) {
    json.begin_object()
        .member("namespace", target.ns)
        .member("group", target.group)
        .member("resource", target.resource)
        .member("name", target.name);
    json.member("url", target.url).key("verbs").begin_object();
    for (const auto& [verb, givers] : verbs) json.member(verb, std::vector<std::string>(givers.begin(), givers.end()));
    json.end_object().end_object();
  }
  json.end_array()
      .member("unread_roles", std::vector<std::string>(list.unread_roles.begin(), list.unread_roles.end()))
      .member("unread", unread);
  json.member("truncated", list.truncated).end_object();
  return json.take() + "\n";
}

std::string rights_text(const access::RightList& list) {
  std::string text;
  if (list.masters) text += "everything: group system:masters passes every authorizer\n";
  for (const auto& [target, verbs] : list.rights) {
    const std::set<std::string> givers = all_givers(verbs);
    text += base::escape_terminal(!target.url.empty() || target.ns.empty() ? "*" : target.ns) + "\t" +
            base::escape_terminal(access::target_text(target)) + "\t" + base::escape_terminal(joined(verbs)) + "\tby " +
            base::escape_terminal(base::join(std::vector<std::string>(givers.begin(), givers.end()), "; ")) + "\n";
  }
  return text;
}

std::string escalation_json(const std::vector<access::Escalation>& all, const std::vector<std::string>& unread) {
  base::JsonWriter json(true);
  json.begin_object().member("schema", "bulkhead.access_escalation/1").key("subjects").begin_array();
  for (const access::Escalation& one : all) {
    json.begin_object()
        .member("subject", one.subject)
        .member("cluster_admin", model::name(one.everything))
        .member("identities", one.reachable)
        .key("steps")
        .begin_array();
    for (const access::EscalationStep& step : one.path) {
      json.begin_object().member("from", step.from).member("to", step.to).member("right", step.right).member("how", step.how);
      json.member("verdict", model::name(step.verdict)).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().member("unread", unread).end_object();
  return json.take() + "\n";
}

std::string escalation_text(const std::vector<access::Escalation>& all) {
  std::string text;
  for (const access::Escalation& one : all) {
    const char* reach = one.everything == model::Tri::yes       ? "can become cluster-admin"
                        : one.everything == model::Tri::unknown ? "can perhaps become cluster-admin"
                                                                : "";
    text += base::escape_terminal(one.subject) + ": ";
    text += *reach != '\0' ? std::string(reach)
                           : "can become " + std::to_string(one.reachable) + (one.reachable == 1 ? " other identity" : " other identities");
    text += "\n";
    for (const access::EscalationStep& step : one.path) {
      text += "  " +
              base::escape_terminal((step.from == one.subject ? "" : step.from + " ") + "may " + step.right +
                                    (step.verdict == model::Tri::unknown ? " (not known)" : "") + " → " + step.to + ": " + step.how) +
              "\n";
    }
  }
  return text.empty() ? "no subject can come to more rights by a known way\n" : text;
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(context.request()));
  const base::JsonView question = document.root();
  const std::string subject = question.get("subject").text();
  const bool json = question.get("json").flag(), escalation = question.get("escalation").flag();
  BULKHEAD_TRY(const model::Cluster cluster, load_cluster_input(context));
  const access::Rbac rbac(cluster);
  bool incomplete = !rbac.unread().empty();
  if (escalation) {
    if (!subject.empty()) BULKHEAD_CHECK(access::parse_identity(subject));
    const std::vector<access::Escalation> all = access::find_escalations(cluster, rbac, subject);
    BULKHEAD_CHECK(context.output(json ? escalation_json(all, rbac.unread()) : escalation_text(all)));
  } else {
    BULKHEAD_TRY(const access::Identity who, access::parse_identity(subject));
    const access::RightList list = access::rights_of(cluster, who);
    BULKHEAD_CHECK(context.output(json ? rights_json(subject, list, rbac.unread()) : rights_text(list)));
    for (const std::string& role : list.unread_roles) context.progress(note_json(role + ": the role was not read; it may give more"));
    if (list.truncated) context.progress(note_json("more rights than the limit; the list is cut off"));
    incomplete = incomplete || !list.unread_roles.empty() || list.truncated;
  }
  if (!rbac.unread().empty()) context.progress(note_json("not read: " + base::join(rbac.unread(), ", ") + "; there may be more"));
  return incomplete && question.get("strict").flag() ? 4 : 0;
}

}  // namespace

extern constinit const base::WorkerTask access_rights{.name = "access-rights", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
