#include "app/tool.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{.kind = Option::Kind::text, .names = "SCHEME", .help = "one of: " + app::scheme_names(), .required = true}};
}

base::Result<int> run(const Arguments& arguments) { return app::tool_version(arguments.text("scheme")); }

}  // namespace

extern constinit const Command tool_version{"tool version", "compare versions: lines A<TAB>B in, one of < = > (or error: why) out", options,
                                            "printf '1.0~rc1\\t1.0\\n' | bulkhead tool version deb", run};

}  // namespace bulkhead::main::command
