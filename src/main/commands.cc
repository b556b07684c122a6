// The only place that sees all commands. Adding one: a file under main/command/ and its sorted line in rows.def.
#include "main/command.h"

#include "base/text.h"

namespace bulkhead::main {
namespace command {

#define ROW(id) extern const Command id;
#include "main/command/rows.def"
#undef ROW

}  // namespace command

const std::vector<const Command*>& commands() {
  static const std::vector<const Command*> rows = {
#define ROW(id) &command::id,
#include "main/command/rows.def"
#undef ROW
  };
  return rows;
}

bool Arguments::given(std::string_view name) const { return values.contains(name); }

std::optional<std::string> Arguments::maybe(std::string_view name) const {
  const auto found = values.find(name);
  if (found == values.end() || found->second.empty()) {
    return std::nullopt;
  }
  return found->second.back();
}

std::string Arguments::text(std::string_view name) const { return maybe(name).value_or(""); }
bool Arguments::flag(std::string_view name) const { return maybe(name) == "true"; }
double Arguments::number(std::string_view name) const { return base::parse_double(text(name)).value_or(0); }

std::vector<std::string> Arguments::list(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace bulkhead::main
