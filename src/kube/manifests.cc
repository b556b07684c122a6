#include "kube/manifests.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "base/yaml.h"
#include "kube/cluster_builder.h"
#include "kube/internal/manifest_pods.h"
#include "kube/internal/tar_reader.h"
#include "kube/object_cleaner.h"

namespace bulkhead::kube {
namespace {

using base::ErrorKind;
using base::JsonDocument;
using base::JsonKind;
using base::JsonView;
using model::ReadState;

constexpr size_t kMaxProblems = 1000;

// The object with its namespace filled in (or taken out where the kind has none).
std::string with_namespace(JsonView object, const Resource& resource, const std::string& ns, const std::string& name) {
  base::JsonWriter w;
  w.begin_object();
  object.each([&](std::string_view key, JsonView value) {
    w.key(key);
    if (key != "metadata" || value.kind() != JsonKind::object) {
      w.raw(value.dump());
      return;
    }
    w.begin_object();
    value.each([&](std::string_view member, JsonView content) {
      if (member != "namespace" && member != "name") {
        w.key(member).raw(content.dump());
      }
    });
    w.member("name", name);
    if (resource.namespaced) {
      w.member("namespace", ns);
    }
    w.end_object();
  });
  w.end_object();
  return w.take();
}

bool is_controller(const Resource& resource) {
  const std::string_view group = resource.group;
  return group == "apps" || group == "batch" || std::string_view(resource.resource) == "replicationcontrollers";
}

// Completes what was read: namespaces and accounts that every cluster has, pods of controllers, states.
class Completer {
 public:
  Completer(std::vector<ManifestObject>& objects, const base::Limits& limits) : objects_(objects), limits_(limits) {}

  void run() {
    for (const ManifestObject& object : objects_) {
      given_.insert(object.resource);
      have_.insert({object.resource, object.ns, object.name});
      if (!object.ns.empty()) {
        namespaces_.insert(object.ns);
      }
    }
    collect();
    for (const std::string& ns : namespaces_) {
      add(*find_kind("", "Namespace"), "", ns,
          R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":)" + base::json_quote(ns) + "}}");
      add(*find_kind("", "ServiceAccount"), ns, "default",
          R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":)" + base::json_quote(ns) + "}}");
    }
    add_pods();
  }

  // Why a kind of which there are manifests is not known whole all the same.
  const std::map<const Resource*, std::string>& gaps() const { return gaps_; }
  const std::set<const Resource*>& given() const { return given_; }
  bool pods_derived() const { return pods_derived_; }

 private:
  void add(const Resource& resource, const std::string& ns, const std::string& name, std::string json) {
    if (have_.insert({&resource, ns, name}).second) {
      added_.push_back({&resource, ns, name, std::move(json), "made by default"});
    }
  }

  void collect() {
    static constexpr std::string_view kBuiltIn[] = {"default", "kube-system", "kube-public", "kube-node-lease"};
    for (const std::string& ns : namespaces_) {
      if (!have_.contains({find_kind("", "Namespace"), "", ns}) &&
          std::find(std::begin(kBuiltIn), std::end(kBuiltIn), ns) == std::end(kBuiltIn)) {
        gaps_.try_emplace(find_kind("", "Namespace"), "no manifest of the namespace " + ns + ", so its labels are not known");
      }
    }
    const Resource* const cluster_role = find_kind("rbac.authorization.k8s.io", "ClusterRole");
    for (const ManifestObject& object : objects_) {
      const auto document = JsonDocument::parse(object.json, limits_, object.where);
      if (!document) {
        continue;
      }
      const JsonView root = document->root();
      const std::string_view kind = object.resource->kind;
      for (const JsonView& owner : root.path("metadata", "ownerReferences").items()) {
        parents_.insert({object.ns, owner.get("kind").text(), owner.get("name").text()});
      }
      if (kind == "ServiceAccount") {
        AccountFacts& facts = accounts_[{object.ns, object.name}];
        facts.automount = root.get("automountServiceAccountToken").boolean();
        for (const JsonView& one : root.get("imagePullSecrets").items()) {
          facts.pull_secrets.push_back(one.get("name").text());
        }
      } else if (kind == "Node") {
        nodes_.push_back(object.name);
      } else if (kind == "RoleBinding" || kind == "ClusterRoleBinding") {
        const std::string role = root.path("roleRef", "name").text();
        if (root.path("roleRef", "kind").text() == "ClusterRole" && !have_.contains({cluster_role, "", role})) {
          gaps_.try_emplace(cluster_role, "no manifest of the ClusterRole " + role + ", which a binding names");
        }
      }
    }
    std::sort(nodes_.begin(), nodes_.end());
  }

