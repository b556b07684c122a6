#include "app/net.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
      {.kind = Option::Kind::text, .names = "A", .help = "before: a snapshot, or a folder of manifests", .required = true},
      {.kind = Option::Kind::text, .names = "B", .help = "after: a snapshot, or a folder of manifests", .required = true},
      {.kind = Option::Kind::text, .names = "--format", .help = "form of the list", .fallback = "txt", .choices = {"csv", "txt", "json"}},
      {Option::Kind::flag, "--strict", "exit code 4 when something that matters was not read"},
  };

  return all;
}

base::Result<int> run(const Arguments& arguments) {
  return app::diff_clusters("net-diff", arguments.text("a"), arguments.text("b"), arguments.text("format"), arguments.flag("strict"));
}

}  // namespace

extern constinit const Command net_diff{"net diff", "what a change opens or closes", options,
                                        "bulkhead net diff deploy/ changed/\nbulkhead net diff monday.tar.zst friday.tar.zst --format json",
                                        run};

}  // namespace bulkhead::main::command
