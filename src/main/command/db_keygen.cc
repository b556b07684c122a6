#include "app/database.h"
#include "app/database_sign.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "NAME", "NAME.key (private, mode 0600) and NAME.pub are made; never over files that are there", true}};
}

base::Result<int> run(const Arguments& arguments) { return app::make_key(arguments.text("name")); }

}  // namespace

extern constinit const Command db_keygen{"db keygen", "make a key pair to sign databases with (Ed25519)", options,
                                         "bulkhead db keygen publisher", run};

}  // namespace bulkhead::main::command
