// The flags of the control plane's programs: from the arguments of their (mirror) pods, else what kubeadm was told.
#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/text.h"
#include "graph/internal/cluster_scene.h"

namespace bulkhead::graph {
namespace {

using base::JsonKind;
using base::JsonView;

struct Program {
  std::string_view object, program, member;  // member of kubeadm's ClusterConfiguration
};
constexpr std::array<Program, 4> kPrograms = {{{"apiserver", "kube-apiserver", "apiServer"},
                                               {"controller_manager", "kube-controller-manager", "controllerManager"},
                                               {"scheduler", "kube-scheduler", "scheduler"},
                                               {"etcd", "etcd", "etcd"}}};

std::string text_of(JsonView value) { return value.kind() == JsonKind::string ? value.text() : value.dump(); }

void read_declared(ProgramFlags& to, const model::Cluster& cluster, std::string_view member) {
  for (const model::ConfigMap& map : cluster.config_maps) {
    if (map.meta.ns != "kube-system" || map.meta.name != "kubeadm-config") continue;
    const auto text = map.data.find("ClusterConfiguration");
    if (text == map.data.end()) return;
    const auto document = base::JsonDocument::parse(text->second);
    if (!document) return;
    to.declared_place = "ConfigMap kube-system/kubeadm-config: " + std::string(member) + ".extraArgs";
    const JsonView part = member == "etcd" ? document->root().path("etcd", "local") : document->root().get(member);
    part.get("extraArgs").each([&](std::string_view name, JsonView value) { to.declared[std::string(name)] = text_of(value); });
  }
}

}  // namespace

std::map<std::string, std::string> flags_of(const model::Container& container) {
  std::vector<std::string> words;
  for (const auto* list : {&container.command, &container.args}) {
    for (const std::string& word : *list) {
      // A shell's script: its words are the program's.
      if (word.find(" -") != std::string::npos && !word.starts_with("-")) {
        for (std::string_view part : base::split(word, ' ')) words.emplace_back(part);
      } else {
        words.push_back(word);
      }
    }
  }
  std::map<std::string, std::string> out;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (!word.starts_with('-') || word == "-" || word == "--") continue;
    word.remove_prefix(word.starts_with("--") ? 2 : 1);
    if (const auto [name, value] = base::split_once(word, '='); value) {
      out[std::string(name)] = *value;
    } else if (i + 1 < words.size() && !words[i + 1].starts_with('-')) {
      out[std::string(word)] = words[i + 1];
    } else {
      out[std::string(word)] = "true";
    }
  }
  return out;
}

ClusterView::ClusterView(const Builder& builder) : b(builder), outsiders(builder) {
  for (const Program& program : kPrograms) {
    ProgramFlags& flags = programs[std::string(program.object)];
    for (const ComponentFacts& one : b.input.components) {
      if (!one.component || one.component->name != program.program) continue;
      for (size_t pod : one.component->pods) {
        if (pod >= b.cluster.pods.size()) continue;
        for (const model::Container& c : b.cluster.pods[pod].spec.containers) {
          if (c.image != one.component->image || c.kind != model::Container::Kind::regular) continue;
          const model::ObjectMeta& meta = b.cluster.pods[pod].meta;
          flags.replicas.push_back({"Pod " + meta.ns + "/" + meta.name + ": " + std::string(program.program), flags_of(c)});
        }
      }
    }
    read_declared(flags, b.cluster, program.member);
  }
}

}  // namespace bulkhead::graph
