#include "app/version.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() { return {{Option::Kind::flag, "--check", "start a worker and say whether its jail holds on this machine"}}; }

base::Result<int> run(const Arguments& arguments) { return app::print_version(arguments.flag("check")); }

}  // namespace

extern constinit const Command version{"version", "the program's version", options, "bulkhead version --check", run};

}  // namespace bulkhead::main::command
