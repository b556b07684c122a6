// Rights beside an audit log: which were not used, and which roles would do.
#include <unistd.h>

#include <cerrno>

#include "access/audit_log.h"
#include "access/least_privilege.h"
#include "access/rights.h"
#include "app/cluster_query.h"
#include "app/cluster_source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

constexpr size_t kBlock = 256 << 10;

base::Status read_log(int fd, access::AuditLog& log, const base::Limits& limits) {
  std::vector<char> block(kBlock);
  std::string rest;
  for (;;) {
    const ssize_t got = ::read(fd, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::fail_errno(errno, "cannot read the audit log");
    if (got == 0) break;
    rest.append(block.data(), static_cast<size_t>(got));
    size_t begin = 0;
    for (size_t newline = rest.find('\n'); newline != std::string::npos; newline = rest.find('\n', begin)) {
      log.add_line(std::string_view(rest).substr(begin, newline - begin));
      begin = newline + 1;
    }
    rest.erase(0, begin);
    if (rest.size() > limits.document_bytes) return base::fail(base::ErrorKind::limit, "a line longer than the limit", "audit log");
  }
  log.add_line(rest);
  log.end_of_file();
  return {};
}

struct Unused {
  std::string subject;
  access::RightTarget target;
  std::vector<std::string> verbs, used;  // never used; of a "*" those that were
  std::set<std::string> givers;
};

std::vector<Unused> find_unused(const model::Cluster& cluster, const access::AuditLog& log, const std::string& only) {
  std::vector<Unused> out;
  const access::RightsIndex rights(cluster);
  for (const std::string& subject : access::bound_subjects(cluster)) {
    if (!only.empty() && subject != only) continue;
    // What bindings give to the subject itself; what a group gives is told at the group.
    access::Identity who;
    if (subject.starts_with("group:")) {
      who.groups = {subject.substr(6)};
    } else {
      const auto identity = access::parse_identity(subject);
      if (!identity) continue;
      who.user = identity->user;
    }
    const std::set<access::UsedRight> used = log.used_by(subject);
    const access::RightList list = rights.of(who);
    for (const auto& [target, verbs] : list.rights) {
      Unused one{subject, target, {}, {}, {}};
      for (const auto& [verb, givers] : verbs) {
        std::set<std::string> hits;
        for (const access::UsedRight& u : used) {
          if (access::covers(verb, target.ns, target.group, target.resource, target.name, target.url, u)) hits.insert(u.verb);
        }
        if (hits.empty()) {
          one.verbs.push_back(verb);
          one.givers.insert(givers.begin(), givers.end());
        } else if (verb == "*" || target.resource == "*" || target.group == "*") {
          one.used.assign(hits.begin(), hits.end());
        }
      }
      if (!one.verbs.empty()) out.push_back(std::move(one));
    }
  }
  return out;
}

std::string unused_json(const std::vector<Unused>& all, const access::AuditLog& log) {
  base::JsonWriter json(true);
  json.begin_object()
      .member("schema", "bulkhead.access_unused/1")
      .member("events", log.events())
      .member("malformed", log.malformed())
      .member("refused", log.refused());
  json.member("first", log.first).member("last", log.last).key("unused").begin_array();
  for (const Unused& one : all) {
    json.begin_object()
        .member("subject", one.subject)
        .member("namespace", one.target.ns)
        .member("right", access::target_text(one.target))
        .member("verbs", one.verbs);
    json.member("given_by", std::vector<std::string>(one.givers.begin(), one.givers.end())).end_object();
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

std::string unused_text(const std::vector<Unused>& all) {
  std::string text;
  for (const Unused& one : all) {
    const auto field = [](const std::string& word) { return base::escape_terminal(word); };
    text += field(one.subject) + "\t" + field(one.target.ns.empty() ? "*" : one.target.ns) + "\t" + field(access::target_text(one.target)) +
            "\t" + field(base::join(one.verbs, ",")) + "\tby " +
            field(base::join(std::vector<std::string>(one.givers.begin(), one.givers.end()), "; ")) + "\n";
  }
  return text;
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(context.request()));
  const base::JsonView question = document.root();
  const std::string subject = question.get("subject").text();
  access::AuditLog log(context.limits());
  for (const std::string& name : context.input_names()) {
    if (name.starts_with("audit-")) BULKHEAD_CHECK(read_log(context.input(name), log, context.limits()));
  }
  if (question.get("proposal").flag()) {
    BULKHEAD_CHECK(access::parse_identity(subject));
    const std::set<access::UsedRight> used = log.used_by(subject);
    BULKHEAD_TRY(const std::string yaml, access::least_privilege_yaml(subject, used, question.get("without_names").flag()));
    BULKHEAD_CHECK(context.output(yaml));
    if (used.empty()) context.progress(note_json("the log shows nothing that " + subject + " did"));
  } else {
    BULKHEAD_TRY(const model::Cluster cluster, load_cluster_input(context));
    const std::vector<Unused> all = find_unused(cluster, log, subject);
    BULKHEAD_CHECK(context.output(question.get("json").flag() ? unused_json(all, log) : unused_text(all)));
  }
  context.progress(note_json("audit log: " + std::to_string(log.events()) + " events" +
                             (log.first.empty() ? "" : " from " + log.first + " to " + log.last) + ", " + std::to_string(log.refused()) +
                             " of requests that were refused, " + std::to_string(log.malformed()) + " lines that are no event"));
  return log.malformed() > 0 && question.get("strict").flag() ? 4 : 0;
}

}  // namespace

extern constinit const base::WorkerTask access_audit{.name = "access-audit", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
