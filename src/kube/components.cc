#include "kube/components.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "kube/internal/data_file.h"

namespace bulkhead::kube {
namespace {

using base::JsonView;
using model::ClusterComponent;

constexpr std::string_view kVersionLabel = "app.kubernetes.io/version";

struct Row {
  std::string name, kind, program, lifecycle, ns;
  std::vector<std::string> images, commands;
  std::string tag_prefix;  // before the version in its tags
};

struct VendorRow {
  std::string name;
  bool backports = false;
  std::vector<std::string> version, provider_id, node_labels, node_images;
};

base::Result<std::vector<Row>> load_rows() {
  constexpr std::string_view name = "kubernetes/components.yaml";
  BULKHEAD_TRY(const base::JsonDocument document, data_file(name));
  std::vector<Row> rows;
  for (const JsonView& item : document.root().get("rows").items()) {
    Row row{item.get("name").text(), item.get("kind").text(), item.get("program").text(), item.get("lifecycle").text(),
            item.get("namespace").text(), item.get("images").texts(), item.get("commands").texts(), item.get("tag_prefix").text()};
    if (row.name.empty() || row.kind.empty() || row.images.empty() || item.get("source").text().empty()) {
      return base::fail(base::ErrorKind::input, "a row lacks name, kind, images or source", std::string(name), row.name);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

base::Result<std::vector<VendorRow>> load_vendors() {
  BULKHEAD_TRY(const base::JsonDocument document, data_file("kubernetes/vendor_builds.yaml"));
  std::vector<VendorRow> rows;
  for (const JsonView& item : document.root().get("rows").items()) {
    rows.push_back({item.get("name").text(), item.get("backports").flag(), item.get("version").texts(), item.get("provider_id").texts(),
                    item.get("node_labels").texts(), item.get("node_images").texts()});
  }
  return rows;
}

bool any_glob(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return base::glob_match(pattern, text); });
}

bool path_suffix(std::string_view repository, std::string_view suffix) {
  return repository == suffix || (repository.size() > suffix.size() && repository.ends_with(suffix) &&
                                  repository[repository.size() - suffix.size() - 1] == '/');
}

// The program that a container starts: "/usr/local/bin/kube-apiserver --v=2" → kube-apiserver.
std::string_view program_of(const model::Container& c) {
  const std::string* first = !c.command.empty() ? &c.command.front() : !c.args.empty() ? &c.args.front() : nullptr;
  if (first == nullptr) {
    return {};
  }
  const std::string_view text = *first;
  const size_t slash = text.rfind('/');
  return slash == std::string_view::npos ? text : text.substr(slash + 1);
}

const Row* row_of(const std::vector<Row>& rows, const model::Pod& pod, const model::Container& c, const ImageName& image) {
  const std::string_view program = program_of(c);
  for (const Row& row : rows) {
    if (!row.ns.empty() && row.ns != pod.meta.ns) {
      continue;
    }
    if (std::ranges::any_of(row.images, [&](const std::string& suffix) { return path_suffix(image.repository, suffix); }) ||
        std::ranges::any_of(row.commands, [&](const std::string& command) { return command == program; })) {
      return &row;
    }
  }
  return nullptr;
}

// The tag's own version: "v1.11.2" and "1.7.4-debian-11-r0" are; "latest" and "main" are none.
std::string tag_version(const Row& row, std::string_view tag) {
  if (!row.tag_prefix.empty() && tag.starts_with(row.tag_prefix)) {
    tag.remove_prefix(row.tag_prefix.size());
  }
  const std::string_view digits = tag.substr(tag.starts_with('v') ? 1 : 0);
  return !digits.empty() && digits[0] >= '0' && digits[0] <= '9' ? std::string(tag) : std::string();
}

class Collector {
 public:
  void add(ClusterComponent component, std::string place, size_t pod = SIZE_MAX) {
    ClusterComponent& known = all_.try_emplace({component.kind, component.name, component.version, component.image}, component).first->second;
    if (known.digest.empty()) {
      known.digest = component.digest;
    }
    if (known.places.empty() || known.places.back() != place) {
      known.places.push_back(std::move(place));
    }
    if (pod != SIZE_MAX) {
      known.pods.push_back(pod);
    }
  }
  bool has(std::string_view name) const {
    return std::ranges::any_of(all_, [&](const auto& one) { return one.second.name == name; });
  }
  std::vector<ClusterComponent> take() {
    std::vector<ClusterComponent> out;
    for (auto& [key, component] : all_) {
      std::ranges::sort(component.places);
      component.places.erase(std::unique(component.places.begin(), component.places.end()), component.places.end());
      out.push_back(std::move(component));
    }
    return out;
  }

 private:
  std::map<std::tuple<std::string, std::string, std::string, std::string>, ClusterComponent> all_;
};

void add_node(Collector& out, const model::Node& node, const VendorBuild& vendor) {
  const auto put = [&](const char* name, const char* kind, const std::string& version, const char* field, const char* program,
                       const char* lifecycle) {
    ClusterComponent c;
    c.name = name;
    c.kind = kind;
    c.version = version;
    c.how = version.empty() ? "none" : "api";
    c.evidence = "Node " + node.meta.name + ": status.nodeInfo." + field;
    c.program = program;
    c.lifecycle = lifecycle;
    if (*program != '\0') {
      c.vendor = vendor.name;
      c.backports = vendor.backports;
    }
    out.add(std::move(c), node.meta.name);
  };
  put("kubelet", "node", node.kubelet_version, "kubeletVersion", "kubelet", "kubernetes");
  if (!node.kube_proxy_version.empty()) {
    put("kube-proxy", "node", node.kube_proxy_version, "kubeProxyVersion", "kube-proxy", "kubernetes");
  }
  const auto [runtime, version] = base::split_once(node.container_runtime_version, ':');
  if (version && version->starts_with("//")) {
    const std::string name(runtime);
    const bool docker = name == "docker";
    put(name.c_str(), "runtime", std::string(version->substr(2)), "containerRuntimeVersion", "", docker ? "docker-engine" : name.c_str());
  } else {
    put("container runtime", "runtime", "", "containerRuntimeVersion", "", "");
  }
  put("Linux", "kernel", node.operating_system == "windows" ? "" : node.kernel_version, "kernelVersion", "", "linux-kernel");
  put(node.os_image.empty() ? "operating system" : node.os_image.c_str(), "os", "", "osImage", "", "");
}

}  // namespace

ImageName image_name(std::string_view reference) {
  ImageName out;
  if (const size_t scheme = reference.find("://"); scheme != std::string_view::npos) {
    reference.remove_prefix(scheme + 3);
  }
  if (const size_t at = reference.find('@'); at != std::string_view::npos) {
    out.digest = reference.substr(at + 1);
    reference = reference.substr(0, at);
  }
  const size_t slash = reference.rfind('/');
  const size_t colon = reference.find(':', slash == std::string_view::npos ? 0 : slash);
  if (colon != std::string_view::npos) {
    out.tag = reference.substr(colon + 1);
    reference = reference.substr(0, colon);
  }
  out.repository = reference;
  return out;
}

base::Result<VendorBuild> vendor_build(const model::Cluster& cluster) {
  BULKHEAD_TRY(const std::vector<VendorRow> rows, load_vendors());
  for (const VendorRow& row : rows) {
    if (any_glob(row.version, cluster.server_version)) {
      return VendorBuild{row.name, row.backports, "version " + cluster.server_version};
    }
    for (const model::Node& node : cluster.nodes) {
      const std::string at = "Node " + node.meta.name + ": ";
      if (any_glob(row.version, node.kubelet_version)) {
        return VendorBuild{row.name, row.backports, at + "kubeletVersion " + node.kubelet_version};
      }
      if (any_glob(row.provider_id, node.provider_id)) {
        return VendorBuild{row.name, row.backports, at + "spec.providerID"};
      }
      if (any_glob(row.node_images, node.os_image)) {
        return VendorBuild{row.name, row.backports, at + "osImage " + node.os_image};
      }
      for (const auto& [key, value] : node.meta.labels) {
        if (any_glob(row.node_labels, key)) {
          return VendorBuild{row.name, row.backports, at + "label " + key};
        }
      }
    }
  }
  return VendorBuild{};
}

base::Result<std::vector<ClusterComponent>> cluster_components(const model::Cluster& cluster) {
  BULKHEAD_TRY(const std::vector<Row> rows, load_rows());
  BULKHEAD_TRY(const VendorBuild vendor, vendor_build(cluster));
  Collector out;
  // Where pods were not read, the templates of workloads tell what is there, though not what runs.
  std::vector<model::Pod> templates;
  if (!cluster.was_read("", "pods") && cluster.pods.empty()) {
    for (const model::Workload& workload : cluster.workloads) {
      model::Pod& pod = templates.emplace_back();
      pod.meta = workload.meta;
      pod.meta.labels = workload.template_labels;
      pod.spec = workload.spec;
    }
  }
  const std::vector<model::Pod>& pods = templates.empty() ? cluster.pods : templates;
  for (size_t i = 0; i < pods.size(); ++i) {
    const model::Pod& pod = pods[i];
    if (pod.phase == "Succeeded" || pod.phase == "Failed") {
      continue;
    }
    for (const model::Container& container : pod.spec.containers) {
      if (container.kind != model::Container::Kind::regular) {
        continue;
      }
      const ImageName image = image_name(container.image);
      const Row* row = row_of(rows, pod, container, image);
      if (row == nullptr) {
        continue;
      }
      ClusterComponent c;
      c.name = row->name;
      c.kind = row->kind;
      c.program = row->program;
      c.lifecycle = row->lifecycle;
      c.image = container.image;
      c.digest = image_name(container.image_id).digest;
      if (c.digest.empty()) {
        c.digest = image.digest;
      }
      const std::string at = (templates.empty() ? "Pod " : "template of ") + pod.meta.ns + "/" + pod.meta.name;
      const auto label = pod.meta.labels.find(std::string(kVersionLabel));
      if (c.version = tag_version(*row, image.tag); !c.version.empty()) {
        c.how = "tag";
        c.evidence = at + ": image " + container.image;
      } else if (label != pod.meta.labels.end() && !label->second.empty()) {
        c.version = label->second;
        c.how = "label";
        c.evidence = at + ": label " + std::string(kVersionLabel);
      } else {
        c.how = "none";
        c.evidence = at + ": image " + container.image + " names no version";
      }
      if (row->name == "kube-apiserver" && !cluster.server_version.empty()) {
        c.version = cluster.server_version;
        c.how = "api";
        c.evidence = "/version; " + at;
      }
      if (row->lifecycle == "kubernetes") {
        c.vendor = vendor.name;
        c.backports = vendor.backports;
      }
      out.add(std::move(c), pod.meta.ns + "/" + pod.meta.name, templates.empty() ? i : SIZE_MAX);
    }
  }
  if (!out.has("kube-apiserver") && !cluster.server_version.empty()) {
    ClusterComponent c;
    c.name = "kube-apiserver";
    c.kind = "control-plane";
    c.version = cluster.server_version;
    c.how = "api";
    c.evidence = "/version";
    c.vendor = vendor.name;
    c.backports = vendor.backports;
    c.program = "kube-apiserver";
    c.lifecycle = "kubernetes";
    out.add(std::move(c), "API server");
  }
  for (const model::Node& node : cluster.nodes) {
    add_node(out, node, vendor);
  }
  for (const model::CsiDriver& driver : cluster.csi_drivers) {
    ClusterComponent c;
    c.name = driver.meta.name;
    c.kind = "csi";
    c.how = "none";
    c.evidence = "CSIDriver " + driver.meta.name;
    out.add(std::move(c), "CSIDriver");
  }
  return out.take();
}

}  // namespace bulkhead::kube
