#include "app/access.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
      {Option::Kind::text, "--subject", "only this one: user:NAME, group:NAME or sa:NAMESPACE/NAME"},
      {.kind = Option::Kind::list,
       .names = "--audit-log",
       .help = "kube-apiserver audit log (JSON lines); may be given more than once",
       .required = true},
      {.kind = Option::Kind::text, .names = "--format", .help = "form of the answer", .fallback = "txt", .choices = {"txt", "json"}},
      {Option::Kind::flag, "--strict", "exit code 4 when something that matters was not read"},
  };
  for (Option& option : cluster_options()) all.push_back(std::move(option));
  return all;
}

base::Result<int> run(const Arguments& arguments) {
  return app::compare_with_log(cluster_options_from(arguments), {.subject = arguments.text("subject"),
                                                                 .logs = arguments.list("audit-log"),
                                                                 .json = arguments.text("format") == "json",
                                                                 .strict = arguments.flag("strict")});
}

}  // namespace

extern constinit const Command access_unused{"access unused", "rights that an audit log shows no use of", options,
                                             "bulkhead access unused --audit-log audit.log --snapshot shop.tar.zst", run};

}  // namespace bulkhead::main::command
