#include "app/access.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
      {.kind = Option::Kind::text, .names = "SUBJECT", .help = "user:NAME, group:NAME or sa:NAMESPACE/NAME", .required = true},
      {.kind = Option::Kind::text, .names = "--format", .help = "form of the answer", .fallback = "txt", .choices = {"txt", "json"}},
      {Option::Kind::flag, "--strict", "exit code 4 when something that matters was not read"},
  };
  for (Option& option : cluster_options()) all.push_back(std::move(option));
  return all;
}

base::Result<int> run(const Arguments& arguments) {
  return app::list_rights(
      cluster_options_from(arguments),
      {.subject = arguments.text("subject"), .json = arguments.text("format") == "json", .strict = arguments.flag("strict")});
}

}  // namespace

extern constinit const Command access_rights{"access rights", "what a subject may do, and which binding gives it", options,
                                             "bulkhead access rights sa:ci/runner --snapshot shop.tar.zst", run};

}  // namespace bulkhead::main::command
