#include "app/access.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
      {.kind = Option::Kind::text, .names = "SUBJECT", .help = "user:NAME, group:NAME or sa:NAMESPACE/NAME", .required = true},
      {.kind = Option::Kind::list,
       .names = "--audit-log",
       .help = "kube-apiserver audit log (JSON lines); may be given more than once",
       .required = true},
      {Option::Kind::flag, "--without-names", "do not limit rules to the objects that were named"},
      {Option::Kind::flag, "--strict", "exit code 4 when lines of the log were no events"},
  };

  return all;
}

base::Result<int> run(const Arguments& arguments) {
  return app::propose_roles({.subject = arguments.text("subject"),
                             .logs = arguments.list("audit-log"),
                             .without_names = arguments.flag("without-names"),
                             .strict = arguments.flag("strict")});
}

}  // namespace

extern constinit const Command access_least_privilege{"access least-privilege", "roles that allow just what an audit log shows", options,
                                                      "bulkhead access least-privilege sa:ci/runner --audit-log audit.log > roles.yaml",
                                                      run};

}  // namespace bulkhead::main::command
