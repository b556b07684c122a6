// The answer of `bulkhead scan` and `bulkhead plan`: what was read, what an attacker can come to hold, what to do first.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/attack_graph.h"
#include "model/finding.h"
#include "model/risk_report.h"
#include "report/terminal.h"

namespace bulkhead::report {

// A finding in its place, and what it comes to in this cluster.
struct PlacedFinding {
  enum class Use : uint8_t { attack, unknown, none } use = Use::none;
  const model::Finding* finding = nullptr;
  std::string place;  // "image registry/shop/api:1.4", "node worker-1", "control plane"
  std::string why;    // for none and unknown: one clause
  const model::FlawCheck* check = nullptr;  // flaws of Kubernetes' own programs: what their preconditions came to
};

struct NotRead {
  std::string what;  // "networkpolicies.networking.k8s.io", "image ci/builder:2"
  std::string why;
};

// How long a component of the cluster is supported.
struct Support {
  std::string component, version;  // "containerd", "1.7.12"
  uint64_t places = 0;             // nodes or pods that run it
  std::string ends;                // date; empty: the life-cycle feed does not say
  bool ended = false;
  int64_t days = 0;                // until `ends`, negative after it
};

struct ScanReport {
  // --- what it is about
  std::string cluster;
  std::string server_version;
  std::string support;  // "support ended 2026-06-28"; empty where the life cycle is not known
  uint64_t nodes = 0, workloads = 0, pods = 0;
  // --- what was read
  uint64_t objects = 0;
  uint64_t kinds_not_read = 0;
  uint64_t images = 0, images_read = 0, components = 0;
  double advisory_age_days = -1;  // of the oldest feed that decides; -1: no database
  std::vector<NotRead> not_read;
  std::string unjailed;  // why a reader was not jailed; empty: all were
  // --- what was found
  std::vector<PlacedFinding> findings;
  uint64_t decided = 0;                     // of them settled by decision: they make no step
  std::vector<std::string> decision_notes;  // decisions that ended, or that cover only a part
  std::vector<Support> life_cycle;     // of the components that the life-cycle feed knows
  std::vector<std::string> version_skew;  // lines on versions that do not go together
  // --- what it means; never null when rendered
  const model::AttackGraph* graph = nullptr;
  const model::RiskReport* risk = nullptr;

  uint64_t count(PlacedFinding::Use use) const;
  bool complete() const { return not_read.empty(); }
};

// Terminal form. `only_plan` leaves out the first block and the matrix; `wide` shows every asset, item and figure.
std::string render_scan(const ScanReport& report, const TerminalStyle& style, bool only_plan, bool wide);
// "bulkhead.scan/1"; `findings` writes every finding as well.
void write_scan(base::JsonWriter& writer, const ScanReport& report, bool findings);

}  // namespace bulkhead::report
