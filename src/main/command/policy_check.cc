#include "app/policy.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {
      {.kind = Option::Kind::text,
       .names = "--standard",
       .help = "Pod Security level",
       .fallback = "restricted",
       .choices = {"baseline", "restricted"}},
      {.kind = Option::Kind::text, .names = "--k8s-version", .help = "version of the level: latest, or v1.MINOR", .fallback = "latest"},
      {.kind = Option::Kind::text, .names = "--format", .help = "form of the answer", .fallback = "txt", .choices = {"txt", "json"}},
      {.kind = Option::Kind::list, .names = "FILES", .help = "manifests (YAML or JSON), or folders of them", .required = true},
  };
}

base::Result<int> run(const Arguments& arguments) {
  return app::check_policy({.standard = arguments.text("standard"),
                            .version = arguments.text("k8s-version"),
                            .files = arguments.list("files"),
                            .json = arguments.text("format") == "json"});
}

}  // namespace

extern constinit const Command policy_check{"policy check", "would Pod Security let these pods in?", options,
                                            "bulkhead policy check --standard restricted --k8s-version v1.31 deploy/\n"
                                            "bulkhead policy check --standard baseline --format json pod.yaml",
                                            run};

}  // namespace bulkhead::main::command
