#include "app/steps.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> out = cluster_options();
  out.push_back({Option::Kind::text, "--images", "folder with image archives and SBOMs of the cluster's images"});
  out.push_back({Option::Kind::text, "--db", "advisory database; default $BULKHEAD_DB, then ~/.cache/bulkhead/advisories.db"});
  out.push_back({Option::Kind::text, "--format", "table or jsonl", false, "table", {"table", "jsonl"}});
  out.push_back({Option::Kind::text, "--state", "only steps in this state", false, "", {"open", "cut", "unknown"}});
  out.push_back({Option::Kind::text, "--row", "only steps of this row of the catalogue, e.g. POD_EXEC"});
  out.push_back({Option::Kind::text, "--as-of", "date to be taken as now"});
  out.push_back(
      {Option::Kind::text, "--catalogue", "write the page of every row of the step catalogue into this folder, and do nothing else"});
  return out;
}

base::Result<int> run(const Arguments& arguments) {
  if (arguments.given("catalogue")) return app::write_step_pages(arguments.text("catalogue"));
  app::StepsRequest request;
  request.assess.cluster = cluster_options_from(arguments);
  request.assess.images = arguments.text("images");
  request.assess.database = arguments.text("db");
  request.assess.as_of = arguments.text("as-of");
  request.assess.quiet = arguments.flag("quiet");
  request.format = arguments.text("format");
  request.state = arguments.text("state");
  request.row = arguments.text("row");
  return app::steps(request);
}

}  // namespace

extern constinit const Command steps{"steps", "every step that an attacker could take in a cluster, open, cut or unknown", options,
                                     "bulkhead steps --snapshot cluster.tar.zst --format jsonl\n"
                                     "bulkhead steps --from-manifests deploy/ --state open\n"
                                     "bulkhead steps --catalogue docs/steps",
                                     run};

}  // namespace bulkhead::main::command
