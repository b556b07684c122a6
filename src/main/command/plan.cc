#include "main/scan_flags.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return scan_options({{Option::Kind::text, "--format", "form of the answer", false, "table", {"table", "wide", "json"}},
                       {Option::Kind::text, "-o,--output", "folder for the patches, one file an action"}});
}

base::Result<int> run(const Arguments& arguments) {
  app::ScanOptions scan = scan_options_from(arguments, "plan");
  scan.patches = arguments.text("output");
  return app::scan(scan);
}

}  // namespace

extern constinit const Command plan{"plan", "the few actions that take most of the risk away, in order", options,
                                    "bulkhead plan --images ./images --format wide\n"
                                    "bulkhead plan --snapshot shop.snapshot.tar.zst --images ./images -o fixes/",
                                    run};

}  // namespace bulkhead::main::command
