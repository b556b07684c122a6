#include "app/decisions.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "--decisions", "the file [~/.config/bulkhead/decisions.yaml]"},
          {Option::Kind::text, "--format", "how to print", false, "table", {"table", "jsonl"}},
          {Option::Kind::text, "--as-of", "the day that ends are judged by [today]"}};
}

base::Result<int> run(const Arguments& arguments) {
  const std::string date = arguments.text("as-of");
  const auto moment = date.empty() ? std::optional(base::now()) : base::parse_moment(date);
  if (!moment) {
    return base::fail(base::ErrorKind::usage, "not a date", "--as-of " + date);
  }
  return app::list_decisions(arguments.maybe("decisions"), arguments.text("format"), *moment);
}

}  // namespace

extern constinit const Command decide_list{"decide list", "all decisions, and which have ended", options, "bulkhead decide list", run};

}  // namespace bulkhead::main::command
