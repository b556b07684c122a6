// Manifests against a Pod Security level: each pod, and each controller's template.
//
// A file, or an object, that cannot be read has the verdict unknown, never allowed. What holds no pod has no verdict.
#include <unistd.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "access/pod_security.h"
#include "app/cluster_query.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"
#include "kube/cluster_builder.h"
#include "kube/manifests.h"

namespace bulkhead::app::task {
namespace {

struct Result {
  std::string file, kind, ns, name, verdict;
  std::vector<access::PodSecurityViolation> violations;
};

bool holds_pod(const kube::Resource& resource) {
  static constexpr std::string_view kKinds[] = {
      "CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet"};
  return std::ranges::find(kKinds, resource.kind) != std::end(kKinds);
}

// "deploy/api.yaml:12, item 3" → {12, 3}: where in its file the object stands.
std::pair<uint64_t, uint64_t> place(std::string_view where, std::string_view file) {
  where.remove_prefix(std::min(where.size(), file.size()));
  const auto number = [](std::string_view text, std::string_view before) {
    const size_t at = text.find(before);
    if (at == std::string_view::npos) return uint64_t{0};
    text.remove_prefix(at + before.size());
    return base::parse_u64(text.substr(0, text.find_first_not_of("0123456789"))).value_or(0);
  };
  return {number(where, ":"), number(where, ", item ")};
}

class Checker {
 public:
  Checker(access::PodSecurityLevel level, int minor, const base::Limits& limits) : level_(level), minor_(minor), limits_(limits) {}

  void add_unread(const std::string& file, const std::string& why) {
    unread_ = true;
    results_.push_back({file, "", "", "", "unknown", {{"unread", why}}});
  }

  void add(const std::string& file, std::string_view text) {
    kube::ManifestReader reader(limits_);
    reader.add_file(file, text);
    kube::ManifestSet set = reader.finish();
    std::ranges::stable_sort(set.objects, {}, [&](const kube::ManifestObject& object) { return place(object.where, file); });
    // The reader makes pods of controllers; the controller's own template is what was written.
    std::set<std::tuple<std::string, std::string, std::string>> controllers;
    for (const kube::ManifestObject& object : set.objects) {
      if (holds_pod(*object.resource)) controllers.insert({object.resource->kind, object.ns, object.name});
    }
    for (const kube::ManifestObject& object : set.objects) {
      if (!holds_pod(*object.resource)) continue;
      Result result{file, object.resource->kind, object.ns, object.name, "unknown", {}};
      kube::ClusterBuilder builder;
      const auto document = base::JsonDocument::parse(object.json, limits_, object.where);
      if (document) {
        builder.add(*object.resource, document->root(), object.where);
      }
      const bool taken = document && builder.faults(*object.resource) == 0 && builder.count(*object.resource) == 1;
      const model::Cluster cluster = builder.finish();
      if (!taken) {
        result.violations.push_back({"unread", cluster.problems.empty() ? "the object is not understood" : cluster.problems.front()});
      } else if (!cluster.pods.empty()) {
        const model::Pod& pod = cluster.pods.front();
        if (!pod.meta.owner_kind.empty() && controllers.contains({pod.meta.owner_kind, pod.meta.ns, pod.meta.owner_name})) continue;
        judge(result, pod.spec, pod.meta.annotations);
      } else if (!cluster.workloads.empty()) {
        judge(result, cluster.workloads.front().spec, cluster.workloads.front().template_annotations);
      }
      results_.push_back(std::move(result));
    }
    if (std::ranges::any_of(set.reads, [](const model::ResourceRead& read) { return read.state == model::ReadState::error; })) {
      add_unread(file, set.problems.empty() ? "a manifest could not be read" : set.problems.front());
    }
  }

  std::string json() const {
    base::JsonWriter json(true);
    json.begin_object().member("schema", "bulkhead.policy_check/1").key("results").begin_array();
    for (const Result& result : results_) {
      json.begin_object()
          .member("file", result.file)
          .member("kind", result.kind)
          .member("namespace", result.ns)
          .member("name", result.name);
      json.member("verdict", result.verdict).key("violations").begin_array();
      for (const auto& violation : result.violations)
        json.begin_object().member("check", violation.check).member("message", violation.message).end_object();
      json.end_array().end_object();
    }
    json.end_array().end_object();
    return json.take() + "\n";
  }

  std::string text() const {
    std::string text;
    for (const Result& result : results_) {
      std::string head = result.verdict + "  " + result.file;
      if (!result.kind.empty()) head += "  " + result.kind + " " + result.ns + "/" + result.name;
      text += base::escape_terminal(head) + "\n";
      for (const auto& violation : result.violations)
        text += "    " + base::escape_terminal(violation.check + ": " + violation.message) + "\n";
    }
    return text;
  }

  bool unread() const { return unread_; }

 private:
  void judge(Result& result, const model::PodSpec& spec, const model::Labels& annotations) const {
    result.violations = access::pod_security_violations(spec, annotations, level_, minor_);
    result.verdict = result.violations.empty() ? "allowed" : "denied";
  }

  access::PodSecurityLevel level_;
  int minor_;
  base::Limits limits_;
  bool unread_ = false;
  std::vector<Result> results_;
};

base::Result<std::string> read_exactly(int fd, size_t size) {
  std::string text(size, '\0');
  for (size_t done = 0; done < size;) {
    const ssize_t got = ::read(fd, text.data() + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return base::fail_errno(errno, "cannot read the manifests");
    done += static_cast<size_t>(got);
  }
  return text;
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request()));
  const bool restricted = request.root().get("standard").text() == "restricted";
  Checker checker(restricted ? access::PodSecurityLevel::restricted : access::PodSecurityLevel::baseline,
                  static_cast<int>(request.root().get("minor").integer().value_or(-1)), context.limits());
  const int fd = context.input("manifests");
  if (::lseek(fd, 0, SEEK_SET) != 0) return base::fail_errno(errno, "cannot read the manifests");
  for (const base::JsonView file : request.root().get("files").items()) {
    const std::string name = file.get("file").text();
    if (const std::string error = file.get("error").text(); !error.empty()) {
      checker.add_unread(name, error);
      continue;
    }
    BULKHEAD_TRY(const std::string text, read_exactly(fd, static_cast<size_t>(file.get("size").integer().value_or(0))));
    checker.add(name, text);
  }
  BULKHEAD_CHECK(context.output(request.root().get("json").flag() ? checker.json() : checker.text()));
  if (checker.unread()) context.progress(note_json("some manifests could not be read: their verdict is unknown"));
  return checker.unread() ? 3 : 0;
}

}  // namespace

extern constinit const base::WorkerTask policy_check{.name = "policy-check", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
