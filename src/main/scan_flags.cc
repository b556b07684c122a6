#include "main/scan_flags.h"

namespace bulkhead::main {

std::vector<Option> scan_options(std::vector<Option> extra) {
  std::vector<Option> options = std::move(extra);
  for (Option& option : cluster_options()) {
    options.push_back(std::move(option));
  }
  using Kind = Option::Kind;
  options.push_back({Kind::text, "--images", "folder with image archives and SBOMs of the cluster's images"});
  options.push_back({Kind::text, "--decisions", "file of own decisions; default ~/.config/bulkhead/decisions.yaml"});
  options.push_back({Kind::list, "--vex", "VEX document to apply; may be given often"});
  options.push_back({Kind::text, "--db", "advisory database; default $BULKHEAD_DB, then ~/.cache/bulkhead/advisories.db"});
  options.push_back({Kind::text, "--as-of", "date to take for today, e.g. 2026-11-24"});
  options.push_back({Kind::number, "--horizon", "days an attacker has; default from the coefficients"});
  options.push_back({Kind::number, "--trials", "trials of the risk engine"});
  options.push_back({Kind::number, "--seed", "seed of the risk engine"});
  options.push_back({Kind::number, "--threads", "threads of the risk engine; the answer does not depend on it"});
  options.push_back({Kind::text, "--coefficients", "YAML file whose values replace those of the model"});
  options.push_back({Kind::text, "--weights", "weights of the attackers, e.g. external=1,container=0.1,node=0"});
  options.push_back({Kind::text, "--color", "colour the text", false, "auto", {"auto", "always", "never"}});
  options.push_back({Kind::flag, "--strict", "exit 4 when anything was not read"});
  return options;
}

app::ScanOptions scan_options_from(const Arguments& a, const std::string& view) {
  app::ScanOptions o;
  o.assess.cluster = cluster_options_from(a);
  o.assess.images = a.text("images");
  o.assess.database = a.text("db");
  o.assess.as_of = a.text("as-of");
  o.assess.vex = a.list("vex");
  o.assess.decisions = a.maybe("decisions");
  o.assess.quiet = a.flag("quiet");
  o.view = view;
  o.format = a.maybe("format").value_or("table");
  o.coefficients = a.text("coefficients");
  o.weights = a.text("weights");
  o.color = a.text("color");
  o.horizon_days = a.number("horizon");
  o.trials = static_cast<uint64_t>(a.number("trials"));
  o.seed = static_cast<uint64_t>(a.number("seed"));
  o.threads = static_cast<unsigned>(a.number("threads"));
  o.strict = a.flag("strict");
  return o;
}

}  // namespace bulkhead::main
