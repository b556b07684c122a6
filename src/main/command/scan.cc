#include "main/scan_flags.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return scan_options({{Option::Kind::text, "-o,--format", "form of the answer", false, "table", {"table", "wide", "json"}},
                       {Option::Kind::flag, "--findings", "json: every finding with its place and why it matters or not"},
                       {Option::Kind::text,
                        "--fail-on",
                        "exit 1 when the external attacker holds any asset at least that likely",
                        false,
                        "",
                        {"almost certain", "likely", "possible", "unlikely"}}});
}

base::Result<int> run(const Arguments& arguments) {
  app::ScanOptions scan = scan_options_from(arguments, "scan");
  scan.all_findings = arguments.flag("findings");
  scan.fail_on = arguments.text("fail-on");
  return app::scan(scan);
}

}  // namespace

extern constinit const Command scan{"scan", "what an attacker can do to the cluster, and what to do first", options,
                                    "bulkhead scan --images ./images\n"
                                    "bulkhead scan --snapshot shop.snapshot.tar.zst --images ./images --db advisories.db\n"
                                    "bulkhead scan --from-manifests ./deploy --fail-on likely",
                                    run};

}  // namespace bulkhead::main::command
