#include "report/words.h"

#include <cmath>

namespace bulkhead::report {
namespace {

std::string qualified(const model::Position& position) { return position.ns.empty() ? position.name : position.ns + "/" + position.name; }

std::string step_words(const model::Step& step) {
  std::string words = step.row;
  if (!step.flaws.empty()) {
    words += " " + step.flaws.front();
    if (step.flaws.size() > 1) {
      words += " and " + std::to_string(step.flaws.size() - 1) + " more";
    }
  }
  return step.state == model::StepState::unknown ? words + "?" : words;
}

}  // namespace

std::string position_short(const model::AttackGraph& graph, uint32_t index) {
  const model::Position& position = graph.positions[index];
  switch (position.kind) {
    case model::PositionKind::internet: return "internet";
    case model::PositionKind::workload: return qualified(position);
    case model::PositionKind::identity: return (position.ns.empty() ? "identity " : "service account ") + qualified(position);
    case model::PositionKind::node: return (position.id.starts_with("node-user:") ? "a user on node " : "node ") + position.name;
    case model::PositionKind::control_plane: return "control plane";
    case model::PositionKind::asset:
      for (const model::Asset& asset : graph.assets) {
        if (asset.id == position.id) {
          return asset.title;
        }
      }
      return qualified(position);
  }
  return position.id;
}

std::string position_title(const model::AttackGraph& graph, uint32_t index) {
  const model::Position& position = graph.positions[index];
  const std::string title = position_short(graph, index);
  return position.kind == model::PositionKind::workload && !position.node.empty() ? title + " on " + position.node : title;
}

std::string path_text(const model::AttackGraph& graph, const model::AttackPath& path) {
  // Several steps may lead to what reads as one place (all replicas, then one of them): the one that says most is shown.
  std::string text, place;
  const model::Step* shown = nullptr;
  const auto flush = [&] {
    if (shown != nullptr) {
      text += " → " + place + " (" + step_words(*shown) + ")";
    }
  };
  for (const uint32_t index : path.steps) {
    const model::Step& step = graph.steps[index];
    if (text.empty() && shown == nullptr) {
      text = position_short(graph, step.from);
      place = text;
    }
    const std::string next = position_short(graph, step.to);
    if (next != place || shown == nullptr) {
      flush();
      place = next;
      shown = &step;
    } else if (!step.flaws.empty() && (shown->flaws.empty() || shown->flaws.size() > step.flaws.size())) {
      shown = &step;
    }
  }
  flush();
  return text;
}

std::string item_title(const model::AttackGraph& graph, const model::PlanItem& item) {
  std::string title;
  for (const uint32_t action : item.actions) {
    title += (title.empty() ? "" : " + ") + graph.actions[action].title;
  }
  return item.actions.size() > 1 ? title + " (together)" : title;
}

std::string percent(double share) {
  const double value = share * 100;
  return value > 0 && value < 1 ? "< 1 %" : std::to_string(std::lround(value)) + " %";
}

std::string days(double count) {
  const long whole = std::lround(count);
  return std::to_string(whole) + (whole == 1 ? " day" : " days");
}

}  // namespace bulkhead::report
