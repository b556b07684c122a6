#include "app/access.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
      {Option::Kind::text, "SUBJECT", "user:NAME, group:NAME or sa:NAMESPACE/NAME"},
      {Option::Kind::text, "VERB", "get, list, create, …"},
      {Option::Kind::text, "RESOURCE", "GROUP/RESOURCE[/SUBRESOURCE][:NAME], the core group empty; or a URL such as /healthz"},
      {Option::Kind::text, "-n,--namespace", "namespace of the object; without one: all namespaces, or a cluster-wide resource"},
      {Option::Kind::flag, "--stdin", "answer lines SUBJECT<TAB>VERB<TAB>RESOURCE<TAB>NAMESPACE from standard input"},
      {Option::Kind::flag, "--why", "add which binding grants it, or what was not read"},
      {Option::Kind::flag, "--strict", "exit code 4 when something that matters was not read"},
  };
  for (Option& option : cluster_options()) all.push_back(std::move(option));
  return all;
}

base::Result<int> run(const Arguments& arguments) {
  const bool batch = arguments.flag("stdin");
  if (batch == arguments.given("subject") || arguments.given("subject") != arguments.given("resource")) {
    return base::fail(base::ErrorKind::usage, "access can-i takes either SUBJECT VERB RESOURCE or --stdin");
  }
  const app::ClusterOptions cluster = cluster_options_from(arguments);
  if (batch) return app::answer_access_lines(cluster, arguments.flag("why"), arguments.flag("strict"));
  return app::answer_access(cluster, {.subject = arguments.text("subject"),
                                      .verb = arguments.text("verb"),
                                      .resource = arguments.text("resource"),
                                      .ns = arguments.text("namespace"),
                                      .why = arguments.flag("why"),
                                      .json = false,
                                      .strict = arguments.flag("strict")});
}

}  // namespace

extern constinit const Command access_can_i{"access can-i", "may a subject do this? yes, no or unknown", options,
                                            "bulkhead access can-i sa:ci/runner create pods -n shop --snapshot shop.tar.zst\n"
                                            "bulkhead access can-i group:developers get /secrets:db -n shop --why --snapshot shop.tar.zst\n"
                                            "bulkhead access can-i --stdin --snapshot shop.tar.zst < questions.tsv",
                                            run};

}  // namespace bulkhead::main::command
