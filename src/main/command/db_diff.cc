#include "app/database.h"
#include "app/database_sign.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "OLD", "the state that readers have", true},
          {Option::Kind::text, "NEW", "the state that they get", true},
          {Option::Kind::text, "-o,--output", "file to write", true}};
}

base::Result<int> run(const Arguments& arguments) {
  return app::diff_databases(arguments.text("old"), arguments.text("new"), arguments.text("output"));
}

}  // namespace

extern constinit const Command db_diff{"db diff", "a delta from one state of a database to another", options,
                                       "bulkhead db diff monday.db tuesday.db -o tuesday.bhd", run};

}  // namespace bulkhead::main::command
