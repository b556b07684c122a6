#include "app/database.h"
#include "app/database_sign.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "DATABASE", "the file; it is written anew", true},
          {Option::Kind::text, "--key", "private key (db keygen)", true},
          {Option::Kind::text, "--as-of", "moment of signing, the serial [now]"}};
}

base::Result<int> run(const Arguments& arguments) {
  const std::string date = arguments.text("as-of");
  const auto moment = date.empty() ? std::optional(base::now()) : base::parse_moment(date);
  if (!moment) {
    return base::fail(base::ErrorKind::usage, "not a date", "--as-of " + date);
  }
  return app::sign_database(arguments.text("database"), arguments.text("key"), *moment);
}

}  // namespace

extern constinit const Command db_sign{"db sign", "sign a database: its signature stands behind its last page", options,
                                       "bulkhead db sign advisories.db --key publisher.key", run};

}  // namespace bulkhead::main::command
