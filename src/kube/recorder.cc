#include "kube/recorder.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/http_client.h"
#include "base/text.h"
#include "kube/kept_config.h"
#include "kube/object_cleaner.h"

namespace bulkhead::kube {
namespace {

using base::ErrorKind;
using base::fail;
using base::JsonView;
using model::ReadState;

std::string list_path(const Resource& resource, const std::string& version) {
  return *resource.group == '\0' ? "/api/" + version + "/" + resource.resource
                                 : "/apis/" + std::string(resource.group) + "/" + version + "/" + resource.resource;
}

class Recorder {
 public:
  Recorder(ApiClient& api, const RecordOptions& options, const SnapshotWriter::Sink& sink) : api_(api), options_(options), writer_(sink) {
    out_.meta.name = options.name;
    out_.meta.source = "api";
    out_.meta.collector = options.collector;
    out_.meta.collected_at = base::format_moment(options.collected_at);
    out_.meta.redacted = options.redact;
  }

  base::Result<Recording> run() {
    BULKHEAD_CHECK(read_version());
    BULKHEAD_CHECK(read_groups());
    std::vector<std::pair<const Resource*, std::vector<std::string>>> wanted;  // with the versions to ask for, one after the other
    for (const Resource& resource : resources()) {
      if (resource.depth == ReadDepth::if_there) {
        if (const auto group = groups_.find(resource.group); group != groups_.end()) {
          std::vector<std::string> versions = group->second;
          std::ranges::stable_partition(versions, [&](const std::string& version) { return version == resource.version; });
          wanted.emplace_back(&resource, std::move(versions));
        }
      } else if (resource.depth != ReadDepth::on_flag || options_.secret_names) {
        wanted.emplace_back(&resource, std::vector<std::string>{resource.version});
      }
    }
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (options_.on_list) {
        options_.on_list(*wanted[i].first, i + 1, wanted.size());
      }
      // A group serves its kinds in different versions: the first one that has this kind gives it.
      for (const std::string& version : wanted[i].second) {
        BULKHEAD_TRY(const bool there, read_list(*wanted[i].first, version));
        if (there) {
          break;
        }
      }
    }
    if (options_.kubelet_config) {
      BULKHEAD_CHECK(read_kubelets());
    }
    std::sort(out_.meta.reads.begin(), out_.meta.reads.end(), [](const model::ResourceRead& a, const model::ResourceRead& b) {
      return std::tie(a.group, a.resource) < std::tie(b.group, b.resource);
    });
    BULKHEAD_CHECK(writer_.finish(out_.meta));
    return std::move(out_);
  }

 private:
  void warn(base::Error error) {
    if (options_.on_warning) {
      options_.on_warning(error);
    }
  }

  // /version is open to everybody by default. Who is refused goes on without it; who gets no answer stops here.
  base::Status read_version() {
    auto document = api_.get("/version");
    if (!document) {
      if (document.error().kind != ErrorKind::denied && document.error().kind != ErrorKind::not_found) {
        return std::unexpected(std::move(document).error());
      }
      out_.meta.problems.push_back("the server's version is not known: " + document.error().text());
      return {};
    }
    out_.meta.server_version = document->root().get("gitVersion").text();
    out_.meta.platform = document->root().get("platform").text();
    return {};
  }

  base::Status read_groups() {
    auto document = api_.get("/apis");
    if (!document) {
      out_.meta.problems.push_back("the server's API groups are not known, so policies of add-ons were not looked for: " +
                                   document.error().text());
      warn(std::move(document).error().in("finding out which add-ons have policies of their own"));
      return {};
    }
    for (const JsonView& group : document->root().get("groups").items()) {
      std::vector<std::string>& versions = groups_[group.get("name").text()];
      for (const JsonView& version : group.get("versions").items()) {
        versions.push_back(version.get("version").text());
      }
    }
    return {};
  }

