// Tables that the graph reads beside the step catalogue: local attack surfaces of nodes, node operating systems, seccomp
// defaults, entry-capable software, provenance weights, environment names. All are YAML or JSON under data/, embedded.
//
// Errors: ErrorKind::input naming file and row. Threads: plain values, read-only after load.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/evaluator.h"

namespace bulkhead::graph {

// One row of data/escape/escape-catalogue.json, as far as steps need it.
struct EscapeRow {
  std::string id;
  std::string component;  // "linux", "containerd", "runc", …
  std::string kind;       // runtime rows: escape | hardening-bypass | node-local | minor
  std::string subsystem, reach_class;
  std::string exploit;  // coefficient by the catalogue's own evidence: exploit.kev … exploit.prior
  std::string exploit_reason;
  bool sure = true;  // confidence is not "low"
};

// What a pod can touch on its node: a set of rows that share one precondition (data/escape/surfaces.yaml).
struct Surface {
  std::string id;  // "userns_netadmin", "runtime_host_network_root"
  std::string title;
  bool kernel = true;
  bool node_local = false;                             // only for who is a user of the node
  std::vector<std::string> reach_classes, subsystems;  // kernel rows: class, and subsystem where the class needs it
  std::vector<std::string> rows;                       // runtime rows by id
  std::string residual;                                // a residual surface: coefficient of flaws that nobody knows yet
  Expression when;                                     // asked of each container
};

struct NodeOs {
  std::string name;
  std::vector<std::string> os_images, kernels;  // globs; one of each list must match (an empty list matches)
  bool distribution_kernel = false;             // backports: upstream ranges only hint
  std::map<std::string, std::string> modules;   // tls, rxrpc, rds, tipc, dccp, af_alg, vsock, …: built_in | module | absent | unknown
  std::string unprivileged_bpf;                 // on | off | unknown
  std::string user_namespaces;                  // on | off | unknown
  std::string seccomp_default;                  // on | off | unknown
  std::string cgroup;                           // v1 | v2 | unknown
  bool container_os = false;                    // made to run containers only
  std::string ssh, shell, package_manager;      // yes | no | config | the manager's name; empty: not known
  bool move_to = false;                         // known well enough to say what a move to it would cut
  std::vector<std::string> clouds;              // runs only there (schemes of providerID, "" bare); empty: anywhere
};

// Feature × runtime: versions whose default profile lets it through.
struct SeccompFeature {
  std::string runtime, feature;                              // "containerd", "io_uring"
  std::vector<std::pair<std::string, std::string>> allowed;  // [from, below); below empty: no end
  std::vector<std::pair<std::string, std::string>> unknown;
};

struct EntryProgram {
  std::vector<std::string> programs;  // globs over the base name of the command
  std::vector<std::string> packages;  // globs over package and source names that it is or loads
  bool swept = false;                 // the internet is scanned for it all the time
};

// Software that lets anybody in unless told otherwise (data/no_login.yaml has the meaning of each list).
struct NoLoginProgram {
  std::string id, name;
  std::vector<std::string> images, only, needs, login, files;
  std::vector<int32_t> ports;
  bool environment = false;
};

// What a network plug-in makes of the pods of a node (data/pod_link.yaml).
struct PodLink {
  std::string name, link;  // link: shared | routed
  std::vector<std::string> images;
};

struct ProvenanceRule {
  std::string id, sign;  // digest_pinned, mutable_tag, unknown_registry, tampering, not_read
  double weight = 1;
  std::string reason;
};

// A flaw of Kubernetes' own programs or add-ons: when it matters (data/kubernetes/checks.yaml).
struct KubernetesRow {
  std::string id;          // as findings name it
  std::string outside;     // client | library: no flaw of the cluster itself, found only where the program is; else empty
  bool has_when = false;   // false: the version alone decides
  Expression when;
  std::string mitigation;
  // Where taking it over leads: for flaws that give control.
  struct Step {
    enum class By : uint8_t { none, rights, pod, node, reach } by = By::none;
    enum class To : uint8_t { node, nodes, control_plane, component } to = To::node;
    std::vector<RightAsked> rights;  // by rights: any of them
    Expression pod;                  // by pod: pods (containers) that can use it
    std::string technique;
  } step;
};

struct Knowledge {
  std::vector<EscapeRow> escapes;  // sorted by id
  std::vector<Surface> surfaces;
  std::vector<KubernetesRow> kubernetes;  // sorted by id
  std::vector<std::pair<std::string, std::string>> not_escapes;          // id, why
  std::map<std::string, std::vector<std::string>> default_capabilities;  // runtime → capabilities
  std::vector<NodeOs> node_os;
  std::vector<SeccompFeature> seccomp;
  std::vector<EntryProgram> programs;
  std::vector<std::string> swept_components;  // globs over component names
  std::vector<std::string> listener_types;    // purl types that a listening process loads
  std::vector<NoLoginProgram> no_login;
  std::vector<std::string> loopback;  // globs over words of a command by which something listens for its own pod only
  std::vector<PodLink> pod_links;
  std::vector<ProvenanceRule> provenance;
  std::vector<std::string> known_registries;
  std::vector<std::string> environment_keys;
  std::map<std::string, std::string> environments;  // tier name → prod | stage | dev

  static base::Result<Knowledge> load();
  const EscapeRow* escape(std::string_view id) const;
  const KubernetesRow* kubernetes_row(std::string_view id) const;
  const NodeOs* os_of(std::string_view os_image, std::string_view kernel) const;
  // yes, no, or unknown whether `runtime` at `version` lets `feature` through its default profile.
  model::Tri default_profile_allows(std::string_view runtime, std::string_view version, std::string_view feature) const;
  const std::string* environment_of(const std::map<std::string, std::string>& labels) const;
};

// The rows of data/kubernetes/checks.yaml, sorted by id (kubernetes_rows.cc). A field that does not exist is refused.
base::Result<std::vector<KubernetesRow>> load_kubernetes_rows();

}  // namespace bulkhead::graph
