#include "app/net.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
      {.kind = Option::Kind::text, .names = "-o,--output", .help = "file to write (.svg)", .required = true},
      {Option::Kind::flag, "--strict", "exit code 4 when something that matters was not read"},
  };
  for (Option& option : cluster_options()) all.push_back(std::move(option));
  return all;
}

base::Result<int> run(const Arguments& arguments) {
  return app::draw_connections(cluster_options_from(arguments), arguments.text("output"), arguments.flag("strict"));
}

}  // namespace

extern constinit const Command net_graph{"net graph", "the allowed connections as a picture", options,
                                         "bulkhead net graph --from-manifests deploy/ -o reach.svg", run};

}  // namespace bulkhead::main::command
