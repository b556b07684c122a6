// Whether what listens in a container asks for a login, as far as its image, its command and its environment tell.
//
// Only software whose default is to let anybody in is known here (data/no_login.yaml); settings that lie in files, in plain
// variables or behind the loopback address are not read, so they make the answer unknown, never no.
#include <algorithm>

#include "base/text.h"
#include "graph/internal/scene.h"

namespace bulkhead::graph {

namespace {

bool any_glob(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return base::glob_match(pattern, text); });
}

// "quay.io/x/redis" of "quay.io/x/redis:7@sha256:…".
std::string_view repository_of(std::string_view image) {
  image = image.substr(0, image.find('@'));
  const size_t slash = image.rfind('/'), colon = image.rfind(':');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) image = image.substr(0, colon);
  return image;
}

// A glob may name the whole repository, or any of its last parts.
bool names_repository(const std::vector<std::string>& images, std::string_view repository) {
  for (std::string_view rest = repository;;) {
    if (any_glob(images, rest)) return true;
    const size_t slash = rest.find('/');
    if (slash == std::string_view::npos) return false;
    rest.remove_prefix(slash + 1);
  }
}

bool names_image(const NoLoginProgram& program, std::string_view repository) {
  return (program.only.empty() || any_glob(program.only, repository)) && names_repository(program.images, repository);
}

std::vector<std::string> words_of(const Builder& b, const model::Container& c) {
  std::vector<std::string> out = c.command;
  out.insert(out.end(), c.args.begin(), c.args.end());
  const ImageFacts* image = b.image(c);
  if (out.empty() && image && image->inventory && image->inventory->has_config) {
    out = image->inventory->config.entrypoint;
    out.insert(out.end(), image->inventory->config.command.begin(), image->inventory->config.command.end());
  }
  return out;
}

std::vector<std::string> environment_names(const model::Container& c) {
  std::vector<std::string> out;
  for (const auto* list : {&c.secret_refs, &c.config_refs}) {
    for (const model::KeyReference& reference : *list) {
      out.push_back(reference.key);
      out.push_back(base::lower_ascii(reference.key));
    }
  }
  return out;
}

bool takes_all_of_an_object(const model::Container& c) {
  const auto whole = [](const model::KeyReference& reference) { return reference.key.empty(); };
  return std::ranges::any_of(c.secret_refs, whole) || std::ranges::any_of(c.config_refs, whole);
}

Fact of_program(const Builder& b, const model::Container& c, const NoLoginProgram& program, const Missing& missing, const std::string& at) {
  const std::vector<std::string> words = words_of(b, c), names = environment_names(c);
  const std::string place = at + program.id + " without a login";
  const auto holds = [](const std::vector<std::string>& patterns, const std::vector<std::string>& list) {
    return std::ranges::any_of(list, [&](const std::string& word) { return any_glob(patterns, word); });
  };
  if (!program.needs.empty() && !holds(program.needs, words)) return Fact::of(false, place);
  if (holds(program.login, words) || holds(program.login, names)) return Fact::of(false, place);
  std::vector<std::string> paths;
  for (const model::VolumeMount& mount : c.mounts) paths.push_back(mount.mount_path);
  const bool elsewhere = program.environment || takes_all_of_an_object(c) || holds(program.files, words) || holds(program.files, paths) ||
                         holds(b.knowledge.loopback, words);
  return elsewhere ? Fact::unread(missing, place) : Fact::of(true, place);
}

}  // namespace

Fact no_login(const Builder& b, const WorkloadView& w, const model::Container& c, const std::string& at) {
  const std::string_view repository = repository_of(c.image);
  for (const NoLoginProgram& program : b.knowledge.no_login) {
    if (!names_image(program, repository)) continue;
    return of_program(b, c, program,
                      {"login of " + program.id + "@" + w.place, "fact.no_login",
                       "whether " + program.id + " of " + w.place + " asks for a login: its settings were not read"},
                      at);
  }
  const std::string_view name = repository.substr(repository.rfind('/') == std::string_view::npos ? 0 : repository.rfind('/') + 1);
  for (const NoLoginProgram& program : b.knowledge.no_login) {
    if (!program.name.empty() && name.find(program.name) == std::string_view::npos) continue;
    for (const model::ContainerPort& port : c.ports) {
      if (std::ranges::find(program.ports, port.port) == program.ports.end()) continue;
      return Fact::unread(
          {"login of port " + std::to_string(port.port) + "@" + w.place, "fact.no_login_port",
           "port " + std::to_string(port.port) + " is " + program.id + "'s: whether " + w.place + " asks for a login is not known"},
          at + "port " + std::to_string(port.port));
    }
  }
  return Fact::of(false, at + "software known to ask for no login");
}

std::string software_of(const Builder& b, const model::Container& c) {
  const std::string_view repository = repository_of(c.image);
  for (const NoLoginProgram& program : b.knowledge.no_login) {
    if (names_image(program, repository)) return program.id;
  }
  return {};
}

Fact pod_link(const Builder& b) {
  if (b.pod_link_known) return *b.pod_link_known;
  const PodLink* found = nullptr;
  const auto look = [&](const model::PodSpec& spec) {
    if (!spec.host_network) return;
    for (const model::Container& c : spec.containers) {
      for (const PodLink& row : b.knowledge.pod_links) {
        if (!names_repository(row.images, repository_of(c.image))) continue;
        if (!found || row.link == "routed") found = &row;  // flannel's images run beside Calico's policies as well (Canal)
      }
    }
  };
  for (const model::Workload& workload : b.cluster.workloads) {
    if (workload.kind == "DaemonSet") look(workload.spec);
  }
  for (const Template& t : b.templates) look(b.pod(t.pod).spec);
  b.pod_link_known = found ? Fact::of(found->link, found->name + " on the nodes: link of the pods")
                           : Fact::unread({"pod link", "fact.pod_link", "which network plug-in joins the pods of a node is not known"},
                                          "link of the pods");
  return *b.pod_link_known;
}

Fact kubelet_open(const NodeView* view) {
  const std::string shown = view && !view->name.empty() ? view->name : "some node";
  const std::string place = "kubelet of " + shown + " lets in";
  const model::KubeletConfig* kubelet = view && view->node && view->node->kubelet ? &*view->node->kubelet : nullptr;
  if (kubelet && kubelet->authorization_mode && *kubelet->authorization_mode != "AlwaysAllow")
    return Fact::of(std::string("nobody"), place);
  if (kubelet && kubelet->authorization_mode && kubelet->anonymous_auth)
    return Fact::of(std::string(*kubelet->anonymous_auth ? "anonymous" : "authenticated"), place);
  return Fact::unread({"kubelet access@" + shown, "fact.kubelet_open", "kubelet configuration of " + shown + " not read"}, place);
}

}  // namespace bulkhead::graph
