// Inside a worker: everything that the graph is made of, loaded from the worker's inputs.
//
// Inputs: "snapshot" (or what app/cluster_source.h passes), "images" (an image pack, may be absent), "database" (may be absent).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "access/network.h"
#include "access/rbac.h"
#include "app/image_pack.h"
#include "base/clock.h"
#include "base/worker.h"
#include "graph/build.h"
#include "match/decision.h"
#include "model/attack_graph.h"
#include "model/cluster.h"
#include "model/cluster_component.h"
#include "report/scan_report.h"

namespace bulkhead::app {

struct Facts {
  model::Cluster cluster;
  std::unique_ptr<access::Rbac> rbac;  // refers to `cluster`
  std::unique_ptr<access::Network> network;
  ImagePack images;
  std::vector<graph::ImageFacts> image_facts;  // refers to `images`
  std::vector<graph::NodeFacts> node_facts;
  std::vector<model::Finding> control_plane;
  std::vector<model::ClusterComponent> components;
  std::vector<graph::ComponentFacts> component_facts;  // refers to `components`
  std::vector<model::CoverageNote> coverage;  // what matching could not judge
  double advisory_age_days = -1;              // of the newest feed; -1: no database
  match::DecisionUse decided;                 // what own decisions came to
  std::string support;                        // of the server's version: "support ended 2026-06-28"
  base::Moment as_of = 0;
};

// How long each component of the cluster is supported, where the life-cycle feed knows its product. Sorted by component, version.
std::vector<report::Support> life_cycles(const Facts& facts);
// A task's `prepare`: opens the database before the jail closes.
base::Status prepare_facts(base::WorkerContext& context);
// `as_of`: "2026-11-24", or empty for now. The result stays where it is: other members refer to it.
base::Result<std::unique_ptr<Facts>> load_facts(base::WorkerContext& context, std::string_view as_of);
// Gives findings their disposition, by the decisions of `images`. load_facts does it.
void decide(Facts& facts);
// Findings that are settled by decision make no step.
base::Result<model::AttackGraph> build_graph(const Facts& facts);

}  // namespace bulkhead::app
