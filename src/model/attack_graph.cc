#include "model/attack_graph.h"

#include "model/risk_report.h"

namespace bulkhead::model {

const char* position_kind_name(PositionKind kind) {
  static constexpr const char* kNames[] = {"internet", "workload", "identity", "node", "control-plane", "asset"};
  return kNames[static_cast<size_t>(kind)];
}

const char* variable_kind_name(VariableKind kind) {
  static constexpr const char* kNames[] = {"exploit", "attempt", "works", "residual", "config", "fact"};
  return kNames[static_cast<size_t>(kind)];
}

const char* step_state_name(StepState state) {
  static constexpr const char* kNames[] = {"open", "cut", "unknown"};
  return kNames[static_cast<size_t>(state)];
}

const char* action_kind_name(ActionKind kind) {
  static constexpr const char* kNames[] = {"rebuild-image", "update-kernel", "update-component", "network-policy", "pod-hardening",
                                           "rbac",          "token"};
  return kNames[static_cast<size_t>(kind)];
}

const char* band(double probability) {
  if (probability >= 0.9) {
    return "almost certain";
  }
  if (probability >= 0.5) {
    return "likely";
  }
  if (probability >= 0.1) {
    return "possible";
  }
  return probability >= 0.01 ? "unlikely" : "rare";
}

}  // namespace bulkhead::model
