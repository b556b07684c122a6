// One command of the program: its flags as data and the function that runs it. A row per file under main/command/.
//
// A command turns flags into a request of the app room and its result into an exit code. Whatever parses images, SBOMs,
// feeds or snapshots runs in a worker (base/worker.h, tasks under app/task/); a command itself parses nothing hostile.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bulkhead::main {

struct Option {
  enum class Kind { flag, text, list, number } kind = Kind::text;
  std::string names;  // CLI form: "-o,--output", "--db", "SOURCE" (positional)
  std::string help;
  bool required = false;
  std::string fallback;  // default value as text; empty none
  std::vector<std::string> choices;
};

// Values after parsing, by the option's long name without dashes, or the positional's name in lower case.
class Arguments {
 public:
  bool flag(std::string_view name) const;
  std::string text(std::string_view name) const;                  // empty when not given and without default
  std::optional<std::string> maybe(std::string_view name) const;  // nullopt when not given and without default
  std::vector<std::string> list(std::string_view name) const;
  double number(std::string_view name) const;  // 0 when not given
  bool given(std::string_view name) const;

  std::map<std::string, std::vector<std::string>, std::less<>> values;
};

struct Command {
  const char* name;     // "scan", "access can-i" (a group and its sub-command)
  const char* summary;  // one line
  std::vector<Option> (*options)();
  const char* examples;  // shown under --help, one command a line
  // Returns the exit code, or an error that the dispatcher prints (usage 2, else 3).
  base::Result<int> (*run)(const Arguments&);
};

// The rows, sorted by name.
const std::vector<const Command*>& commands();

}  // namespace bulkhead::main
