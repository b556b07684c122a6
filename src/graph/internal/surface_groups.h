// In a large graph, surfaces that no hardening of a pod tells apart are one step for it.
//
// A pod opens a dozen surfaces of its node, and most of them open and close together. Surfaces with one answer (state, missing
// facts) for the pod as it is, and one answer under each change that pod_actions() would propose, are a group: one step leads from
// the pod to the group, one from the group to each of its surfaces. Pods of one node with like groups share them. What each
// action cuts, and who reaches what, is the same as with a step a surface.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/internal/builder.h"

namespace bulkhead::graph {

class SurfaceGroups {
 public:
  explicit SurfaceGroups(Builder& b) : b_(b) {}
  // Adds the steps of a replica class to its surfaces, as surface_steps() drafted them; gives the step of each draft (kNone:
  // none). Classes of one template must come one after another.
  std::vector<uint32_t> add(size_t tmpl, const WorkloadView& w, std::vector<StepDraft> drafts);

 private:
  using Answers = std::map<std::string, std::string>;  // surface → what each change leaves of it
  Answers answers(const WorkloadView& w, const std::vector<model::PodSpec>& changed);
  uint32_t group(const NodeView& node, const std::vector<const StepDraft*>& members);

  Builder& b_;
  size_t of_ = SIZE_MAX;                  // the template that these belong to
  std::vector<model::PodSpec> changed_;   // its pod under each change
  std::map<std::string, Answers> known_;  // by node profile
};

}  // namespace bulkhead::graph
