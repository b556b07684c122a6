#include "app/decisions.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "ID", "as `decide list` shows it", true},
          {Option::Kind::text, "--decisions", "the file [~/.config/bulkhead/decisions.yaml]"}};
}

base::Result<int> run(const Arguments& arguments) { return app::remove_decision(arguments.maybe("decisions"), arguments.text("id")); }

}  // namespace

extern constinit const Command decide_remove{"decide remove", "take a decision back", options, "bulkhead decide remove 0123456789ab", run};

}  // namespace bulkhead::main::command
