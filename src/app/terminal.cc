#include "app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <cstdlib>

#include "base/text.h"

namespace bulkhead::app {

OutputStyle output_style(const std::string& color) {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  const bool terminal = ::isatty(STDOUT_FILENO) != 0;
  OutputStyle style;
  style.color = color == "always" || (color != "never" && terminal && variable("NO_COLOR").empty() && variable("TERM") != "dumb");
  winsize size{};
  if (terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
    style.width = size.ws_col;
  } else if (const auto columns = base::parse_u64(variable("COLUMNS")); columns && *columns >= 40 && *columns <= 1000) {
    style.width = *columns;
  }
  return style;
}

}  // namespace bulkhead::app
