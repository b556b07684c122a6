#include <csignal>
#include <cstdio>

#include "app/tasks.h"
#include "base/text.h"
#include "base/worker.h"
#include "main/command_line.h"

int main(int argc, char** argv) {
  using namespace bulkhead;
  if (base::is_worker(argc, argv)) {
    return base::worker_main(argc, argv, app::worker_tasks());
  }
  std::signal(SIGPIPE, SIG_IGN);  // a closed pager is an error of one write, not the end of the program
  const main::ParsedLine line = main::parse_command_line(argc, argv);
  if (line.command == nullptr) {
    return line.exit_code;
  }
  const base::Result<int> code = line.command->run(line.arguments);
  if (code) {
    return std::fflush(stdout) == 0 ? *code : 3;
  }
  std::fflush(stdout);
  std::fprintf(stderr, "error: %s\n", code.error().text().c_str());
  if (!code.error().hint.empty()) {
    std::fprintf(stderr, "  %s\n", base::escape_terminal(code.error().hint).c_str());
  }
  return code.error().kind == base::ErrorKind::usage ? 2 : 3;
}
