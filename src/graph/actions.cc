#include "graph/internal/builder.h"

namespace bulkhead::graph {
void image_actions(Builder&) {}
void node_actions(Builder&) {}
void policy_actions(Builder&) {}
void pod_actions(Builder&) {}
void rbac_actions(Builder&) {}
}  // namespace bulkhead::graph
