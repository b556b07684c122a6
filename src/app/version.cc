#include "app/version.h"

#include <cstdio>

#include "base/text.h"
#include "base/worker.h"

namespace bulkhead::app {

const char* version() { return "0.1.0"; }

base::Result<int> print_version(bool check) {
  std::printf("bulkhead %s\n", version());
  if (check) {
    base::WorkerRequest request;
    request.task = "self-check";
    BULKHEAD_TRY(const base::WorkerResult result, base::run_worker(request));
    std::printf("%sworker: %s%s%s\n", result.output.c_str(), result.jailed ? "jailed" : "unjailed",
                result.unjailed_reason.empty() ? "" : ": ", base::escape_terminal(result.unjailed_reason).c_str());
    return result.exit_code;
  }
  return 0;
}

}  // namespace bulkhead::app
