#include "app/tool.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() { return {}; }

base::Result<int> run(const Arguments&) { return app::tool_cvss(); }

}  // namespace

extern constinit const Command tool_cvss{"tool cvss", "scores of CVSS vectors (2.0, 3.0, 3.1, 4.0), one a line", options,
                                         "echo 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' | bulkhead tool cvss", run};

}  // namespace bulkhead::main::command
