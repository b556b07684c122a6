// Flags to Arguments. The one place that knows the command-line library (its header costs 9 s to compile).
#pragma once

#include "main/command.h"

namespace bulkhead::main {

struct ParsedLine {
  const Command* command = nullptr;  // null: help, version or an error was printed already
  Arguments arguments;
  int exit_code = 0;  // when command is null
};

ParsedLine parse_command_line(int argc, char** argv);

}  // namespace bulkhead::main
