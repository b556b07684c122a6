#include "app/database.h"
#include "app/database_sign.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "OLD", "the state that the delta starts from", true},
          {Option::Kind::text, "DELTA", "file of db diff", true},
          {Option::Kind::text, "-o,--output", "file to write; default: OLD is replaced"},
          {Option::Kind::list, "--key", "public key to believe; default: $BULKHEAD_DB_KEY and *.pub of ~/.config/bulkhead/keys"},
          {Option::Kind::flag, "--force", "take an unsigned or older database in place of a signed one"}};
}

base::Result<int> run(const Arguments& arguments) {
  const std::string old = arguments.text("old");
  return app::apply_database_delta(old, arguments.text("delta"), arguments.maybe("output").value_or(old), arguments.list("key"),
                                   arguments.flag("force"));
}

}  // namespace

extern constinit const Command db_apply{"db apply", "make a newer database of an older one and a delta; both are checked by digest",
                                        options, "bulkhead db apply advisories.db tuesday.bhd", run};

}  // namespace bulkhead::main::command
