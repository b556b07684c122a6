#include "app/database.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::list, "FILES", "feeds: files, archives or folders; each one's source is found by its content"},
          {Option::Kind::text, "--db", "the database to make or change [$BULKHEAD_DB, ~/.cache/bulkhead/advisories.db]"},
          {Option::Kind::list, "--source", "ROW=FILE: a feed whose source is named, not found"},
          {Option::Kind::flag, "--force", "take a feed that lost more of its records than --max-shrink allows"},
          {Option::Kind::number, "--max-shrink", "percent of its records that a feed may lose", false, "20"},
          {Option::Kind::flag, "--quiet", "no progress on standard error"}};
}

base::Result<int> run(const Arguments& arguments) {
  app::ImportRequest request;
  request.database = app::database_path(arguments.maybe("db"));
  request.files = arguments.list("files");
  request.sources = arguments.list("source");
  request.quiet = arguments.flag("quiet");
  request.force = arguments.flag("force");
  request.max_shrink = arguments.number("max-shrink");
  return app::import_feeds(request);
}

}  // namespace

extern constinit const Command db_import{"db import", "make or change the advisory database from feed files", options,
                                         "bulkhead db import osv/*.zip tracker.json.gz kev.json --db advisories.db\n"
                                         "bulkhead db import --source epss=scores.csv.gz --db advisories.db",
                                         run};

}  // namespace bulkhead::main::command
