#include "risk/dump.h"

#include <cmath>
#include <unordered_map>

namespace bulkhead::risk {
namespace {

using base::JsonKind;
using base::JsonView;
constexpr size_t kMaxAttackers = 16;  // results grow with attackers × (assets + actions)
using Index = std::unordered_map<std::string, uint32_t>;

class Reader {
 public:
  explicit Reader(std::string_view where) : where_(where) {}

  base::Result<Dump> read(JsonView root) {
    if (root.get("schema").text() != "bulkhead.risk_dump/1") return wrong("schema", "is not bulkhead.risk_dump/1");
    BULKHEAD_TRY(dump_.priced.horizon_days, number(root, "horizon_days", 1e-3, 1e6, "horizon_days"));
    BULKHEAD_CHECK(variables(root));
    BULKHEAD_CHECK(assets(root));
    BULKHEAD_CHECK(positions(root));
    BULKHEAD_CHECK(steps(root));
    BULKHEAD_CHECK(attackers(root));
    BULKHEAD_CHECK(actions(root));
    return std::move(dump_);
  }

 private:
  std::unexpected<base::Error> wrong(std::string place, std::string what) const {
    return base::fail(base::ErrorKind::input, "risk dump: " + std::move(place) + " " + std::move(what), std::string(where_));
  }

  base::Result<double> number(JsonView object, std::string_view key, double low, double high, const std::string& place) const {
    const std::optional<double> value = object.get(key).number();
    if (!value) return wrong(place, "lacks the number '" + std::string(key) + "'");
    if (!(*value >= low && *value <= high)) return wrong(place, "has '" + std::string(key) + "' out of its bounds");
    return *value;
  }

  // Calls fn(object, id, place) for each element of an array of objects with unique ids.
  template <typename Fn>
  base::Status each(JsonView root, const std::string& list, Index& index, const char* id_key, const Fn& fn) const {
    if (root.get(list).kind() != JsonKind::array) return wrong(list, "is not an array");
    uint32_t count = 0;
    for (const JsonView object : root.get(list).items()) {
      const std::string place = list + "/" + std::to_string(count);
      const std::optional<std::string_view> id = object.get(id_key).string();
      if (!id) return wrong(place, std::string("lacks '") + id_key + "'");
      if (!index.emplace(*id, count).second) return wrong(place, std::string("repeats '") + id_key + "'");
      BULKHEAD_CHECK(fn(object, std::string(*id), place));
      ++count;
    }
    return {};
  }

  base::Result<uint32_t> find(const Index& index, JsonView id, const std::string& place, const char* what) const {
    const std::optional<std::string_view> text = id.string();
    if (!text) return wrong(place, std::string("has no ") + what);
    const auto at = index.find(std::string(*text));
    if (at == index.end()) return wrong(place, std::string("names an unknown ") + what);
    return at->second;
  }

  base::Status variables(JsonView root) {
    return each(root, "variables", variable_, "id", [&](JsonView object, std::string id, const std::string& place) -> base::Status {
      model::Variable variable;
      variable.id = std::move(id);
      variable.group = object.get("group").text();
      variable.unknown = object.get("unknown").flag();
      BULKHEAD_TRY(const double p, number(object, "p", 0, 1, place));
      dump_.graph.variables.push_back(std::move(variable));
      dump_.priced.chance.push_back(p);
      return {};
    });
  }

  base::Status assets(JsonView root) {
    return each(root, "assets", asset_, "id", [&](JsonView object, std::string id, const std::string& place) -> base::Status {
      model::Asset asset;
      asset.title = id;
      asset.id = std::move(id);
      BULKHEAD_TRY(asset.value, number(object, "value", 0, 1e12, place));
      dump_.priced.asset_value.push_back(asset.value);
      dump_.graph.assets.push_back(std::move(asset));
      return {};
    });
  }

