#include "app/access.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
      {.kind = Option::Kind::text, .names = "VERB", .help = "get, list, create, …", .required = true},
      {.kind = Option::Kind::text,
       .names = "RESOURCE",
       .help = "GROUP/RESOURCE[/SUBRESOURCE][:NAME], the core group empty; or a URL such as /healthz",
       .required = true},
      {Option::Kind::text, "-n,--namespace", "namespace of the object; without one: all namespaces, or a cluster-wide resource"},
      {.kind = Option::Kind::text, .names = "--format", .help = "form of the answer", .fallback = "txt", .choices = {"txt", "json"}},
      {Option::Kind::flag, "--strict", "exit code 4 when something that matters was not read"},
  };
  for (Option& option : cluster_options()) all.push_back(std::move(option));
  return all;
}

base::Result<int> run(const Arguments& arguments) {
  return app::answer_access(cluster_options_from(arguments), {.subject = "",
                                                              .verb = arguments.text("verb"),
                                                              .resource = arguments.text("resource"),
                                                              .ns = arguments.text("namespace"),
                                                              .why = false,
                                                              .json = arguments.text("format") == "json",
                                                              .strict = arguments.flag("strict")});
}

}  // namespace

extern constinit const Command access_who_can{"access who-can", "every user, group and service account that may do this", options,
                                              "bulkhead access who-can create pods/exec -n shop --snapshot shop.tar.zst", run};

}  // namespace bulkhead::main::command
