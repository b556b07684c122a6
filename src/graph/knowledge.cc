#include "graph/knowledge.h"

#include <algorithm>

#include "base/text.h"
#include "base/yaml.h"
#include "graph/catalogue.h"

namespace bulkhead::graph {
namespace {

using base::ErrorKind;
using base::JsonDocument;
using base::JsonView;

std::string_view file_content(std::string_view name) {
  for (const base::EmbeddedFile& file : embedded_files()) {
    if (file.name == name) return file.content;
  }
  return {};
}

base::Result<JsonDocument> yaml_file(std::string_view name) {
  const std::string_view content = file_content(name);
  if (content.empty()) return base::fail(ErrorKind::internal, "data file is not in the program", std::string(name));
  BULKHEAD_TRY(auto documents, base::parse_yaml(content, {}, name));
  if (documents.size() != 1) return base::fail(ErrorKind::input, "data file is not one document", std::string(name));
  return std::move(documents.front());
}

bool any_glob(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return base::glob_match(pattern, text); });
}

// The catalogue's word for how good an exploit is known, by the order of evidence of docs/risk-model.md.
void grade_exploit(JsonView row, EscapeRow& out) {
  const auto exploits = row.get("exploit").texts();
  const auto has = [&](std::string_view prefix) {
    return std::ranges::any_of(exploits, [&](const std::string& e) { return e.starts_with(prefix); });
  };
  const std::string evidence = row.get("escape_evidence").text();
  if (auto date = row.get("kev").string()) {
    out.exploit = "exploit.kev";
    out.exploit_reason = "in KEV since " + std::string(*date);
  } else if (has("metasploit") || has("kernelCTF") || evidence.starts_with("escape")) {
    out.exploit = "exploit.weaponised";
    out.exploit_reason = evidence;
  } else if (!exploits.empty()) {
    out.exploit = "exploit.proof_of_concept";
    out.exploit_reason = "public proof of concept";
  } else {
    out.exploit = "exploit.prior";
    out.exploit_reason = "no public exploit known to the catalogue";
  }
}

base::Status load_escapes(Knowledge& out) {
  constexpr std::string_view name = "escape/escape-catalogue.json";
  BULKHEAD_TRY(auto document, JsonDocument::parse(file_content(name), {}, name));
  for (JsonView row : document.root().get("rows").items()) {
    EscapeRow escape;
    escape.id = row.get("id").text();
    escape.component = row.get("component").text();
    escape.kind = row.get("kind").text("escape");
    escape.subsystem = row.get("subsystem").text();
    escape.reach_class = row.get("reach_class").text();
    escape.sure = row.get("confidence").text() != "low";
    if (escape.id.empty() || escape.component.empty())
      return base::fail(ErrorKind::input, "row without id or component", std::string(name));
    grade_exploit(row, escape);
    out.escapes.push_back(std::move(escape));
  }
  std::ranges::sort(out.escapes, {}, &EscapeRow::id);
  document.root().get("default_capabilities").each([&](std::string_view runtime, JsonView list) {
    out.default_capabilities[std::string(runtime)] = list.texts();
  });
  return {};
}

base::Status load_surfaces(Knowledge& out) {
  constexpr std::string_view name = "escape/surfaces.yaml";
  BULKHEAD_TRY(auto document, yaml_file(name));
  for (JsonView row : document.root().get("surfaces").items()) {
    Surface surface;
    surface.id = row.get("id").text();
    surface.title = row.get("title").text();
    surface.kernel = row.get("level").text() == "kernel";
    surface.node_local = row.get("node_local").flag();
    surface.reach_classes = row.get("reach_classes").texts();
    surface.subsystems = row.get("subsystems").texts();
    surface.rows = row.get("rows").texts();
    surface.residual = row.get("residual").text();
    if (surface.id.empty() || surface.title.empty()) return base::fail(ErrorKind::input, "surface without id or title", std::string(name));
    BULKHEAD_TRY(surface.when, parse_expression(row.get("when"), std::string(name) + ": " + surface.id));
    out.surfaces.push_back(std::move(surface));
  }
  for (JsonView row : document.root().get("not_escapes").items()) out.not_escapes.emplace_back(row.get("id").text(), row.get("why").text());
  return {};
}

