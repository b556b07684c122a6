#include "app/net.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
      {.kind = Option::Kind::text,
       .names = "--format",
       .help = "form of the list",
       .fallback = "txt",
       .choices = {"csv", "txt", "json", "dot"}},
      {Option::Kind::flag, "--strict", "exit code 4 when something that matters was not read"},
  };
  for (Option& option : cluster_options()) all.push_back(std::move(option));
  return all;
}

base::Result<int> run(const Arguments& arguments) {
  return app::print_connections(cluster_options_from(arguments), arguments.text("format"), arguments.flag("strict"));
}

}  // namespace

extern constinit const Command net_connections{"net connections", "every connection that the NetworkPolicies allow", options,
                                               "bulkhead net connections --snapshot shop.tar.zst --format csv\n"
                                               "bulkhead net connections --from-manifests deploy/",
                                               run};

}  // namespace bulkhead::main::command
