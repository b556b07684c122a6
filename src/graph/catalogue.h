// The step catalogue: one YAML row per step under data/steps, embedded in the program.
//
// A row says who can come to hold what and when; builder walks the rows, docs/steps/<id>.md is printed from them. Format of a
// row: docs/adding-a-step.md. Errors: ErrorKind::input with the row's file and the offending part (a broken row is a bug of
// the release, or of the user's own row). Threads: plain values.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.h"
#include "base/result.h"
#include "graph/evaluator.h"
#include "model/attack_graph.h"

namespace bulkhead::graph {

std::span<const base::EmbeddedFile> embedded_files();

// What a step starts from. network: who can connect to a workload, from inside.
enum class From : uint8_t { internet, network, workload, identity, node, control_plane };
// What it leads to, seen from where it starts.
enum class To : uint8_t {
  own_node,       // workload → the node it runs on
  own_identity,   // workload → its service account; node → system:node:NAME
  named_secret,   // workload → the Secret of the instance (each: secret)
  node_pods,      // workload, node → every pod of that node
  cloud,          // workload, node → the cloud account of the node
  shared_volume,  // workload → workloads that use the same volume
  link,           // workload → the pods on the link of its node
  siblings,       // workload → the other containers of the pod, which its position stands for already
  control_plane,  // also internet, network → what a listener holds
  secrets,           // identity → every Secret of the namespace
  new_pod,           // identity → a pod of the attacker's making in the namespace
  workloads,         // identity → every pod of the namespace
  placed_pods,       // identity → those of them that the scheduler places: no static pods, no DaemonSet's
  listener,          // internet, network → the workload that is exposed, or listens
  ports,             // identity → what listens in the namespace, past its policies
  service_accounts,  // identity → every service account of the namespace
  identities,        // identity → every identity of the graph
  nodes,             // identity, control-plane → every node
  function,          // decided by the named function
};
// A row is asked once per instance of this.
enum class Each : uint8_t { once, container, mount, secret };

struct StepRow {
  std::string id;     // "CE_PRIV_MOUNT"; the file is data/steps/ce_priv_mount.yaml
  std::string title;  // one line
  std::string text;   // a paragraph for the page
  From from = From::workload;
  To to = To::own_node;
  Each each = Each::once;
  bool cluster_scope = false;       // identity rows: asked once, not per namespace
  std::string technique, tactic;    // ATT&CK id; tactic by its name
  std::string coefficient;          // of the configuration variable; empty: the step is certain
  std::vector<std::string> cut_by;  // action kinds, or words where no action of ours cuts it
  std::string source;
  std::string function;  // names code where `when` cannot say it
  Expression when;
  bool has_when = false;
};

class Catalogue {
 public:
  // The rows of the program.
  static base::Result<Catalogue> load();
  // Rows from given files (tests, the user's own).
  static base::Result<Catalogue> parse(std::span<const base::EmbeddedFile> files);

  const std::vector<StepRow>& rows() const { return rows_; }  // sorted by id
  const StepRow* find(std::string_view id) const;

 private:
  std::vector<StepRow> rows_;
};

// The generated page docs/steps/<id>.md.
std::string step_page(const StepRow& row);
// docs/steps/README.md: every row with its title.
std::string catalogue_page(const Catalogue& catalogue);

// Fields that preconditions may name: `object.field` with one line of meaning (fields.cc).
struct FieldName {
  std::string_view object, field, meaning;
};
std::span<const FieldName> known_fields();

}  // namespace bulkhead::graph
