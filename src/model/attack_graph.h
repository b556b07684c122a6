// The attack graph: what an attacker may hold, how it gets from one thing to the next, and what cuts that.
//
// Made by graph, priced and walked by risk. Ids are stable across runs: they name the objects, not their order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/tri.h"

namespace bulkhead::model {

enum class PositionKind : uint8_t { internet, workload, identity, node, control_plane, asset };
const char* position_kind_name(PositionKind kind);  // "internet", …, "control-plane", "asset"

struct Position {
  std::string id;  // "workload:shop/Deployment/api@worker-1", "identity:sa:shop/api", "node:worker-1", "asset:secret:shop/orders-db"
  PositionKind kind = PositionKind::workload;
  std::string ns, name;             // of the object; a workload's controller name
  std::string node;                 // workloads: where this replica class runs
  uint32_t replicas = 1;            // pods in this class
  std::vector<std::string> images;  // references, for workloads
};

// What a variable stands for; risk turns it into a chance with data/coefficients.yaml.
enum class VariableKind : uint8_t {
  exploit,   // an exploit for this flaw is in hand; one per flaw, shared by every place
  attempt,   // somebody tries it on this service within the horizon (internet steps only)
  works,     // it works here: complexity, login, configuration, in use
  residual,  // an unknown flaw of this workload, kernel or runtime
  config,    // a configuration step works
  fact,      // a missing fact: true means "as bad as it could be"
};
const char* variable_kind_name(VariableKind kind);

struct Variable {
  std::string id;  // "exploit:<flaw id>", "works:<flaw id>@shop/Deployment/api", "fact:seccompDefault@worker-1"
  VariableKind kind = VariableKind::config;
  std::string coefficient;  // key in the coefficients file, "exploit.kev", "config.privileged"
  std::string group;        // members share one uniform number ("component:pkg:maven/…@2.14.1"); empty: none
  double epss = -1;         // for exploit.epss and attempt.*; -1 none
  double cvss = -1;         // for exploit.prior; -1 none
  double age_days = -1;     // since publication, for exploit.prior; -1 unknown
  bool unknown = false;     // a missing fact: floor = false, ceiling = true
  std::string reason;       // for people: "in KEV since 2021-12-10", "runc version not in the API"
};

enum class StepState : uint8_t { open, cut, unknown };
const char* step_state_name(StepState state);

struct Step {
  std::string id;             // "EXT_SVC_FLAW|internet|workload:…|CVE-…"
  std::string row;            // row of the step catalogue
  uint32_t from = 0, to = 0;  // indices into positions
  StepState state = StepState::open;
  std::string cut_by;  // what cuts it: "NetworkPolicy shop/api-only-ingress"; for state cut
  bool needs_flaw = false;
  std::vector<std::string> flaws;   // advisory ids
  std::vector<uint32_t> variables;  // indices; open in a trial iff all are true
  std::vector<std::string> facts;   // evidence, one line each, naming object and field
  std::string technique;            // ATT&CK id
};

struct Holding {
  uint32_t asset = 0;
  double share = 1;  // of the asset's value
};

struct Asset {
  std::string id;  // "asset:secret:shop/orders-db"
  std::string title;
  std::string kind;            // value key in the coefficients file: control-plane, node, secret, volume, workload, cloud
  double value = 0;            // filled by risk from the coefficients when `explicit_value` is negative
  double explicit_value = -1;  // label or annotation bulkhead.io/value
  std::string environment;     // prod | stage | dev | "" from labels
  std::string secret_type;
};

struct Start {
  uint32_t position = 0;
  double weight = 1;  // normalised by risk to sum 1 per attacker
};
struct Attacker {
  std::string name;  // external | container | node
  std::vector<Start> starts;
};

enum class ActionKind : uint8_t { rebuild_image, update_kernel, update_component, network_policy, pod_hardening, rbac, token };
const char* action_kind_name(ActionKind kind);

struct Action {
  std::string id;  // "network-policy:shop/api"
  ActionKind kind = ActionKind::network_policy;
  std::string title;                   // "Network policy: only ingress may reach shop/api"
  std::string lead;                    // coefficient key of the lead time: "lead.manifest"
  std::string effort;                  // coefficient key of the effort: "effort.manifest"
  std::vector<uint32_t> cuts;          // steps it cuts
  std::vector<std::string> objects;    // "NetworkPolicy shop/bulkhead-api"
  std::string patch_kind;              // kubectl-apply | strategic-merge | text
  std::string patch;                   // YAML, or words where no manifest can do it
  std::vector<std::string> may_break;  // who uses today what it takes away, as far as seen
  std::vector<std::string> flaws;      // advisory ids it removes
  uint64_t weight = 1;                 // how many objects must be touched: multiplies effort
};

// Whether a flaw of Kubernetes' own programs matters in this cluster: its preconditions, asked of one place.
struct FlawCheck {
  std::string flaw;   // advisory id
  std::string place;  // "control plane", "node worker-1", "component ingress-nginx v1.11.2"
  Tri verdict = Tri::unknown;
  std::vector<std::string> facts;    // yes: the objects that decide
  std::vector<std::string> missing;  // unknown: the facts that were not read
  std::string denied;                // no: what says so
  std::string mitigation;            // what else cuts it; empty: nothing known but the fixed version
  bool has_step = false;             // a step of the graph stands for it
};

struct AttackGraph {
  std::vector<Position> positions;
  std::vector<Variable> variables;
  std::vector<Step> steps;  // all states; only open and unknown ones are walked
  std::vector<Asset> assets;
  std::vector<std::vector<Holding>> holds;  // per position
  std::vector<Attacker> attackers;
  std::vector<Action> actions;
  std::vector<FlawCheck> checks;      // sorted by place, then flaw
  std::vector<std::string> not_read;  // coverage lines for the report
  std::vector<std::string> assumptions;
};

}  // namespace bulkhead::model