  base::Status positions(JsonView root) {
    return each(root, "positions", position_, "id", [&](JsonView object, std::string id, const std::string& place) -> base::Status {
      model::Position position;
      position.name = id;
      position.id = std::move(id);
      dump_.graph.positions.push_back(std::move(position));
      std::vector<model::Holding>& holds = dump_.graph.holds.emplace_back();
      for (const JsonView hold : object.get("holds").items()) {
        model::Holding holding;
        BULKHEAD_TRY(holding.asset, find(asset_, hold.get("asset"), place, "asset"));
        BULKHEAD_TRY(holding.share, number(hold, "share", 0, 1, place));
        holds.push_back(holding);
      }
      return {};
    });
  }

  base::Status steps(JsonView root) {
    return each(root, "steps", step_, "id", [&](JsonView object, std::string id, const std::string& place) -> base::Status {
      model::Step step;
      step.id = std::move(id);
      BULKHEAD_TRY(step.from, find(position_, object.get("from"), place, "position"));
      BULKHEAD_TRY(step.to, find(position_, object.get("to"), place, "position"));
      for (const JsonView variable : object.get("variables").items()) {
        BULKHEAD_TRY(const uint32_t index, find(variable_, variable, place, "variable"));
        step.variables.push_back(index);
      }
      dump_.graph.steps.push_back(std::move(step));
      return {};
    });
  }

  base::Status attackers(JsonView root) {
    if (root.get("attackers").size() > kMaxAttackers) return wrong("attackers", "are more than " + std::to_string(kMaxAttackers));
    return each(root, "attackers", attacker_, "name", [&](JsonView object, std::string name, const std::string& place) -> base::Status {
      PricedAttacker priced;
      model::Attacker attacker;
      priced.name = attacker.name = std::move(name);
      BULKHEAD_TRY(priced.weight, number(object, "weight", 0, 1000, place));
      double sum = 0;
      for (const JsonView start : object.get("starts").items()) {
        BULKHEAD_TRY(const uint32_t position, find(position_, start.get("position"), place, "position"));
        BULKHEAD_TRY(const double p, number(start, "p", 0, 1, place));
        priced.starts.push_back({position, p});
        attacker.starts.push_back({position, p});
        sum += p;
      }
      if (priced.starts.empty()) {
        priced.weight = 0;
      } else if (std::abs(sum - 1) > 1e-6) {
        return wrong(place, "has starts that do not sum to 1");
      }
      dump_.priced.attackers.push_back(std::move(priced));
      dump_.graph.attackers.push_back(std::move(attacker));
      return {};
    });
  }

  base::Status actions(JsonView root) {
    return each(root, "actions", action_, "id", [&](JsonView object, std::string id, const std::string& place) -> base::Status {
      model::Action action;
      action.title = id;
      action.id = std::move(id);
      BULKHEAD_TRY(const double lead, number(object, "lead_days", 0, 1e6, place));
      for (const JsonView cut : object.get("cuts").items()) {
        BULKHEAD_TRY(const uint32_t step, find(step_, cut, place, "step"));
        action.cuts.push_back(step);
      }
      dump_.graph.actions.push_back(std::move(action));
      dump_.priced.lead_days.push_back(lead);
      dump_.priced.effort.push_back(1);
      dump_.priced.effort_band.emplace_back();
      return {};
    });
  }

