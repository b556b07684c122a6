#include "app/database.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "PURL", "package URL; without a version every record is shown", true},
          {Option::Kind::text, "--db", "the database [$BULKHEAD_DB, ~/.cache/bulkhead/advisories.db]"}};
}

base::Result<int> run(const Arguments& arguments) {
  return app::print_lookup(app::database_path(arguments.maybe("db")), arguments.text("purl"));
}

}  // namespace

extern constinit const Command db_lookup{
    "db lookup", "every record that names a package, as JSON lines", options,
    "bulkhead db lookup pkg:npm/lodash --db advisories.db\nbulkhead db lookup 'pkg:deb/debian/curl?distro=debian-12'", run};

}  // namespace bulkhead::main::command
