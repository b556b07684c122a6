// One question about rights: may a subject, or who may.
#include "access/rbac.h"
#include "access/request_reader.h"
#include "app/cluster_query.h"
#include "app/cluster_source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

std::string subject_text(const model::Subject& subject) {
  if (subject.kind == "ServiceAccount") return "sa:" + subject.ns + "/" + subject.name;
  return (subject.kind == "Group" ? "group:" : "user:") + subject.name;
}

std::string who_json(const std::vector<access::Rbac::Who>& all, const std::vector<std::string>& unread) {
  base::JsonWriter json(true);
  json.begin_object().member("schema", "bulkhead.who_can/1").key("subjects").begin_array();
  for (const access::Rbac::Who& who : all) {
    json.begin_object()
        .member("subject", subject_text(who.subject))
        .member("verdict", model::name(who.verdict))
        .member("because", who.because)
        .end_object();
  }
  json.end_array().member("unread", unread).end_object();
  return json.take() + "\n";
}

std::string who_table(const std::vector<access::Rbac::Who>& all) {
  size_t width = 0;
  for (const access::Rbac::Who& who : all) width = std::max(width, base::display_width(base::escape_terminal(subject_text(who.subject))));
  std::string text;
  for (const access::Rbac::Who& who : all) {
    const std::string subject = base::escape_terminal(subject_text(who.subject));
    text += subject + std::string(width - base::display_width(subject) + 2, ' ');
    text += std::string(who.verdict == model::Tri::yes ? "yes      " : "unknown  ") + base::escape_terminal(who.because) + "\n";
  }
  return text;
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(context.request()));
  const base::JsonView question = document.root();
  BULKHEAD_TRY(const model::Cluster cluster, load_cluster_input(context));
  const access::RequestReader reader(cluster);
  BULKHEAD_TRY(const access::AccessRequest request,
               reader.read(question.get("verb").text(), question.get("resource").text(), question.get("namespace").text()));
  const access::Rbac rbac(cluster);
  bool incomplete = !rbac.unread().empty();
  if (const std::string subject = question.get("subject").text(); !subject.empty()) {
    BULKHEAD_TRY(const access::Identity who, access::parse_identity(subject));
    const access::AccessAnswer answer = rbac.can(who, request);
    incomplete = answer.verdict == model::Tri::unknown;
    std::string text = model::name(answer.verdict);
    if (question.get("why").flag()) text += "\t" + base::escape_terminal(answer.because);
    BULKHEAD_CHECK(context.output(text + "\n"));
  } else {
    const std::vector<access::Rbac::Who> all = rbac.who_can(request);
    BULKHEAD_CHECK(context.output(question.get("json").flag() ? who_json(all, rbac.unread()) : who_table(all)));
    if (incomplete) context.progress(note_json("not read: " + base::join(rbac.unread(), ", ") + "; others may have this right too"));
  }
  return incomplete && question.get("strict").flag() ? 4 : 0;
}

}  // namespace

extern constinit const base::WorkerTask access_question{.name = "access-question", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