  std::string_view where_;
  Dump dump_;
  Index variable_, asset_, position_, step_, attacker_, action_;
};

void write_interval(base::JsonWriter& out, const model::Estimate& estimate) {
  out.key("ci95").begin_array().value(estimate.low).value(estimate.high).end_array();
}

void write_results(base::JsonWriter& out, const model::AttackGraph& graph, const model::RiskReport& report) {
  out.key("results").begin_object().key("risk").begin_object();
  for (const model::AttackerRisk& risk : report.attackers) {
    if (!risk.on) continue;
    out.key(risk.attacker).begin_object().member("mean", risk.risk.mean);
    write_interval(out, risk.risk);
    out.member("floor", risk.floor).member("ceiling", risk.ceiling).end_object();
  }
  out.end_object().key("assets").begin_object();
  for (const model::AttackerRisk& risk : report.attackers) {
    if (!risk.on) continue;
    out.key(risk.attacker).begin_object();
    for (size_t i = 0; i < graph.assets.size(); ++i) {
      out.key(graph.assets[i].id).begin_object().member("p", risk.assets[i].mean);
      write_interval(out, risk.assets[i]);
      out.end_object();
    }
    out.end_object();
  }
  out.end_object().key("actions").begin_array();
  for (const model::ActionValue& value : report.actions) {
    out.begin_object().member("id", graph.actions[value.action].id).key("removes").begin_object();
    for (size_t a = 0; a < report.attackers.size(); ++a) {
      if (!report.attackers[a].on) continue;
      out.key(report.attackers[a].attacker).begin_object().member("mean", value.removes[a].mean);
      write_interval(out, value.removes[a]);
      out.end_object();
    }
    out.end_object().end_object();
  }
  out.end_array().end_object();
}

}  // namespace

base::Result<Dump> read_dump(JsonView document, std::string_view where) { return Reader(where).read(document); }

std::string write_dump(const model::AttackGraph& graph, const Priced& priced, const model::RiskReport& report) {
  base::JsonWriter out;
  out.begin_object().member("schema", "bulkhead.risk_dump/1").member("horizon_days", priced.horizon_days);
  out.key("variables").begin_array();
  for (size_t i = 0; i < graph.variables.size(); ++i) {
    const model::Variable& variable = graph.variables[i];
    out.begin_object().member("id", variable.id).member("p", priced.chance[i]).key("group");
    variable.group.empty() ? out.null() : out.value(variable.group);
    out.member("unknown", variable.unknown).end_object();
  }
  out.end_array().key("assets").begin_array();
  for (size_t i = 0; i < graph.assets.size(); ++i) {
    out.begin_object().member("id", graph.assets[i].id).member("value", priced.asset_value[i]).end_object();
  }
  out.end_array().key("positions").begin_array();
  for (size_t i = 0; i < graph.positions.size(); ++i) {
    out.begin_object().member("id", graph.positions[i].id).key("holds").begin_array();
    for (const model::Holding& holding : graph.holds[i]) {
      out.begin_object().member("asset", graph.assets[holding.asset].id).member("share", holding.share).end_object();
    }
    out.end_array().end_object();
  }
  out.end_array().key("steps").begin_array();
  for (const model::Step& step : graph.steps) {
    if (step.state == model::StepState::cut) continue;
    out.begin_object().member("id", step.id).member("from", graph.positions[step.from].id).member("to", graph.positions[step.to].id);
    out.key("variables").begin_array();
    for (const uint32_t variable : step.variables) out.value(graph.variables[variable].id);
    out.end_array().end_object();
  }
  out.end_array().key("attackers").begin_array();
  for (const PricedAttacker& attacker : priced.attackers) {
    out.begin_object().member("name", attacker.name).member("weight", attacker.weight).key("starts").begin_array();
    for (const PricedStart& start : attacker.starts) {
      out.begin_object().member("position", graph.positions[start.position].id).member("p", start.p).end_object();
    }
    out.end_array().end_object();
  }
  out.end_array().key("actions").begin_array();
  for (size_t i = 0; i < graph.actions.size(); ++i) {
    out.begin_object().member("id", graph.actions[i].id).member("lead_days", priced.lead_days[i]).key("cuts").begin_array();
    for (const uint32_t step : graph.actions[i].cuts) {
      if (graph.steps[step].state != model::StepState::cut) out.value(graph.steps[step].id);
    }
    out.end_array().end_object();
  }
  out.end_array();
  write_results(out, graph, report);
  out.end_object();
  return out.take() + "\n";
}

}  // namespace bulkhead::risk
