#include "app/database.h"
#include "app/explain_match.h"
#include "main/scan_flags.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return scan_options(
      {{Option::Kind::text, "SUBJECT",
        "a number of the plan, a flaw id, an action, a step, or a position: shop/api, node:worker-1, secret:shop/db"},
       {Option::Kind::text, "--component", "package URL with version, or `linux@6.1.55`, `containerd@1.7.12` for what nodes run"},
       {Option::Kind::text, "--advisory", "a CVE id or any other name of the flaw"},
       {Option::Kind::text, "--format", "of --component: how to print", false, "text", {"text", "json"}}});
}

base::Result<int> run(const Arguments& arguments) {
  const bool match = arguments.given("component") || arguments.given("advisory");
  if (match == arguments.given("subject")) {
    return base::fail(base::ErrorKind::usage, "give a SUBJECT of the cluster, or --component and --advisory");
  }
  if (match) {
    if (!arguments.given("component") || !arguments.given("advisory")) {
      return base::fail(base::ErrorKind::usage, "give both --component and --advisory");
    }
    return app::explain_match(arguments.text("component"), arguments.text("advisory"), app::database_path(arguments.maybe("db")),
                              arguments.text("format"));
  }
  app::ScanOptions scan = scan_options_from(arguments, "explain");
  scan.subject = arguments.text("subject");
  return app::scan(scan);
}

}  // namespace

extern constinit const Command explain{
    "explain", "why: of a line of the plan, a flaw, a workload, a node; or of one match", options,
    "bulkhead explain 1 --snapshot shop.snapshot.tar.zst --images ./images\n"
    "bulkhead explain shop/api --snapshot shop.snapshot.tar.zst --images ./images\n"
    "bulkhead explain --component pkg:npm/lodash@4.17.20 --advisory GHSA-35jh-r3h4-6jhm --db advisories.db",
    run};

}  // namespace bulkhead::main::command
