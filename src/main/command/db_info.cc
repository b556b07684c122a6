#include "app/database.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "--db", "the database [$BULKHEAD_DB, ~/.cache/bulkhead/advisories.db]"},
          {Option::Kind::text, "--as-of", "the date that ages are told for [now]"},
          {Option::Kind::flag, "--sources", "list the sources that can be imported, with publisher and licence"}};
}

base::Result<int> run(const Arguments& arguments) {
  const std::string date = arguments.text("as-of");
  const auto moment = date.empty() ? std::optional(base::now()) : base::parse_moment(date);
  if (!moment) {
    return base::fail(base::ErrorKind::usage, "not a date", "--as-of " + date);
  }
  return app::print_database_info(app::database_path(arguments.maybe("db")), *moment, arguments.flag("sources"));
}

}  // namespace

extern constinit const Command db_info{"db info", "what the advisory database holds, and how old it is", options,
                                       "bulkhead db info --db advisories.db\nbulkhead db info --sources", run};

}  // namespace bulkhead::main::command