  void add_pods() {
    const Resource& pods = *find_kind("", "Pod");
    for (ManifestObject& object : objects_) {
      const bool pod = object.resource == &pods;
      if (!pod && !is_controller(*object.resource)) {
        continue;
      }
      const auto document = JsonDocument::parse(object.json, limits_, object.where);
      if (!document) {
        continue;
      }
      check_account(pod ? document->root().get("spec") : template_spec(document->root()), object.ns);
      if (pod) {
        object.json = admit_pod(document->root(), accounts_);
        continue;
      }
      pods_derived_ = true;
      if (parents_.contains({object.ns, object.resource->kind, object.name})) {
        continue;  // a dump of a cluster: what the controller made is there too
      }
      const int64_t left_out = expand_controller(document->root(), nodes_, accounts_, [&](const std::string& name, std::string json) {
        add(pods, object.ns, name, std::move(json));
      });
      if (left_out > 0) {
        gaps_.try_emplace(&pods, std::string(object.resource->kind) + " " + object.ns + "/" + object.name + " has more than 1,000 pods");
      }
    }
    objects_.insert(objects_.end(), std::make_move_iterator(added_.begin()), std::make_move_iterator(added_.end()));
  }

  static JsonView template_spec(JsonView controller) {
    const JsonView spec = controller.get("spec");
    return (controller.get("kind").text() == "CronJob" ? spec.path("jobTemplate", "spec") : spec).path("template", "spec");
  }

  void check_account(JsonView spec, const std::string& ns) {
    const Resource* const accounts = find_kind("", "ServiceAccount");
    const std::string name = spec.get("serviceAccountName").text(spec.get("serviceAccount").text("default"));
    if (!name.empty() && !have_.contains({accounts, ns, name})) {
      gaps_.try_emplace(accounts, "no manifest of the ServiceAccount " + ns + "/" + name + ", which a pod uses");
    }
  }