  // False: this version has no such kind, and need not have it.
  base::Result<bool> read_list(const Resource& resource, const std::string& version) {
    std::map<std::pair<std::string, std::string>, std::string> lines;  // sorted by namespace and name
    uint64_t repeated = 0;
    auto result = api_.list(
        list_path(resource, version), !has_contents(resource.depth),
        [&](JsonView item) -> base::Status {
          const JsonView meta = item.get("metadata");
          const auto [at, fresh] = lines.insert_or_assign({meta.get("namespace").text(), meta.get("name").text()},
                                                          clean_object(resource, item, options_.redact));
          repeated += fresh ? 0 : 1;
          return {};
        },
        [&] { lines.clear(); });
    if (!result) {
      return std::unexpected(std::move(result).error().in("listing " + resource_name(resource)));
    }
    if (resource.depth == ReadDepth::if_there && result->state == ReadState::absent) {
      return false;  // the group is there, this kind of it is not
    }
    if (result->unreachable && unreachable_before_) {
      auto error = fail(ErrorKind::network, "the API server stopped answering", resource_name(resource), result->message);
      return error;
    }
    unreachable_before_ = result->unreachable;
    if (result->state == ReadState::read && std::string_view(resource.resource) == "configmaps") {
      BULKHEAD_CHECK(read_kept_config(resource, lines));
    }
    model::ResourceRead read{resource.group, version, resource.resource, result->state, 0, result->resource_version, result->message};
    if (result->state == ReadState::read) {
      read.count = lines.size();
      out_.objects += lines.size();
      out_.meta.torn = out_.meta.torn || result->torn || repeated > 0;
      if (result->torn || repeated > 0) {
        read.message = "the list was read at more than one moment";
        out_.meta.problems.push_back(resource_name(resource) + ": " + read.message);
      }
      std::string text;
      for (auto& [key, line] : lines) {
        text += line;
        text += '\n';
      }
      BULKHEAD_CHECK(writer_.add_file(resource_file(resource), text));
    } else {
      base::Error error{result->state == ReadState::forbidden ? ErrorKind::denied : ErrorKind::network,
                        "cannot list " + resource_name(resource),
                        {},
                        read.message,
                        {},
                        {}};
      if (result->state == ReadState::forbidden) {
        error.hint = grant_hint(resource, read.message);
      }
      // An API that this server's version does not have is no fault of anybody.
      if (result->state != ReadState::absent) {
        warn(std::move(error));
      }
    }
    if (std::string_view(resource.resource) == "nodes") {
      for (const auto& [key, line] : lines) {
        nodes_.push_back(key.second);
      }
    }
    out_.meta.reads.push_back(std::move(read));
    return true;
  }

  // Of the few ConfigMaps that decide something the contents are asked for, one by one, and only their kept keys stay. The right
  // to list ConfigMaps covers it. Without an answer the line stays as it is: known by name only.
  base::Status read_kept_config(const Resource& resource, std::map<std::pair<std::string, std::string>, std::string>& lines) {
    for (auto& [key, line] : lines) {
      const auto& [ns, name] = key;
      if (!wants_config_map(ns, name)) {
        continue;
      }
      const std::string path = "/api/v1/namespaces/" + base::percent_encode(ns) +
                               "/configmaps?fieldSelector=" + base::percent_encode("metadata.name=" + name);
      auto document = api_.get(path);
      if (!document) {
        out_.meta.problems.push_back("contents of ConfigMap " + ns + "/" + name + " were not read: " + document.error().text());
        continue;
      }
      for (const JsonView& item : document->root().get("items").items()) {
        if (item.path("metadata", "name").text() == name) {
          line = clean_object(resource, item, options_.redact, true);
        }
      }
    }
    return {};
  }

  base::Status read_kubelets() {
    std::string text;
    for (const std::string& node : nodes_) {
      auto document = api_.get("/api/v1/nodes/" + base::percent_encode(node) + "/proxy/configz");
      if (!document) {
        out_.meta.problems.push_back("kubelet configuration of node " + node + " was not read: " + document.error().text());
        warn(std::move(document).error().in("asking the kubelet of node " + node + " for its configuration"));
        continue;
      }
      base::JsonWriter w;
      w.begin_object().member("node", node).key("config").raw(document->root().dump()).end_object();
      text += w.take() + "\n";
    }
    return writer_.add_file("kubelet_configs.jsonl", text);
  }

  ApiClient& api_;
  const RecordOptions& options_;
  SnapshotWriter writer_;
  Recording out_;
  std::map<std::string, std::vector<std::string>, std::less<>> groups_;  // API group → its versions, the preferred one first
  std::vector<std::string> nodes_;
  bool unreachable_before_ = false;
};

}  // namespace

base::Result<Recording> record_cluster(ApiClient& api, const RecordOptions& options, const SnapshotWriter::Sink& sink) {
  return Recorder(api, options, sink).run();
}

std::string grant_hint(const Resource& resource, std::string_view forbidden_message) {
  // … is forbidden: User "system:serviceaccount:ns:name" cannot list resource …
  constexpr std::string_view kMark = "User \"";
  std::string user = "NAME";
  if (const size_t at = forbidden_message.find(kMark); at != std::string_view::npos) {
    const std::string_view rest = forbidden_message.substr(at + kMark.size());
    user = std::string(rest.substr(0, rest.find('"')));
  }
  std::string who = "--user=" + user;
  if (const auto parts = base::split(user, ':'); parts.size() == 4 && parts[0] == "system" && parts[1] == "serviceaccount") {
    who = "--serviceaccount=" + std::string(parts[2]) + ":" + std::string(parts[3]);
  }
  const std::string name = std::string("bulkhead-list-") + resource.resource;
  return "grant it with: kubectl create clusterrole " + name + " --verb=list --resource=" + resource_name(resource) +
         " && kubectl create clusterrolebinding " + name + " --clusterrole=" + name + " " + who +
         " (or deploy/reader-role.yaml for all), or go on: the report will say so";
}

}  // namespace bulkhead::kube
