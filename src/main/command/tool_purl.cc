#include "app/tool.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() { return {}; }

base::Result<int> run(const Arguments&) { return app::tool_purl(); }

}  // namespace

extern constinit const Command tool_purl{"tool purl", "read, normalise and write package URLs: a purl or a JSON object of its parts a line",
                                         options, "echo 'pkg:PYPI/Django_package@1.11' | bulkhead tool purl", run};

}  // namespace bulkhead::main::command
