#include <cstdlib>

#include "app/decisions.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "FLAW", "any name of the flaw", true},
          {Option::Kind::text, "--component",
           "package URL; its version is left out, so that the decision outlives an upgrade [every component]"},
          {Option::Kind::text, "--status", "what is decided", true, "", {"not_affected", "affected", "fixed", "under_investigation"}},
          {Option::Kind::text,
           "--justification",
           "of not_affected",
           false,
           "",
           {"component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
            "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist"}},
          {Option::Kind::text, "--reason", "in your words"},
          {Option::Kind::text, "--author", "who decides [$USER]"},
          {Option::Kind::text, "--expires", "last day on which it counts [never]"},
          {Option::Kind::text, "--image", "only in these images: glob over reference, reference without tag, digest"},
          {Option::Kind::text, "--path", "only where all paths match this glob"},
          {Option::Kind::text, "--workload", "only in workloads: glob over namespace/name"},
          {Option::Kind::text, "--namespace", "only in namespaces: glob"},
          {Option::Kind::text, "--cluster", "only in this cluster"},
          {Option::Kind::text, "--decisions", "the file [~/.config/bulkhead/decisions.yaml]"},
          {Option::Kind::text, "--as-of", "the day of the decision [today]"}};
}

base::Result<int> run(const Arguments& arguments) {
  const std::string date = arguments.text("as-of");
  const auto moment = date.empty() ? std::optional(base::now()) : base::parse_moment(date);
  if (!moment) {
    return base::fail(base::ErrorKind::usage, "not a date", "--as-of " + date);
  }
  match::Decision d;
  d.flaw = arguments.text("flaw");
  d.component = arguments.text("component");
  d.scope = {arguments.text("image"), arguments.text("path"), arguments.text("workload"), arguments.text("namespace"),
             arguments.text("cluster")};
  d.status = arguments.text("status");
  d.justification = arguments.text("justification");
  d.reason = arguments.text("reason");
  const char* user = std::getenv("USER");
  d.author = arguments.maybe("author").value_or(user == nullptr ? "" : user);
  d.decided = base::format_date(*moment);
  d.expires = arguments.text("expires");
  return app::add_decision(arguments.maybe("decisions"), std::move(d));
}

}  // namespace

extern constinit const Command decide_add{
    "decide add", "decide on a flaw: shown with its findings, counted as decided, never hidden", options,
    "bulkhead decide add CVE-ID --component pkg:deb/debian/zlib1g --status not_affected \\\n"
    "    --justification vulnerable_code_not_present --reason 'minizip is not built' --expires 2027-06-30\n"
    "bulkhead decide add CVE-ID --status not_affected --reason 'no untrusted input' --workload 'shop/*'",
    run};

}  // namespace bulkhead::main::command
