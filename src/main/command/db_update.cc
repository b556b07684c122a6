#include "app/database.h"
#include "app/database_update.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "--mirror", "URL of the mirror's folder [$BULKHEAD_DB_MIRROR]"},
          {Option::Kind::text, "--db", "the database [$BULKHEAD_DB, ~/.cache/bulkhead/advisories.db]"},
          {Option::Kind::list, "--key", "public key to believe; default: $BULKHEAD_DB_KEY and *.pub of ~/.config/bulkhead/keys"},
          {Option::Kind::text, "--proxy", "URL [environment: https_proxy, http_proxy, no_proxy]"},
          {Option::Kind::number, "--max-shrink", "percent of its records that a part may lose", false, "20"},
          {Option::Kind::number, "--patience", "seconds for which the server may send next to nothing", false, "20"},
          {Option::Kind::flag, "--force", "take an unsigned, older or shrunk database"},
          {Option::Kind::flag, "--quiet", "no progress on standard error"}};
}

base::Result<int> run(const Arguments& arguments) {
  app::UpdateRequest request;
  request.database = app::database_path(arguments.maybe("db"));
  request.mirror = arguments.text("mirror");
  request.keys = arguments.list("key");
  request.proxy = arguments.text("proxy");
  request.max_shrink = arguments.number("max-shrink");
  request.patience = arguments.number("patience");
  request.force = arguments.flag("force");
  request.quiet = arguments.flag("quiet");
  return app::update_database(request);
}

}  // namespace

extern constinit const Command db_update{
    "db update", "fetch the newest database from a mirror: a delta where there is one, checked by signature and digest", options,
    "bulkhead db update --mirror https://mirror.example/bulkhead", run};

}  // namespace bulkhead::main::command
