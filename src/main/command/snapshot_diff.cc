#include "app/net.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
      {.kind = Option::Kind::text, .names = "A", .help = "before: a snapshot, or a folder of manifests", .required = true},
      {.kind = Option::Kind::text, .names = "B", .help = "after: a snapshot, or a folder of manifests", .required = true},
      {.kind = Option::Kind::text, .names = "--format", .help = "form of the answer", .fallback = "txt", .choices = {"txt", "json"}},
      {Option::Kind::flag, "--strict", "exit code 4 when something that matters was not read"},
  };

  return all;
}

base::Result<int> run(const Arguments& arguments) {
  return app::diff_clusters("snapshot-diff", arguments.text("a"), arguments.text("b"), arguments.text("format"), arguments.flag("strict"));
}

}  // namespace

extern constinit const Command snapshot_diff{"snapshot diff", "what changed in reach, rights, settings and versions", options,
                                             "bulkhead snapshot diff monday.tar.zst friday.tar.zst", run};

}  // namespace bulkhead::main::command
