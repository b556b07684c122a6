#include "app/database.h"
#include "app/database_sign.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "FOLDER", "made where it is not there", true},
          {Option::Kind::text, "--db", "the database [$BULKHEAD_DB, ~/.cache/bulkhead/advisories.db]"},
          {Option::Kind::list, "--from", "older state for which a delta is made; may be given often"},
          {Option::Kind::text, "--key", "private key (db keygen); without one `db update` takes it only when forced"},
          {Option::Kind::text, "--as-of", "moment of signing, the serial [now]"}};
}

base::Result<int> run(const Arguments& arguments) {
  const std::string date = arguments.text("as-of");
  const auto moment = date.empty() ? std::optional(base::now()) : base::parse_moment(date);
  if (!moment) {
    return base::fail(base::ErrorKind::usage, "not a date", "--as-of " + date);
  }
  app::MirrorRequest request;
  request.folder = arguments.text("folder");
  request.database = app::database_path(arguments.maybe("db"));
  request.from = arguments.list("from");
  request.key_file = arguments.text("key");
  request.serial = *moment;
  return app::publish_mirror(request);
}

}  // namespace

extern constinit const Command db_mirror{"db mirror", "write a folder that any web server can hand out to `db update`", options,
                                         "bulkhead db mirror /srv/www/bulkhead --db tuesday.db --from monday.db --key publisher.key", run};

}  // namespace bulkhead::main::command