base::Status load_node_os(Knowledge& out) {
  BULKHEAD_TRY(auto document, yaml_file("node_os.yaml"));
  for (JsonView row : document.root().get("systems").items()) {
    NodeOs os;
    os.name = row.get("name").text();
    os.os_images = row.get("os_image").texts();
    os.kernels = row.get("kernel").texts();
    os.distribution_kernel = row.get("distribution_kernel").flag();
    row.get("modules").each([&](std::string_view key, JsonView value) { os.modules[std::string(key)] = value.text("unknown"); });
    os.unprivileged_bpf = row.get("unprivileged_bpf").text("unknown");
    os.user_namespaces = row.get("user_namespaces").text("unknown");
    os.seccomp_default = row.get("seccomp_default").text("unknown");
    os.cgroup = row.get("cgroup").text("unknown");
    os.container_os = row.get("container_os").flag();
    os.ssh = row.get("ssh").text();
    os.shell = row.get("shell").text();
    os.package_manager = row.get("package_manager").text();
    os.move_to = row.get("move_to").flag();
    os.clouds = row.get("clouds").texts();
    if (os.name.empty()) return base::fail(ErrorKind::input, "node OS without a name", "node_os.yaml");
    out.node_os.push_back(std::move(os));
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> ranges(JsonView list) {
  std::vector<std::pair<std::string, std::string>> out;
  for (JsonView pair : list.items()) {
    const auto ends = pair.items();
    if (ends.size() == 2) out.emplace_back(ends[0].text(), ends[1].text());
  }
  return out;
}

base::Status load_seccomp(Knowledge& out) {
  BULKHEAD_TRY(auto document, yaml_file("escape/seccomp_defaults.yaml"));
  for (JsonView row : document.root().get("features").items()) {
    out.seccomp.push_back({row.get("runtime").text(), row.get("feature").text(), ranges(row.get("allowed")), ranges(row.get("unknown"))});
  }
  return {};
}

base::Status load_entry(Knowledge& out) {
  BULKHEAD_TRY(auto document, yaml_file("entry_capable.yaml"));
  const JsonView root = document.root();
  for (JsonView row : root.get("programs").items())
    out.programs.push_back({row.get("programs").texts(), row.get("packages").texts(), row.get("swept").flag()});
  out.swept_components = root.get("swept_components").texts();
  out.listener_types = root.get("listener_types").texts();
  return {};
}

base::Status load_no_login(Knowledge& out) {
  BULKHEAD_TRY(auto document, yaml_file("no_login.yaml"));
  out.loopback = document.root().get("loopback").texts();
  for (JsonView row : document.root().get("rows").items()) {
    NoLoginProgram program{.id = row.get("id").text(),
                           .name = row.get("name").text(),
                           .images = row.get("images").texts(),
                           .only = row.get("only").texts(),
                           .needs = row.get("needs").texts(),
                           .login = row.get("login").texts(),
                           .files = row.get("files").texts(),
                           .ports = {},
                           .environment = row.get("environment").flag()};
    for (JsonView port : row.get("ports").items()) program.ports.push_back(static_cast<int32_t>(port.number().value_or(0)));
    if (program.id.empty() || program.images.empty())
      return base::fail(base::ErrorKind::input, "a row without id or images", "no_login.yaml", program.id);
    out.no_login.push_back(std::move(program));
  }
  return {};
}

base::Status load_pod_links(Knowledge& out) {
  BULKHEAD_TRY(auto document, yaml_file("pod_link.yaml"));
  for (JsonView row : document.root().get("rows").items()) {
    out.pod_links.push_back({row.get("name").text(), row.get("link").text(), row.get("images").texts()});
    if (out.pod_links.back().link != "shared" && out.pod_links.back().link != "routed")
      return base::fail(base::ErrorKind::input, "link is neither shared nor routed", "pod_link.yaml", out.pod_links.back().name);
  }
  return {};
}

base::Status load_places(Knowledge& out) {
  BULKHEAD_TRY(auto provenance, yaml_file("provenance.yaml"));
  for (JsonView row : provenance.root().get("signs").items()) {
    out.provenance.push_back(
        {row.get("id").text(), row.get("sign").text(), row.get("weight").number().value_or(1), row.get("reason").text()});
  }
  out.known_registries = provenance.root().get("known_registries").texts();
  BULKHEAD_TRY(auto environment, yaml_file("environment.yaml"));
  out.environment_keys = environment.root().get("keys").texts();
  environment.root().get("tiers").each([&](std::string_view tier, JsonView names) {
    for (const std::string& name : names.texts()) out.environments[name] = tier;
  });
  return {};
}

bool in_ranges(const std::vector<std::pair<std::string, std::string>>& list, std::string_view version) {
  return std::ranges::any_of(list, [&](const auto& range) {
    const auto low = compare_dotted(version, range.first);
    const auto high = range.second.empty() ? std::optional<int>(-1) : compare_dotted(version, range.second);
    return low && *low >= 0 && high && *high < 0;
  });
}

}  // namespace

base::Result<Knowledge> Knowledge::load() {
  Knowledge out;
  BULKHEAD_CHECK(load_escapes(out));
  BULKHEAD_CHECK(load_surfaces(out));
  BULKHEAD_CHECK(load_node_os(out));
  BULKHEAD_CHECK(load_seccomp(out));
  BULKHEAD_CHECK(load_entry(out));
  BULKHEAD_CHECK(load_no_login(out));
  BULKHEAD_CHECK(load_pod_links(out));
  BULKHEAD_CHECK(load_places(out));
  BULKHEAD_TRY(out.kubernetes, load_kubernetes_rows());
  return out;
}

const EscapeRow* Knowledge::escape(std::string_view id) const {
  auto at = std::ranges::lower_bound(escapes, id, {}, &EscapeRow::id);
  return at != escapes.end() && at->id == id ? &*at : nullptr;
}

const KubernetesRow* Knowledge::kubernetes_row(std::string_view id) const {
  auto at = std::ranges::lower_bound(kubernetes, id, {}, &KubernetesRow::id);
  return at != kubernetes.end() && at->id == id ? &*at : nullptr;
}

const NodeOs* Knowledge::os_of(std::string_view os_image, std::string_view kernel) const {
  for (const NodeOs& os : node_os) {
    if ((os.os_images.empty() || any_glob(os.os_images, os_image)) && (os.kernels.empty() || any_glob(os.kernels, kernel))) return &os;
  }
  return nullptr;
}

model::Tri Knowledge::default_profile_allows(std::string_view runtime, std::string_view version, std::string_view feature) const {
  for (const SeccompFeature& row : seccomp) {
    if (row.runtime != runtime || row.feature != feature) continue;
    if (!compare_dotted(version, "0")) return model::Tri::unknown;
    if (in_ranges(row.allowed, version)) return model::Tri::yes;
    return in_ranges(row.unknown, version) ? model::Tri::unknown : model::Tri::no;
  }
  return model::Tri::unknown;
}

const std::string* Knowledge::environment_of(const std::map<std::string, std::string>& labels) const {
  for (const std::string& key : environment_keys) {
    auto label = labels.find(key);
    if (label == labels.end()) continue;
    auto tier = environments.find(base::lower_ascii(label->second));
    if (tier != environments.end()) return &tier->second;
  }
  return nullptr;
}

}  // namespace bulkhead::graph
