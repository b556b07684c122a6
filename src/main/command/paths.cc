#include "main/scan_flags.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return scan_options({{Option::Kind::text, "--from", "where the attacker is", false, "internet"},
                       {Option::Kind::text, "--to", "what it wants: control-plane, node:worker-1, secret:shop/db, shop/api, an id", true},
                       {Option::Kind::text, "--format", "form of the answer", false, "table", {"table", "json"}}});
}

base::Result<int> run(const Arguments& arguments) {
  app::ScanOptions scan = scan_options_from(arguments, "paths");
  scan.from = arguments.text("from");
  scan.to = arguments.text("to");
  return app::scan(scan);
}

}  // namespace

extern constinit const Command paths{"paths", "the shortest ways from one position to another", options,
                                     "bulkhead paths --snapshot shop.snapshot.tar.zst --to control-plane\n"
                                     "bulkhead paths --snapshot shop.snapshot.tar.zst --from shop/api --to secret:shop/orders-db",
                                     run};

}  // namespace bulkhead::main::command