  std::vector<ManifestObject>& objects_;
  base::Limits limits_;
  std::set<const Resource*> given_;
  std::set<std::tuple<const Resource*, std::string, std::string>> have_;
  std::set<std::tuple<std::string, std::string, std::string>> parents_;  // namespace, kind, name of what owns something here
  std::set<std::string> namespaces_;
  std::vector<std::string> nodes_;
  Accounts accounts_;
  std::vector<ManifestObject> added_;
  std::map<const Resource*, std::string> gaps_;
  bool pods_derived_ = false;
};

}  // namespace

void ManifestReader::add_file(std::string_view path, std::string_view text) {
  const auto unread = [&](const base::Error& error) {
    ++unread_files_;
    if (problems_.size() < kMaxProblems) {
      problems_.push_back("manifest not read: " + error.text());
    }
  };
  const std::string_view start = base::trim(text.substr(0, 4096));
  if (start.starts_with('{') || start.starts_with('[')) {
    if (const auto document = JsonDocument::parse(text, limits_, path)) {
      add_document(document->root(), path, {}, {}, 0);
      return;
    }
  }
  const auto documents = base::yaml_to_json(text, limits_, path);
  if (!documents) {
    unread(documents.error());
    return;
  }
  for (const base::YamlText& one : *documents) {
    const std::string where = std::string(path) + ":" + std::to_string(one.line);
    if (const auto document = JsonDocument::parse(one.json, limits_, where)) {
      add_document(document->root(), where, {}, {}, 0);
    } else {
      unread(document.error());
    }
  }
}

void ManifestReader::add_document(JsonView document, std::string_view where, std::string_view kind_of_list,
                                  std::string_view version_of_list, int depth) {
  if (document.kind() == JsonKind::null) {
    return;
  }
  const std::string kind = document.get("kind").text(kind_of_list);
  const std::string version = document.get("apiVersion").text(version_of_list);
  if (document.kind() != JsonKind::object || kind.empty() || version.empty()) {
    if (problems_.size() < kMaxProblems) {
      problems_.push_back("not a Kubernetes object (no kind or apiVersion), passed over: " + std::string(where));
    }
    return;
  }
  if (kind.ends_with("List") && document.get("items").kind() == JsonKind::array && depth < 8) {
    const bool plain = kind == "List";
    size_t number = 0;
    for (const JsonView& item : document.get("items").items()) {
      add_document(item, std::string(where) + ", item " + std::to_string(++number),
                   plain ? "" : std::string_view(kind).substr(0, kind.size() - 4), plain ? "" : std::string_view(version), depth + 1);
    }
    return;
  }
  const size_t slash = version.find('/');
  const Resource* const resource = find_kind(slash == std::string::npos ? "" : std::string_view(version).substr(0, slash), kind);
  if (resource == nullptr) {
    ++unknown_kinds_[kind + " (" + version + ")"];
    return;
  }
  const JsonView meta = document.get("metadata");
  std::string name = meta.get("name").text();
  if (const std::string stem = meta.get("generateName").text(); name.empty() && !stem.empty()) {
    name = stem + "0";
  }
  std::string ns = resource->namespaced ? meta.get("namespace").text("default") : std::string();
  if (resource->namespaced && ns.empty()) {
    ns = "default";
  }
  std::string json = with_namespace(document, *resource, ns, name);
  if (!has_contents(resource->depth)) {  // contents end here
    if (const auto again = JsonDocument::parse(json, limits_, where)) {
      json = clean_object(*resource, again->root(), false, true);
    }
  }
  objects_.push_back({resource, std::move(ns), std::move(name), std::move(json), std::string(where)});
}

ManifestSet ManifestReader::finish() {
  Completer completer(objects_, limits_);
  completer.run();
  ManifestSet set;
  for (const Resource& resource : resources()) {
    const bool pods = std::string_view(resource.resource) == "pods";
    model::ResourceRead read{resource.group, resource.version, resource.resource, ReadState::absent, 0, "", ""};
    if (completer.given().contains(&resource) || (pods && completer.pods_derived())) {
      read.state = ReadState::read;
      if (const auto gap = completer.gaps().find(&resource); gap != completer.gaps().end()) {
        read.state = ReadState::absent;
        read.message = gap->second;
      }
    } else {
      read.message = "no manifest of this kind";
    }
    if (unread_files_ > 0) {
      read.state = ReadState::error;
      read.message = std::to_string(unread_files_) + " manifests could not be read, and may hold objects of this kind";
    }
    if (resource.depth == ReadDepth::if_there && read.state == ReadState::absent) {
      continue;
    }
    read.count = static_cast<uint64_t>(
        std::count_if(objects_.begin(), objects_.end(), [&](const ManifestObject& object) { return object.resource == &resource; }));
    set.reads.push_back(std::move(read));
  }
  std::sort(objects_.begin(), objects_.end(), [](const ManifestObject& a, const ManifestObject& b) {
    return std::tie(a.resource, a.ns, a.name, a.where) < std::tie(b.resource, b.ns, b.name, b.where);
  });
  set.objects = std::move(objects_);
  for (const auto& [kind, count] : unknown_kinds_) {
    problems_.push_back(std::to_string(count) + " manifests of kind " + kind + " are not understood");
  }
  set.problems = std::move(problems_);
  return set;
}

base::Result<ManifestSet> read_manifest_tar(int fd, const base::Limits& limits, std::string_view where) {
  ManifestReader reader(limits);
  BULKHEAD_TRY(TarReader tar, TarReader::open(fd, limits, where));
  for (;;) {
    BULKHEAD_TRY(const std::string path, tar.next());
    if (path.empty()) {
      return reader.finish();
    }
    BULKHEAD_TRY(const std::string text, tar.read_whole(limits.document_bytes));
    reader.add_file(path, text);
  }
}

base::Result<model::Cluster> load_manifests(int fd, const base::Limits& limits, std::string_view where) {
  BULKHEAD_TRY(const ManifestSet set, read_manifest_tar(fd, limits, where));
  ClusterBuilder builder;
  for (const ManifestObject& object : set.objects) {
    if (const auto document = JsonDocument::parse(object.json, limits, object.where)) {
      builder.add(*object.resource, document->root(), object.where);
    } else {
      builder.fault(*object.resource, object.where, document.error().what);
    }
  }
  for (const std::string& line : set.problems) {
    builder.problem(line);
  }
  builder.cluster().name = where;
  builder.cluster().from_manifests = true;
  builder.cluster().reads = set.reads;
  for (model::ResourceRead& read : builder.cluster().reads) {
    const Resource& resource = *find_resource(read.group, read.resource);
    if (builder.faults(resource) > 0 && read.state == ReadState::read) {
      read.state = ReadState::error;
      read.message = std::to_string(builder.faults(resource)) + " objects could not be read";
    }
  }
  std::sort(builder.cluster().reads.begin(), builder.cluster().reads.end(), [](const model::ResourceRead& a, const model::ResourceRead& b) {
    return std::tie(a.group, a.resource) < std::tie(b.group, b.resource);
  });
  return builder.finish();
}

base::Status write_manifest_snapshot(int fd, const base::Limits& limits, SnapshotMeta meta, bool redact, const SnapshotWriter::Sink& sink) {
  BULKHEAD_TRY(const ManifestSet set, read_manifest_tar(fd, limits, meta.name));
  SnapshotWriter writer(sink);
  meta.reads = set.reads;
  meta.problems = set.problems;
  meta.source = "manifests";
  meta.redacted = redact;
  for (size_t at = 0; at < set.objects.size();) {
    const Resource* const resource = set.objects[at].resource;
    std::string text;
    for (; at < set.objects.size() && set.objects[at].resource == resource; ++at) {
      BULKHEAD_TRY(const JsonDocument document, JsonDocument::parse(set.objects[at].json, limits, set.objects[at].where));
      text += clean_object(*resource, document.root(), redact) + "\n";
    }
    BULKHEAD_CHECK(writer.add_file(resource_file(*resource), text));
  }
  return writer.finish(meta);
}

}  // namespace bulkhead::kube
