#include "app/database.h"
#include "app/explain_match.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "SUBJECT", "an action, a position or a step"},
          {Option::Kind::text, "--component", "package URL with version, or `linux@6.1.55`, `containerd@1.7.12` for what nodes run"},
          {Option::Kind::text, "--advisory", "a CVE id or any other name of the flaw"},
          {Option::Kind::text, "--db", "the advisory database [$BULKHEAD_DB, ~/.cache/bulkhead/advisories.db]"},
          {Option::Kind::text, "--format", "how to print", false, "text", {"text", "json"}}};
}

base::Result<int> run(const Arguments& arguments) {
  if (arguments.given("subject")) {
    return base::fail(base::ErrorKind::usage, "this version explains matches only: give --component and --advisory", arguments.text("subject"));
  }
  if (!arguments.given("component") || !arguments.given("advisory")) {
    return base::fail(base::ErrorKind::usage, "give both --component and --advisory");
  }
  return app::explain_match(arguments.text("component"), arguments.text("advisory"), app::database_path(arguments.maybe("db")), arguments.text("format"));
}

}  // namespace

extern constinit const Command explain{"explain", "why a component has a flaw or not, with the comparison", options,
                                       "bulkhead explain --component pkg:npm/lodash@4.17.20 --advisory CVE-ID --db advisories.db", run};

}  // namespace bulkhead::main::command
