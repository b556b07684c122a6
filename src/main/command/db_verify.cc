#include "app/database.h"
#include "app/database_sign.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "DATABASE", "the file [$BULKHEAD_DB, ~/.cache/bulkhead/advisories.db]"},
          {Option::Kind::list, "--key", "public key to believe; default: $BULKHEAD_DB_KEY and *.pub of ~/.config/bulkhead/keys"}};
}

base::Result<int> run(const Arguments& arguments) {
  return app::verify_database(app::database_path(arguments.maybe("database")), arguments.list("key"));
}

}  // namespace

extern constinit const Command db_verify{
    "db verify", "check a database: signature, digest, schema, pages; exit 1 when it is not signed by one of your keys", options,
    "bulkhead db verify advisories.db --key publisher.pub", run};

}  // namespace bulkhead::main::command
